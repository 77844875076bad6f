package parquet

import "github.com/parframe/parframe/internal/freelist"

// bufferPool holds byte slices to be used again. Goroutines share it.
type bufferPool struct {
	free freelist.List[[]byte]
}

// sized returns a slice of n bytes with any content: the caller must overwrite all of
// them.
func (r *bufferPool) sized(n int) []byte {
	if b := r.take(); cap(b) >= n {
		return b[:n]
	}
	return make([]byte, n)
}

// take returns an empty slice, with the capacity of one that was given back.
func (r *bufferPool) take() []byte {
	b, _ := r.free.Take()
	return b[:0]
}

// maxPooled is the capacity of the largest slice that is kept. There are few larger
// ones: to keep them would save little time and take much memory.
const maxPooled = 16 << 20

// give makes the memory of a slice available to others.
func (r *bufferPool) give(b []byte) {
	if cap(b) == 0 || cap(b) > maxPooled {
		return
	}
	r.free.Give(b)
}

// writeMem is the memory in which column chunks are encoded, one after the other.
// Without it, a writer would leave several times as much garbage as it writes, and
// the system would have to find fresh pages for it.
type writeMem struct {
	pages  bufferPool // pages, plain and compressed
	chunks bufferPool // column chunks, until they are written
}
