package frame

import (
	"context"
	"reflect"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/rowcodec"
	"github.com/parframe/parframe/internal/stats"
)

// CumSum returns the frame with the sum of all values down to each row in the column's
// place, or beside it: As("name"). As in pandas, a null or NaN is left out, and the result
// of its own row is null.
//
// Integers, durations and decimals are added exactly, and floats in twice their precision.
// The results have the types of [Column.Sum]. A sum that the result cannot hold is an
// [ErrValue] of its row. As the other cumulative functions, CumSum runs in two passes over
// cells that follow from the number of rows alone, and so every bit of the result does; see
// [parallel.Scan].
//
//	Frame{col T, …}.CumSum(col) Frame{col int64 | uint64 | float64 | …, …}
func (f *Frame) CumSum(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return f.Expanding().statistic(ctx, "frame.CumSum", col, stats.Sum, true, opts)
}

// CumMin returns the least value so far, of a column whose type has an order. Nulls and
// NaNs are as for [Frame.CumSum].
//
//	Frame{col T, …}.CumMin(col) Frame{col T, …}
func (f *Frame) CumMin(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return f.Expanding().statistic(ctx, "frame.CumMin", col, stats.Min, true, opts)
}

// CumMax returns the greatest value so far, of a column whose type has an order. Nulls and
// NaNs are as for [Frame.CumSum].
//
//	Frame{col T, …}.CumMax(col) Frame{col T, …}
func (f *Frame) CumMax(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return f.Expanding().statistic(ctx, "frame.CumMax", col, stats.Max, true, opts)
}

// CumProd multiplies: integers and bools exactly, as int64 or, of unsigned
// integers, uint64, and floats as float64. A product that the result cannot hold is
// an [ErrValue] of its row. Nulls and NaNs are as for [Frame.CumSum].
//
//	Frame{col T, …}.CumProd(col) Frame{col int64 | uint64 | float64, …}
func (f *Frame) CumProd(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return f.Expanding().statistic(ctx, "frame.CumProd", col, stats.Product, true, opts)
}

// Scan combines all values down to each row with op, and returns the frame
// with the results in the column's place, or beside it: As("name").
//
//	Scan(Frame{col T, …}, T, func(T, T) T) Frame{col T, …}
//
// The algebra is as for [parallel.Scan], on whose grid it runs: op is
// associative, identity neutral to it. T is a scalar as for [MapColumn]. A
// null is left out, and the result of its row null, where T is plain; else op
// sees it. A panic in op is a [parallel.RowError].
func Scan[T any](ctx context.Context, f *Frame, col string, identity T, op func(a, b T) T, opts ...RowOption) (_ *Frame, err error) {
	c, err := begin(ctx, "frame.Scan", f, op == nil, engine.Collect(opts, RowOption.ForRows), []string{optionAs})
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	p, err := rowcodec.PlanOf(reflect.TypeFor[T]())
	if err != nil || !p.Scalar {
		return nil, c.wrap(notScalar(reflect.TypeFor[T](), err))
	}
	names, err := namesOf(c, p, col)
	if err != nil {
		return nil, err
	}
	i, err := f.index(col)
	if err != nil {
		return nil, c.wrap(err)
	}
	vals, places, err := presentValues[T](ctx, c, p, f.cols[i])
	if err != nil {
		return nil, err
	}
	results, err := engine.Scan(c.Call, vals, op)
	if err != nil {
		return nil, atPlace(err, places)
	}
	if places == nil {
		cols, err := writeRows(ctx, c, p, names, results)
		if err != nil {
			return nil, err
		}
		return f.with(cols)
	}
	rows := make([]Null[T], f.rows)
	err = c.Ranges(len(rows), func(_ context.Context, lo, hi int) error {
		for i := lo; i < hi; i++ {
			if places.Has(i) {
				rows[i] = Some(results[places.Above(i)])
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if p, err = rowcodec.PlanOf(reflect.TypeFor[Null[T]]()); err != nil {
		return nil, c.wrap(err)
	}
	cols, err := writeRows(ctx, c, p, names, rows)
	if err != nil {
		return nil, err
	}
	return f.with(cols)
}
