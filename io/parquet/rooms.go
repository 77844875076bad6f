package parquet

import "sync"

// rooms are byte slices without content, for several goroutines.
type rooms struct {
	mu   sync.Mutex
	free [][]byte
}

// sized returns a slice of n bytes, which may hold those of one that was given:
// who takes it writes over all of them.
func (r *rooms) sized(n int) []byte {
	if b := r.take(); cap(b) >= n {
		return b[:n]
	}
	return make([]byte, n)
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

// mostRoom is the largest room that is kept. The few that are larger do not
// cost time, but memory.
const mostRoom = 16 << 20

func (r *rooms) give(b []byte) {
	if cap(b) == 0 || cap(b) > mostRoom {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free = append(r.free, b)
}
