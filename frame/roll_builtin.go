package frame

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/internal/rowcodec"
)

// The built-in functions over windows return the frame with the results in
// the column's place, or beside it: As("name"). Nulls and NaNs are left out, as
// in pandas; a row whose window has too few other values is null, see
// [Windows.MinPeriods]. The time for a row does not depend on the length of
// its window, and every bit of a result follows from the values in the window
// and its place, for any number of workers and Arrow chunks. A window with an
// infinity has the sum and mean that IEEE 754 gives it, and no trace of it
// stays when it has moved on.

// Sum adds the values of each window.
//
//	(Windows of Frame{col T, …}) Frame{col int64 | uint64 | float64, …}
//
// Integers are added exactly; a sum that the result cannot hold is an
// [ErrValue] of its row. A window without values has the sum 0 if
// MinPeriods(0) asks for it.
func (w Windows) Sum(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return w.sum(ctx, "frame.Windows.Sum", col, false, opts)
}

func (w Windows) sum(ctx context.Context, name, col string, own bool, opts []RowOption) (_ *Frame, err error) {
	j, err := w.job(ctx, name, col, false, opts)
	if err != nil {
		return nil, err
	}
	defer j.c.End(&err)
	j.own = own
	switch id, number := wideOf(j.col.Field.Type); {
	case !number && id != 0 && chunk.Physical(j.col.Field.Type).ID() != arrow.DURATION:
		return nil, j.c.wrap(notNumbers(j.col))
	case id == arrow.UINT64:
		return rollInto(ctx, j, &roller[uint64, uint64, int128, foldUints]{
			finish: func(a int128, _ int) (uint64, bool) { return a.uint64() },
			check:  overflow(j.col, arrow.PrimitiveTypes.Uint64), emptyOK: true,
			dense: denseInts[uint64], typ: arrow.PrimitiveTypes.Uint64,
		})
	case id == arrow.INT64:
		typ := arrow.DataType(arrow.PrimitiveTypes.Int64)
		if !number {
			typ = j.col.Field.Type
		}
		return rollInto(ctx, j, &roller[int64, int64, int128, foldInts]{
			finish: func(a int128, _ int) (int64, bool) { return a.int64() },
			check:  overflow(j.col, typ), emptyOK: true,
			dense: denseInts[int64], typ: typ,
		})
	}
	if w.kind == windowAll {
		return rollInto(ctx, j, &roller[float64, float64, twoSum, foldTwoSums]{
			finish: func(a twoSum, _ int) (float64, bool) { return a.value(), true }, emptyOK: true,
			typ: arrow.PrimitiveTypes.Float64,
		})
	}
	return rollInto(ctx, j, &roller[float64, float64, float64, foldFloats]{
		finish: func(a float64, _ int) (float64, bool) { return a, true }, emptyOK: true,
		dense: func(ctx context.Context, out, x []float64, n int, s *rollMem[float64, float64, float64]) bool {
			return slideFloats(ctx, out, x, n, 1, &s.sums)
		},
		typ: arrow.PrimitiveTypes.Float64,
	})
}

// Mean gives the mean of each window.
//
//	(Windows of Frame{col T, …}) Frame{col float64, …}
func (w Windows) Mean(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	j, err := w.job(ctx, "frame.Windows.Mean", col, false, opts)
	if err != nil {
		return nil, err
	}
	defer j.c.End(&err)
	if err := j.numbers(); err != nil {
		return nil, err
	}
	if w.kind == windowAll {
		return rollInto(ctx, j, &roller[float64, float64, twoSum, foldTwoSums]{
			finish: func(a twoSum, n int) (float64, bool) { return a.value() / float64(n), true },
			typ:    arrow.PrimitiveTypes.Float64,
		})
	}
	return rollInto(ctx, j, &roller[float64, float64, float64, foldFloats]{
		finish: func(a float64, n int) (float64, bool) { return a / float64(n), true },
		dense: func(ctx context.Context, out, x []float64, n int, s *rollMem[float64, float64, float64]) bool {
			return slideFloats(ctx, out, x, n, float64(n), &s.sums)
		},
		typ: arrow.PrimitiveTypes.Float64,
	})
}

// Var gives the variance of each window as that of a sample: divided by one
// less than the number of values. It is null for windows of one value.
//
//	(Windows of Frame{col T, …}) Frame{col float64, …}
func (w Windows) Var(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return w.spread(ctx, "frame.Windows.Var", col, moments.variance, opts)
}

// Std gives the standard deviation of each window, the root of [Windows.Var].
//
//	(Windows of Frame{col T, …}) Frame{col float64, …}
func (w Windows) Std(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return w.spread(ctx, "frame.Windows.Std", col, moments.deviation, opts)
}

func (w Windows) spread(ctx context.Context, name, col string, of func(moments) (float64, bool), opts []RowOption) (_ *Frame, err error) {
	j, err := w.job(ctx, name, col, false, opts)
	if err != nil {
		return nil, err
	}
	defer j.c.End(&err)
	if err := j.numbers(); err != nil {
		return nil, err
	}
	return rollInto(ctx, j, &roller[float64, float64, moments, foldMoments]{
		finish: func(a moments, _ int) (float64, bool) { return of(a) },
		typ:    arrow.PrimitiveTypes.Float64,
	})
}

// Min gives the least value of each window. The column may also be of times.
//
//	(Windows of Frame{col T, …}) Frame{col T, …}
func (w Windows) Min(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return w.lowest(ctx, "frame.Windows.Min", col, false, opts)
}

