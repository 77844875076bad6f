package matrix

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
)

// Apply cuts the rows into equal consecutive partitions, calls fn with each of them in
// parallel, and returns one matrix with the rows of all results, in order.
//
//	Apply(Dense[T] r×c, func(ctx, Dense[T] p×c) Dense[R] q×k) Dense[R] Σq×k
//
// It is numpy.array_split, a map over the parts, and numpy.concatenate. There are as many
// partitions as cores, or as many as [parallel.Partitions] sets. If fn does not work row by
// row, set a number, so that the result is the same on every machine. Without rows fn is
// called once, with the empty matrix.
//
// fn receives a copy of its rows, which it may keep and change. With [parallel.Retry] each
// attempt receives a new copy. [parallel.Index] of its context is the first row. A result
// may have any number of rows, but all must have the same number of columns: else the error
// is an [ErrShape] that names the partition. Options that only package frame defines are
// refused.
func Apply[T, R Number](ctx context.Context, m *Dense[T], fn func(ctx context.Context, part *Dense[T]) (*Dense[R], error), opts ...frame.PartOption) (out *Dense[R], err error) {
	c, err := begin(ctx, "matrix.Apply", m, fn == nil, engine.Collect(opts, frame.PartOption.ForParts), engine.PartOptions)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	type span struct{ lo, hi int }
	call := engine.Policed(c, func(ctx context.Context, s span) (*Dense[R], error) {
		r, err := fn(ctx, m.slice(s.lo, s.hi).Clone())
		if err == nil && r == nil {
			err = fmt.Errorf("the function returned a %w", errNilMatrix)
		}
		return r, err
	})
	results := make([]*Dense[R], max(c.PartCount(runtime.GOMAXPROCS(0), m.rows), 1))
	run := func(w *engine.Worker, k, lo, hi int) (err error) {
		results[k], err = call(w, span{lo, hi})
		return err
	}
	if m.rows == 0 {
		err = c.Once(func(w *engine.Worker) error { return run(w, 0, 0, 0) })
	} else {
		err = c.Parts(m.rows, len(results), run)
	}
	if err != nil {
		return nil, err
	}
	return stack(c, results)
}

// stack returns a matrix with the rows of all parts, in order.
func stack[R Number](c *engine.Call, parts []*Dense[R]) (*Dense[R], error) {
	ends, rows := make([]int, len(parts)), 0
	for k, p := range parts {
		if p.cols != parts[0].cols {
			return nil, c.Wrap(fmt.Errorf("%w: partition %d gave %d columns, partition 0 gave %d", ErrShape, k, p.cols, parts[0].cols))
		}
		rows += p.rows
		ends[k] = rows
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	out := zeros[R](rows, parts[0].cols)
	err := c.Own(rows, 0, func(_ *engine.Worker, lo, hi int) error {
		for k, _ := slices.BinarySearch(ends, lo+1); lo < hi; k++ {
			p := parts[k]
			from, to := lo-(ends[k]-p.rows), min(hi, ends[k])
			p.read(out.data[lo*out.cols:], from, from+to-lo)
			lo = to
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
