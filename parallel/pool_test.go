package parallel_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestPoolNeverRunsMoreThanItsWidth: with 15 times the width in the queue, exactly as
// many functions run as the pool is wide, on as many workers.
func TestPoolNeverRunsMoreThanItsWidth(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		var made counter
		p := newPool(t, parallel.Workers(width), parallel.WorkerState(func(context.Context, int) (int, error) { return made.inc(), nil }, nil))
		var g gauge
		task := func(ctx context.Context) (int, error) {
			g.enter()
			defer g.leave()
			time.Sleep(time.Second)
			return 0, nil
		}
		start := time.Now()
		for range 15 * width {
			submit(t, t.Context(), p, task)
		}
		synctest.Wait()
		wantStats(t, p, parallel.PoolStats{Running: width, Queued: 14 * width})
		closeAndWait(t, p)
		if g.peak.Load() != int64(width) || g.total.Load() != int64(15*width) || made.Load() != int64(width) {
			t.Errorf("%d tasks, %d at once, %d workers", g.total.Load(), g.peak.Load(), made.Load())
		}
		if elapsed(start) != 15*time.Second {
			t.Errorf("took %v", elapsed(start))
		}
		wantStats(t, p, parallel.PoolStats{Done: 15 * width})
	})
}

// TestCallsStreamsAndTasksShareAPool: calls, streams and tasks On the pool share its
// width.
func TestCallsStreamsAndTasksShareAPool(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		var g gauge
		work := func(ctx context.Context, _ int) (int, error) {
			g.enter()
			defer g.leave()
			time.Sleep(time.Millisecond)
			return 0, nil
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if _, err := parallel.Map(t.Context(), indices(50), work, parallel.On(p)); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				for _, err := range parallel.Stream(t.Context(), countTo(50), work, parallel.On(p)) {
					if err != nil {
						t.Error(err)
					}
				}
			})
			wg.Go(func() {
				for range 50 {
					submit(t, t.Context(), p, func(ctx context.Context) (int, error) { return work(ctx, 0) })
				}
			})
		}
		wg.Wait()
		closeAndWait(t, p)
		if g.total.Load() != 450 || g.peak.Load() > int64(width) || g.peak.Load() <= int64(width/2) {
			t.Errorf("%d functions, %d at once", g.total.Load(), g.peak.Load())
		}
	})
}

// TestOnWithWorkers: Workers limits a call On a pool to a part of its width.
func TestOnWithWorkers(t *testing.T) {
	bubbles(t, []int{1, 2, 3, 9}, func(t *testing.T, part int) {
		p := newPool(t, parallel.Workers(4))
		for _, way := range []string{"Map", "MapAsync", "Stream"} {
			var g gauge
			work := func(ctx context.Context, _ int) (int, error) {
				g.enter()
				defer g.leave()
				time.Sleep(time.Millisecond)
				return 0, nil
			}
			switch way {
			case "Map":
				if _, err := parallel.Map(t.Context(), indices(50), work, parallel.On(p), parallel.Workers(part)); err != nil {
					t.Error(err)
				}
			case "MapAsync":
				f, err := parallel.MapAsync(t.Context(), p, indices(50), work, parallel.Workers(part))
				if err != nil {
					t.Fatal(err)
				}
				get(t, f)
			case "Stream":
				for _, err := range parallel.Stream(t.Context(), countTo(50), work, parallel.On(p), parallel.Workers(part)) {
					if err != nil {
						t.Error(err)
					}
				}
			}
			if g.peak.Load() != int64(min(part, 4)) {
				t.Errorf("%s: Workers(%d) on a pool of 4: %d at once", way, part, g.peak.Load())
			}
		}
	})
}

// TestTasksOneAfterTheOtherUseOneWorker: tasks that come one after the other run on the
// same worker.
func TestTasksOneAfterTheOtherUseOneWorker(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		var made counter
		p := newPool(t, parallel.Workers(width), parallel.WorkerState(func(_ context.Context, k int) (int, error) { made.inc(); return k, nil }, nil))
		for i := range 100 {
			f := submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
				k, _ := parallel.State[int](ctx)
				return k, nil
			})
			if k := get(t, f); k != 0 {
				t.Errorf("task %d ran on worker %d", i, k)
			}
			if i%10 == 0 {
				time.Sleep(time.Hour) // its goroutine ends, the worker does not
			}
			synctest.Wait()
		}
		if made.Load() != 1 {
			t.Errorf("%d workers", made.Load())
		}
	})
}

// TestTasksStartAtOnce: tasks start when they are submitted, not when their results are
// waited for.
func TestTasksStartAtOnce(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		var ran counter
		f, err := parallel.MapAsync(t.Context(), p, indices(10), func(context.Context, int) (int, error) { return ran.inc(), nil })
		if err != nil {
			t.Fatal(err)
		}
		submit(t, t.Context(), p, func(context.Context) (int, error) { return ran.inc(), nil })
		synctest.Wait()
		if ran.Load() != 11 || !f.Ready() {
			t.Errorf("%d ran before anybody asked", ran.Load())
		}
	})
}

// TestFailuresLeaveThePoolAsItWas: tasks that fail, panic or end their goroutine leave
// the pool unchanged.
func TestFailuresLeaveThePoolAsItWas(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		const each = 20
		for name, end := range endings {
			for range each {
				_, err := submit(t, t.Context(), p, func(ctx context.Context) (int, error) { return 0, end(ctx, 4) }).Get(t.Context())
				if (err == nil) != (name == "success") {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		wantStats(t, p, parallel.PoolStats{Done: each, Failed: 3 * each})
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
			t.Errorf("%d at once after the failures", g.peak.Load())
		}
	})
}

// TestGoexitFailsTheTaskOnly: Goexit, as in t.FailNow, fails the task. Its worker and
// the rest of the queue go on.
func TestGoexitFailsTheTaskOnly(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		var made counter
		p := newPool(t, parallel.Workers(width), parallel.WorkerState(func(context.Context, int) (int, error) { return made.inc(), nil }, nil))
		var fs []*parallel.Future[int]
		for i := range 50 {
			fs = append(fs, submit(t, t.Context(), p, func(context.Context) (int, error) {
				if i%2 == 0 {
					defer time.Sleep(time.Millisecond)
					runtime.Goexit()
				}
				return i, nil
			}))
		}
		for i, f := range fs {
			x, err := f.Get(t.Context())
			if i%2 == 0 && !errors.Is(err, parallel.ErrGoexit) || i%2 == 1 && (x != i || err != nil) {
				t.Errorf("task %d: %d, %v", i, x, err)
			}
		}
		wantStats(t, p, parallel.PoolStats{Done: 25, Failed: 25})
		closeAndWait(t, p)
		if made.Load() > int64(width) {
			t.Errorf("%d workers made", made.Load())
		}
	})
}

// TestGoexitWhileTheSlotIsLent: a function ends its goroutine while another goroutine
// waits with its context. No slot is lost.
func TestGoexitWhileTheSlotIsLent(t *testing.T) {
	bubbles(t, []int{1, 2, 3}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		slow := submit(t, t.Context(), p, sleeper(time.Second, 1))
		for range 3 * width {
			submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
				go func() { slow.Wait(ctx) }() // lends the slot of the task, which goes on
				time.Sleep(time.Millisecond)
				runtime.Goexit()
				return 0, nil
			})
		}
		time.Sleep(time.Hour)
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
}
