package rowcodec

import "unsafe"

// View is one field of consecutive structs: values of one type, stride
// bytes apart. It is what the row functions copy columns to and from.
//
// This file is where they use unsafe, on one invariant: base points into an
// allocation that was made for values of the struct's type (a []In, or the
// elements of a reflect.MakeSlice), the field at that offset has the type T
// that at is asked for, and indexes stay below the number of structs. The
// plan of the struct (plan.go) takes offsets and types from reflection; the
// loops in gather*.go and scatter*.go keep the indexes. A pointer in base
// keeps the whole allocation alive, and since it is typed, stores through at
// have the write barriers that the garbage collector needs.
type View struct {
	base   unsafe.Pointer
	stride uintptr
}

// ViewOf is the view on whole elements of rows.
func ViewOf[T any](rows []T) View {
	return View{unsafe.Pointer(unsafe.SliceData(rows)), unsafe.Sizeof(*new(T))}
}

// stridedAt is the view on elements of size bytes at base.
func stridedAt(base unsafe.Pointer, size uintptr) View { return View{base, size} }

// field is the view on the field at the offset.
func (s View) field(offset uintptr) View {
	return View{unsafe.Add(s.base, offset), s.stride}
}

// from is the view without the first i elements, of which there must be more.
func (s View) from(i int) View {
	return View{unsafe.Add(s.base, uintptr(i)*s.stride), s.stride}
}

// at points to the i-th value.
func at[T any](s View, i int) *T {
	return (*T)(unsafe.Add(s.base, uintptr(i)*s.stride))
}

// point stores the addresses of elements of from where words has a bit, and
// nil elsewhere; the fields are pointers to the elements' type.
func point(fields, from View, words []uint64, n int) {
	for i := range n {
		p := unsafe.Add(from.base, uintptr(i)*from.stride)
		if words[i>>6]>>(i&63)&1 == 0 {
			p = nil
		}
		*at[unsafe.Pointer](fields, i) = p
	}
}

// pointee is what the i-th field, a pointer, points to.
func pointee[T any](fields View, i int) *T {
	return (*T)(*at[unsafe.Pointer](fields, i))
}

// flag stores n bits as bools.
func flag(dst View, words []uint64, n int) {
	for i := range n {
		*at[bool](dst, i) = words[i>>6]>>(i&63)&1 != 0
	}
}
