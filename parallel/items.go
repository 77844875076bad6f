package parallel

import (
	"context"
	"fmt"
	"sync/atomic"

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

// marks are the items that are done, for [Partial]; nil marks nothing.
type marks []bool

// newMarks returns the marks of a call, nil where nobody asks for them.
func newMarks(c *engine.Call, n int) marks {
	if c.Partial == nil {
		return nil
	}
	*c.Partial = make([]bool, n)
	return *c.Partial
}

// partial reports whether a call that returns err returns what is done: only
// the context has ended.
func (m marks) partial(c *engine.Call, err error) bool {
	if m == nil || err == nil {
		return false
	}
	_, failed := err.(*RowError)
	return !failed && c.Context().Err() != nil
}

// eachItem runs do for the items lo..hi as far as the worker may go.
func eachItem[T any](w *engine.Worker, xs []T, lo, hi int, do func(i int, x T) error) (done int, err error) {
	for {
		to := w.Upto(lo, hi)
		if to == lo {
			return lo, nil
		}
		for i, x := range xs[lo:to] {
			w.Row = lo + i
			if err := do(lo+i, x); err != nil {
				return lo + i, err
			}
			if atomic.LoadUint32(&w.Asked) != 0 || i&15 == 15 && w.Ended() {
				return lo + i + 1, nil
			}
		}
		lo = to
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
