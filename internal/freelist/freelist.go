// Package freelist holds the memory that the workers of one call take in turns,
// as sync.Pool does for a program. What a list holds lives as long as the list,
// is never dropped by the garbage collector in between, and can be looked through
// when the call is over.
package freelist

import "sync"

// List keeps what workers use again from chunk to chunk. The zero List is empty.
// It is asked twice per chunk of about a millisecond, so a lock and a slice do.
type List[T any] struct {
	mu  sync.Mutex
	All []T // the ones that no worker has; all of them when the call is over
}

// Take returns the one that was given last, and false if there is none.
func (l *List[T]) Take() (x T, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := len(l.All)
	if k == 0 {
		return x, false
	}
	x = l.All[k-1]
	l.All = l.All[:k-1]
	return x, true
}

// Give makes x free for others.
func (l *List[T]) Give(x T) {
	l.mu.Lock()
	l.All = append(l.All, x)
	l.mu.Unlock()
}
