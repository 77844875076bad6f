package parallel_test

import (
	"context"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// timed is something to measure.
type timed struct {
	name string
	run  func()
}

// paired runs all of them in turn, and reports the median times, and their ratios to
// the first.
func paired(b *testing.B, all []timed) {
	took := make([][]float64, len(all))
	for b.Loop() {
		for i, m := range all {
			runtime.GC()
			start := time.Now()
			m.run()
			took[i] = append(took[i], float64(time.Since(start)))
		}
	}
	for i := range took {
		slices.Sort(took[i])
	}
	base := took[0][len(took[0])/2]
	b.ReportMetric(base, all[0].name+"-ns")
	for i, m := range all[1:] {
		b.ReportMetric(took[i+1][len(took[i+1])/2]/base, m.name+"/"+all[0].name)
	}
}

// byHand folds with one accumulator for each worker, written by hand.
func byHand[T, A any](xs []T, zero func() A, add func(A, T) A, merge func(a, b A) A) A {
	accs := make([]A, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for k := range accs {
		wg.Go(func() {
			acc := zero()
			lo, hi := splitAt(len(xs), len(accs), k)
			for _, x := range xs[lo:hi] {
				acc = add(acc, x)
			}
			accs[k] = acc
		})
	}
	wg.Wait()
	for _, acc := range accs[1:] {
		accs[0] = merge(accs[0], acc)
	}
	return accs[0]
}

// benchFold compares Fold with hand-written accumulators and with the loop.
func benchFold[T, A any](b *testing.B, xs []T, zero func() A, add func(A, T) A, merge func(a, b A) A) {
	fold := func(opts ...parallel.FoldOption) func() {
		return func() {
			_, err := parallel.Fold(b.Context(), xs, zero, func(_ context.Context, acc A, x T) (A, error) { return add(acc, x), nil }, merge, opts...)
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	paired(b, []timed{
		{"hand", func() { byHand(xs, zero, add, merge) }},
		{"loop", func() {
			acc := zero()
			for _, x := range xs {
				acc = add(acc, x)
			}
		}},
		{"fold", fold()},
		{"commutative", fold(parallel.Commutative())},
		{"parts=4", fold(parallel.Partitions(4))},
		{"parts=16", fold(parallel.Partitions(16))},
		{"parts=64", fold(parallel.Partitions(64))},
	})
}

// BenchmarkFoldWordCount counts the words of 100,000 lines in maps.
func BenchmarkFoldWordCount(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	words := make([]string, 20000)
	for i := range words {
		words[i] = "word" + strconv.Itoa(i)
	}
	lines := make([][]string, 100_000)
	for i := range lines {
		lines[i] = make([]string, 10)
		for k := range lines[i] {
			lines[i][k] = words[int(rng.ExpFloat64()*3000)%len(words)]
		}
	}
	type counts = map[string]int
	benchFold(b, lines, func() counts { return counts{} }, func(m counts, line []string) counts {
		for _, w := range line {
			m[w]++
		}
		return m
	}, func(a, b counts) counts {
		for w, n := range b {
			a[w] += n
		}
		return a
	})
}

// BenchmarkFoldHistogram counts the values of 1,000 inputs in 65,536 bins.
func BenchmarkFoldHistogram(b *testing.B) {
	const bins = 1 << 16
	type hist = []int32
	images := make([][]uint16, 1000)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range images {
		images[i] = make([]uint16, 2000)
		for k := range images[i] {
			images[i][k] = uint16(rng.Uint32())
		}
	}
	benchFold(b, images, func() hist { return make(hist, bins) }, func(h hist, im []uint16) hist {
		for _, v := range im {
			h[v]++
		}
		return h
	}, func(a, b hist) hist {
		for i, n := range b {
			a[i] += n
		}
		return a
	})
}

// BenchmarkFoldKeys counts 20,000 keys in a million numbers.
func BenchmarkFoldKeys(b *testing.B) {
	keys := make([]int64, 1_000_000)
	for i := range keys {
		keys[i] = int64(mix(i) % 20000)
	}
	type counts = map[int64]int
	benchFold(b, keys, func() counts { return counts{} }, func(m counts, k int64) counts { m[k]++; return m }, func(a, b counts) counts {
		for k, n := range b {
			a[k] += n
		}
		return a
	})
}

// BenchmarkReduceSlow reduces and scans 64 items with an operator that sleeps 5 ms, on
// 16 workers, and with one that computes as long, on two.
func BenchmarkReduceSlow(b *testing.B) {
	sleep := func(a, b int) int { time.Sleep(5 * time.Millisecond); return a + b }
	compute := func(a, b int) int {
		for i := range 1_000_000 {
			a += int(mix(i) & 1)
		}
		return a + b
	}
	for _, c := range []struct {
		name  string
		op    func(a, b int) int
		width int
	}{{"sleep/workers=16", sleep, 16}, {"compute/workers=2", compute, 2}} {
		b.Run(c.name, func(b *testing.B) {
			xs := indices(64)
			paired(b, []timed{
				{"loop", func() {
					acc := 0
					for _, x := range xs {
						acc = c.op(acc, x)
					}
				}},
				{"reduce", func() { _, _ = parallel.Reduce(b.Context(), xs, 0, c.op, parallel.Workers(c.width)) }},
				{"scan", func() { _, _ = parallel.Scan(b.Context(), xs, 0, c.op, parallel.Workers(c.width)) }},
			})
		})
	}
}
