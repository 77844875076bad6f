package parallel_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// entrances are the ways to give new work to a pool.
var entrances = map[string]func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) error{
	"Submit": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) error {
		_, err := parallel.Submit(ctx, p, fn)
		return err
	},
	"TrySubmit": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) error {
		_, err := parallel.TrySubmit(ctx, p, fn)
		return err
	},
	"MapAsync": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) error {
		_, err := parallel.MapAsync(ctx, p, indices(1), func(ctx context.Context, _ int) (int, error) { return fn(ctx) })
		return err
	},
	"StarmapAsync2": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) error {
		_, err := parallel.StarmapAsync2(ctx, p, []parallel.Args2[int, int]{{}}, func(ctx context.Context, _, _ int) (int, error) { return fn(ctx) })
		return err
	},
	"Map": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) error {
		_, err := parallel.Map(ctx, indices(1), func(ctx context.Context, _ int) (int, error) { return fn(ctx) }, parallel.On(p))
		return err
	},
	"empty Map": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) error {
		_, err := parallel.Map(ctx, nil, func(ctx context.Context, _ int) (int, error) { return fn(ctx) }, parallel.On(p))
		return err
	},
	"Stream": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) error {
		for _, err := range parallel.Stream(ctx, countTo(1), func(ctx context.Context, _ int) (int, error) { return fn(ctx) }, parallel.On(p)) {
			return err
		}
		return nil
	},
}

// TestEndedPoolRefusesWork: after Close new work is refused with ErrClosed, after
// Terminate with ErrTerminated, and the function is not called.
func TestEndedPoolRefusesWork(t *testing.T) {
	never := func(context.Context) (int, error) { t.Error("called"); return 0, nil }
	for name, enter := range entrances {
		bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
			closed, terminated := newPool(t, parallel.Workers(width)), newPool(t, parallel.Workers(width))
			closed.Close()
			terminated.Terminate()
			if err := enter(t.Context(), closed, never); !errors.Is(err, parallel.ErrClosed) {
				t.Errorf("%s after Close: %v", name, err)
			}
			if err := enter(t.Context(), terminated, never); !errors.Is(err, parallel.ErrTerminated) {
				t.Errorf("%s after Terminate: %v", name, err)
			}
			var noContext context.Context
			if err := enter(noContext, closed, never); err == nil || errors.Is(err, parallel.ErrClosed) {
				t.Errorf("%s without a context: %v", name, err)
			}
		})
	}
}

// TestClosedPoolStaysClosed: a closed pool stays closed, whatever is called on it.
func TestClosedPoolStaysClosed(t *testing.T) {
	p := newPool(t, parallel.Workers(2))
	closeAndWait(t, p)
	if err := p.Resize(5); err != nil {
		t.Error(err)
	}
	p.Close()
	closeAndWait(t, p)
	if _, err := parallel.Submit(t.Context(), p, value(1)); !errors.Is(err, parallel.ErrClosed) {
		t.Error(err)
	}
}

// TestCloseLetsTheQueueFinish: when Wait returns, all tasks that were in the queue at
// Close are done. Running tasks may still make calls.
func TestCloseLetsTheQueueFinish(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		var done counter
		for range 100 {
			submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
				time.Sleep(time.Second)
				_, err := parallel.Map(ctx, indices(3), func(context.Context, int) (int, error) { return done.inc(), nil }, parallel.On(p))
				return 0, err
			})
		}
		start := time.Now()
		closeAndWait(t, p)
		if rounds := (100 + width - 1) / width; elapsed(start) != time.Duration(rounds)*time.Second {
			t.Errorf("waited %v", elapsed(start))
		}
		wantStats(t, p, parallel.PoolStats{Done: 100})
		if done.Load() != 300 {
			t.Errorf("%d of 300 nested calls", done.Load())
		}
	})
}

// TestWaitBeforeCloseIsAnError: Wait before Close or Terminate is an error, at once.
func TestWaitBeforeCloseIsAnError(t *testing.T) {
	p := newPool(t)
	if err := p.Wait(t.Context()); !errors.Is(err, parallel.ErrRunning) || mentions(err, "Close or Terminate") != "" {
		t.Error(err)
	}
}

// TestWaitWithContext: Wait returns when its context ends, and a later Wait may
// succeed. If everything has ended, Wait succeeds though its context has ended, too.
func TestWaitWithContext(t *testing.T) {
	bubbles(t, []int{1, 2}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		submit(t, t.Context(), p, sleeper(time.Minute, 1))
		p.Close()
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errBoom)
		defer cancel()
		if err := p.Wait(ctx); err != errBoom {
			t.Errorf("%v; want the context's cause", err)
		}
		if err := p.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		for range 20 {
			if err := p.Wait(ctx); err != nil {
				t.Errorf("%v though all is over", err)
			}
		}
	})
}

// TestTerminateDropsTheQueue: with 10,000 sleeping tasks in the queue Terminate ends
// the running ones through their context and drops the others. Waiting for one returns
// ErrTerminated, and none hangs.
func TestTerminateDropsTheQueue(t *testing.T) {
	bubbles(t, []int{1, 2, 64}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		const n = 10_000
		fs := make([]*parallel.Future[int], n)
		for i := range fs {
			fs[i] = submit(t, t.Context(), p, sleeper(10*time.Second, 1))
		}
		var waiting sync.WaitGroup
		for _, f := range fs[:200] {
			waiting.Go(func() {
				if _, err := f.Get(t.Context()); !errors.Is(err, parallel.ErrTerminated) {
					t.Error(err)
				}
			})
		}
		time.Sleep(time.Second)
		start := time.Now()
		p.Terminate()
		waiting.Wait()
		if err := p.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		if elapsed(start) != 0 {
			t.Errorf("took %v", elapsed(start))
		}
		for i, f := range fs {
			if _, err := f.Get(t.Context()); !errors.Is(err, parallel.ErrTerminated) {
				t.Fatalf("task %d: %v", i, err)
			}
		}
		wantStats(t, p, parallel.PoolStats{Failed: width, Canceled: n - width})
	})
}

