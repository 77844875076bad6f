// Package bufowner finds out who owns the bytes of a buffer of any version of Arrow
// for Go. Arrow has no function for it, so this package reads the private field mem
// of memory.Buffer, which holds the allocator.
package bufowner

import "reflect"

// Buffer is memory.Buffer of a version of Arrow.
type Buffer[B any] interface {
	*B
	Parent() *B
}

// Owners finds the owners of the buffers of one version.
type Owners[B any, P Buffer[B]] struct {
	mem                           int // number of the field, -1 if there is none
	goAllocator, checkedAllocator reflect.Type
}

// Of returns the Owners of a version. It looks up the field once, as Collected is
// called for each buffer. B is memory.Buffer, Go is memory.GoAllocator, and Checked
// is memory.CheckedAllocator.
func Of[B, Go, Checked any, P Buffer[B]]() Owners[B, P] {
	o := Owners[B, P]{-1, reflect.TypeFor[*Go](), reflect.TypeFor[*Checked]()}
	if f, ok := reflect.TypeFor[B]().FieldByName("mem"); ok && len(f.Index) == 1 {
		o.mem = f.Index[0]
	}
	return o
}

// Collected reports whether the garbage collector owns the buffer's bytes. A buffer
// without an allocator is a wrapped Go slice. Of the allocators, only Go's own,
// checked or not, is known to leave the bytes alone after Release. If a version
// renames the field, the answer is no.
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
