package parallel

import (
	"context"
	"runtime/debug"
	"sync/atomic"
)

// Ordered runs fn once for each unit 0..len(order), and begins them in the
// given order, which must name each unit once: the most expensive first, say,
// so that it is not the one that all wait for in the end. It returns the error
// of the lowest unit that failed, as the loop over 0, 1, 2, … would have: after
// a failure at k every unit below k is still run, and none above k is begun.
// place gives the row and the partition that the [RowError] names for a unit;
// both must ascend with the units. [Index] gives fn the unit.
func (p *Plan) Ordered(ctx context.Context, order []int, place func(k int) (row, partition int), fn func(ctx context.Context, k int) error) error {
	if fn == nil || place == nil {
		return p.nilFunc()
	}
	j, err := p.job(ctx, len(order))
	if err != nil {
		return err
	}
	var lowest atomic.Pointer[failure]
	note := func(w *worker, k int, err error) {
		if j.ctxEnded(err) {
			j.mu.Lock()
			j.short = true
			j.mu.Unlock()
			return
		}
		row, _ := place(k)
		j.obs.rowFailed(row, err)
		for {
			f := lowest.Load()
			if f != nil && f.unit <= k || lowest.CompareAndSwap(f, &failure{k, err}) {
				return
			}
		}
	}
	// With a collector of its own the job goes on after a Goexit. What is
	// collected is not used.
	j.tally = &collector{most: 1}
	j.eager = true
	j.run = func(w *worker, lo, hi int) error {
		for at := lo; at < hi; at++ {
			k := order[at]
			if f := lowest.Load(); f != nil && k > f.unit {
				continue
			}
			if j.ctx.Err() != nil {
				return context.Cause(j.ctx)
			}
			w.ordered(at, k, fn, note)
		}
		return nil
	}
	err = j.do(p.serial())
	if f := lowest.Load(); f != nil {
		row, part := place(f.unit)
		return &RowError{Row: row, Partition: part, Err: f.err}
	}
	return err
}

type failure struct {
	unit int
	err  error
}

// ordered runs fn for unit k, which is in that place of the order. The engine
// knows the place as the row.
func (w *worker) ordered(at, k int, fn func(ctx context.Context, k int) error, note func(w *worker, k int, err error)) {
	returned := false
	defer func() {
		w.row = at
		if returned {
			return
		}
		// recover gives nil only after Goexit.
		if v := recover(); v != nil {
			note(w, k, &PanicError{Value: v, Stack: debug.Stack()})
		} else {
			note(w, k, ErrGoexit)
		}
	}()
	w.row = k
	if err := fn(w, k); err != nil {
		note(w, k, err)
	}
	returned = true
}
