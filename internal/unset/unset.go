// Package unset makes slices whose memory is not cleared, for results that are written
// completely before they are read. Clearing the result of a million items of a nanosecond
// takes one core a quarter of the time that two workers need for the items, and does not
// stop when a context ends.
package unset

import (
	"math"
	"math/bits"
	"reflect"
	"strings"
	"sync/atomic"
	"unsafe"
)

// least is the size in bytes from which a slice is not cleared. Memory of that size starts
// at a multiple of a page, so that it is aligned for every type.
const least = 64 << 10

// Garbage makes [Make] fill the slices that it returns from then on, each time with another
// byte. Tests call it once, before anything else: memory that is new from the system is
// zero, and hides items that were not written.
func Garbage() { garbage = true }

var (
	garbage bool
	filling atomic.Uint32
)

// Make returns a slice of n items. The caller must write all of them before it reads any:
// the items of a large slice of a type without pointers may have any value. Other items are
// zero.
func Make[T any](n int) []T {
	hi, size := bits.Mul64(uint64(n), uint64(unsafe.Sizeof(*new(T))))
	if garbage && hi == 0 && size < math.MaxInt>>1 && pointerFree(reflect.TypeFor[T]()) {
		return filled[T](n)
	}
	if size < least || hi > 0 || size > math.MaxInt || !pointerFree(reflect.TypeFor[T]()) {
		return make([]T, n)
	}
	// Only strings.Builder gives memory that is not cleared without a linkname.
	var b strings.Builder
	b.Grow(int(size))
	b.WriteByte(0) // the string of an empty Builder may have no memory
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.StringData(b.String()))), n)
}

// filled returns n items of which all bytes are one value, another in each call.
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

// pointerFree reports whether values of the type have no pointers.
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
