package parallel

import (
	"math"
	"math/bits"
	"reflect"
	"strings"
	"unsafe"
)

// uncleared returns a slice of n items that holds anything, where that is safe
// and worth it: for a large one without pointers. make sets all of it to zero on
// one core first, a quarter of what two workers need for a million items of a
// nanosecond. Every item must be written before anybody sees the slice.
func uncleared[R any](n int) []R {
	hi, size := bits.Mul64(uint64(n), uint64(unsafe.Sizeof(*new(R))))
	if size < 64<<10 || hi > 0 || size > math.MaxInt || !pointerFree(reflect.TypeFor[R]()) {
		return make([]R, n)
	}
	// The only door to memory that is not cleared that needs no linkname; of
	// that size it is aligned to a page.
	var b strings.Builder
	b.Grow(int(size))
	b.WriteByte(0)
	return unsafe.Slice((*R)(unsafe.Pointer(unsafe.StringData(b.String()))), n)
}

// pointerFree says whether the garbage collector finds nothing in a value.
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
