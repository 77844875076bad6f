package parallel_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/parframe/parframe/parallel"
)

// The loops call the function as a value, as a user's own helper would. So the
// compiler cannot inline it, and the sums keep the results alive.
var (
	sumSink  float64
	listSink []float64
)

//go:noinline
func plainReduce(xs []float64, op func(a, b float64) float64) float64 {
	acc := 0.0
	for _, x := range xs {
		acc = op(acc, x)
	}
	return acc
}

//go:noinline
func plainFold(ctx context.Context, xs []float64, add func(context.Context, float64, float64) (float64, error)) (float64, error) {
	acc := 0.0
	var err error
	for _, x := range xs {
		if acc, err = add(ctx, acc, x); err != nil {
			return 0, err
		}
	}
	return acc, nil
}

//go:noinline
func filterLoop(ctx context.Context, xs []float64, keep func(context.Context, float64) (bool, error)) ([]float64, error) {
	out := []float64{}
	for _, x := range xs {
		ok, err := keep(ctx, x)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, x)
		}
	}
	return out, nil
}

//go:noinline
func forEachLoop(ctx context.Context, xs []float64, fn func(context.Context, float64) error) error {
	for _, x := range xs {
		if err := fn(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

// besideLoop runs a loop and a call over n items each.
func besideLoop(b *testing.B, loop func(ctx context.Context, xs []float64), call func(ctx context.Context, xs []float64, opts ...any)) {
	for _, n := range []int{10, 1000, 1_000_000} {
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = float64(mix(i) % 1000)
		}
		b.Run(fmt.Sprintf("n=%d/loop", n), func(b *testing.B) {
			for b.Loop() {
				loop(b.Context(), xs)
			}
		})
		for _, w := range []int{1, 2} {
			if w > runtime.GOMAXPROCS(0) {
				continue
			}
			b.Run(fmt.Sprintf("n=%d/workers=%d", n, w), func(b *testing.B) {
				for b.Loop() {
					call(b.Context(), xs, parallel.Workers(w))
				}
			})
		}
	}
}

func BenchmarkReduce(b *testing.B) {
	op := func(a, x float64) float64 { return a + x*0.5 }
	besideLoop(b, func(_ context.Context, xs []float64) { sumSink = plainReduce(xs, op) },
		func(ctx context.Context, xs []float64, opts ...any) {
			sumSink, _ = parallel.Reduce(ctx, xs, 0, op, common(opts)...)
		})
}

func BenchmarkFold(b *testing.B) {
	zero := func() float64 { return 0 }
	add := func(_ context.Context, a, x float64) (float64, error) { return a + x*0.5, nil }
	merge := func(a, b float64) float64 { return a + b }
	besideLoop(b, func(ctx context.Context, xs []float64) { sumSink, _ = plainFold(ctx, xs, add) },
		func(ctx context.Context, xs []float64, opts ...any) {
			sumSink, _ = parallel.Fold(ctx, xs, zero, add, merge, folds(opts)...)
		})
}

func BenchmarkFilter(b *testing.B) {
	keep := func(_ context.Context, x float64) (bool, error) { return x < 500, nil }
	besideLoop(b, func(ctx context.Context, xs []float64) { listSink, _ = filterLoop(ctx, xs, keep) },
		func(ctx context.Context, xs []float64, opts ...any) {
			listSink, _ = parallel.Filter(ctx, xs, keep, items(opts)...)
		})
}

func BenchmarkForEach(b *testing.B) {
	fn := func(_ context.Context, _ float64) error { return nil }
	besideLoop(b, func(ctx context.Context, xs []float64) { _ = forEachLoop(ctx, xs, fn) }, func(ctx context.Context, xs []float64, opts ...any) {
		_ = parallel.ForEach(ctx, xs, fn, items(opts)...)
	})
}
