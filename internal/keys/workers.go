package keys

import "context"

// Workers run the steps of one call on its workers, until its context ends.
type Workers interface {
	Context() context.Context
	// Ranges calls fn for ranges that make up 0 to n.
	Ranges(n int, fn func(ctx context.Context, lo, hi int) error) error
	// Tasks calls fn for each of n things.
	Tasks(n int, fn func(ctx context.Context, i int) error) error
}
