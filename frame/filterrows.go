package frame

import (
	"context"
	"sync/atomic"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
)

// FilterRows calls fn once for every row and returns the rows for which it returns true,
// with all columns, in order.
//
//	FilterRows(Frame{In…, …}, func(In) bool) Frame{In…, …}
//
// In, errors and options are as for [MapRows], except that there is no result to name;
// [Quarantine] works too. The rows are copied as by [Frame.Filter], columns in parallel;
// if all rows stay, the result is f. Rows that failed under [parallel.CollectAll], or are
// not done under [parallel.Partial], are left out.
func FilterRows[In any](ctx context.Context, f *Frame, fn func(ctx context.Context, row In) (bool, error), opts ...RowOption) (out *Frame, err error) {
	c, err := rowCall(ctx, "frame.FilterRows", f, fn == nil, opts, optionQuarantine)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	m, err := newMapping(engine.Policed(c.Call, fn))
	if err != nil {
		return nil, c.wrap(err)
	}
	if err := m.bind(c, f); err != nil {
		return nil, err
	}
	cols, err := m.run(ctx, c, []string{defaultName}, f.rows)
	if err != nil {
		return nil, err
	}
	// A row that failed is left out.
	keep := make([]bool, f.rows)
	var kept atomic.Int64
	for _, k := range cols[0].Chunks {
		err := c.Ranges(len(keep), func(_ context.Context, lo, hi int) error {
			n := int64(0)
			for i := lo; i < hi; i++ {
				if chunk.Bit(k.Bufs[1], i) {
					keep[i] = true
					n++
				}
			}
			kept.Add(n)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	g, err := filterFrame(c, f, int(kept.Load()), keep)
	if err != nil {
		return nil, err
	}
	return settle(c, ctx, f, g, false)
}
