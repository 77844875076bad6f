package matrix

import (
	"context"
	"fmt"
	"slices"

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
// number of workers. No rows give identity, which is not used otherwise. An identity
// of another length is an [ErrShape].
func ReduceRows[T Number](ctx context.Context, m *Dense[T], identity []T, op func(acc, row []T), opts ...parallel.Option) (acc []T, err error) {
	c, err := begin(ctx, "matrix.ReduceRows", m, op == nil, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	if len(identity) != m.cols {
		return nil, c.Wrap(fmt.Errorf("%w: the identity has %d numbers, rows have %d", ErrShape, len(identity), m.cols))
	}
	rows := newReader(m)
	if m.rows == 0 {
		return slices.Clone(identity), c.Items(0, nil)
	}
	return engine.Reduce(c, m.rows, func(w *engine.Worker, lo, hi int) ([]T, error) {
		acc := slices.Clone(m.row(lo))
		err := rows.each(w, lo+1, hi, func(row []T) error {
			op(acc, row)
			return nil
		})
		return acc, err
	}, func(a, b []T) []T {
		op(a, b)
		return a
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
	rows := newReader(m)
	return engine.Fold(c, m.rows, engine.Folder[A]{Zero: zero, Merge: merge, Add: func(w *engine.Worker, acc A, lo, hi int) (A, int, error) {
		err := rows.each(w, lo, hi, func(row []T) (err error) {
			acc, err = add(w, acc, row)
			return err
		})
		return acc, hi, err
	}})
}

// each calls fn for each of rows lo to hi, which are the worker's own.
func (r *reader[T]) each(w *engine.Worker, lo, hi int, fn func(row []T) error) error {
	if lo >= hi {
		return nil
	}
	buf, cols := r.take(), r.m.cols
	defer r.give(buf)
	for lo < hi {
		end, from := min(lo+r.step, hi), 0
		r.m.read(buf, lo, end)
		for ; lo < end; lo++ {
			// Cells are long: the context is looked at before each row.
			if err := w.Stopped(); err != nil {
				return err
			}
			w.Row = lo
			if err := fn(buf[from : from+cols : from+cols]); err != nil {
				return err
			}
			from += cols
		}
	}
	return nil
}
