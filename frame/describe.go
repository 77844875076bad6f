package frame

import (
	"context"
	"math"
	"slices"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/parallel"
)

// statistics are the rows of Describe, in their order.
var statistics = []string{"count", "null_count", "mean", "std", "min", "25%", "50%", "75%", "max"}

// Describe sums up the columns: a row for each statistic, named in the first
// column, and a column of float64 for each of f. count is the number of rows
// that are neither null nor NaN, null_count that of nulls; std and the
// quantiles are those of [Column.Std] and [Column.Quantile]. A column that is
// not of numbers has only the two counts, and is null in the other rows, as is
// what a column with too few values does not have.
//
//	Describe(Frame{…}) Frame{statistic string, … float64}
func (f *Frame) Describe(ctx context.Context, opts ...parallel.Option) (_ *Frame, err error) {
	c, err := ownCall(ctx, "frame.Describe", f, opts)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	label := "statistic"
	for f.Schema().HasField(label) {
		label += "_"
	}
	names, err := columnFrom(label, statistics)
	if err != nil {
		return nil, err
	}
	cols := []chunk.Column{names}
	for _, col := range f.cols {
		stats, err := describe(c, col)
		if err != nil {
			return nil, err
		}
		d, err := columnFrom(col.Field.Name, stats)
		if err != nil {
			return nil, err
		}
		cols = append(cols, d)
	}
	return newOf(cols)
}

func describe(c *call, col chunk.Column) ([]Null[float64], error) {
	seen, err := observed(c.Context(), c, col)
	if err != nil {
		return nil, err
	}
	stats := make([]Null[float64], len(statistics))
	n := seen.upTo(col.Len)
	stats[0] = Some(float64(n))
	stats[1] = Some(float64(col.NullN()))
	if _, number := wideOf(col.Field.Type); !number || n == 0 {
		return stats, nil
	}
	sum, _, err := sumOf(c, col)
	if err != nil {
		return nil, err
	}
	v, err := varianceOf(c, col)
	if err != nil {
		return nil, err
	}
	x, err := numbersOf(c, col)
	if err != nil {
		return nil, err
	}
	stats[2] = Some(sum / float64(n))
	stats[3] = Null[float64]{V: math.Sqrt(v), Valid: n > 1}
	for k, v := range fiveNumbers(c.Context(), x) {
		stats[4+k] = Some(v)
	}
	return stats, context.Cause(c.Context())
}

// fiveNumbers are least value, quartiles and greatest value of values that are
// not empty. It moves them about: what one quartile has put behind it is all
// that the next one is looked for in. They are of no use once the context has ended.
func fiveNumbers(ctx context.Context, v []float64) [5]float64 {
	out, from := [5]float64{0: least(ctx, v)}, 0
	for i, q := range []float64{0.25, 0.5, 0.75} {
		k, share := quantileAt(len(v), q)
		if k >= from {
			selectNth(ctx, v[from:], k-from)
			from = k + 1
		}
		if out[i+1] = v[k]; share > 0 {
			out[i+1] = between(v[k], least(ctx, v[k+1:]), share)
		}
	}
	v = v[max(from-1, 0):]
	out[4] = v[0]
	_ = chunk.Blocks(ctx, 0, len(v), func(lo, hi int) { out[4] = max(out[4], slices.Max(v[lo:hi])) })
	return out
}
