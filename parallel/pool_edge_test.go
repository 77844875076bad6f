package parallel_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/parframe/parframe/parallel"
)

// allocated returns what is alive on the heap.
func allocated() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// watched fails the test if fn has not returned after a long while, which says
// that it hangs, and not how long it takes.
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

// TestManyBlockedAreCanceledInOneGo: tens of thousands wait for a busy pool, calls
// for a slot and submitters for room in the queue. When their common context
// ends all return with its cause. (Were each looked for in a list, under the
// one lock, this would take a minute.)
func TestManyBlockedAreCanceledInOneGo(t *testing.T) {
	const n = 20_000
	for name, enter := range map[string]func(ctx context.Context, p *parallel.Pool) error{
		"call": func(ctx context.Context, p *parallel.Pool) error {
			return parallel.ForEach(ctx, []int{1}, noFault2, parallel.On(p))
		},
		"submit": func(ctx context.Context, p *parallel.Pool) error {
			_, err := parallel.Submit(ctx, p, value(1))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPool(t, parallel.Workers(1), parallel.Queue(0))
				release := make(chan struct{})
				submit(t, t.Context(), p, func(context.Context) (int, error) { <-release; return 0, nil })
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				var waiting sync.WaitGroup
				for range n {
					waiting.Go(func() {
						if err := enter(ctx, p); !errors.Is(err, errEnough) {
							t.Errorf("%v; want the cause", err)
						}
					})
				}
				synctest.Wait()
				cancel(errEnough)
				waiting.Wait()
				close(release)
				closeAndWait(t, p)
				wantStats(t, p, parallel.PoolStats{Done: 1})
			})
		})
	}
}

// TestGivenUpTasksLeaveNothingInTheQueue: clients of a busy pool give up again and
// again. What they gave up is gone from the queue, and counted.
func TestGivenUpTasksLeaveNothingInTheQueue(t *testing.T) {
	const tries = 50_000
	for name, give := range map[string]func(t *testing.T, p *parallel.Pool) error{
		"ended before": func(t *testing.T, p *parallel.Pool) error {
			gone, cancel := context.WithCancelCause(t.Context())
			cancel(errEnough)
			_, err := parallel.Do(gone, p, value(1))
			return err
		},
		"canceled": func(t *testing.T, p *parallel.Pool) error {
			f := submit(t, t.Context(), p, value(1))
			if !f.Cancel() {
				t.Error("not canceled")
			}
			if _, err := f.Get(t.Context()); !errors.Is(err, parallel.ErrCanceled) {
				t.Error(err)
			}
			return errEnough
		},
		"ends in the queue": func(t *testing.T, p *parallel.Pool) error {
			ctx, cancel := context.WithCancelCause(t.Context())
			f := submit(t, ctx, p, value(1))
			cancel(errEnough)
			_, err := f.Get(t.Context())
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPool(t, parallel.Workers(1), parallel.Queue(10))
			release := make(chan struct{})
			busy := submit(t, t.Context(), p, func(context.Context) (int, error) { <-release; return 0, nil })
			before := allocated()
			for range tries {
				if err := give(t, p); !errors.Is(err, errEnough) {
					t.Fatal(err)
				}
			}
			if grown := allocated() - before; grown > 2<<20 {
				t.Errorf("%d bytes more after %d tries", grown, tries)
			}
			close(release)
			get(t, busy)
			closeAndWait(t, p)
			wantStats(t, p, parallel.PoolStats{Done: 1, Canceled: tries})
		})
	}
}

