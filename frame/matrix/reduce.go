package matrix

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// ReduceRows combines all rows into one. op combines a row into acc, which has the same
// length.
//
//	ReduceRows(Dense[T] r×c, identity []T, func(acc, row []T)) []T of length c
//
// The algebra: op must be associative, and identity neutral to it (zeros for sums, the
// least number for maxima). Then the plain loop has the same result. If op is only nearly
// associative, as sums of floats are, rows are combined as [parallel.Reduce] combines
// items, in an order that depends only on the number of rows: the result is the same to
// the last bit for any number of workers.
//
// acc begins as a copy of a row. identity is the result if there are no rows, and is not
// used otherwise. If its length is not the number of columns, the error is an [ErrShape].
func ReduceRows[T Number](ctx context.Context, m *Dense[T], identity []T, op func(acc, row []T), opts ...parallel.Option) (acc []T, err error) {
	c, err := begin(ctx, "matrix.ReduceRows", m, op == nil, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	if len(identity) != m.cols {
		return nil, c.Wrap(fmt.Errorf("%w: the identity has %d numbers, rows have %d", ErrShape, len(identity), m.cols))
	}
	if m.rows == 0 {
		return slices.Clone(identity), c.Items(0, nil)
	}
	f := &folding[T, []T]{newReader(m), func(_ context.Context, acc, row []T) ([]T, error) { op(acc, row); return acc, nil }}
	return engine.Reduce(c, m.rows, func(w *engine.Worker, lo, hi int) ([]T, error) {
		first := func() []T { return slices.Clone(m.row(lo)) }
		return engine.Folder[[]T]{Zero: first, Add: f.add}.Cell(w, lo+1, hi)
	}, func(a, b []T) []T { op(a, b); return a })
}

// FoldRows adds every row to an accumulator of any type. zero returns an empty accumulator,
// add adds a row and returns the accumulator, and merge joins the accumulators of two
// neighboring ranges of rows, the lower range first.
//
//	FoldRows(Dense[T] r×c, func() A, func(ctx, A, []T) A, func(A, A) A) A
//
// The algebra, the order in which rows are combined, and the options are as for
// [parallel.Fold]. The row is a copy that belongs to the worker: add must not keep it.
// [parallel.Index] of add's context is its number. Without rows the result is zero().
func FoldRows[T Number, A any](ctx context.Context, m *Dense[T], zero func() A, add func(ctx context.Context, acc A, row []T) (A, error), merge func(a, b A) A, opts ...parallel.FoldOption) (acc A, err error) {
	c, err := begin(ctx, "matrix.FoldRows", m, zero == nil || add == nil || merge == nil, engine.Collect(opts, parallel.FoldOption.ForFolds), engine.FoldOptions)
	if err != nil {
		return acc, err
	}
	defer c.End(&err)
	f := &folding[T, A]{newReader(m), add}
	return engine.Fold(c, m.rows, engine.Folder[A]{Zero: zero, Add: f.add, Merge: merge})
}

// folding is a fold of rows.
type folding[T Number, A any] struct {
	rows *reader[T]
	each func(ctx context.Context, acc A, row []T) (A, error)
}

// add adds rows lo to hi to acc. It returns the row after the last that it added.
func (f *folding[T, A]) add(w *engine.Worker, acc A, lo, hi int) (A, int, error) {
	if lo == hi {
		return acc, hi, nil
	}
	r, cols := f.rows, f.rows.m.cols
	buf := r.take()
	defer r.free.Give(buf)
	pos, end := 0, lo // buf has the rows before end, and the next one at pos
	for {
		to := w.Upto(lo, hi)
		if to == lo {
			return acc, lo, nil
		}
		if lo == end {
			pos, end = 0, min(lo+r.step, hi)
			r.m.read(buf, lo, end)
		}
		for to = min(to, end); lo < to; lo++ {
			w.Row = lo
			var err error
			if acc, err = f.each(w, acc, buf[pos:pos+cols:pos+cols]); err != nil {
				return acc, lo, err
			}
			pos += cols
			if atomic.LoadUint32(&w.Asked) != 0 || lo&w.Every == 0 && w.Ended() {
				return acc, lo + 1, nil
			}
		}
	}
}
