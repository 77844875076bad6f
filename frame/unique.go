package frame

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// Unique returns the first row of each different key: rows that are equal in
// the named columns to one before them are left out, and the others stay in
// their order, with all columns.
//
//	Frame.Unique(K…) Frame
//
// No names stand for all columns. Keys are told apart as [Frame.GroupBy] does.
func (f *Frame) Unique(ctx context.Context, keys []string, opts ...parallel.Option) (_ *Frame, err error) {
	c, err := ownCall(ctx, "frame.Unique", f, opts)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	if len(keys) == 0 {
		keys = f.Names()
	}
	if len(keys) == 0 {
		return f.Head(1), nil
	}
	g, err := f.GroupBy(keys...)
	if err != nil {
		return nil, c.wrap(err)
	}
	n, err := g.number(c)
	if err != nil {
		return nil, c.plainly(err)
	}
	if len(n.Firsts) == f.rows {
		return f, nil
	}
	rows := make([]int32, len(n.Firsts))
	for k, row := range n.Firsts {
		rows[k] = int32(row)
	}
	out, err := gatherFrame(c, f, rows)
	if err != nil {
		return nil, c.plainly(err)
	}
	return out, nil
}

// ValueCounts returns the different values of the columns and how often they
// come, the most frequent first, and of equally frequent ones that which comes
// first in the frame.
//
//	Frame.ValueCounts(K…) Frame{K…, count}
//
// Null is a value as any other. A column that is called "count" itself is an
// [ErrName].
func (f *Frame) ValueCounts(ctx context.Context, cols []string, opts ...parallel.Option) (*Frame, error) {
	const name, count = "frame.ValueCounts", "count"
	g, err := f.GroupBy(cols...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return g.agg(ctx, name, engine.Collect(opts, parallel.Option.ForAny), []Agg{Size().As(count)}, func(c *call, sizes *Frame) (*Frame, error) {
		return sortFrame(c, sizes, []Key{Desc(count)})
	})
}
