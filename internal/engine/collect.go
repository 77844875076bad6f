package engine

import (
	"context"
	"sync"
)

// collector keeps the failures of a call that goes on after them.
type collector struct {
	most int // errors to keep; 0: all

	mu    sync.Mutex
	count int
	errs  []*RowError
}

func (c *collector) add(row int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	c.errs = append(c.errs, &RowError{Row: row, Partition: -1, Err: err})
	if c.most > 0 && len(c.errs) >= 2*c.most+16 {
		c.trim()
	}
}

// trim keeps the lowest, in order.
func (c *collector) trim() {
	lowest(c.errs)
	if c.most > 0 && len(c.errs) > c.most {
		clear(c.errs[c.most:])
		c.errs = c.errs[:c.most]
	}
}

// Collects reports whether the call goes on after failures.
func (c *Call) Collects() bool { return c.tally != nil }

// Failures returns how many rows failed in a call that goes on after failures,
// and the errors that it kept, in the order of the rows.
func (c *Call) Failures() (count int, errs []*RowError) {
	c.tally.mu.Lock()
	defer c.tally.mu.Unlock()
	c.tally.trim()
	return c.tally.count, c.tally.errs
}

func collected[T, R any](fn Func[T, R]) Func[T, R] {
	return func(ctx context.Context, x T) (R, error) {
		r, err := fn(ctx, x)
		if err == nil {
			return r, nil
		}
		p := ctx.(*Worker).phase
		if p.ctxEnded(err) {
			return r, err // the call ends here; the row did not fail
		}
		p.collect(ctx.(*Worker), err)
		return *new(R), nil
	}
}
