package arrow18

import (
	mem18 "github.com/apache/arrow-go/v18/arrow/memory"
	mem15 "github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/bufowner"
)

// buffers15 returns headers of v15 over the bytes. All headers are in one allocation. A
// buffer that the garbage collector does not own gets an allocator that is not Go's: that is
// how package frame recognizes memory to copy or to borrow.
func buffers15(from []*mem18.Buffer) []*mem15.Buffer {
	headers, bufs := make([]mem15.Buffer, len(from)), make([]*mem15.Buffer, len(from))
	for i, b := range from {
		if b == nil {
			continue
		}
		bufs[i] = &headers[i]
		if owners.Collected(b) {
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

// elsewhere stands for the allocator of v18 that owns the memory and frees it.
type elsewhere struct{}

func (elsewhere) Allocate(size int) []byte { return make([]byte, size) }
func (elsewhere) Reallocate(size int, b []byte) []byte {
	return append(make([]byte, 0, size), b...)[:size]
}
func (elsewhere) Free([]byte) {}

// owners determines which buffers the garbage collector owns.
var owners = bufowner.Of[mem18.Buffer, mem18.GoAllocator, mem18.CheckedAllocator]()
