package frame_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/parframe/parframe/parallel"
)

// BenchmarkReductions are the reductions and cumulative functions of 5,000,000
// floats beside the plain loops that do not compensate for rounding, on as many
// goroutines where they can be cut (all but the cumulative ones).
func BenchmarkReductions(b *testing.B) {
	f, x := rollFrame(b, rollRows)
	c := f.Columns()[0]
	parts := func(of func(x []float64) float64) (out float64) {
		const size = 1 << 18
		sums := make([]float64, (len(x)+size-1)/size)
		_ = parallel.Range(b.Context(), len(x), func(_ context.Context, lo, hi int) error {
			sums[lo/size] = of(x[lo:hi])
			return nil
		}, parallel.ChunkSize(size))
		for _, s := range sums {
			out += s
		}
		return out
	}
	plain := func() float64 {
		return parts(func(x []float64) (s float64) {
			for _, v := range x {
				s += v
			}
			return s
		})
	}
	variance := func() float64 {
		mean := plain() / float64(len(x))
		return parts(func(x []float64) (s float64) {
			for _, v := range x {
				s += (v - mean) * (v - mean)
			}
			return s
		}) / float64(len(x)-1)
	}
	running := func() []float64 {
		out, s := make([]float64, len(x)), 0.0
		for i, v := range x {
			s += v
			out[i] = s
		}
		return out
	}
	call := func(op func(ctx context.Context, opts ...parallel.Option) (float64, error)) func() {
		return func() {
			if _, err := op(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, o := range []struct {
		name     string
		loop, op func()
	}{
		{"Sum", func() { plain() }, func() {
			if _, err := c.Sum(b.Context()); err != nil {
				b.Fatal(err)
			}
		}},
		{"Mean", func() { plain() }, call(c.Mean)},
		{"Std", func() { math.Sqrt(variance()) }, call(c.Std)},
		{"Min", func() { parts(slices.Min[[]float64]) }, func() {
			if _, err := c.Min(b.Context()); err != nil {
				b.Fatal(err)
			}
		}},
		{"Median", func() {
			v := slices.Clone(x)
			handSelect(v, len(v)/2)
		}, call(c.Median)},
		{"Describe", func() {
			variance()
			v := slices.Clone(x)
			for _, k := range []int{0, len(v) / 4, len(v) / 2, len(v) * 3 / 4, len(v) - 1} {
				handSelect(v, k)
			}
		}, func() {
			if _, err := f.Describe(b.Context()); err != nil {
				b.Fatal(err)
			}
		}},
		{"CumSum", func() { running() }, func() {
			if _, err := f.CumSum(b.Context(), "x"); err != nil {
				b.Fatal(err)
			}
		}},
		{"CumMax", func() { running() }, func() {
			if _, err := f.CumMax(b.Context(), "x"); err != nil {
				b.Fatal(err)
			}
		}},
	} {
		b.Run(o.name, func(b *testing.B) { paired(b, o.loop, o.op) })
	}
}
