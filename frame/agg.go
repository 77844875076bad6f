package frame

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/stats"
	"github.com/parframe/parframe/parallel"
)

// Agg is an aggregation for [Groups.Agg]: what is made of a column's values in
// a group. [Mean], [Sum] … make one, and [NewAgg] makes one of functions.
//
// As in pandas with skipna, a missing value is left out: a null and, in the
// aggregations that this package brings, NaN. What has no values left is null;
// a sum of none is 0, and so is a count.
//
// The types of results, here and wherever this package has the same statistic:
//
//	                        bool     int      uint     float    decimal  duration  time      others
//	Sum                     int64    int64    uint64   float64  decimal  duration  -         -
//	Mean, Median, Quantile  float64  float64  float64  float64  float64  duration  time      -
//	Var                     float64  float64  float64  float64  float64  -         -         -
//	Std                     float64  float64  float64  float64  float64  duration  duration  -
//	First, Last             the type of the column
//	Min, Max                the type of the column, if it has an order
//	Count, NUnique          int64
type Agg struct {
	name string
	col  string
	size bool // the number of rows, of no column
	want stats.Want
	user func(c *call, name string, col chunk.Column) (userMeasure, error)
}

func aggOf(col, suffix string, s stats.Statistic) Agg {
	return Agg{name: col + suffix, col: col, want: stats.Want{Statistic: s}}
}

// As returns the aggregation with that name for its column in the result.
func (a Agg) As(name string) Agg {
	a.name = name
	return a
}

// Size is the number of rows in the group, missing values or not: "size".
func Size() Agg { return Agg{name: "size", size: true} }

// Count is the number of values that are not missing: "x_count".
func Count(col string) Agg { return aggOf(col, "_count", stats.Count) }

// Sum is the sum: "x_sum". Of integers and bools it is an int64, of unsigned
// integers a uint64, of durations a duration, and of decimals a decimal of the
// same scale and the largest precision of its width: exact, and an [ErrValue] if it does not
// fit. Of floats it is a float64, added in twice the precision of a float64,
// in cells of the group's rows whose borders follow from their number alone.
func Sum(col string) Agg { return aggOf(col, "_sum", stats.Sum) }

// Mean is the mean: "x_mean". Of numbers, bools and decimals it is a float64,
// rounded once; of times and durations a value of their own type, to the
// nearest tick.
func Mean(col string) Agg { return aggOf(col, "_mean", stats.Mean) }

// Var is the variance of a sample, the sum of squared differences from the mean divided by
// n-1: "x_var". It is null for fewer than two values.
func Var(col string) Agg { return aggOf(col, "_var", stats.Var) }

// Std is the standard deviation of a sample, the root of [Var]: "x_std". Of times
// and durations, which have no variance, it is a duration: in the unit of the column,
// and in seconds for dates.
func Std(col string) Agg { return aggOf(col, "_std", stats.Std) }

// Median is the middle value, or the mean of the two middle ones: "x_median". It
// has the type of [Mean].
func Median(col string) Agg {
	return Agg{name: col + "_median", col: col, want: stats.Want{Statistic: stats.Quantile, Q: 0.5}}
}

// Quantile is the value below which a share q of the values lies, 0 to 1,
// with linear interpolation between two of them as in pandas and numpy:
// "x_q0.9" for Quantile("x", 0.9). It has the type of [Mean]. Any other q is a
// [parallel.ErrOption] of [Groups.Agg].
func Quantile(col string, q float64) Agg {
	name := col + "_q" + strconv.FormatFloat(q, 'g', -1, 64)
	return Agg{name: name, col: col, want: stats.Want{Statistic: stats.Quantile, Q: q}}
}

// Min is the least value, of the column's own type: "x_min". Text and binary
// go by their bytes, false comes before true.
func Min(col string) Agg { return aggOf(col, "_min", stats.Min) }

// Max is the greatest value, of the column's own type: "x_max".
func Max(col string) Agg { return aggOf(col, "_max", stats.Max) }

// First is the first value that is not missing, of any type: "x_first".
func First(col string) Agg { return aggOf(col, "_first", stats.First) }

