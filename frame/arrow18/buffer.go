package arrow18

import (
	"reflect"

	mem18 "github.com/apache/arrow-go/v18/arrow/memory"
	mem15 "github.com/apache/arrow/go/v15/arrow/memory"
)

// buffer15 returns a header of v15 over the bytes. One that the garbage
// collector does not own says so in the way that frame understands: it has an
// allocator that is not Go's, and is then copied or borrowed.
func buffer15(b *mem18.Buffer) *mem15.Buffer {
	if collected(b) {
		return mem15.NewBufferBytes(b.Bytes())
	}
	return mem15.NewBufferWithAllocator(b.Bytes(), elsewhere{})
}

// buffer18 returns a header of v18 over the bytes of a frame, which the garbage
// collector owns.
func buffer18(b *mem15.Buffer) *mem18.Buffer { return mem18.NewBufferBytes(b.Bytes()) }

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
	memField, hasMem = reflect.TypeFor[mem18.Buffer]().FieldByName("mem")
)

// collected says whether the garbage collector owns the buffer's bytes. As in
// package frame, which does the same with v15, this reads the private field
// mem: nil is a Go slice that was wrapped, and of the allocators only Go's own
// is known to leave bytes alone after Release. Should the field ever be called
// otherwise, every buffer is copied.
func collected(b *mem18.Buffer) bool {
	for b.Parent() != nil {
		b = b.Parent()
	}
	if !hasMem {
		return false
	}
	mem := reflect.ValueOf(b).Elem().FieldByIndex(memField.Index)
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
