package engine

import (
	"context"
	"runtime/debug"
	"sync/atomic"
)

// Ordered runs fn once for each unit 0..len(order), and begins them in the
// given order, which must name each unit once. A caller may begin the most expensive unit
// first, so that the others need not wait for it in the end. Ordered returns the error
// of the lowest unit that failed, as the loop over 0, 1, 2, … would have: after
// a failure at k every unit below k is still run, and no unit above k begins.
// where returns the row and the partition that the RowError names for a unit;
// both must ascend with the units. [Index] returns the unit. Observers see size
// rows for a unit, or one if size is nil.
func (c *Call) Ordered(order []int, where func(k int) (row, partition int), size func(k int) int, fn func(w *Worker, k int) error) error {
	o := &ordered{where: where, fn: fn}
	p := c.newPhase(len(order), nil)
	o.p = p
	// With a collector of its own the phase goes on after a Goexit. The collected
	// errors are not used.
	p.tally = &collector{most: 1}
	p.eager, p.long = true, true
	if size != nil && p.obs != nil {
		sum := make([]int, len(order)+1)
		for pos, k := range order {
			sum[pos+1] = sum[pos] + size(k)
		}
		p.toRows = func(pos int) int { return sum[pos] }
	}
	p.body = func(w *Worker, lo, hi int) (int, error) {
		for pos := lo; pos < hi; pos++ {
			if w.Err() != nil {
				return pos, nil
			}
			k := order[pos]
			if f := o.lowest.Load(); f == nil || k < f.unit {
				o.runUnit(w, pos, k)
			}
		}
		return hi, nil
	}
	err := p.run()
	if f := o.lowest.Load(); f != nil {
		row, part := where(f.unit)
		return &RowError{Row: row, Partition: part, Err: f.err}
	}
	return err
}

// ordered is a running [Call.Ordered].
type ordered struct {
	p      *phase
	where  func(k int) (row, partition int)
	fn     func(w *Worker, k int) error
	lowest atomic.Pointer[failure]
}

type failure struct {
	unit int
	err  error
}

// failed records a failure of unit k.
func (o *ordered) failed(w *Worker, k int, err error) {
	if o.p.ctxEnded(err) {
		o.p.cutShort()
		return
	}
	row, _ := o.where(k)
	o.p.obs.rowFailed(w.hold, row, err)
	for {
		f := o.lowest.Load()
		if f != nil && f.unit <= k || o.lowest.CompareAndSwap(f, &failure{k, err}) {
			return
		}
	}
}

// runUnit runs fn for unit k, which is at position pos of the order. For the phase the
// position is the row.
func (o *ordered) runUnit(w *Worker, pos, k int) {
	returned := false
	defer func() {
		w.Row = pos
		if returned {
			return
		}
		// recover returns nil only after Goexit.
		if v := recover(); v != nil {
			o.failed(w, k, &PanicError{Value: v, Stack: debug.Stack()})
		} else {
			o.failed(w, k, ErrGoexit)
		}
	}()
	w.Row = k
	if err := o.fn(w, k); err != nil {
		o.failed(w, k, err)
	}
	returned = true
}

var _ context.Context = (*Worker)(nil)