// Last is the last value that is not missing, of any type: "x_last".
func Last(col string) Agg { return aggOf(col, "_last", stats.Last) }

// NUnique is the number of different values, missing ones not counted:
// "x_nunique". They are told apart as the keys of [Frame.GroupBy] are.
func NUnique(col string) Agg { return aggOf(col, "_nunique", stats.Distinct) }

// Agg returns the key columns with the aggregations beside them, a row per
// group in the order of the groups.
//
//	Groups{K…}.Agg(Agg…) Frame{K…, Agg…}
//
// The results are the same to the last bit for any number of workers and any
// Arrow chunks. A column is read once for all its aggregations. A group of
// more than 65,536 rows is cut into cells of at most that many, which run on
// all cores and are merged in their order, so that one giant group is no
// bottleneck. If a function of [NewAgg] fails, the error names the first group
// that does, as for [ApplyGroups]. Options are given by [Groups.With].
//
// A name that comes twice is an [ErrName], a column that the frame does not have an
// [ErrColumn], and one whose type does not have the statistic an [ErrType]. One error
// lists all of them. A result that its type cannot hold is an [ErrValue] of its group.
func (g *Groups) Agg(ctx context.Context, aggs ...Agg) (_ *Frame, err error) {
	return g.agg(ctx, "frame.Groups.Agg", nil, aggs, nil)
}

// agg computes the aggregations under the name of the call that the user made,
// and hands the result to then, as a part of that call.
func (g *Groups) agg(ctx context.Context, name string, given []engine.Setting, aggs []Agg, then func(*call, *Frame) (*Frame, error)) (_ *Frame, err error) {
	var accepted []string
	if slices.ContainsFunc(aggs, func(a Agg) bool { return a.user != nil }) {
		accepted = []string{"Seed", "WorkerState"} // which only functions can see
	}
	c, err := g.begin(ctx, name, false, given, accepted)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	run, err := newAggRun(c, g, aggs)
	if err != nil {
		return nil, c.wrap(err)
	}
	at, err := g.find(c)
	if err != nil {
		return nil, err
	}
	if err := run.prepare(ctx, at); err != nil {
		return nil, c.plainly(err)
	}
	if err := run.measure(ctx, at); err != nil {
		return nil, g.explain(err)
	}
	keys, err := g.keyFrame(c, at)
	if err != nil {
		return nil, c.plainly(err)
	}
	cols, err := run.results(ctx)
	if err != nil {
		return nil, c.plainly(err)
	}
	out, err := keys.with(cols)
	if err != nil || then == nil {
		return out, err
	}
	return then(c, out)
}

// NewAgg makes an aggregation of functions: zero makes an empty accumulator,
// add takes in a value and returns the accumulator, merge joins the accumulators of two
// neighboring parts of the group, the left one first, and finish makes the
// result of it.
//
//	NewAgg(name, col, func() A, func(A, T) A, func(A, A) A, func(A) R) Agg
//
// The algebra is as for [parallel.Fold]: merge is associative, and zero() is
// neutral to it. Then the result is what a plain loop gives over the group's
// values in their order. Groups of up to 65,536 rows are one part; merge is
// called for larger ones only, at borders that follow from their length.
//
// In add, [parallel.Index] gives the row of the frame that the value comes from,
// and in finish the number of the group.
//
// T is a scalar that [MapRows] could read from the column. A null is left out
// where T cannot be null; *T, sql.Null[T] and Null[T] get it. NaN is a value.
// A []byte, or what a pointer refers to, holds until add returns. R is a scalar
// and makes the column of the result, named name.
func NewAgg[T, A, R any](name, col string, zero func() A, add func(ctx context.Context, acc A, x T) (A, error), merge func(a, b A) A, finish func(ctx context.Context, acc A) (R, error)) Agg {
	a := Agg{name: name, col: col}
	a.user = func(c *call, name string, in chunk.Column) (userMeasure, error) {
		if zero == nil || add == nil || merge == nil || finish == nil {
			return nil, fmt.Errorf("NewAgg %q: %w", name, parallel.ErrNilFunc)
		}
		return newUserMeasure(c, name, in, userFuncs[T, A, R]{zero, add, merge, finish})
	}
	return a
}
