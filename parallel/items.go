package parallel

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/internal/engine"
)

// itemCall checks the options of a call that runs a function for each item.
func itemCall[T any](name string, opts []ItemOption, nilFunc bool, accepted []string) (*engine.Call, error) {
	c, err := engine.NewCall(name, engine.Collect(opts, ItemOption.ForItems), accepted)
	switch {
	case err != nil:
		return nil, err
	case nilFunc:
		return nil, c.NilFunc()
	}
	if q := c.Quarantine; q != nil {
		if _, fits := q.(*[]Rejected[T]); !fits {
			return nil, c.Wrap(fmt.Errorf("%w: Quarantine: got %T, want %T", ErrOption, q, (*[]Rejected[T])(nil)))
		}
	}
	return c, nil
}

// marks has one bool for each item, whether it is done, for [Partial]. Nil marks nothing.
type marks []bool

// newMarks returns the marks of a call, or nil without Partial.
func newMarks(c *engine.Call, n int) marks {
	if c.Partial == nil {
		return nil
	}
	*c.Partial = make([]bool, n)
	return *c.Partial
}

// partial reports whether a call that returns err also returns the results that it has:
// no item has failed, only the context has ended.
func (m marks) partial(c *engine.Call, err error) bool {
	if m == nil || err == nil {
		return false
	}
	_, failed := err.(*RowError)
	return !failed && c.Context().Err() != nil
}

// marking returns a function that calls fn and marks the item if that succeeds.
func marking[T, R any](m marks, fn engine.Func[T, R]) engine.Func[T, R] {
	if m == nil {
		return fn
	}
	return func(ctx context.Context, x T) (R, error) {
		r, err := fn(ctx, x)
		m[engine.Index(ctx)] = err == nil
		return r, err
	}
}

// run begins the call, runs the phase, and ends it.
func run(ctx context.Context, c *engine.Call, n int, phase func() error) (err error) {
	if err = c.Begin(ctx, n); err != nil {
		return err
	}
	defer c.End(&err)
	return phase()
}
