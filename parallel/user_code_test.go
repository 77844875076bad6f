package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// spoiler is an Observer one of whose methods ends in the given way.
type spoiler struct {
	in  string
	end func()
}

func (s spoiler) at(method string) {
	if s.in == method {
		s.end()
	}
}
func (s spoiler) Start(parallel.CallInfo)      { s.at("Start") }
func (s spoiler) ChunkDone(parallel.ChunkInfo) { s.at("ChunkDone") }
func (s spoiler) RowFailed(int, error)         { s.at("RowFailed") }
func (s spoiler) End(parallel.Summary)         { s.at("End") }

// badEnds are the ways in which a function of the user's that is not called for an item
// can fail.
var badEnds = map[string]func(){
	"panic":  func() { panic(errEnough) },
	"Goexit": runtime.Goexit,
}

// TestObserverThatFailsHarmsNothing: if a method of an Observer panics or ends its
// goroutine, the results are complete, and the error reports it, without blaming a row.
func TestObserverThatFailsHarmsNothing(t *testing.T) {
	for kind, end := range badEnds {
		for _, method := range []string{"Start", "ChunkDone", "End"} {
			for _, op := range operations {
				for _, s := range settings(op, []int{1, 7}, []int{3}) {
					what := fmt.Sprint(kind, " in ", method, ", ", op.name, s)
					watched(t, what, func() {
						got, err := op.run(t.Context(), 60, noFault, append(slices.Clip(s.opts), parallel.Observe(spoiler{method, end}))...)
						cause := errEnough
						if kind == "Goexit" {
							cause = parallel.ErrGoexit
						}
						if !errors.Is(err, cause) || mentions(err, "observer: "+method) != "" {
							t.Errorf("%s: %v", what, err)
						}
						if _, ok := errors.AsType[*parallel.RowError](err); ok {
							t.Errorf("%s: a row is blamed: %v", what, err)
						}
						if op.stream || op.call() == "Find" || op.call() == "All" {
							return // a loop that stops at an error has no results
						}
						if !same(got, op.loop(60)) {
							t.Errorf("%s: results are lost", what)
						}
					})
				}
			}
		}
	}
}

// TestObserverThatFailsAtAFailure: the error of the row comes first, joined with the
// error of the observer.
func TestObserverThatFailsAtAFailure(t *testing.T) {
	for kind, end := range badEnds {
		for name, run := range retrying {
			watched(t, kind+" "+name, func() {
				err := run(t.Context(), 40, func(_ context.Context, i int) error {
					if i == 20 {
						return errBoom
					}
					return nil
				}, parallel.Workers(3), parallel.Observe(spoiler{"RowFailed", end}))
				wantRow(t, kind+" "+name, err, 20, -1, errBoom)
			})
		}
	}
}

// TestObservedCallsOnAPoolDoNotRace: many short calls on one pool end while slots are
// handed from one to the other. The race detector checks this.
func TestObservedCallsOnAPoolDoNotRace(t *testing.T) {
	p := newPool(t, parallel.Workers(3))
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for range 300 {
				r := &recorder{t: t}
				err := parallel.ForEach(t.Context(), indices(6), func(context.Context, int) error { runtime.Gosched(); return nil },
					parallel.On(p), parallel.Observe(r), parallel.SoftDeadline(time.Microsecond, func(parallel.Stuck) {}))
				r.check("ForEach", "parallel.ForEach")
				if err != nil || r.rows("ForEach") != 6 {
					t.Error(err)
				}
			}
		})
	}
	clients.Wait()
}

// TestCallDoesNotWaitForAReport: a report of SoftDeadline that blocks delays neither
// the item nor the call.
func TestCallDoesNotWaitForAReport(t *testing.T) {
	for name, run := range retrying {
		synctest.Test(t, func(t *testing.T) {
			reports := make(chan parallel.Stuck)
			start := time.Now()
			err := run(t.Context(), 1, func(context.Context, int) error { time.Sleep(time.Minute); return nil },
				parallel.SoftDeadline(time.Second, func(s parallel.Stuck) { reports <- s }))
			if err != nil || elapsed(start) != time.Minute {
				t.Errorf("%s: %v after %v", name, err, elapsed(start))
			}
			if s := <-reports; s.Row != 0 {
				t.Errorf("%s: row %d", name, s.Row)
			}
		})
	}
}

// TestManyStuckItemsAreAllReported: many stuck items are all reported, each once.
func TestManyStuckItemsAreAllReported(t *testing.T) {
	const n = 500
	synctest.Test(t, func(t *testing.T) {
		var rows []int // one report at a time
		err := parallel.ForEach(t.Context(), indices(n), func(context.Context, int) error { time.Sleep(time.Hour); return nil },
			parallel.Workers(n), parallel.SoftDeadline(time.Second, func(s parallel.Stuck) { rows = append(rows, s.Row) }))
		if slices.Sort(rows); err != nil || !slices.Equal(rows, indices(n)) {
			t.Errorf("%v, %d of %d reported", err, len(rows), n)
		}
	})
}

