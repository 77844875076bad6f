package frame

import "sync"

// list keeps what workers reuse from chunk to chunk. It is asked twice per
// chunk of about a millisecond and lives as long as a call, so a lock and a
// slice do.
type list[T any] struct {
	mu  sync.Mutex
	all []T // those that no worker has; all of them when the call is over
}

func (l *list[T]) take() (x T, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := len(l.all)
	if k == 0 {
		return x, false
	}
	x = l.all[k-1]
	l.all = l.all[:k-1]
	return x, true
}

func (l *list[T]) give(x T) {
	l.mu.Lock()
	l.all = append(l.all, x)
	l.mu.Unlock()
}
