package parallel_test

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestMaxTasksPerWorkerReplacesWorkers: a worker is replaced after its number of tasks,
// and every task runs once.
func TestMaxTasksPerWorkerReplacesWorkers(t *testing.T) {
	for _, quota := range []int{1, 3, 10} {
		bubbles(t, []int{1, 2, 3}, func(t *testing.T, width int) {
			p, all := scratches(t, parallel.Workers(width), parallel.MaxTasksPerWorker(quota))
			var fs []*parallel.Future[int]
			for i := range 100 {
				fs = append(fs, submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
					time.Sleep(time.Millisecond)
					return i, use(ctx)
				}))
			}
			for i, f := range fs {
				if got := get(t, f); got != i {
					t.Errorf("task %d: %d", i, got)
				}
			}
			closeAndWait(t, p)
			if n := len(all()); n < 100/quota || n > 100/quota+width {
				t.Errorf("MaxTasksPerWorker(%d), width %d: %d workers", quota, width, n)
			}
			for _, s := range all() {
				if s.uses > quota || !s.ended.Load() {
					t.Errorf("MaxTasksPerWorker(%d): %d uses by worker %d", quota, s.uses, s.worker)
				}
			}
		})
	}
}

// TestChunksCountAsTasks: chunks of calls count as tasks, and canceled tasks do not
// count.
func TestChunksCountAsTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, all := scratches(t, parallel.Workers(1), parallel.MaxTasksPerWorker(5))
		if _, err := parallel.Map(t.Context(), indices(100), func(ctx context.Context, _ int) (int, error) { return 0, use(ctx) },
			parallel.On(p), parallel.ChunkSize(10)); err != nil {
			t.Error(err)
		}
		if n := len(all()); n != 2 {
			t.Errorf("%d workers for 10 chunks", n)
		}
		submit(t, t.Context(), p, sleeper(time.Second, 1))
		for range 20 {
			submit(t, t.Context(), p, value(1)).Cancel()
		}
		closeAndWait(t, p)
		if n := len(all()); n != 3 {
			t.Errorf("%d workers after one task more", n)
		}
	})
}

// TestOneTaskPerWorkerAndEarlyClose: a pool that replaces its worker after each task,
// and is closed early, runs every task.
func TestOneTaskPerWorkerAndEarlyClose(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p, all := scratches(t, parallel.Workers(width), parallel.MaxTasksPerWorker(1))
		for range 30 {
			submit(t, t.Context(), p, func(ctx context.Context) (int, error) { return 0, use(ctx) })
		}
		closeAndWait(t, p)
		wantStats(t, p, parallel.PoolStats{Done: 30})
		if len(all()) != 30 {
			t.Errorf("%d workers for 30 tasks", len(all()))
		}
	})
}

// TestWorkersThatEndInGoexitAreReplaced: workers whose tasks end their goroutine are
// replaced, too, and their states end.
func TestWorkersThatEndInGoexitAreReplaced(t *testing.T) {
	bubbles(t, []int{1, 2}, func(t *testing.T, width int) {
		p, all := scratches(t, parallel.Workers(width), parallel.MaxTasksPerWorker(2))
		for i := range 40 {
			submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
				if err := use(ctx); err != nil {
					return 0, err
				}
				if i%2 == 0 {
					runtime.Goexit()
				}
				return 0, nil
			})
		}
		closeAndWait(t, p)
		wantStats(t, p, parallel.PoolStats{Done: 20, Failed: 20})
		uses := 0
		for _, s := range all() {
			if uses += s.uses; !s.ended.Load() {
				t.Errorf("worker %d was not ended", s.worker)
			}
		}
		if uses != 40 {
			t.Errorf("%d uses", uses)
		}
	})
}

// TestShrinkingEndsWorkers: a narrower pool ends the workers beyond its width, idle
// ones at once, others after their task.
func TestShrinkingEndsWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, all := scratches(t, parallel.Workers(8))
		eight := func() {
			for range 8 {
				submit(t, t.Context(), p, sleeper(time.Second, 1))
			}
		}
		ended := func() (n int) {
			for _, s := range all() {
				if s.ended.Load() {
					n++
				}
			}
			return n
		}
		eight()
		time.Sleep(2 * time.Second)
		if err := p.Resize(3); err != nil || ended() != 5 {
			t.Errorf("%v, %d idle workers ended; want 5", err, ended())
		}
		if err := p.Resize(8); err != nil {
			t.Error(err)
		}
		eight()
		time.Sleep(500 * time.Millisecond)
		if err := p.Resize(2); err != nil || ended() != 5 {
			t.Errorf("%v, %d ended, though they work", err, ended())
		}
		time.Sleep(time.Second)
		if n := len(all()) - ended(); n != 2 {
			t.Errorf("%d workers on a pool of width 2", n)
		}
		closeAndWait(t, p)
		if ended() != len(all()) {
			t.Errorf("%d of %d workers ended", ended(), len(all()))
		}
	})
}

// TestStatesPerBegunFunction: tasks that wait for tasks keep their states: one is alive
// for each function that has begun and not returned. States beyond the width end with
// their functions.
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
