package frame

import (
	"context"
	"fmt"
	"math"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/stats"
	"github.com/parframe/parframe/parallel"
)

// statistics computes statistics of a column.
func (c Column) statistics(ctx context.Context, name string, opts []parallel.Option, wants ...stats.Want) (_ []Column, err error) {
	k, err := beginColumn(ctx, name, c.col, opts)
	if err != nil {
		return nil, err
	}
	defer k.End(&err)
	for _, w := range wants {
		if !(w.Q >= 0 && w.Q <= 1) {
			return nil, k.wrap(fmt.Errorf("%w: quantile %v: want 0 to 1", parallel.ErrOption, w.Q))
		}
	}
	cols, err := stats.OfColumn(k, c.col, wants...)
	if err != nil {
		return nil, k.plainly(err)
	}
	out := make([]Column, len(cols))
	for i, col := range cols {
		out[i] = Column{col}
	}
	return out, nil
}

// value computes a statistic that has the type of the column, or its own.
func (c Column) value(ctx context.Context, name string, s stats.Statistic, opts []parallel.Option) (any, error) {
	out, err := c.statistics(ctx, name, opts, stats.Want{Statistic: s})
	if err != nil {
		return nil, err
	}
	return out[0].Value(0), nil
}

// float computes a statistic of numbers that is a float64, NaN if there is none.
func (c Column) float(ctx context.Context, name string, w stats.Want, opts []parallel.Option) (float64, error) {
	if c.col.Field.Type != nil && !stats.IsNumber(c.col.Field.Type) {
		return 0, fmt.Errorf("%s: %w", name, notNumbers(c.col))
	}
	out, err := c.statistics(ctx, name, opts, w)
	if err != nil {
		return 0, err
	}
	if v, ok := out[0].Value(0).(float64); ok {
		return v, nil
	}
	return math.NaN(), nil
}

// beginColumn begins a call on the column.
func beginColumn(ctx context.Context, name string, c chunk.Column, opts []parallel.Option) (*call, error) {
	k, err := prepare(name, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return nil, err
	}
	if c.Field.Type == nil {
		return nil, k.wrap(fmt.Errorf("%w: the zero Column", ErrType))
	}
	return k, k.Begin(ctx, c.Len)
}

func notNumbers(c chunk.Column) error {
	return fmt.Errorf("column %q: %w: %v; want numbers", c.Field.Name, ErrType, c.Field.Type)
}

// Sum adds the values. It returns what [Column.Value] would: an int64 for
// integers and bools, a uint64 for unsigned integers, both exact; a float64 for
// floats, which are added in twice their precision; a duration for durations; and
// a decimal of the same scale for decimals. Without values it is 0. A sum that
// its type cannot hold is an [ErrValue], whatever the order of the values.
//
//	Column.Sum(T...) int64 | uint64 | float64 | …
func (c Column) Sum(ctx context.Context, opts ...parallel.Option) (any, error) {
	return c.value(ctx, "frame.Column.Sum", stats.Sum, opts)
}

// Mean returns the mean of numbers, bools or decimals, rounded once; of floats, nearly so.
// Without values it is NaN. Other types, such as times, are an [ErrType]: [Groups.Agg]
// and [Windows.Mean] take these.
//
//	Column.Mean(T...) float64
func (c Column) Mean(ctx context.Context, opts ...parallel.Option) (float64, error) {
	return c.float(ctx, "frame.Column.Mean", stats.Want{Statistic: stats.Mean}, opts)
}

// Var returns the variance of the values as a sample: the sum of squared differences from
// the mean, divided by one less than the number of values. It takes the types of
// [Column.Mean]. For fewer than two values it is NaN.
//
//	Column.Var(T...) float64
func (c Column) Var(ctx context.Context, opts ...parallel.Option) (float64, error) {
	return c.float(ctx, "frame.Column.Var", stats.Want{Statistic: stats.Var}, opts)
}

// Std returns the standard deviation of the values, the root of [Column.Var]. For fewer
// than two values it is NaN.
//
//	Column.Std(T...) float64
func (c Column) Std(ctx context.Context, opts ...parallel.Option) (float64, error) {
	return c.float(ctx, "frame.Column.Std", stats.Want{Statistic: stats.Std}, opts)
}

// Median is Quantile(ctx, 0.5).
//
//	Column.Median(T...) float64
func (c Column) Median(ctx context.Context, opts ...parallel.Option) (float64, error) {
	return c.float(ctx, "frame.Column.Median", stats.Want{Statistic: stats.Quantile, Q: 0.5}, opts)
}

// Quantile returns the value below which the share q of the values lies: the one at place
// q·(n-1) of the values in order, or between two places an interpolation between their
// values, as in pandas by default. It takes the types of [Column.Mean]. Without values it
// is NaN. A q that is not from 0 to 1 is a [parallel.ErrOption]. It copies the column.
//
//	Column.Quantile(T...) float64
func (c Column) Quantile(ctx context.Context, q float64, opts ...parallel.Option) (float64, error) {
	return c.float(ctx, "frame.Column.Quantile", stats.Want{Statistic: stats.Quantile, Q: q}, opts)
}

// Min returns the least value, as [Column.Value] does, of a column whose type has
// an order. Without values it is nil.
//
//	Column.Min(T...) T
func (c Column) Min(ctx context.Context, opts ...parallel.Option) (any, error) {
	return c.value(ctx, "frame.Column.Min", stats.Min, opts)
}

// Max returns the greatest value, as [Column.Value] does, of a column whose type
// has an order. Without values it is nil.
//
//	Column.Max(T...) T
func (c Column) Max(ctx context.Context, opts ...parallel.Option) (any, error) {
	return c.value(ctx, "frame.Column.Max", stats.Max, opts)
}

// Count returns the number of values: rows that are neither null nor NaN, of a
// column of any type. [Column.NullN] counts the nulls.
//
//	Column.Count(T...) int
func (c Column) Count(ctx context.Context, opts ...parallel.Option) (int, error) {
	n, err := c.value(ctx, "frame.Column.Count", stats.Count, opts)
	if err != nil {
		return 0, err
	}
	return int(n.(int64)), nil
}

// NUnique returns the number of different values, told apart as the keys of
// [Frame.GroupBy] are: -0.0 and 0.0 are one; nulls and NaNs are none.
//
//	Column.NUnique(T...) int
func (c Column) NUnique(ctx context.Context, opts ...parallel.Option) (int, error) {
	n, err := c.value(ctx, "frame.Column.NUnique", stats.Distinct, opts)
	if err != nil {
		return 0, err
	}
	return int(n.(int64)), nil
}
