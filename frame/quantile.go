package frame

import (
	"context"
	"fmt"
	"math"

	"github.com/parframe/parframe/parallel"
)

// Median is Quantile(ctx, 0.5).
//
//	Column.Median(T...) float64
func (c Column) Median(ctx context.Context, opts ...parallel.Option) (float64, error) {
	return c.quantile(ctx, "frame.Column.Median", 0.5, opts)
}

// Quantile gives the value below which the part q, from 0 to 1, of the values
// lies: that at place q·(n-1) of the values in order, and between two places
// what lies between their values in proportion, as pandas does by default.
// It is NaN if there are no values. It copies the column.
//
//	Column.Quantile(T...) float64
func (c Column) Quantile(ctx context.Context, q float64, opts ...parallel.Option) (float64, error) {
	return c.quantile(ctx, "frame.Column.Quantile", q, opts)
}

func (c Column) quantile(ctx context.Context, name string, q float64, opts []parallel.Option) (_ float64, err error) {
	k, err := beginColumn(ctx, name, c.col, opts)
	if err != nil {
		return 0, err
	}
	defer k.End(&err)
	if !(q >= 0 && q <= 1) {
		return 0, k.wrap(fmt.Errorf("%w: quantile %v: want 0 to 1", ErrValue, q))
	}
	x, err := numbersOf(k, c.col)
	if err != nil {
		return 0, err
	}
	if len(x) == 0 {
		return math.NaN(), nil
	}
	v := quantile(ctx, x, q)
	return v, context.Cause(ctx)
}
