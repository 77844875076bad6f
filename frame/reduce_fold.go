package frame

import (
	"context"
	"errors"
	"reflect"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// Fold adds every row to an accumulator: zero makes an empty one, add takes in
// a row and returns the accumulator, and merge joins two neighbours, the left
// one first.
//
//	Fold(Frame{In…}, func() A, func(A, In) A, func(A, A) A) A
//
// In is a struct or a scalar and finds its columns as for [MapRows], with the
// same errors. The algebra and the promises are those of [parallel.Fold]: rows
// are folded in cells whose borders follow from the number of rows alone, and
// these are merged from left to right, so that the result is the same to the
// last bit for any number of workers and Arrow chunks. An error or a panic in
// add is a [parallel.RowError] for its row; one in zero or merge for the first
// row of a cell. No rows give zero(). There is no allocation per row.
func Fold[In, A any](ctx context.Context, f *Frame, zero func() A, add func(ctx context.Context, acc A, row In) (A, error), merge func(a, b A) A, opts ...parallel.FoldOption) (acc A, err error) {
	c, err := begin(ctx, "frame.Fold", f, zero == nil || add == nil || merge == nil, engine.Collect(opts, parallel.FoldOption.ForFolds), engine.FoldOptions)
	if err != nil {
		return acc, err
	}
	defer c.End(&err)
	d, err := newFolding(zero, add, merge)
	if err != nil {
		return acc, c.wrap(err)
	}
	if d.m.readers, err = d.m.in.bind(f); err != nil {
		return acc, c.wrap(err)
	}
	return d.run(ctx, c, f.rows)
}

// FoldColumn is [Fold] over the values of one column. T is a scalar; a null is
// left out unless T can be null, see [SkipNulls].
//
//	FoldColumn(Frame{col T, …}, func() A, func(A, T) A, func(A, A) A) A
func FoldColumn[T, A any](ctx context.Context, f *Frame, col string, zero func() A, add func(ctx context.Context, acc A, x T) (A, error), merge func(a, b A) A, opts ...parallel.FoldOption) (acc A, err error) {
	c, err := begin(ctx, "frame.FoldColumn", f, zero == nil || add == nil || merge == nil, engine.Collect(opts, parallel.FoldOption.ForFolds), engine.FoldOptions, []string{optionSkipNulls})
	if err != nil {
		return acc, err
	}
	defer c.End(&err)
	d, err := newFolding(zero, add, merge)
	if err != nil {
		return acc, c.wrap(err)
	}
	return d.column(ctx, c, f, col)
}

// Reduce combines all rows with op, from left to right. Everything else is as
// for [Fold] and [parallel.Reduce]: op is associative, identity neutral to it.
//
//	Reduce(Frame{In…}, In, func(In, In) In) In
func Reduce[In any](ctx context.Context, f *Frame, identity In, op func(a, b In) In, opts ...parallel.Option) (acc In, err error) {
	c, err := begin(ctx, "frame.Reduce", f, op == nil, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return acc, err
	}
	defer c.End(&err)
	d, err := reducing(identity, op)
	if err != nil {
		return acc, c.wrap(err)
	}
	if d.m.readers, err = d.m.in.bind(f); err != nil {
		return acc, c.wrap(err)
	}
	return d.run(ctx, c, f.rows)
}

// ReduceColumn is [Reduce] over the values of one column, with nulls as for
// [FoldColumn].
//
//	ReduceColumn(Frame{col T, …}, T, func(T, T) T) T
func ReduceColumn[T any](ctx context.Context, f *Frame, col string, identity T, op func(a, b T) T, opts ...parallel.FoldOption) (acc T, err error) {
	c, err := begin(ctx, "frame.ReduceColumn", f, op == nil, engine.Collect(opts, parallel.FoldOption.ForFolds), []string{optionSkipNulls})
	if err != nil {
		return acc, err
	}
	defer c.End(&err)
	d, err := reducing(identity, op)
	if err != nil {
		return acc, c.wrap(err)
	}
	return d.column(ctx, c, f, col)
}

// folding is a fold at work. It reads rows as a row function does.
type folding[In, A any] struct {
	m     *mapping[In, bool] // for its readers and blocks; it has no function
	zero  func() A
	add   func(context.Context, A, In) (A, error)
	merge func(a, b A) A
}

func newFolding[In, A any](zero func() A, add func(context.Context, A, In) (A, error), merge func(a, b A) A) (*folding[In, A], error) {
	m, err := newMapping[In, bool](nil)
	return &folding[In, A]{m, zero, add, merge}, err
}

func reducing[T any](identity T, op func(a, b T) T) (*folding[T, T], error) {
	return newFolding(func() T { return identity }, func(_ context.Context, a, x T) (T, error) { return op(a, x), nil }, op)
}

// column folds one column.
func (d *folding[In, A]) column(ctx context.Context, c *call, f *Frame, col string) (acc A, err error) {
	if !d.m.in.scalar {
		return acc, c.wrap(notScalar(reflect.TypeFor[In](), nil))
	}
	if err := d.m.bindColumns(f, []string{col}); err != nil {
		return acc, c.wrap(err)
	}
	d.m.skip = d.m.skips(c)
	return d.run(ctx, c, f.rows)
}

// run folds n rows on the grid, and merges.
func (d *folding[In, A]) run(ctx context.Context, c *call, n int) (acc A, err error) {
	size := gridRows(n)
	cells := make([]A, max(cellsIn(n), 1))
	d.m.size = min(d.m.size, max(n, 1))
	if n == 0 {
		// One task: zero is the caller's, and may panic.
		err := c.Once(func(*engine.Worker) error {
			acc = d.zero()
			return nil
		})
		return acc, err
	}
	err = c.Chunks(n, size, func(ctx *engine.Worker, lo, hi int) error {
		acc := d.zero()
		cursor := rowCell(ctx)
		s := d.m.scratch()
		var err error
		for row := lo; row < hi; row += d.m.size {
			if ctx.Err() != nil {
				*cursor = row
				return context.Cause(ctx)
			}
			if acc, err = d.block(ctx, s, acc, cursor, row, min(d.m.size, hi-row)); err != nil {
				return err
			}
		}
		d.m.free.give(s)
		cells[lo/size] = acc
		return nil
	})
	if err != nil {
		return acc, err
	}
	// In one task too, for merge is the caller's. A failure is one of the cell
	// that was to be added.
	err = c.Once(func(w *engine.Worker) error {
		cursor := &w.Row
		acc = cells[0]
		for k := 1; k < len(cells); k++ {
			*cursor = k
			acc = d.merge(acc, cells[k])
		}
		return nil
	})
	if e, ok := errors.AsType[*parallel.RowError](err); ok {
		e.Row *= size
	}
	if err != nil {
		return *new(A), err
	}
	return acc, nil
}

// block folds n rows from lo on.
func (d *folding[In, A]) block(ctx context.Context, s *scratch[In, bool], acc A, cursor *int, lo, n int) (A, error) {
	s.reset(n)
	*cursor = lo
	for i, r := range d.m.readers {
		r.gather(&s.block, stridedOf(s.ins), lo, n, &s.from[i])
	}
	stop := s.bad
	if s.nulls && !d.m.skip {
		stop = min(stop, s.firstNull())
	}
	add := d.add
	for i, x := range s.ins[:stop] {
		if s.nulls && s.valid[i>>6]>>(i&63)&1 == 0 {
			continue
		}
		*cursor = lo + i
		var err error
		if acc, err = add(ctx, acc, x); err != nil {
			return acc, err
		}
	}
	if stop < n {
		*cursor = lo + stop
		return acc, s.cause(d.m.readers, lo, stop, d.m.skip)
	}
	return acc, nil
}
