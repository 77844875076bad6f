package parallel_test

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// BenchmarkGrain measures the figures in pace.go of package engine: the cost of
// claiming and measuring a chunk, and of waking another core.
func BenchmarkGrain(b *testing.B) {
	for _, w := range []int{1, 2, 8} {
		b.Run(fmt.Sprintf("claim/workers=%d", w), func(b *testing.B) {
			const chunks = 100_000
			for b.Loop() {
				_ = parallel.Range(b.Context(), chunks, func(context.Context, int, int) error { return nil },
					parallel.ChunkSize(1), parallel.Workers(w))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/chunks, "ns/chunk")
		})
	}
	b.Run("call", func(b *testing.B) {
		for b.Loop() {
			_ = parallel.Range(b.Context(), 1, func(context.Context, int, int) error { return nil })
		}
	})
	// The time until a goroutine runs on another core, while this one is busy
	// and does not yield. On an idle machine the other core sleeps.
	for _, idle := range []time.Duration{0, time.Millisecond} {
		b.Run(fmt.Sprintf("wake/idle=%v", idle), func(b *testing.B) {
			if runtime.GOMAXPROCS(0) < 2 {
				b.Skip("needs two cores")
			}
			var total time.Duration
			for b.Loop() {
				time.Sleep(idle)
				var awake atomic.Bool
				start := time.Now()
				go awake.Store(true)
				for !awake.Load() {
				}
				total += time.Since(start)
			}
			b.ReportMetric(float64(total.Nanoseconds())/float64(b.N), "ns/wake")
		})
	}
}
