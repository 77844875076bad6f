package parallel_test

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// newPool makes a pool that is terminated when the test, or its bubble, ends.
func newPool(t testing.TB, opts ...parallel.PoolOption) *parallel.Pool {
	t.Helper()
	p, err := parallel.NewPool(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Terminate()
		if err := p.Wait(context.Background()); err != nil {
			t.Errorf("the pool's end: %v", err)
		}
	})
	return p
}

// submit is Submit, which must succeed.
func submit[R any](t testing.TB, ctx context.Context, p *parallel.Pool, fn func(ctx context.Context) (R, error)) *parallel.Future[R] {
	t.Helper()
	f, err := parallel.Submit(ctx, p, fn)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// get is Get, which must succeed.
func get[R any](t testing.TB, f *parallel.Future[R]) R {
	t.Helper()
	r, err := f.Get(t.Context())
	if err != nil {
		t.Error(err)
	}
	return r
}

// value is a task that returns x at once.
func value[R any](x R) func(context.Context) (R, error) {
	return func(context.Context) (R, error) { return x, nil }
}

// sleeper is a task that returns x after d, or the end of its context.
func sleeper[R any](d time.Duration, x R) func(context.Context) (R, error) {
	return func(ctx context.Context) (R, error) {
		select {
		case <-time.After(d):
			return x, nil
		case <-ctx.Done():
			return *new(R), context.Cause(ctx)
		}
	}
}

// closeAndWait closes the pool and waits for its end.
func closeAndWait(t testing.TB, p *parallel.Pool) {
	t.Helper()
	p.Close()
	if err := p.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// wantStats compares the counters of a pool, Width left out.
func wantStats(t testing.TB, p *parallel.Pool, want parallel.PoolStats) {
	t.Helper()
	got := p.Stats()
	got.Width = 0
	if got != want {
		t.Errorf("stats %+v; want %+v", got, want)
	}
}

// bubbles runs a test in a synctest bubble for each of several widths. A
// deadlock stops the bubble's clock, which fails the test; so does a goroutine
// that is left at the end.
func bubbles(t *testing.T, widths []int, test func(t *testing.T, width int)) {
	t.Helper()
	for _, w := range widths {
		t.Run(fmt.Sprint("width=", w), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, w) })
		})
	}
}

// elapsed returns the bubble's time since start.
func elapsed(start time.Time) time.Duration { return time.Since(start) }

// counter counts calls.
type counter struct{ atomic.Int64 }

func (c *counter) inc() int { return int(c.Add(1)) }

// countTo is a source of the numbers from 0 to n, n not included.
func countTo(n int) iter.Seq2[int, error] {
	return parallel.Source(func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	})
}

// allocated returns the size of the live heap.
func allocated() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// watched fails the test if fn hangs. It does not measure how long fn takes.
func watched(t *testing.T, what string, fn func()) {
	t.Helper()
	over := make(chan struct{})
	go func() {
		defer close(over)
		fn()
	}()
	select {
	case <-over:
	case <-time.After(time.Minute):
		buf := make([]byte, 1<<20)
		t.Fatalf("%s hangs\n%s", what, buf[:runtime.Stack(buf, true)])
	}
}
