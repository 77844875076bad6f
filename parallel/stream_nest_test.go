package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestStreamSharesItsPool: the source, the functions and the loop of a stream On a pool
// all wait for other work of the same pool, at any width, and so do other clients
// meanwhile. Workers that wait for items hold no slot.
func TestStreamSharesItsPool(t *testing.T) {
	bubbles(t, []int{1, 2, 5}, func(t *testing.T, width int) {
		for _, opts := range [][]any{{}, {parallel.Unordered()}, {parallel.Lookahead(1)}} {
			p := newPool(t, parallel.Workers(width))
			ask := func(ctx context.Context, x int) int {
				f, err := parallel.Submit(ctx, p, sleeper(time.Millisecond, x))
				if err != nil {
					t.Error(err)
					return -1
				}
				x, err = f.Get(ctx)
				if err != nil {
					t.Error(err)
				}
				return x
			}
			source := func(yield func(int, error) bool) {
				for i := range 20 {
					if !yield(ask(t.Context(), i), nil) {
						return
					}
					if i%5 == 4 {
						time.Sleep(time.Second) // the workers wait for more
					}
				}
			}
			fn := func(ctx context.Context, x int) (int, error) { return ask(ctx, x), nil }
			sum := 0
			for x, err := range parallel.Stream(t.Context(), source, fn, streams(append(opts, parallel.On(p)))...) {
				if err != nil {
					t.Error(err)
				}
				sum += ask(t.Context(), x)
			}
			if sum != 190 {
				t.Errorf("width %d, %v: %d", width, opts, sum)
			}
			// The same in a function on the pool.
			f := submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
				sum := 0
				for x, err := range parallel.Stream(ctx, countTo(20), fn, streams(append(opts, parallel.On(p)))...) {
					if err != nil {
						return 0, err
					}
					sum += ask(ctx, x)
				}
				return sum, nil
			})
			if x := get(t, f); x != 190 {
				t.Errorf("inside, width %d, %v: %d", width, opts, x)
			}
			closeAndWait(t, p)
		}
	})
}

// TestIdleStreamHoldsNoSlot: a stream with nothing to do holds no slot of its pool.
func TestIdleStreamHoldsNoSlot(t *testing.T) {
	bubbles(t, []int{1, 2, 5}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		start := time.Now()
		for x, err := range parallel.Stream(t.Context(), countTo(10), twice, parallel.On(p), parallel.Lookahead(3)) {
			if err != nil {
				t.Error(err)
			}
			// The loop is slow: the look-ahead is full, and the workers have nothing to do.
			var g gauge
			err := parallel.ForEach(t.Context(), indices(2*width), func(ctx context.Context, _ int) error {
				g.enter()
				defer g.leave()
				time.Sleep(time.Second)
				return nil
			}, parallel.On(p))
			if err != nil || g.peak.Load() != int64(width) {
				t.Errorf("item %d: %v, %d at once", x, err, g.peak.Load())
			}
		}
		if took := elapsed(start); took != 20*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// TestStreamNestedLeft: leaving a nested stream, in any way, leaves the call around it
// unchanged.
func TestStreamNestedLeft(t *testing.T) {
	for name, leave := range leavings {
		bubbles(t, []int{1, 2, 8}, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width))
			for _, opts := range [][]any{{parallel.Workers(width)}, {parallel.On(p)}} {
				got, err := parallel.Map(t.Context(), indices(20), func(ctx context.Context, i int) (int, error) {
					leave(parallel.Stream(ctx, naturals(), slowly), 1+i%3)
					return i, ctx.Err()
				}, items(opts)...)
				if err != nil || !same(got, indices(20)) {
					t.Errorf("%s: %v, %v", name, got, err)
				}
			}
			closeAndWait(t, p)
		})
	}
}

// TestStreamGoexitInItems: an endless stream of items that end their goroutines goes
// on, and no memory is left.
func TestStreamGoexitInItems(t *testing.T) {
	bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width), parallel.WorkerState(func(_ context.Context, k int) (int, error) { return k, nil }, nil))
		for _, opt := range []parallel.StreamOption{
			parallel.Workers(width), parallel.On(p), parallel.Options(parallel.Workers(width), parallel.Observe(spoiler{})),
		} {
			var before, after runtime.MemStats
			n := 0
			for x, err := range parallel.Stream(t.Context(), naturals(), func(ctx context.Context, i int) (int, error) {
				if k, ok := parallel.State[int](ctx); ok && k >= 2*width {
					return 0, fmt.Errorf("worker %d on a pool of %d", k, width)
				}
				if i%2 == 0 {
					runtime.Goexit()
				}
				return i, nil
			}, opt) {
				switch {
				case n%2 == 0 && !errors.Is(err, parallel.ErrGoexit), n%2 == 1 && (err != nil || x != n):
					t.Fatalf("%v: item %d: %d, %v", opt, n, x, err)
				case n == 5000:
					runtime.GC()
					runtime.ReadMemStats(&before)
				}
				if n++; n == 15_000 {
					break
				}
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 500_000 {
				t.Errorf("%v: %d bytes more after 10,000 items", opt, grown)
			}
		}
	})
}
