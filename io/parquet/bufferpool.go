package parquet

import "sync"

// rooms are byte slices without content, for several goroutines.
type bufferPool struct {
	mu   sync.Mutex
	free [][]byte
}

// sized returns a slice of n bytes, which may hold those of one that was given:
// who takes it writes over all of them.
func (r *bufferPool) sized(n int) []byte {
	if b := r.take(); cap(b) >= n {
		return b[:n]
	}
	return make([]byte, n)
}

// take returns an empty slice, with the room of one that was given.
func (r *bufferPool) take() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := len(r.free)
	if n == 0 {
		return nil
	}
	b := r.free[n-1]
	r.free = r.free[:n-1]
	return b[:0]
}

// maxPooled is the largest room that is kept. The few that are larger do not
// cost time, but memory.
const maxPooled = 16 << 20

func (r *bufferPool) give(b []byte) {
	if cap(b) == 0 || cap(b) > maxPooled {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free = append(r.free, b)
}

// writeMem is memory that one column chunk after the other is encoded in. A
// writer would otherwise leave as much garbage as it writes, several times
// over, and the system would have to find fresh pages for it.
type writeMem struct {
	pages  bufferPool // pages, and what they are compressed into
	chunks bufferPool // column chunks, until they are in the file
}
