package frame

import (
	"context"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/stats"
	"github.com/parframe/parframe/parallel"
)

// statistics are the rows of Describe, in their order.
var statistics = []string{"count", "null_count", "mean", "std", "min", "25%", "50%", "75%", "max"}

// Describe sums up the columns: a row for each statistic, named in the first
// column, and a column of float64 for each of f. count is the number of rows
// that are neither null nor NaN, null_count the number of nulls; std and the
// quantiles are as in [Column.Std] and [Column.Quantile]. A column that is
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
		rows, err := describe(c, col)
		if err != nil {
			return nil, c.plainly(err)
		}
		d, err := columnFrom(col.Field.Name, rows)
		if err != nil {
			return nil, err
		}
		cols = append(cols, d)
	}
	return newOf(cols)
}

// describe computes the rows of Describe for a column, null where it has none.
func describe(c *call, col chunk.Column) ([]Null[float64], error) {
	rows := make([]Null[float64], len(statistics))
	rows[1] = Some(float64(col.NullN()))
	wants := []stats.Want{{Statistic: stats.Count}}
	if stats.IsNumber(col.Field.Type) {
		wants = append(wants, stats.Want{Statistic: stats.Mean}, stats.Want{Statistic: stats.Std})
		for _, q := range []float64{0, 0.25, 0.5, 0.75, 1} {
			wants = append(wants, stats.Want{Statistic: stats.Quantile, Q: q})
		}
	}
	results, err := stats.OfColumn(c, col, wants...)
	if err != nil {
		return nil, err
	}
	for i, r := range results {
		row := i
		if i > 0 {
			row++ // null_count
		}
		switch v := r.Value(0).(type) {
		case int64:
			rows[row] = Some(float64(v))
		case float64:
			rows[row] = Some(v)
		}
	}
	return rows, nil
}
