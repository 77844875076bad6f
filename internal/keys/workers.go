package keys

import "context"

// Workers runs the steps of one call on the call's workers, until its context ends.
type Workers interface {
	// Context returns the context of the call.
	Context() context.Context
	// Ranges calls fn for ranges that together are 0 to n, in any order and several at the
	// same time. If not all calls are made, or one fails, it returns an error.
	Ranges(n int, fn func(ctx context.Context, lo, hi int) error) error
	// Tasks is Ranges that calls fn for each i from 0 to n, n not included.
	Tasks(n int, fn func(ctx context.Context, i int) error) error
}
