package rowcodec

import "unsafe"

// A View is one field of consecutive structs: values of one type, stride bytes apart.
// Columns are copied into and out of views.
//
// Access through a View is unsafe, and stands on this invariant. base points into memory
// that was allocated for values of the struct's type: a slice of them, or one struct. The
// type T that at is called with has the memory layout of the field: it is the field's type,
// a number of the same size, unsafe.Pointer for any pointer, or []byte or sliceHeader for
// any slice. It is byte for a struct of which only the address is used. Indexes are below
// the number of structs. Offsets and types come from reflection (plan.go); the loops in
// read_*.go and write_*.go keep indexes in range.
//
// The pointer in base keeps the whole allocation alive. Pointers are stored as values of a
// pointer type, so the store has the write barrier that the garbage collector needs.
type View struct {
	base   unsafe.Pointer
	stride uintptr
}

// ViewOf returns the view of the elements of rows.
func ViewOf[T any](rows []T) View {
	return View{unsafe.Pointer(unsafe.SliceData(rows)), unsafe.Sizeof(*new(T))}
}

// viewAt returns the view of values of size bytes from base on.
func viewAt(base unsafe.Pointer, size uintptr) View { return View{base, size} }

// field returns the view of the field at the offset.
func (s View) field(offset uintptr) View {
	return View{unsafe.Add(s.base, offset), s.stride}
}

// from returns the view without the first i values. There must be more: a pointer past the
// end would refer to another allocation.
func (s View) from(i int) View {
	return View{unsafe.Add(s.base, uintptr(i)*s.stride), s.stride}
}

// at returns a pointer to the i-th value.
func at[T any](s View, i int) *T {
	return (*T)(unsafe.Add(s.base, uintptr(i)*s.stride))
}

// point sets n fields, which are pointers to the values of from: to the address of the
// value if words has the field's bit, else to nil.
func point(fields, from View, words []uint64, n int) {
	for i := range n {
		p := unsafe.Add(from.base, uintptr(i)*from.stride)
		if words[i>>6]>>(i&63)&1 == 0 {
			p = nil
		}
		*at[unsafe.Pointer](fields, i) = p
	}
}

// pointee returns the i-th field, which is a pointer.
func pointee[T any](fields View, i int) *T {
	return (*T)(*at[unsafe.Pointer](fields, i))
}

// flag stores n bits of words as bools.
func flag(dst View, words []uint64, n int) {
	for i := range n {
		*at[bool](dst, i) = words[i>>6]>>(i&63)&1 != 0
	}
}
