package frame

import (
	"context"
	"reflect"
	"sync/atomic"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/parallel"
)

// Fold adds every row to an accumulator: zero makes an empty one, add adds a row and
// returns the accumulator, and merge joins two neighbors, the left one first.
//
//	Fold(Frame{In…}, func() A, func(A, In) A, func(A, A) A) A
//
// In is a struct or a scalar and finds its columns as in [MapRows], with the same errors.
// Everything else is as for [parallel.Fold]: the algebra, the few cells whose borders
// depend only on the number of rows, or on [parallel.Partitions], the fixed tree in which
// they are merged, and [parallel.Commutative]. So the result is the same as parallel.Fold
// returns for a slice of the rows, to the last bit, for any number of workers and Arrow
// chunks. An error or a panic in add is a [parallel.RowError] for its row, one in zero
// for the first row of a cell, and one in merge for the first row that was folded into
// its right argument. For no rows the result is zero(). There is no allocation per row.
func Fold[In, A any](ctx context.Context, f *Frame, zero func() A, add func(ctx context.Context, acc A, row In) (A, error), merge func(a, b A) A, opts ...parallel.FoldOption) (acc A, err error) {
	c, err := begin(ctx, "frame.Fold", f, zero == nil || add == nil || merge == nil, engine.Collect(opts, parallel.FoldOption.ForFolds), engine.FoldOptions)
	if err != nil {
		return acc, err
	}
	defer c.End(&err)
	d, err := newFolding(add)
	if err != nil {
		return acc, c.wrap(err)
	}
	if err = d.m.bind(c, f); err != nil {
		return acc, err
	}
	return d.fold(c, f.rows, zero, merge)
}

// FoldColumn is [Fold] over the values of one column. T is a scalar; nulls are skipped
// unless T can hold them, see [SkipNulls].
//
//	FoldColumn(Frame{col T, …}, func() A, func(A, T) A, func(A, A) A) A
func FoldColumn[T, A any](ctx context.Context, f *Frame, col string, zero func() A, add func(ctx context.Context, acc A, x T) (A, error), merge func(a, b A) A, opts ...parallel.FoldOption) (acc A, err error) {
	c, err := begin(ctx, "frame.FoldColumn", f, zero == nil || add == nil || merge == nil, engine.Collect(opts, parallel.FoldOption.ForFolds), engine.FoldOptions, []string{optionSkipNulls})
	if err != nil {
		return acc, err
	}
	defer c.End(&err)
	d, err := newFolding(add)
	if err != nil {
		return acc, c.wrap(err)
	}
	if err = d.column(c, f, col); err != nil {
		return acc, err
	}
	return d.fold(c, f.rows, zero, merge)
}

// Reduce combines all rows with op, from left to right.
//
//	Reduce(Frame{In…}, In, func(In, In) In) In
//
// In is as for [Fold]. Everything else is as for [parallel.Reduce] over a slice of the
// rows: op must be associative, and identity must be neutral to it, but is used only as
// the result of no rows. Rows are combined in at most 1,024 cells and a fixed tree.
func Reduce[In any](ctx context.Context, f *Frame, identity In, op func(a, b In) In, opts ...parallel.Option) (acc In, err error) {
	c, err := begin(ctx, "frame.Reduce", f, op == nil, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return acc, err
	}
	defer c.End(&err)
	d, err := newFolding(begun(op))
	if err != nil {
		return acc, c.wrap(err)
	}
	if err = d.m.bind(c, f); err != nil {
		return acc, err
	}
	return reduced(d, c, f.rows, identity, op)
}

// ReduceColumn is [Reduce] over the values of one column, with nulls as for [FoldColumn]:
// if they are skipped, a cell begins with its first value, and identity is the result of
// no values.
//
//	ReduceColumn(Frame{col T, …}, T, func(T, T) T) T
func ReduceColumn[T any](ctx context.Context, f *Frame, col string, identity T, op func(a, b T) T, opts ...parallel.FoldOption) (acc T, err error) {
	c, err := begin(ctx, "frame.ReduceColumn", f, op == nil, engine.Collect(opts, parallel.FoldOption.ForFolds), []string{optionSkipNulls})
	if err != nil {
		return acc, err
	}
	defer c.End(&err)
	d, err := newFolding(begun(op))
	if err != nil {
		return acc, c.wrap(err)
	}
	if err = d.column(c, f, col); err != nil {
		return acc, err
	}
	return reduced(d, c, f.rows, identity, op)
}

// folding runs a fold. It reads rows as a row function does.
type folding[In, A any] struct {
	m    *mapping[In, bool] // for its readers; it has no function
	add  func(context.Context, A, In) (A, error)
	free freelist.List[*ahead[In]]
}