// TestUserCodeMayCallTheLibrary: observers, sources, backoffs, limiters, reports,
// initializers, exits and callbacks make calls of their own, on the pool that they
// serve. Nothing hangs.
func TestUserCodeMayCallTheLibrary(t *testing.T) {
	for _, width := range []int{1, 2} {
		var p *parallel.Pool
		call := func(ctx context.Context, opts ...any) {
			// A report may run after the pool is closed, since nothing waits for it.
			if _, err := parallel.Map(ctx, indices(10), twice, items(opts)...); err != nil && !errors.Is(err, parallel.ErrClosed) {
				t.Error(err)
			}
		}
		work := func(_ context.Context, i int) (int, error) { return i, nil }
		p = newPool(t, parallel.Workers(width), parallel.WorkerState(
			func(ctx context.Context, k int) (int, error) { call(ctx); return k, nil },
			func(int) error { call(context.Background()); return nil }))
		for what, do := range map[string]func() error{
			"observer": func() error {
				_, err := parallel.Map(t.Context(), indices(20), work, parallel.On(p), parallel.Observe(spoiler{"ChunkDone", func() { call(t.Context(), parallel.On(p)) }}))
				return err
			},
			"source": func() error {
				source := func(yield func(int, error) bool) {
					for i := range 20 {
						if call(t.Context(), parallel.On(p)); !yield(i, nil) {
							return
						}
					}
				}
				for _, err := range parallel.Stream(t.Context(), source, work, parallel.On(p)) {
					if err != nil {
						return err
					}
				}
				return nil
			},
			"backoff": func() error {
				var tries counter
				return retrying["Map"](t.Context(), 4, func(context.Context, int) error {
					if tries.inc() < 3 {
						return errBoom
					}
					return nil
				}, parallel.On(p), parallel.Retry(3, func(int, error) time.Duration { call(t.Context(), parallel.On(p), parallel.Workers(1)); return 0 }))
			},
			"limiter": func() error {
				return retrying["Map"](t.Context(), 4, noFault, parallel.On(p), parallel.Limit(limiter(func(ctx context.Context) error {
					call(ctx, parallel.On(p))
					return nil
				})))
			},
			"report": func() error {
				return retrying["Map"](t.Context(), 2, func(context.Context, int) error { time.Sleep(5 * time.Millisecond); return nil },
					parallel.On(p), parallel.SoftDeadline(time.Millisecond, func(parallel.Stuck) { call(t.Context(), parallel.On(p)) }))
			},
			"task and callback": func() error {
				f := submit(t, t.Context(), p, func(ctx context.Context) (int, error) { call(ctx, parallel.On(p)); return 0, nil })
				f.OnDone(func(int, error) { call(t.Context(), parallel.On(p)) })
				_, err := f.Get(t.Context())
				return err
			},
		} {
			watched(t, what, func() {
				if err := do(); err != nil {
					t.Errorf("%s, width %d: %v", what, width, err)
				}
			})
		}
		watched(t, "exits", func() { closeAndWait(t, p) })
	}
}

// limiter is a limiter made of a function.
type limiter func(context.Context) error

func (l limiter) Wait(ctx context.Context) error { return l(ctx) }

// TestLimitBoundsCalls: Limit waits for the limiter before each call of the function,
// including further attempts. An error of the limiter is an error of the row. The wait
// holds no slot.
func TestLimitBoundsCalls(t *testing.T) {
	for name, run := range retrying {
		bubbles(t, []int{1, 2}, func(t *testing.T, width int) {
			var waits, calls counter
			err := run(t.Context(), 20, func(context.Context, int) error { calls.inc(); return nil },
				parallel.Workers(width), parallel.Limit(limiter(func(context.Context) error { waits.inc(); return nil })))
			if err != nil || waits.Load() != 20 || calls.Load() != 20 {
				t.Errorf("%s: %v, %d waits for %d calls", name, err, waits.Load(), calls.Load())
			}
			waits.Store(0)
			err = run(t.Context(), 1, func(context.Context, int) error { return errBoom },
				parallel.Retry(3, nil), parallel.Limit(limiter(func(context.Context) error { waits.inc(); return nil })))
			if wantRow(t, name, err, 0, -1, errBoom); waits.Load() != 4 {
				t.Errorf("%s: %d waits for 4 attempts", name, waits.Load())
			}
			err = run(t.Context(), 20, func(_ context.Context, i int) error { return nil },
				parallel.Workers(width), parallel.Limit(limiter(func(ctx context.Context) error {
					if parallel.Index(ctx) == 7 {
						return errEnough
					}
					return nil
				})))
			wantRow(t, name+", the limiter fails", err, 7, -1, errEnough)
			err = run(t.Context(), 20, noFault, parallel.Workers(width), parallel.Limit(limiter(func(ctx context.Context) error {
				if parallel.Index(ctx) == 7 {
					panic(errEnough)
				}
				return nil
			})))
			wantRow(t, name+", the limiter panics", err, 7, -1, errEnough)
		})
	}
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, parallel.Workers(1))
		over := make(chan error, 1)
		go func() {
			over <- parallel.ForEach(t.Context(), indices(1), noFault2, parallel.On(p),
				parallel.Limit(limiter(func(ctx context.Context) error { _, err := sleeper(time.Hour, 0)(ctx); return err })))
		}()
		time.Sleep(time.Second)
		start := time.Now()
		if get(t, submit(t, t.Context(), p, value(1))); elapsed(start) != 0 {
			t.Errorf("a task waits for %v while a limiter is waited for", elapsed(start))
		}
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
}

