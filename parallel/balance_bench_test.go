package parallel_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// spin works for about n units. Its result keeps the compiler from removing the work.
//
//go:noinline
func spin(n int) (x uint64) {
	for range n {
		x = x*0x9e3779b97f4a7c15 + 1
	}
	return x
}

// unitsPerMilli calibrates spin once.
func unitsPerMilli() int {
	const n = 20_000_000
	best := time.Hour
	for range 3 {
		start := time.Now()
		if spin(n) == 0 {
			panic("spin does not work")
		}
		best = min(best, time.Since(start))
	}
	return int(float64(n) / (float64(best) / 1e6))
}

// BenchmarkSlow runs 20 items of 1 ms of work. The difference to a fair share for each
// core is the cost of starting, balancing and ending a call.
func BenchmarkSlow(b *testing.B) {
	work := slices.Repeat([]int{unitsPerMilli()}, 20)
	benchmarkBalance(b, work)
}

// BenchmarkSkewed runs 20,000 items whose costs are heavy-tailed: the sum is about
// a second of work on one core, and the hundred longest items make a fifth of it.
func BenchmarkSkewed(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	ms := float64(unitsPerMilli())
	work := make([]int, 20_000)
	for i := range work {
		// Pareto, from 5 µs, cut at 20 ms.
		work[i] = int(ms * min(0.005/(1-rng.Float64()), 20))
	}
	b.Run("shuffled", func(b *testing.B) { benchmarkBalance(b, work) })
	slices.Sort(work)
	b.Run("ascending", func(b *testing.B) { benchmarkBalance(b, work) })
	slices.Reverse(work)
	b.Run("descending", func(b *testing.B) { benchmarkBalance(b, work) })
}

// benchmarkBalance compares the loop with the calls. The metric "of ideal" is the time
// divided by the ideal time, which is the loop's time divided by the number of cores.
// Ranges of equal length, which users write by hand, are the comparison.
func benchmarkBalance(b *testing.B, work []int) {
	fn := func(_ context.Context, n int) error {
		if spin(n) == 0 {
			return errBoom
		}
		return nil
	}
	var perfect float64
	b.Run("loop", func(b *testing.B) {
		ctx := b.Context()
		for b.Loop() {
			for _, n := range work {
				_ = fn(ctx, n)
			}
		}
		perfect = float64(b.Elapsed()) / float64(b.N)
	})
	for _, w := range []int{1, 2, 4, 8} {
		if w > runtime.GOMAXPROCS(0) {
			break
		}
		for name, opts := range map[string][]any{
			"":            {parallel.Workers(w)},
			"/partitions": {parallel.Workers(w), parallel.Partitions(w)},
		} {
			b.Run(fmt.Sprintf("workers=%d%s", w, name), func(b *testing.B) {
				for b.Loop() {
					_ = parallel.ForEach(b.Context(), work, fn, items(opts)...)
				}
				if perfect > 0 {
					b.ReportMetric(float64(b.Elapsed())/float64(b.N)/(perfect/float64(w)), "of-ideal")
				}
			})
		}
	}
}