// TestEndedTaskHoldsNoRoom: a task whose context has ended makes room in a full
// queue at once, though no worker has come by.
func TestEndedTaskHoldsNoRoom(t *testing.T) {
	p := newPool(t, parallel.Workers(1), parallel.Queue(1))
	release := make(chan struct{})
	submit(t, t.Context(), p, func(context.Context) (int, error) { <-release; return 0, nil })
	for range 1000 {
		ctx, cancel := context.WithCancelCause(t.Context())
		dead := submit(t, ctx, p, func(context.Context) (int, error) { t.Error("called"); return 0, nil })
		cancel(errEnough)
		f, err := parallel.TrySubmit(t.Context(), p, value(1))
		if err != nil {
			t.Fatalf("a dead task holds the only room: %v", err)
		}
		if _, err := dead.Get(t.Context()); err != errEnough {
			t.Fatalf("%v; want the cause itself", err)
		}
		f.Cancel()
	}
	close(release)
	closeAndWait(t, p)
}

// TestEndedTaskIsDoneAtOnce: a task whose context ended before Submit, or ends in
// the queue, has the context's cause as its result though the pool is busy.
func TestEndedTaskIsDoneAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, parallel.Workers(1))
		submit(t, t.Context(), p, sleeper(time.Hour, 1))
		start := time.Now()
		never := func(context.Context) (int, error) { t.Error("called"); return 0, nil }
		gone, cancel := context.WithCancelCause(t.Context())
		cancel(errEnough)
		soon, cancelSoon := context.WithTimeout(t.Context(), time.Second)
		defer cancelSoon()
		before, in := submit(t, gone, p, never), submit(t, soon, p, never)
		if _, err := before.Get(t.Context()); err != errEnough || elapsed(start) != 0 {
			t.Errorf("ended before: %v after %v", err, elapsed(start))
		}
		if _, err := in.Get(t.Context()); err != context.DeadlineExceeded || elapsed(start) != time.Second {
			t.Errorf("ended in the queue: %v after %v", err, elapsed(start))
		}
	})
}

// TestFollowUpOutlivesItsTask: a task starts follow-up work and returns the future.
// With its own context, or one derived from it, the follow-up is not canceled
// because the first task's goroutine goes on to something else or ends.
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
					runtime.GC() // what nobody holds goes
				}
				if got := get(t, get(t, outer)); got != i {
					t.Fatalf("round %d: %d", i, got)
				}
				cancel(nil)
			}
			// It ends with the request, though, and with the pool.
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

// TestForkAndWait: a function starts goroutines that wait, with its context, for
// tasks and calls of the same pool, as errgroup has it, and waits for them.
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
				// Not a slot is lost or gained.
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

// TestCallbackUsesItsPool: OnDone's function submits to its own full pool, waits for
// that, closes the pool and waits for its end.
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

// TestOverlappingNestedCallsGatherNothing: a long task starts goroutines that make
// nested calls with widths of their own, which overlap, round after round.
func TestOverlappingNestedCallsGatherNothing(t *testing.T) {
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

// TestAsCompletedHoldsNoYieldedFuture: what the caller lets go of in the loop can be collected.
func TestAsCompletedHoldsNoYieldedFuture(t *testing.T) {
	type big [1 << 16]byte
	p := newPool(t, parallel.Workers(2))
	fs := make([]*parallel.Future[*big], 10)
	for i := range fs {
		fs[i] = submit(t, t.Context(), p, func(context.Context) (*big, error) { return new(big), nil })
	}
	var seen []weak.Pointer[big]
	for f, err := range parallel.AsCompleted(t.Context(), fs...) {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, weak.Make(get(t, f)))
		fs[slices.Index(fs, f)] = nil // the caller lets go
		if len(seen) == 6 {
			for i, w := range seen[:5] {
				for range 100 {
					if runtime.GC(); w.Value() == nil {
						break
					}
					time.Sleep(time.Millisecond)
				}
				if w.Value() != nil {
					t.Errorf("result %d that the caller let go is held", i)
				}
			}
		}
	}
}

