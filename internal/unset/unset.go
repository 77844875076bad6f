// Package unset makes slices whose memory is not cleared: for results that are
// written completely before anybody sees them. To clear a large one takes one core a
// quarter of what two workers need for a million items of a nanosecond, and no end of
// a context stops it.
package unset

import (
	"math"
	"math/bits"
	"reflect"
	"strings"
	"sync/atomic"
	"unsafe"
)

// least is the size of a slice that is worth it. Memory of that size starts at a
// multiple of a page, so that it is aligned for every type.
const least = 64 << 10

// Garbage fills what Make returns from then on, each time with another byte. Tests call
// it once, before anything else: memory that comes fresh from the system is zero, and
// hides what was forgotten.
func Garbage() { garbage = true }

var (
	garbage bool
	filling atomic.Uint32
)

// Make returns a slice of n items that may be anything, if it is a large one of
// a type without pointers, and else zeros. Whoever takes it writes all of it.
func Make[T any](n int) []T {
	hi, size := bits.Mul64(uint64(n), uint64(unsafe.Sizeof(*new(T))))
	if garbage && hi == 0 && size < math.MaxInt>>1 && pointerFree(reflect.TypeFor[T]()) {
		return filled[T](n)
	}
	if size < least || hi > 0 || size > math.MaxInt || !pointerFree(reflect.TypeFor[T]()) {
		return make([]T, n)
	}
	// The only door to memory that is not cleared that needs no linkname.
	var b strings.Builder
	b.Grow(int(size))
	b.WriteByte(0) // the string of an empty one may have no memory
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.StringData(b.String()))), n)
}

// filled returns n items of garbage.
func filled[T any](n int) []T {
	items := make([]T, n)
	b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(items))), n*int(unsafe.Sizeof(*new(T))))
	if len(b) == 0 {
		return items
	}
	b[0] = byte(0xA5 + filling.Add(1))
	for n := 1; n < len(b); n *= 2 {
		copy(b[n:], b[:n])
	}
	return items
}

// pointerFree reports whether the garbage collector finds nothing in a value.
func pointerFree(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return pointerFree(t.Elem())
	case reflect.Struct:
		for f := range t.Fields() {
			if !pointerFree(f.Type) {
				return false
			}
		}
		return true
	default:
		return t.Kind() >= reflect.Bool && t.Kind() <= reflect.Complex128
	}
}
