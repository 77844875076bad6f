// Package bufowner tells who owns the bytes of a buffer of Arrow Go, of any of
// its versions. Arrow does not say: this reads the private field mem of
// memory.Buffer, which holds the allocator.
package bufowner

import "reflect"

// Buffer is memory.Buffer of a version of Arrow.
type Buffer[B any] interface {
	*B
	Parent() *B
}

// Owners knows the buffers and the allocators of one version.
type Owners[B any, P Buffer[B]] struct {
	mem                           int // number of the field, -1 if there is none
	goAllocator, checkedAllocator reflect.Type
}

// Of looks the field up, once: it is asked for each buffer. B is memory.Buffer,
// Go is memory.GoAllocator and Checked memory.CheckedAllocator.
func Of[B, Go, Checked any, P Buffer[B]]() Owners[B, P] {
	o := Owners[B, P]{-1, reflect.TypeFor[*Go](), reflect.TypeFor[*Checked]()}
	if f, ok := reflect.TypeFor[B]().FieldByName("mem"); ok && len(f.Index) == 1 {
		o.mem = f.Index[0]
	}
	return o
}

// Collected says whether the garbage collector owns the buffer's bytes: no
// allocator is a Go slice that was wrapped, and of the allocators only Go's
// own, checked or not, is known to leave the bytes alone after Release. Should
// the field ever be called otherwise, the answer is no.
func (o Owners[B, P]) Collected(b P) bool {
	for b.Parent() != nil {
		b = b.Parent()
	}
	if o.mem < 0 {
		return false
	}
	mem := reflect.ValueOf(b).Elem().Field(o.mem)
	for mem.Kind() == reflect.Interface {
		if mem.IsNil() {
			return true
		}
		switch mem = mem.Elem(); mem.Type() {
		case o.goAllocator:
			return true
		case o.checkedAllocator:
			mem = mem.Elem().FieldByName("mem")
		}
	}
	return false
}