// TestFinishedFutureHoldsNoPool: who keeps a result keeps neither its pool nor the
// states of that pool's workers.
func TestFinishedFutureHoldsNoPool(t *testing.T) {
	type big [1 << 16]byte
	var state weak.Pointer[big]
	f := func() *parallel.Future[int] {
		p, err := parallel.NewPool(parallel.Workers(1), parallel.WorkerState(func(context.Context, int) (*big, error) {
			b := new(big)
			state = weak.Make(b)
			return b, nil
		}, nil))
		if err != nil {
			t.Fatal(err)
		}
		f := submit(t, t.Context(), p, value(1))
		get(t, f)
		return f
	}()
	for range 200 {
		if runtime.GC(); state.Value() == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if state.Value() != nil {
		t.Error("the forgotten pool's worker state is held by a finished future")
	}
	runtime.KeepAlive(f)
}

// TestCallBesideTasksGetsItsShare: one user keeps the queue of a pool full, another
// runs a call On it, which gets more than one slot in its turn.
func TestCallBesideTasksGetsItsShare(t *testing.T) {
	bubbles(t, []int{2, 4, 8}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		stop := make(chan struct{})
		var users sync.WaitGroup
		for range 5 * width {
			users.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						get(t, submit(t, t.Context(), p, sleeper(time.Millisecond, 0)))
					}
				}
			})
		}
		time.Sleep(20 * time.Millisecond)
		var g gauge
		err := parallel.ForEach(t.Context(), indices(100*width), func(context.Context, int) error {
			g.enter()
			defer g.leave()
			time.Sleep(time.Millisecond)
			return nil
		}, parallel.On(p))
		close(stop)
		users.Wait()
		if err != nil || g.peak.Load() < 2 {
			t.Errorf("%v, %d at once on a pool of %d", err, g.peak.Load(), width)
		}
		closeAndWait(t, p)
	})
}

// TestTaskBehindACallGetsItsTurn: a task that is submitted while a long call has
// all of the pool runs after a few items of it, and so does another call.
func TestTaskBehindACallGetsItsTurn(t *testing.T) {
	bubbles(t, []int{1, 2, 4}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		var items counter
		var long sync.WaitGroup
		long.Go(func() {
			err := parallel.ForEach(t.Context(), indices(1000*width), func(context.Context, int) error {
				items.inc()
				time.Sleep(time.Millisecond)
				return nil
			}, parallel.On(p))
			if err != nil {
				t.Error(err)
			}
		})
		for name, turn := range map[string]func() error{
			"task": func() error {
				_, err := parallel.Do(t.Context(), p, value(1))
				return err
			},
			"call":   func() error { return parallel.ForEach(t.Context(), indices(1), noFault2, parallel.On(p)) },
			"stream": func() error { return retrying["Stream"](t.Context(), 3, noFault, parallel.On(p)) },
		} {
			time.Sleep(20*time.Millisecond + 500*time.Microsecond)
			before := items.Load()
			if err := turn(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if begun := items.Load() - before; begun > int64(10*width) {
				t.Errorf("%s: its turn came after %d items", name, begun)
			}
		}
		long.Wait()
		closeAndWait(t, p)
	})
}

// TestBlockedSubmitKeepsItsTurn: tasks begin in the order in which they were
// submitted, also those whose submitters wait for room in a full queue.
func TestBlockedSubmitKeepsItsTurn(t *testing.T) {
	for _, bound := range []int{0, 1, 4} {
		synctest.Test(t, func(t *testing.T) {
			p := newPool(t, parallel.Workers(1), parallel.Queue(bound))
			hold := make(chan struct{})
			submit(t, t.Context(), p, func(context.Context) (int, error) { <-hold; return 0, nil })
			var order []int // one task at a time
			var all sync.WaitGroup
			for i := range 30 {
				all.Go(func() {
					submit(t, t.Context(), p, func(context.Context) (int, error) { order = append(order, i); return 0, nil })
				})
				synctest.Wait()
			}
			close(hold)
			all.Wait()
			closeAndWait(t, p)
			if !slices.Equal(order, indices(30)) {
				t.Errorf("Queue(%d): %v", bound, order)
			}
		})
	}
}

