package frame

import (
	"context"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/internal/rowcodec"
	"github.com/parframe/parframe/internal/stats"
)

// Sum adds the values of each window.
//
//	(Windows of Frame{col T, …}) Frame{col int64 | uint64 | float64 | …, …}
//
// It has the types of [Column.Sum]. Integers, durations and decimals are added
// exactly; a sum that the result cannot hold is an [ErrValue] of its row. In
// windows of a number of rows with no missing value, Sum and [Windows.Mean] add
// floats as a loop would. In all other windows they add them in twice the precision
// of a float64. A window without values has the sum 0 if
// MinPeriods(0) asks for it.
func (w Windows) Sum(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return w.statistic(ctx, "frame.Windows.Sum", col, stats.Sum, false, opts)
}

// Mean returns the mean of each window: a float64 of numbers, bools and decimals,
// and of times and durations one of the column's own type, to the nearest tick.
//
//	(Windows of Frame{col T, …}) Frame{col float64 | T, …}
func (w Windows) Mean(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return w.statistic(ctx, "frame.Windows.Mean", col, stats.Mean, false, opts)
}

// Var returns the variance of each window as a sample: the sum of squared differences from
// the mean, divided by one less than the number of values. It is null for windows of fewer
// than two values.
//
//	(Windows of Frame{col T, …}) Frame{col float64, …}
func (w Windows) Var(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return w.statistic(ctx, "frame.Windows.Var", col, stats.Var, false, opts)
}

// Std returns the standard deviation of each window, the root of [Windows.Var].
// For times and durations it is a duration. It is null for windows of fewer than two
// values.
//
//	(Windows of Frame{col T, …}) Frame{col float64 | duration, …}
func (w Windows) Std(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return w.statistic(ctx, "frame.Windows.Std", col, stats.Std, false, opts)
}

// Min returns the least value of each window, of a column whose type has an order.
//
//	(Windows of Frame{col T, …}) Frame{col T, …}
func (w Windows) Min(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return w.statistic(ctx, "frame.Windows.Min", col, stats.Min, false, opts)
}

// Max returns the greatest value of each window, of a column whose type has an
// order.
//
//	(Windows of Frame{col T, …}) Frame{col T, …}
func (w Windows) Max(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return w.statistic(ctx, "frame.Windows.Max", col, stats.Max, false, opts)
}

// statistic computes a statistic of each window. own is set if rows without a value
// of their own are to be null.
func (w Windows) statistic(ctx context.Context, name, col string, s stats.Statistic, own bool, opts []RowOption) (_ *Frame, err error) {
	j, err := w.job(ctx, name, col, false, opts)
	if err != nil {
		return nil, err
	}
	defer j.c.End(&err)
	if _, err := stats.Result(s, j.col.Field); err != nil {
		return nil, j.c.wrap(err)
	}
	out, err := j.name()
	if err != nil {
		return nil, err
	}
	results, rows, err := stats.Roll(j.c, s, j.col, j.bounds, out, own)
	if err == nil && rows != nil {
		results, err = j.c.gather(j.col, rows)
		results.Field.Name, results.Field.Nullable = out, true
	}
	if err != nil {
		return nil, j.explain(err)
	}
	return j.place(ctx, results)
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
	seen, err := stats.Observed(j.c, j.col)
	if err != nil {
		return nil, err
	}
	b := j.bounds
	valid, data := make([]uint64, (b.n+63)/64), make([]int64, b.n)
	var free freelist.List[*[2][]int]
	err = j.c.rowRanges(b.n, 1<<14, func(_ context.Context, lo, hi int) error {
		s, ok := free.Take()
		if !ok {
			s = new([2][]int)
		}
		from, to := slices.Grow(s[0][:0], hi-lo)[:hi-lo], slices.Grow(s[1][:0], hi-lo)[:hi-lo]
		s[0], s[1] = from, to
		b.Fill(from, to, lo, 0)
		for i := range from {
			if to[i]-from[i] >= b.least {
				data[lo+i] = int64(seen.Above(to[i]) - seen.Above(from[i]))
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

// name returns the name of a scalar result.
func (j *rollJob) name() (string, error) {
	names, err := namesOf(j.c, &rowcodec.Plan{Fields: make([]rowcodec.Field, 1), Scalar: true}, j.col.Field.Name)
	if err != nil {
		return "", err
	}
	return names[0], nil
}