// ahead is a block of rows that has been read: the rows of a chunk may belong to several
// cells.
type ahead[In any] struct {
	*scratch[In, bool]
	lo, hi int
	stop   int // first row that In cannot hold; hi if there is none
}

func newFolding[In, A any](add func(context.Context, A, In) (A, error)) (*folding[In, A], error) {
	m, err := newMapping[In, bool](nil)
	return &folding[In, A]{m: m, add: add}, err
}

// column makes d fold a single column.
func (d *folding[In, A]) column(c *call, f *Frame, col string) error {
	if !d.m.in.Scalar {
		return c.wrap(notScalar(reflect.TypeFor[In](), nil))
	}
	if err := d.m.bindColumns(f, []string{col}); err != nil {
		return c.wrap(err)
	}
	d.m.skip = d.m.skips(c)
	return nil
}

// fold folds n rows.
func (d *folding[In, A]) fold(c *call, n int, zero func() A, merge func(a, b A) A) (A, error) {
	return engine.Fold(c.Call, n, d.folder(n, zero, merge))
}

func (d *folding[In, A]) folder(n int, zero func() A, merge func(a, b A) A) engine.Folder[A] {
	d.m.size = min(d.m.size, max(n, 1))
	return engine.Folder[A]{Zero: zero, Add: d.rows, Merge: merge}
}

// partial is the combination of a Reduce's rows so far, if there were any: nulls may be
// skipped.
type partial[T any] struct {
	v   T
	any bool
}

// begun returns the function that adds a row to a partial.
func begun[T any](op func(a, b T) T) func(context.Context, partial[T], T) (partial[T], error) {
	return func(_ context.Context, a partial[T], x T) (partial[T], error) {
		if !a.any {
			return partial[T]{x, true}, nil
		}
		a.v = op(a.v, x)
		return a, nil
	}
}

// reduced combines n rows.
func reduced[T any](d *folding[T, partial[T]], c *call, n int, identity T, op func(a, b T) T) (T, error) {
	if n == 0 {
		return identity, c.Items(0, nil)
	}
	merge := func(a, b partial[T]) partial[T] {
		switch {
		case !b.any:
			return a
		case !a.any:
			return b
		}
		a.v = op(a.v, b.v)
		return a
	}
	cell := d.folder(n, func() partial[T] { return partial[T]{} }, merge).Cell
	all, err := engine.Reduce(c.Call, n, cell, merge)
	if err != nil || !all.any {
		return identity, err
	}
	return all.v, nil
}

// rows folds rows lo..hi and returns the row before which it stopped.
func (d *folding[In, A]) rows(w *engine.Worker, acc A, lo, hi int) (A, int, error) {
	s, ok := d.free.Take()
	if !ok {
		s = &ahead[In]{scratch: d.m.scratch()}
	}
	for lo < hi {
		if lo < s.lo || lo >= s.hi {
			w.Row = lo
			d.read(s, lo, min(lo+d.m.size, w.ChunkEnd()))
		}
		to := min(hi, s.hi)
		sum, done, err := d.block(w, s, acc, lo, to)
		if err != nil {
			return acc, lo, err
		}
		if acc, lo = sum, done; done < to {
			break
		}
	}
	d.free.Give(s)
	return acc, lo, nil
}

// read reads the block of rows lo..hi.
func (d *folding[In, A]) read(s *ahead[In], lo, hi int) {
	d.m.read(s.scratch, lo, hi-lo)
	s.lo, s.hi, s.stop = lo, hi, lo+s.Bad
	if s.Nulls && !d.m.skip {
		s.stop = min(s.stop, lo+s.FirstNull())
	}
}

// block folds rows lo..hi, which have been read, and returns the row before which it
// stopped.
func (d *folding[In, A]) block(w *engine.Worker, s *ahead[In], acc A, lo, hi int) (A, int, error) {
	add, nulls, stop := d.add, s.Nulls, min(hi, s.stop)
	for lo < stop {
		to := w.Upto(lo, stop)
		if to == lo {
			return acc, lo, nil
		}
		for i, x := range s.ins[lo-s.lo : to-s.lo] {
			if k := lo - s.lo + i; nulls && s.Valid[k>>6]>>(k&63)&1 == 0 {
				continue
			}
			w.Row = lo + i
			var err error
			if acc, err = add(w, acc, x); err != nil {
				return acc, lo, err
			}
			if atomic.LoadUint32(&w.Asked) != 0 || i&w.Every == 0 && w.Ended() {
				return acc, lo + i + 1, nil
			}
		}
		lo = to
	}
	if stop < hi {
		w.Row = stop
		return acc, lo, s.Cause(d.m.readers, s.lo, stop-s.lo, d.m.skip)
	}
	return acc, hi, nil
}