// TestStatesPerBegunFunction: tasks that wait for tasks keep their workers: as
// many states are alive as functions have begun and not returned, and those
// beyond the width end with their functions.
func TestStatesPerBegunFunction(t *testing.T) {
	const depth = 50
	bubbles(t, []int{1, 2}, func(t *testing.T, width int) {
		var alive gauge
		p := newPool(t, parallel.Workers(width), parallel.WorkerState(func(context.Context, int) (int, error) { alive.enter(); return 0, nil },
			func(int) error { alive.leave(); return nil }))
		var walk func(ctx context.Context, depth int) (int, error)
		walk = func(ctx context.Context, depth int) (int, error) {
			if depth == 0 {
				return 0, nil
			}
			return parallel.Do(ctx, p, func(ctx context.Context) (int, error) { return walk(ctx, depth-1) })
		}
		for range 3 {
			if _, err := walk(t.Context(), depth); err != nil {
				t.Error(err)
			}
			synctest.Wait()
			if now := alive.now.Load(); now > int64(width) {
				t.Errorf("%d states alive when all have returned; width %d", now, width)
			}
		}
		if alive.peak.Load() > depth+1 {
			t.Errorf("%d states alive at once for %d functions", alive.peak.Load(), depth)
		}
		closeAndWait(t, p)
		if alive.now.Load() != 0 {
			t.Errorf("%d states alive at the end", alive.now.Load())
		}
	})
}

// TestWaitLooksAtItsContextDuringExits: exit functions run side by side, and Wait
// gives up meanwhile when its context ends.
func TestWaitLooksAtItsContextDuringExits(t *testing.T) {
	bubbles(t, []int{1, 4, 20}, func(t *testing.T, width int) {
		p, err := parallel.NewPool(parallel.Workers(width), parallel.WorkerState(func(_ context.Context, k int) (int, error) { return k, nil },
			func(int) error { time.Sleep(time.Hour); return errBoom }))
		if err != nil {
			t.Fatal(err)
		}
		for range width {
			submit(t, t.Context(), p, sleeper(time.Second, 1))
		}
		time.Sleep(time.Minute)
		p.Close()
		start := time.Now()
		ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, errEnough)
		defer cancel()
		if err := p.Wait(ctx); err != errEnough || elapsed(start) != 50*time.Millisecond {
			t.Errorf("%v after %v", err, elapsed(start))
		}
		if err := p.Wait(t.Context()); !errors.Is(err, errBoom) || elapsed(start) != time.Hour {
			t.Errorf("%v after %v", err, elapsed(start))
		}
	})
}

// TestClosedPoolTakesWhatItsTasksSubmit: Close refuses what comes from outside;
// what runs on the pool is part of what was submitted, and so is what it submits.
func TestClosedPoolTakesWhatItsTasksSubmit(t *testing.T) {
	bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		var leaves counter
		var grow func(ctx context.Context, depth int) (int, error)
		grow = func(ctx context.Context, depth int) (int, error) {
			time.Sleep(time.Second)
			if depth == 0 {
				return leaves.inc(), nil
			}
			for range 2 {
				if _, err := parallel.Submit(ctx, p, func(ctx context.Context) (int, error) { return grow(ctx, depth-1) }); err != nil {
					t.Errorf("depth %d: %v", depth, err)
				}
			}
			return 0, nil
		}
		submit(t, t.Context(), p, func(ctx context.Context) (int, error) { return grow(ctx, 4) })
		p.Close()
		if _, err := parallel.Submit(t.Context(), p, value(1)); !errors.Is(err, parallel.ErrClosed) {
			t.Error(err)
		}
		closeAndWait(t, p)
		if leaves.Load() != 16 {
			t.Errorf("%d of 16 leaves", leaves.Load())
		}
		if _, err := parallel.Submit(t.Context(), p, value(1)); !errors.Is(err, parallel.ErrClosed) {
			t.Error(err)
		}
	})
}
