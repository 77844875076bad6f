package frame

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"reflect"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/rowcodec"
)

// The cumulative functions return the frame with, in the column's place or
// beside it (As("name")), what all values down to each row make. As in pandas,
// a null or NaN is left out, and the result of its own row is null. They run in
// two passes over cells that follow from the length alone, so that every bit of
// the result does; see [parallel.Scan].

// CumSum adds: integers exactly, as int64 or, of uint64, uint64, and floats
// with compensation for rounding, as float64. A sum that the result cannot hold
// is an [ErrValue] of its row.
//
//	Frame{col T, …}.CumSum(col) Frame{col int64 | uint64 | float64, …}
func (f *Frame) CumSum(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return f.Expanding().sum(ctx, "frame.CumSum", col, true, opts)
}

// CumMin gives the least value so far. The column may also be of times.
//
//	Frame{col T, …}.CumMin(col) Frame{col T, …}
func (f *Frame) CumMin(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return f.Expanding().lowest(ctx, "frame.CumMin", col, true, opts)
}

// CumMax gives the greatest value so far. The column may also be of times.
//
//	Frame{col T, …}.CumMax(col) Frame{col T, …}
func (f *Frame) CumMax(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	return f.Expanding().greatest(ctx, "frame.CumMax", col, true, opts)
}

// CumProd multiplies: integers exactly, as int64 or, of uint64, uint64, and
// floats as float64. A product that the result cannot hold is an [ErrValue] of
// its row.
//
//	Frame{col T, …}.CumProd(col) Frame{col int64 | uint64 | float64, …}
func (f *Frame) CumProd(ctx context.Context, col string, opts ...RowOption) (_ *Frame, err error) {
	j, err := f.Expanding().job(ctx, "frame.CumProd", col, false, opts)
	if err != nil {
		return nil, err
	}
	defer j.c.End(&err)
	j.own = true
	if err := j.numbers(); err != nil {
		return nil, err
	}
	tooLarge := func(typ arrow.DataType) func(product) error {
		return func(product) error {
			return fmt.Errorf("column %q: %w: the product, which is %v", col, ErrValue, typ)
		}
	}
	switch id, _ := wideOf(j.col.Field.Type); id {
	case arrow.UINT64:
		return rollInto(ctx, j, &roller[uint64, uint64, product, foldProducts[uint64]]{
			finish: func(a product, _ int) (uint64, bool) { return a.abs, !a.over },
			check:  tooLarge(arrow.PrimitiveTypes.Uint64), typ: arrow.PrimitiveTypes.Uint64,
		})
	case arrow.INT64:
		return rollInto(ctx, j, &roller[int64, int64, product, foldProducts[int64]]{
			finish: func(a product, _ int) (int64, bool) { return a.int64() },
			check:  tooLarge(arrow.PrimitiveTypes.Int64), typ: arrow.PrimitiveTypes.Int64,
		})
	}
	return rollInto(ctx, j, &roller[float64, float64, float64, foldFactors]{
		finish: func(a float64, _ int) (float64, bool) { return a, true }, typ: arrow.PrimitiveTypes.Float64,
	})
}

type foldFactors struct{}

func (foldFactors) lift(x float64) float64    { return x }
func (foldFactors) join(a, b float64) float64 { return a * b }

// product is one of integers: over says that its absolute value does not fit
// 64 bits. Times 0 it does again.
type product struct {
	abs       uint64
	neg, over bool
}

type foldProducts[T int64 | uint64] struct{}

func (foldProducts[T]) lift(x T) product {
	if x < 0 {
		return product{abs: -uint64(x), neg: true}
	}
	return product{abs: uint64(x)}
}

func (foldProducts[T]) join(a, b product) product {
	hi, lo := bits.Mul64(a.abs, b.abs)
	p := product{lo, a.neg != b.neg, a.over || b.over || hi != 0}
	if !a.over && a.abs == 0 || !b.over && b.abs == 0 {
		p = product{}
	}
	return p
}

func (a product) int64() (int64, bool) {
	if a.neg {
		return int64(-a.abs), !a.over && a.abs <= 1<<63
	}
	return int64(a.abs), !a.over && a.abs <= math.MaxInt64
}

// Scan combines all values down to each row with op, and returns the frame
// with the results in the column's place, or beside it: As("name").
//
//	Scan(Frame{col T, …}, T, func(T, T) T) Frame{col T, …}
//
// The algebra is that of [parallel.Scan], on whose grid it runs: op is
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
			if places.has(i) {
				rows[i] = Some(results[places.upTo(i)])
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
