package parquet

import "sync"

// writeMem is memory that one column chunk after the other is encoded in. A
// writer would otherwise leave as much garbage as it writes, several times
// over, and the system would have to find fresh pages for it.
type writeMem struct {
	pages  rooms // pages, and what they are compressed into
	chunks rooms // column chunks, until they are in the file
}

// rooms are byte slices without content, for several goroutines.
type rooms struct {
	mu   sync.Mutex
	free [][]byte
}

// take returns an empty slice, with the room of one that was given.
func (r *rooms) take() []byte {
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

func (r *rooms) give(b []byte) {
	if cap(b) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free = append(r.free, b)
}
