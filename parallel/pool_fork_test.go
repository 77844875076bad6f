package parallel_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestFollowUpOutlivesItsTask: a task starts follow-up work and returns the future.
// With its own context, or one derived from it, the follow-up is not canceled when the
// goroutine of the first task runs something else or ends.
func TestFollowUpOutlivesItsTask(t *testing.T) {
	type key struct{}
	for name, derive := range map[string]func(context.Context) context.Context{
		"its own":      func(ctx context.Context) context.Context { return ctx },
		"with a value": func(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, 1) },
		"with a cancel": func(ctx context.Context) context.Context {
			ctx, cancel := context.WithCancel(ctx)
			t.Cleanup(cancel)
			return ctx
		},
		"with a deadline": func(ctx context.Context) context.Context {
			ctx, cancel := context.WithTimeout(ctx, time.Hour)
			t.Cleanup(cancel)
			return ctx
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, parallel.Workers(2))
			for i := range 500 {
				request, cancel := context.WithCancelCause(context.WithValue(t.Context(), key{}, i))
				outer := submit(t, request, p, func(ctx context.Context) (*parallel.Future[int], error) {
					return parallel.Submit(derive(ctx), p, func(ctx context.Context) (int, error) {
						for range 100 {
							if runtime.Gosched(); ctx.Err() != nil {
								return 0, context.Cause(ctx)
							}
						}
						return i, nil
					})
				})
				if i%100 == 99 {
					runtime.GC() // collects what is not referenced
				}
				if got := get(t, get(t, outer)); got != i {
					t.Fatalf("round %d: %d", i, got)
				}
				cancel(nil)
			}
			// It does end with the request and with the pool.
			request, cancel := context.WithCancelCause(t.Context())
			wait := func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, context.Cause(ctx) }
			follow := func(ctx context.Context) *parallel.Future[int] {
				return get(t, submit(t, ctx, p, func(ctx context.Context) (*parallel.Future[int], error) { return parallel.Submit(derive(ctx), p, wait) }))
			}
			f := follow(request)
			runtime.GC()
			cancel(errEnough)
			if _, err := f.Get(t.Context()); err != errEnough {
				t.Errorf("%v; want the request's end", err)
			}
			f = follow(t.Context())
			runtime.GC()
			p.Terminate()
			if _, err := f.Get(t.Context()); !errors.Is(err, parallel.ErrTerminated) {
				t.Errorf("%v; want the pool's end", err)
			}
		})
	}
}

// TestForkAndWait: a function starts goroutines that wait, with its context, for tasks
// and calls of the same pool, as with errgroup, and waits for them.
func TestForkAndWait(t *testing.T) {
	forks := func(p *parallel.Pool, way string) func(ctx context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			var all sync.WaitGroup
			var done counter
			for range 8 {
				all.Go(func() {
					x, err := ways[way](ctx, p, sleeper(time.Second, 1))
					if done.inc(); x != 1 || err != nil {
						t.Errorf("%s: %d, %v", way, x, err)
					}
				})
			}
			all.Wait()
			return int(done.Load()), nil
		}
	}
	for way := range ways {
		t.Run(way, func(t *testing.T) {
			bubbles(t, []int{1, 2, 3}, func(t *testing.T, width int) {
				p := newPool(t, parallel.Workers(width))
				for range 3 {
					if got := get(t, submit(t, t.Context(), p, forks(p, way))); got != 8 {
						t.Errorf("task: %d of 8", got)
					}
					xs, err := parallel.Map(t.Context(), indices(4), func(ctx context.Context, _ int) (int, error) { return forks(p, way)(ctx) }, parallel.On(p))
					if err != nil || !slices.Equal(xs, []int{8, 8, 8, 8}) {
						t.Errorf("call: %v, %v", xs, err)
					}
				}
				// No slot is lost or gained.
				var g gauge
				for range 3 * width {
					submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
						g.enter()
						defer g.leave()
						return sleeper(time.Second, 0)(ctx)
					})
				}
				closeAndWait(t, p)
				if g.peak.Load() != int64(width) {
					t.Errorf("width %d before, %d after", width, g.peak.Load())
				}
			})
		})
	}
}

// TestCallbackUsesItsPool: a function of OnDone submits to its own full pool, waits for
// the task, closes the pool and waits for its end.
func TestCallbackUsesItsPool(t *testing.T) {
	for _, bound := range []int{0, 1} {
		bubbles(t, []int{1, 2}, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width), parallel.Queue(bound))
			nap := sleeper(time.Second, 1)
			var heard counter
			var fs []*parallel.Future[int]
			for range 5 {
				f := submit(t, t.Context(), p, nap)
				f.OnDone(func(int, error) {
					g, err := parallel.Submit(t.Context(), p, nap)
					if err != nil {
						t.Error(err)
						return
					}
					if x, err := g.Get(t.Context()); x != 1 || err != nil {
						t.Error(x, err)
					}
					heard.inc()
				})
				fs = append(fs, f)
			}
			for _, f := range fs {
				get(t, f)
			}
			if heard.Load() != 5 {
				t.Errorf("%d of 5 callbacks when all are ready", heard.Load())
			}
			ended := make(chan error)
			submit(t, t.Context(), p, nap).OnDone(func(int, error) {
				p.Close()
				ended <- p.Wait(t.Context())
			})
			if err := <-ended; err != nil {
				t.Error(err)
			}
			wantStats(t, p, parallel.PoolStats{Done: 11})
		})
	}
}

// TestOverlappingNestedCallsLeaveNothing: a long task starts goroutines that make
// overlapping nested calls with widths of their own, round after round, and no memory
// is left.
func TestOverlappingNestedCallsLeaveNothing(t *testing.T) {
	const rounds = 2000
	err := parallel.ForEach(t.Context(), indices(1), func(ctx context.Context, _ int) error {
		overlap := func(n int) {
			for range n {
				var all sync.WaitGroup
				for range 4 {
					all.Go(func() {
						err := parallel.ForEach(ctx, indices(4), func(context.Context, int) error { runtime.Gosched(); return nil }, parallel.Workers(2))
						if err != nil {
							t.Error(err)
						}
					})
				}
				all.Wait()
			}
		}
		overlap(20)
		before := allocated()
		overlap(rounds)
		if grown := allocated() - before; grown > 200_000 {
			t.Errorf("%d bytes more after %d rounds", grown, rounds)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestGoroutineWaitsWhileItsFunctionTakesTheSlotAgain: a function waits for its slot
// after Block, and meanwhile a goroutine that it started begins to wait for a task. The
// slot is lent again at once, or the task could not run.
func TestGoroutineWaitsWhileItsFunctionTakesTheSlotAgain(t *testing.T) {
	bubbles(t, []int{1, 2, 3}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		var fs []*parallel.Future[int]
		for range width {
			fs = append(fs, submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
				for range width { // others take the slots for a while
					submit(t, t.Context(), p, sleeper(3*time.Second, 1))
				}
				last := submit(t, t.Context(), p, value(7))
				var forked sync.WaitGroup
				var got int
				forked.Go(func() {
					time.Sleep(2 * time.Second)
					got, _ = last.Get(ctx)
				})
				parallel.Block(ctx, func() { time.Sleep(time.Second) })
				forked.Wait()
				return got, nil
			}))
		}
		for _, f := range fs {
			if x := get(t, f); x != 7 {
				t.Error(x)
			}
		}
		closeAndWait(t, p)
	})
}
