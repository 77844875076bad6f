package parallel

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
)

var sink []float64

// candidates runs every candidate at the width of GOMAXPROCS, which -cpu sets.
func candidates(b *testing.B, name string, xs []float64, fn Func) {
	compare(b, name, Candidates, xs, fn)
}

// compare runs some of them.
func compare(b *testing.B, name string, some []Candidate, xs []float64, fn Func) {
	for _, c := range some {
		b.Run(name+"/"+c.Name, func(b *testing.B) {
			run, stop := c.Start(runtime.GOMAXPROCS(0))
			defer stop()
			ctx := b.Context()
			b.ReportAllocs()
			for b.Loop() {
				out, err := run(ctx, xs, fn)
				if err != nil {
					b.Fatal(err)
				}
				sink = out
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(xs)), "ns/item")
		})
	}
}

// BenchmarkMap has work of a nanosecond per item: the cost of the call for 10
// items, and the cost per item for a million.
func BenchmarkMap(b *testing.B) {
	for _, n := range []int{10, 1000, 1_000_000} {
		candidates(b, fmt.Sprintf("n=%d", n), trivialItems(n), trivial)
	}
}

// BenchmarkSlow has few long items. The ideal is 1/width of the loop's time,
// where width divides 20.
func BenchmarkSlow(b *testing.B) {
	candidates(b, "n=20", slowItems(), spin)
}

// BenchmarkSkew has 20,000 items of very different cost; the ideal is 1/width
// of the loop's time.
func BenchmarkSkew(b *testing.B) {
	xs := skewedItems()
	candidates(b, "shuffled", xs, spin)
	rising := slices.Sorted(slices.Values(xs))
	candidates(b, "rising", rising, spin)
	falling := slices.Clone(rising)
	slices.Reverse(falling)
	candidates(b, "falling", falling, spin)
}
