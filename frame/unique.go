package frame

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// Unique returns the first row of each key: rows that are equal to an earlier row in the
// named columns are left out, and the others keep their order, with all columns.
//
//	Frame.Unique(K…) Frame
//
// Without names, all columns are the key. Keys are compared as in [Frame.GroupBy].
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

// ValueCounts returns the different values of the columns and how often they appear, the
// most frequent first; equally frequent values are in the order in which they first
// appear.
//
//	Frame.ValueCounts(K…) Frame{K…, count}
//
// Null is a value like any other. A column named "count" is an [ErrName].
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
