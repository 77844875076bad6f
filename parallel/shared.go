package parallel

import "sync"

// Value is a variable that several goroutines use, with a lock. It is
// multiprocessing.Value. For a plain counter sync/atomic is faster.
// The zero Value holds the zero T. It must not be copied.
type Value[T any] struct {
	mu sync.RWMutex
	v  T
}

// NewValue returns a Value that holds v.
func NewValue[T any](v T) *Value[T] { return &Value[T]{v: v} }

// Get returns the value.
func (v *Value[T]) Get() T {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.v
}

// Set replaces the value. To set a value that depends on the last one, see Update.
func (v *Value[T]) Set(x T) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.v = x
}

// Update replaces the value x by fn(x), as one step, and returns the new
// value. fn must not use v. If fn panics the value stays and the lock is free.
func (v *Value[T]) Update(fn func(T) T) T {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.v = fn(v.v)
	return v.v
}

// Array is a slice of fixed length that several goroutines use, with one
// lock. It is multiprocessing.Array. An index out of range panics, as it does with a
// slice, and leaves the lock free. Functions that write different elements of a
// slice need no Array.
type Array[T any] struct {
	mu sync.RWMutex
	xs []T
}

// NewArray returns an Array that begins with copies of xs. Its length is n, or len(xs)
// if that is more; the remaining elements are zero.
func NewArray[T any](n int, xs ...T) *Array[T] {
	a := &Array[T]{xs: make([]T, max(n, len(xs)))}
	copy(a.xs, xs)
	return a
}

// Len returns the length.
func (a *Array[T]) Len() int { return len(a.xs) }

// Get returns element i.
func (a *Array[T]) Get(i int) T {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.xs[i]
}

// Set replaces element i.
func (a *Array[T]) Set(i int, x T) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.xs[i] = x
}

// Update replaces element x at index i by fn(x), as one step, and returns the new
// element. fn must not use a.
func (a *Array[T]) Update(i int, fn func(T) T) T {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.xs[i] = fn(a.xs[i])
	return a.xs[i]
}

// UpdateAll calls fn with the whole slice, as one step. fn must not keep it, nor use a.
func (a *Array[T]) UpdateAll(fn func(xs []T)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	fn(a.xs)
}

// Snapshot returns a copy of all elements, taken at one moment.
func (a *Array[T]) Snapshot() []T {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return append(make([]T, 0, len(a.xs)), a.xs...)
}