// TestTerminateEndsCalls: calls and streams On the pool end with ErrTerminated.
func TestTerminateEndsCalls(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		var over sync.WaitGroup
		work := func(ctx context.Context, _ int) (int, error) { return sleeper(time.Hour, 0)(ctx) }
		over.Go(func() {
			if _, err := parallel.Map(t.Context(), indices(100), work, parallel.On(p)); !errors.Is(err, parallel.ErrTerminated) {
				t.Errorf("Map: %v", err)
			}
		})
		over.Go(func() {
			var last error
			for _, err := range parallel.Stream(t.Context(), countTo(100), work, parallel.On(p)) {
				last = err
			}
			if !errors.Is(last, parallel.ErrTerminated) {
				t.Errorf("Stream: %v", last)
			}
		})
		time.Sleep(time.Second)
		p.Terminate()
		over.Wait()
	})
}

// TestTerminatedPoolRefusesItsOwnTasks: unlike a closed pool, a terminated one takes no
// tasks from the functions that still run on it either. Their nested calls end with their
// context.
func TestTerminatedPoolRefusesItsOwnTasks(t *testing.T) {
	never := func(context.Context) (int, error) { t.Error("called"); return 0, nil }
	for name, enter := range entrances {
		if name == "Map" || name == "empty Map" || name == "Stream" {
			continue
		}
		bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width))
			var err error
			f := submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
				p.Terminate()
				err = enter(ctx, p, never)
				return 0, nil
			})
			f.Get(t.Context())
			closeAndWait(t, p)
			if !errors.Is(err, parallel.ErrTerminated) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// TestTerminateWhileSlotsAreLent: Terminate while some workers wait with their slots
// lent, some wait for a slot, and some wait for space in the queue.
func TestTerminateWhileSlotsAreLent(t *testing.T) {
	bubbles(t, []int{1, 2, 3}, func(t *testing.T, width int) {
		for _, after := range []time.Duration{0, time.Millisecond, 1500 * time.Microsecond, 7 * time.Millisecond} {
			p := newPool(t, parallel.Workers(width), parallel.Queue(2))
			var clients sync.WaitGroup
			for range 5 {
				clients.Go(func() {
					_, err := parallel.Map(t.Context(), indices(10), func(ctx context.Context, _ int) (int, error) { return dive(ctx, p, 3) }, parallel.On(p))
					if !errors.Is(err, parallel.ErrTerminated) {
						t.Errorf("%v", err)
					}
				})
			}
			time.Sleep(after)
			p.Terminate()
			clients.Wait()
			if err := p.Wait(t.Context()); err != nil {
				t.Error(err)
			}
			settled(t, "a terminated pool")
		}
	})
}

// TestEndingTwiceAndAtOnce: Close, Terminate and Wait may be called many times, and
// concurrently.
func TestEndingTwiceAndAtOnce(t *testing.T) {
	for _, terminate := range []bool{false, true} {
		var exits counter
		p := newPool(t, parallel.Workers(2), parallel.WorkerState(func(context.Context, int) (int, error) { return 0, nil },
			func(int) error { exits.inc(); return nil }))
		for range 100 {
			submit(t, t.Context(), p, value(1))
		}
		var all sync.WaitGroup
		for i := range 30 {
			all.Go(func() {
				if p.Close(); terminate && i%3 == 0 {
					p.Terminate()
				}
				if err := p.Wait(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		s := p.Stats()
		if s.Done+s.Canceled+s.Failed != 100 || s.Running+s.Queued != 0 || !terminate && s.Done != 100 {
			t.Errorf("%+v", s)
		}
		if n := exits.Load(); n > 2 || n < 1 && !terminate {
			t.Errorf("%d exits", n)
		}
	}
}

// TestCloseAndCancelTheRest: after Close, tasks that wait can be canceled, and the
// others succeed.
func TestCloseAndCancelTheRest(t *testing.T) {
	bubbles(t, []int{2, 5}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		var fs []*parallel.Future[int]
		for range 50 {
			fs = append(fs, submit(t, t.Context(), p, sleeper(time.Second, 1)))
		}
		time.Sleep(2500 * time.Millisecond)
		p.Close()
		canceled := 0
		for _, f := range fs {
			if f.Cancel() {
				canceled++
			}
		}
		closeAndWait(t, p)
		if want := 50 - 3*width; canceled != want || canceled <= 20 {
			t.Errorf("%d canceled; want %d", canceled, want)
		}
		wantStats(t, p, parallel.PoolStats{Done: 3 * width, Canceled: canceled})
		for i, f := range fs {
			if x, err := f.Get(t.Context()); i < 3*width && (x != 1 || err != nil) || i >= 3*width && !errors.Is(err, parallel.ErrCanceled) {
				t.Errorf("task %d: %d, %v", i, x, err)
			}
		}
	})
}

// TestWaitLooksAtItsContextDuringExits: exit functions run concurrently, and Wait
// returns meanwhile when its context ends.
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

// TestClosedPoolTakesWhatItsTasksSubmit: Close refuses new work from outside. Functions
// that run on the pool are part of what was submitted, and so are the tasks that they
// submit.
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
