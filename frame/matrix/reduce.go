package matrix

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// ReduceRows combines all rows into one: op takes a row into acc, which has as
// many numbers.
//
//	ReduceRows(Dense[T] r×c, identity []T, func(acc, row []T)) []T of length c
//
// The algebra: op is associative, and identity, which is not changed, is
// neutral to it (zeros for sums, the least number for maxima). Then the result
// is that of the plain loop. Where op is only nearly associative, as sums of
// floats are, rows are combined as [parallel.Reduce] combines items, in an order
// that follows from the number of rows alone: the same to the last bit for any
// number of workers. No rows give identity. An identity of another length is an
// [ErrShape].
func ReduceRows[T Number](ctx context.Context, m *Dense[T], identity []T, op func(acc, row []T), opts ...parallel.Option) (acc []T, err error) {
	c, err := begin(ctx, "matrix.ReduceRows", m, op == nil, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	if len(identity) != m.cols {
		return nil, c.Wrap(fmt.Errorf("%w: the identity has %d numbers, rows have %d", ErrShape, len(identity), m.cols))
	}
	return grid(c, &folding[T, []T]{
		rows:  newReader(m),
		zero:  func() []T { return append(make([]T, 0, m.cols), identity...) },
		add:   func(_ context.Context, acc, row []T) ([]T, error) { op(acc, row); return acc, nil },
		merge: func(a, b []T) []T { op(a, b); return a },
	})
}

// FoldRows adds every row to an accumulator of any type: zero makes an empty
// one, add takes in a row and returns the accumulator, and merge joins two
// neighbors, the left one first.
//
//	FoldRows(Dense[T] r×c, func() A, func(ctx, A, []T) A, func(A, A) A) A
//
// The algebra, the order in which rows are combined, and the options are those
// of [parallel.Fold]. The row is the worker's own copy: add must not keep it.
// [parallel.Index] of add's context is its number. No rows give zero().
func FoldRows[T Number, A any](ctx context.Context, m *Dense[T], zero func() A, add func(ctx context.Context, acc A, row []T) (A, error), merge func(a, b A) A, opts ...parallel.FoldOption) (acc A, err error) {
	c, err := begin(ctx, "matrix.FoldRows", m, zero == nil || add == nil || merge == nil, engine.Collect(opts, parallel.FoldOption.ForFolds), engine.FoldOptions)
	if err != nil {
		return acc, err
	}
	defer c.End(&err)
	return grid(c, &folding[T, A]{newReader(m), zero, add, merge})
}

// folding is a fold of rows.
type folding[T Number, A any] struct {
	rows  *reader[T]
	zero  func() A
	add   func(ctx context.Context, acc A, row []T) (A, error)
	merge func(a, b A) A
}

// grid folds all rows. No rows give zero().
func grid[T Number, A any](c *engine.Call, f *folding[T, A]) (acc A, err error) {
	return engine.Fold(c, f.rows.m.rows, engine.Folder[A]{Zero: f.zero, Add: f.cell, Merge: f.merge})
}

// cell adds rows lo to hi to acc.
func (f *folding[T, A]) cell(w *engine.Worker, acc A, lo, hi int) (A, error) {
	r, cols := f.rows, f.rows.m.cols
	buf := r.take()
	defer r.give(buf)
	for lo < hi {
		end, from := min(lo+r.step, hi), 0
		r.m.read(buf, lo, end)
		for ; lo < end; lo++ {
			if w.Err() != nil {
				return acc, context.Cause(w)
			}
			w.Row = lo
			var err error
			if acc, err = f.add(w, acc, buf[from:from+cols:from+cols]); err != nil {
				return acc, err
			}
			from += cols
		}
	}
	return acc, nil
}
