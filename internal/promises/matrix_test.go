package promises

import (
	"context"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/matrix"
	"github.com/parframe/parframe/parallel"
)

type dense = matrix.Dense[float64]

// dense2 returns a matrix of n rows, whose first column numbers them.
func dense2(n int) *dense {
	return input("dense", n, func(n int) (*dense, error) {
		data := make([]float64, 2*n)
		for i := range n {
			data[2*i], data[2*i+1] = float64(i), float64(i*7%5)+0.5
		}
		return matrix.New(n, 2, data)
	})
}

func dense1(n int) *dense {
	return input("dense1", n, func(n int) (*dense, error) { return matrix.New(n, 1, make([]float64, n)) })
}

var matrixOperations = []operation{
	{name: "matrix.MapRows", hasFunction: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := matrix.MapRows(ctx, dense2(n), func(ctx context.Context, r []float64) (float64, error) { return r[1], f(ctx, int(r[0])) }, as[parallel.ItemOption](at)...)
		return err
	}},
	{name: "matrix.MapRows2", hasFunction: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, _, err := matrix.MapRows2(ctx, dense2(n), func(ctx context.Context, r []float64) (float64, int, error) {
			return r[1], 0, f(ctx, int(r[0]))
		}, as[parallel.ItemOption](at)...)
		return err
	}},
	{name: "matrix.MapRowsTo", hasFunction: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := matrix.MapRowsTo(ctx, dense2(n), 1, func(ctx context.Context, dst, r []float64) error {
			dst[0] = r[1]
			return f(ctx, int(r[0]))
		}, as[parallel.ItemOption](at)...)
		return err
	}},
	{name: "matrix.MapElements", hasFunction: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := matrix.MapElements(ctx, dense1(n), func(ctx context.Context, i, _ int, v float64) (float64, error) {
			return v, f(ctx, i)
		}, as[parallel.ItemOption](at)...)
		return err
	}},
	{name: "matrix.Apply", hasFunction: true, takes: partOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := matrix.Apply(ctx, dense2(n), func(ctx context.Context, part *dense) (*dense, error) {
			return part, f(ctx, int(part.At(0, 0)))
		}, parted[frame.PartOption](n, at)...)
		return err
	}},
	{name: "matrix.FoldRows", hasFunction: true, takes: foldOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := matrix.FoldRows(ctx, dense2(n), func() float64 { return 0 },
			func(ctx context.Context, acc float64, r []float64) (float64, error) {
				return acc + r[1], f(ctx, int(r[0]))
			},
			func(a, b float64) float64 { return a + b }, as[parallel.FoldOption](at)...)
		return err
	}},
	{name: "matrix.ReduceRows", hasFunction: true, blind: true, takes: anyOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := matrix.ReduceRows(ctx, dense2(n), []float64{0, 0}, func(acc, r []float64) {
			blindly(ctx, f, int(r[0]))
			acc[0], acc[1] = max(acc[0], r[0]), max(acc[1], r[1])
		}, as[parallel.Option](at)...)
		return err
	}},
	{name: "matrix.CountWithin", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := matrix.CountWithin(ctx, dense2(n), 1, 3, as[parallel.Option](at)...)
		return err
	}},
	{name: "matrix.NormalizeRows", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := matrix.NormalizeRows(ctx, dense2(n), matrix.MinMax, as[parallel.Option](at)...)
		return err
	}},
	{name: "matrix.FromFrame", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := matrix.FromFrame(ctx, long(n), []string{"i", "x"}, as[parallel.Option](at)...)
		return err
	}},
	{name: "matrix.FromFrameOf", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := matrix.FromFrameOf[int64](ctx, long(n), []string{"i"}, as[parallel.Option](at)...)
		return err
	}},
	{name: "matrix.FromFrameOr", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := matrix.FromFrameOr(ctx, long(n), 0.0, []string{"i", "x"}, as[parallel.Option](at)...)
		return err
	}},
	{name: "matrix.ToFrame", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := matrix.ToFrame(ctx, dense2(n), []string{"i", "x"}, as[parallel.Option](at)...)
		return err
	}},
}
