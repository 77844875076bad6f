package arrow18

import (
	"reflect"

	mem18 "github.com/apache/arrow-go/v18/arrow/memory"
	mem15 "github.com/apache/arrow/go/v15/arrow/memory"
)

// buffers15 returns headers of v15 over the bytes, which lie in one piece of
// memory. One that the garbage collector does not own says so in the way that
// frame understands: it has an allocator that is not Go's, and is then copied
// or borrowed.
func buffers15(from []*mem18.Buffer) []*mem15.Buffer {
	headers, bufs := make([]mem15.Buffer, len(from)), make([]*mem15.Buffer, len(from))
	for i, b := range from {
		if b == nil {
			continue
		}
		bufs[i] = &headers[i]
		if collected(b) {
			headers[i] = *mem15.NewBufferBytes(b.Bytes())
		} else {
			headers[i] = *mem15.NewBufferWithAllocator(b.Bytes(), elsewhere{})
		}
	}
	return bufs
}

// buffers18 returns headers of v18 over the bytes of a frame, which the garbage
// collector owns.
func buffers18(from []*mem15.Buffer) []*mem18.Buffer {
	bufs := make([]*mem18.Buffer, len(from))
	for i, b := range from {
		if b != nil {
			bufs[i] = mem18.NewBufferBytes(b.Bytes())
		}
	}
	return bufs
}

// elsewhere stands for v18's allocator of the memory, which frees it.
type elsewhere struct{}

func (elsewhere) Allocate(size int) []byte { return make([]byte, size) }
func (elsewhere) Reallocate(size int, b []byte) []byte {
	return append(make([]byte, 0, size), b...)[:size]
}
func (elsewhere) Free([]byte) {}

var (
	goAllocator      = reflect.TypeFor[*mem18.GoAllocator]()
	checkedAllocator = reflect.TypeFor[*mem18.CheckedAllocator]()

	// Looked up once: it is asked for each buffer.
	memField = fieldNumber(reflect.TypeFor[mem18.Buffer](), "mem")
)

// fieldNumber returns the number of the struct's own field of that name, -1 if
// there is none.
func fieldNumber(t reflect.Type, name string) int {
	if f, ok := t.FieldByName(name); ok && len(f.Index) == 1 {
		return f.Index[0]
	}
	return -1
}

// collected says whether the garbage collector owns the buffer's bytes. As in
// package frame, which does the same with v15, this reads the private field
// mem: nil is a Go slice that was wrapped, and of the allocators only Go's own
// is known to leave bytes alone after Release. Should the field ever be called
// otherwise, every buffer is copied.
func collected(b *mem18.Buffer) bool {
	for b.Parent() != nil {
		b = b.Parent()
	}
	if memField < 0 {
		return false
	}
	mem := reflect.ValueOf(b).Elem().Field(memField)
	for mem.Kind() == reflect.Interface {
		if mem.IsNil() {
			return true
		}
		switch mem = mem.Elem(); mem.Type() {
		case goAllocator:
			return true
		case checkedAllocator:
			mem = mem.Elem().FieldByName("mem")
		}
	}
	return false
}
