package engine

import (
	"cmp"
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

func (c *collector) add(e *RowError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	c.errs = append(c.errs, e)
	if c.most > 0 && len(c.errs) >= 2*c.most+16 {
		c.trim()
	}
}

// trim sorts the errors and keeps the lowest.
func (c *collector) trim() {
	sortByRow(c.errs)
	if c.most > 0 && len(c.errs) > c.most {
		clear(c.errs[c.most:])
		c.errs = c.errs[:c.most]
	}
}

// Collects reports whether the call goes on after failures.
func (c *Call) Collects() bool { return c.tally != nil }

// Failures returns how many rows failed in a call that goes on after failures,
// and the errors that it has kept, in the order of the rows.
func (c *Call) Failures() (count int, errs []*RowError) {
	t := cmp.Or(c.tally, c.gathered)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.trim()
	return t.count, t.errs
}

// Gather makes the call go on after failures that its bodies record with
// [Worker.Failed]. It is for bodies that work on several rows at once, and so
// must know which of them failed. The call keeps the lowest most errors, or all if
// most is 0.
func (c *Call) Gather(most int) { c.tally, c.gathered = nil, &collector{most: most} }

// Failed records that a row failed, after [Call.Gather]. It reports false if e
// only means that the context has ended: that ends the call, and the row did not fail.
func (w *Worker) Failed(e *RowError) bool {
	p := w.phase
	if p.ctxEnded(e.Err) {
		return false
	}
	p.call.gathered.add(e)
	p.obs.rowFailed(w.hold, e.Row, e.Err)
	return true
}

// Detach lets the following phases run even if the context has ended. A call with the
// option Partial uses it to assemble its results.
func (c *Call) Detach() { c.ctx = context.WithoutCancel(c.ctx) }

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