func (w Windows) lowest(ctx context.Context, name, col string, own bool, opts []RowOption) (_ *Frame, err error) {
	j, err := w.job(ctx, name, col, false, opts)
	if err != nil {
		return nil, err
	}
	defer j.c.End(&err)
	j.own = own
	switch id, _ := wideOf(j.col.Field.Type); id {
	case arrow.UINT64:
		return rollInto(ctx, j, extreme[uint64, foldMin[uint64]](j, slideMin))
	case arrow.INT64:
		return rollInto(ctx, j, extreme[int64, foldMin[int64]](j, slideMin))
	}
	return rollInto(ctx, j, extreme[float64, foldMin[float64]](j, slideMin))
}

// Max gives the greatest value of each window. The column may also be of times.
//
//	(Windows of Frame{col T, …}) Frame{col T, …}
func (w Windows) Max(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return w.greatest(ctx, "frame.Windows.Max", col, false, opts)
}

func (w Windows) greatest(ctx context.Context, name, col string, own bool, opts []RowOption) (_ *Frame, err error) {
	j, err := w.job(ctx, name, col, false, opts)
	if err != nil {
		return nil, err
	}
	defer j.c.End(&err)
	j.own = own
	switch id, _ := wideOf(j.col.Field.Type); id {
	case arrow.UINT64:
		return rollInto(ctx, j, extreme[uint64, foldMax[uint64]](j, slideMax))
	case arrow.INT64:
		return rollInto(ctx, j, extreme[int64, foldMax[int64]](j, slideMax))
	}
	return rollInto(ctx, j, extreme[float64, foldMax[float64]](j, slideMax))
}

func extreme[T number64, F folder[T, T]](j *rollJob, dense func(ctx context.Context, out, x []T, w int, buf *[]T) bool) *roller[T, T, T, F] {
	return &roller[T, T, T, F]{
		finish: func(a T, _ int) (T, bool) { return a, true },
		dense: func(ctx context.Context, out, x []T, w int, s *rollMem[T, T, T]) bool {
			return dense(ctx, out, x, w, &s.sums)
		},
		typ: j.col.Field.Type,
	}
}

// Count counts the values of each window: rows that are neither null nor NaN,
// in a column of any type. Only here MinPeriods counts rows, whatever is in
// them, as in pandas.
//
//	(Windows of Frame{col, …}) Frame{col int64, …}
func (w Windows) Count(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	j, err := w.job(ctx, "frame.Windows.Count", col, false, opts)
	if err != nil {
		return nil, err
	}
	defer j.c.End(&err)
	name, err := j.name()
	if err != nil {
		return nil, err
	}
	seen, err := observed(ctx, j.c, j.col)
	if err != nil {
		return nil, err
	}
	b := j.bounds
	valid, data := make([]uint64, (b.n+63)/64), make([]int64, b.n)
	var free freelist.List[*[2][]int]
	err = j.c.rowRanges(b.n, rollCell, func(_ context.Context, lo, hi int) error {
		s, ok := free.Take()
		if !ok {
			s = new([2][]int)
		}
		from, to := sized64(&s[0], hi-lo), sized64(&s[1], hi-lo)
		b.fill(from, to, lo, 0)
		for i := range from {
			if to[i]-from[i] >= b.least {
				data[lo+i] = int64(seen.upTo(to[i]) - seen.upTo(from[i]))
				valid[(lo+i)>>6] |= 1 << ((lo + i) & 63)
			}
		}
		free.Give(s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := chunk.Column{Field: arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Int64, Nullable: true}, Len: b.n}
	if b.n > 0 {
		out.Chunks = []*chunk.Chunk{chunk.New(out.Field.Type, b.n, valid, chunk.Bytes(data))}
	}
	return j.place(ctx, out)
}

// name is that of a scalar result.
func (j *rollJob) name() (string, error) {
	names, err := namesOf(j.c, &rowcodec.Plan{Fields: make([]rowcodec.Field, 1), Scalar: true}, j.col.Field.Name)
	if err != nil {
		return "", err
	}
	return names[0], nil
}

// numbers says that times are no numbers.
func (j *rollJob) numbers() error {
	if _, number := wideOf(j.col.Field.Type); !number {
		return j.c.wrap(notNumbers(j.col))
	}
	return nil
}

// rollInto runs the function and adds its column to the frame.
func rollInto[T, R number64, A any, F folder[T, A]](ctx context.Context, j *rollJob, r *roller[T, R, A, F]) (*Frame, error) {
	name, err := j.name()
	if err != nil {
		return nil, err
	}
	if r.view, err = viewOf[T](j.col); err != nil {
		return nil, j.c.wrap(err)
	}
	r.bounds = j.bounds
	var col chunk.Column
	if j.bounds.kind == windowAll && j.at == nil {
		col, err = r.prefix(j.c, name, j.own)
	} else {
		col, err = r.run(j.c, name)
	}
	if err != nil {
		return nil, j.explain(err)
	}
	return j.place(ctx, col)
}

// denseInts adds where no sum can overflow.
func denseInts[T int64 | uint64](ctx context.Context, out, x []T, w int, _ *rollMem[T, T, int128]) bool {
	if !fits(x, w) || stops(ctx, len(x)) {
		return false
	}
	return slideInts(ctx, out, x, w)
}