// TestBlockLendsTheSlot: other functions run while a function waits, in Block, for
// something outside of the library.
func TestBlockLendsTheSlot(t *testing.T) {
	bubbles(t, []int{1, 2}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		var running gauge
		inside := func(fn func()) {
			running.enter()
			defer running.leave()
			fn()
		}
		door := make(chan struct{})
		var fs []*parallel.Future[int]
		for range 5 * width {
			fs = append(fs, submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
				inside(func() { time.Sleep(time.Millisecond) })
				parallel.Block(ctx, func() { <-door })
				inside(func() { time.Sleep(time.Millisecond) })
				return 1, nil
			}))
		}
		time.Sleep(time.Second)
		if get(t, submit(t, t.Context(), p, value(1))); running.total.Load() != int64(5*width) {
			t.Errorf("%d of %d functions came to the door", running.total.Load(), 5*width)
		}
		close(door)
		for _, f := range fs {
			get(t, f)
		}
		if running.peak.Load() > int64(width) {
			t.Errorf("%d at once on a pool of %d", running.peak.Load(), width)
		}
	})
	called := false
	parallel.Block(t.Context(), func() { called = true })
	if !called {
		t.Error("outside of a call Block does not run its function")
	}
}

// TestDerivedContextsOfStreamItems: contexts derived from the contexts of items end
// long after their items, while other items end their goroutines and an observed stream
// goes on. The race detector checks this.
func TestDerivedContextsOfStreamItems(t *testing.T) {
	n := 0
	for _, err := range parallel.Stream(t.Context(), countTo(1000), func(ctx context.Context, i int) (int, error) {
		if i%3 == 0 {
			runtime.Goexit()
		}
		_, cancel := context.WithTimeout(ctx, time.Duration(i%5)*100*time.Microsecond)
		t.Cleanup(cancel)
		return i, nil
	}, parallel.Workers(4), parallel.Observe(spoiler{})) {
		if (n%3 == 0) != errors.Is(err, parallel.ErrGoexit) {
			t.Errorf("item %d: %v", n, err)
		}
		n++
	}
}

// TestNestedStreamWidens: a stream in a function takes a slot that becomes free while
// it runs, as a nested call does.
func TestNestedStreamWidens(t *testing.T) {
	for name, run := range map[string]func(ctx context.Context, item fault) error{
		"Map":    func(ctx context.Context, item fault) error { return retrying["Map"](ctx, 100, item) },
		"Stream": func(ctx context.Context, item fault) error { return retrying["Stream"](ctx, 100, item) },
	} {
		synctest.Test(t, func(t *testing.T) {
			var g gauge
			err := parallel.ForEach(t.Context(), indices(2), func(ctx context.Context, i int) error {
				if i == 0 {
					time.Sleep(30 * time.Millisecond)
					return nil
				}
				return run(ctx, func(context.Context, int) error {
					g.enter()
					defer g.leave()
					time.Sleep(10 * time.Millisecond)
					return nil
				})
			}, parallel.Workers(2))
			if err != nil || g.peak.Load() != 2 {
				t.Errorf("%s: %v, %d at once", name, err, g.peak.Load())
			}
		})
	}
}

// TestSlowNeighborsAreShared: several workers share 400 slow neighbors among a million
// items that cost nothing.
func TestSlowNeighborsAreShared(t *testing.T) {
	const n, slow, width = 1_000_000, 400, 8
	for name, run := range map[string]func(ctx context.Context, fn fault) error{
		"ForEach": func(ctx context.Context, fn fault) error {
			return retrying["ForEach"](ctx, n, fn, parallel.Workers(width))
		},
		"Map": func(ctx context.Context, fn fault) error { return retrying["Map"](ctx, n, fn, parallel.Workers(width)) },
		"Find": func(ctx context.Context, fn fault) error {
			return retrying["Find"](ctx, n, fn, parallel.Workers(width))
		},
		"Stream": func(ctx context.Context, fn fault) error {
			return retrying["Stream"](ctx, n/10, fn, parallel.Workers(width))
		},
	} {
		for _, first := range []int{1000, 50_000} {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var g gauge
				err := run(t.Context(), func(_ context.Context, i int) error {
					if first <= i && i < first+slow {
						g.enter()
						defer g.leave()
						time.Sleep(5 * time.Millisecond)
					}
					return nil
				})
				// In a bubble the cheap items take no time at all.
				ideal := slow / width * 5 * time.Millisecond
				if took := elapsed(start); err != nil || g.total.Load() != slow || g.peak.Load() != width || took > ideal+ideal/5+50*time.Millisecond {
					t.Errorf("%s, slow from %d: %v, %d at once, %v in the bubble; ideal is %v", name, first, err, g.peak.Load(), took, ideal)
				}
			})
		}
	}
}
