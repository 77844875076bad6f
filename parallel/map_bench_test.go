package parallel_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/parframe/parframe/parallel"
)

func nano(_ context.Context, x float64) (float64, error) { return x*1.5 + 1, nil }

// loop is the loop of a user who has fn as a value, for comparison with Map. It is not
// inlined, or the compiler would see which function fn is, and inline it.
//
//go:noinline
func loop(ctx context.Context, xs []float64, fn func(context.Context, float64) (float64, error)) ([]float64, error) {
	out := make([]float64, len(xs))
	for i, x := range xs {
		r, err := fn(ctx, x)
		if err != nil {
			return nil, err
		}
		out[i] = r
	}
	return out, nil
}

var sink []float64

func BenchmarkMap(b *testing.B) {
	ctx := b.Context()
	for _, n := range []int{0, 1, 10, 1000, 1_000_000} {
		xs := make([]float64, n)
		fn := nano
		b.Run(fmt.Sprintf("n=%d/inlined", n), func(b *testing.B) {
			for b.Loop() {
				out := make([]float64, len(xs))
				for i, x := range xs {
					out[i] = x*1.5 + 1
				}
				sink = out
			}
		})
		b.Run(fmt.Sprintf("n=%d/loop", n), func(b *testing.B) {
			for b.Loop() {
				sink, _ = loop(ctx, xs, fn)
			}
		})
		for _, w := range []int{1, 2} {
			if w > runtime.GOMAXPROCS(0) {
				continue
			}
			b.Run(fmt.Sprintf("n=%d/workers=%d", n, w), func(b *testing.B) {
				for b.Loop() {
					sink, _ = parallel.Map(ctx, xs, fn, parallel.Workers(w))
				}
			})
		}
	}
}
