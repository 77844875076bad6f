package parallel_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// BenchmarkSubmit has tasks of a nanosecond: a million that are submitted and then
// waited for, and one after the other. (Package benchmarks/parallel compares with other
// libraries.)
func BenchmarkSubmit(b *testing.B) {
	const n = 1_000_000
	b.Run("all", func(b *testing.B) {
		ctx := b.Context()
		p := newPool(b)
		fs := make([]*parallel.Future[int], n)
		b.ReportAllocs()
		for b.Loop() {
			for i := range fs {
				f, err := parallel.Submit(ctx, p, func(context.Context) (int, error) { return i * i, nil })
				if err != nil {
					b.Fatal(err)
				}
				fs[i] = f
			}
			for _, f := range fs {
				if _, err := f.Get(ctx); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/task")
	})
	b.Run("one", func(b *testing.B) {
		ctx := b.Context()
		p := newPool(b)
		b.ReportAllocs()
		for b.Loop() {
			f, err := parallel.Submit(ctx, p, value(1)) // not the helper: b.Helper costs more than a task
			if err == nil {
				_, err = f.Get(ctx)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkStream has items of a nanosecond.
func BenchmarkStream(b *testing.B) {
	const n = 1_000_000
	for name, opts := range map[string][]any{"ordered": nil, "unordered": {parallel.Unordered()}, "serial": {parallel.Serial()}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, err := range parallel.Stream(b.Context(), countTo(n), twice, streams(opts)...) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/item")
		})
	}
	b.Run("on a pool", func(b *testing.B) {
		p := newPool(b)
		for b.Loop() {
			for _, err := range parallel.Stream(b.Context(), countTo(n), twice, parallel.On(p)) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/item")
	})
}

// BenchmarkTerminate ends a pool with 10,000 sleeping tasks in its queue. The target is
// 100 ms.
func BenchmarkTerminate(b *testing.B) {
	var took time.Duration
	for b.Loop() {
		p := newPool(b)
		for range 10_000 {
			submit(b, b.Context(), p, sleeper(10*time.Second, 1))
		}
		start := time.Now()
		p.Terminate()
		if err := p.Wait(b.Context()); err != nil {
			b.Fatal(err)
		}
		took += time.Since(start)
	}
	b.ReportMetric(took.Seconds()*1e3/float64(b.N), "ms/terminate")
}

// BenchmarkOpenClose makes 100,000 pools, runs a task on each, and closes them. It
// reports the goroutines and the bytes of heap that are left.
func BenchmarkOpenClose(b *testing.B) {
	const n = 100_000
	ctx := b.Context()
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	for b.Loop() {
		before, goroutinesBefore := heap(), runtime.NumGoroutine()
		for range n {
			p, err := parallel.NewPool(parallel.Workers(2))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := parallel.Submit(ctx, p, value(1)); err != nil {
				b.Fatal(err)
			}
			p.Close()
			if err := p.Wait(ctx); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(heap()-before), "bytes-left")
		b.ReportMetric(float64(runtime.NumGoroutine()-goroutinesBefore), "goroutines-left")
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/pool")
}
