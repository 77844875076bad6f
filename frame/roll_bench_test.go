package frame_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

const rollRows = 5_000_000

func rollFrame(b testing.TB, n int) (*frame.Frame, []float64) {
	r := rand.New(rand.NewPCG(3, 4))
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64() * 100
	}
	c, err := frame.NewColumn("x", x)
	if err != nil {
		b.Fatal(err)
	}
	f, err := frame.New(c)
	if err != nil {
		b.Fatal(err)
	}
	return f, x
}

// runningMean is the loop by hand: a running sum, cut in chunks, that takes
// in one value and lets one go. The first w-1 rows are NaN.
func runningMean(ctx context.Context, x []float64, w int, opts ...parallel.ItemOption) []float64 {
	out := make([]float64, len(x))
	_ = parallel.Range(ctx, len(x), func(_ context.Context, lo, hi int) error {
		i := lo
		for ; i < min(hi, w-1); i++ {
			out[i] = math.NaN()
		}
		if i == hi {
			return nil
		}
		sum := 0.0
		for _, v := range x[i-w+1 : i] {
			sum += v
		}
		in, old, dst := x[i:hi], x[i-w+1:][:hi-i], out[i:hi]
		for k, v := range in {
			sum += v
			dst[k] = sum / float64(w)
			sum -= old[k]
		}
		return nil
	}, append(opts, parallel.ChunkSize(1<<16))...)
	return out
}

func BenchmarkRollingMean(b *testing.B) {
	f, x := rollFrame(b, rollRows)
	for _, w := range []int{3, 8, 9, 12, 16, 30, 100, 1000, 100_000} {
		b.Run(fmt.Sprint(w), func(b *testing.B) {
			b.ReportAllocs()
			paired(b, func() { runningMean(b.Context(), x, w) }, func() {
				if _, err := f.Rolling(w).Mean(b.Context(), "x"); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

// spread is the user's function of a window.
func spread(_ context.Context, x []float64) (float64, error) {
	lo, hi := x[0], x[0]
	for _, v := range x {
		lo, hi = min(lo, v), max(hi, v)
	}
	return hi - lo, nil
}

// userWindow holds the function where the compiler cannot see through it, for
// all candidates alike.
var userWindow = spread

// BenchmarkRollRows is a user's function of each window beside the loop by
// hand, which calls the same function value and heeds its error. In inlined
// the compiler sees through the function in both, and merges it with the loop.
func BenchmarkRollRows(b *testing.B) {
	f, x := rollFrame(b, 1_000_000)
	for _, w := range []int{4, 20, 100} {
		roll := func(fn func(context.Context, []float64) (float64, error)) func() {
			return func() {
				if _, err := frame.RollRows(b.Context(), f.Rolling(w), "x", fn); err != nil {
					b.Fatal(err)
				}
			}
		}
		loop := func(chunk func(ctx context.Context, lo, hi int, out []float64) error) func() {
			return func() {
				out := make([]float64, len(x))
				err := parallel.Range(b.Context(), len(x), func(ctx context.Context, lo, hi int) error { return chunk(ctx, lo, hi, out) })
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.Run(fmt.Sprint(w), func(b *testing.B) {
			fn := userWindow
			paired(b, loop(func(ctx context.Context, lo, hi int, out []float64) error {
				for i := max(lo, w-1); i < hi; i++ {
					v, err := fn(ctx, x[i-w+1:i+1])
					if err != nil {
						return err
					}
					out[i] = v
				}
				return nil
			}), roll(fn))
		})
		b.Run(fmt.Sprint(w)+"/inlined", func(b *testing.B) {
			paired(b, loop(func(ctx context.Context, lo, hi int, out []float64) error {
				for i := max(lo, w-1); i < hi; i++ {
					out[i], _ = spread(ctx, x[i-w+1:i+1])
				}
				return nil
			}), roll(spread))
		})
	}
}

// BenchmarkRolling is each built-in's time for a row of a window of 100.
func BenchmarkRolling(b *testing.B) {
	f, _ := rollFrame(b, 1_000_000)
	w := f.Rolling(100)
	type call func(ctx context.Context, col string, opts ...frame.RowOption) (*frame.Frame, error)
	for name, op := range map[string]call{"Sum": w.Sum, "Mean": w.Mean, "Min": w.Min, "Max": w.Max, "Var": w.Var, "Std": w.Std, "Count": w.Count, "ExpandingMean": f.Expanding().Mean} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := op(b.Context(), "x", parallel.Workers(1)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e6, "ns/row")
		})
	}
}
