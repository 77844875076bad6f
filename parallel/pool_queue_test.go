package parallel_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestQueueIsBounded: as many tasks run as the pool is wide, and as many wait as the
// queue holds. TrySubmit of one more returns ErrFull, and Submit and Do wait for space.
func TestQueueIsBounded(t *testing.T) {
	for _, bound := range []int{0, 1, 2, 7} {
		bubbles(t, []int{1, 2, 8}, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width), parallel.Queue(bound))
			task := sleeper(time.Second, 1)
			for i := range width + bound {
				if _, err := parallel.TrySubmit(t.Context(), p, task); err != nil {
					t.Fatalf("Queue(%d): task %d: %v", bound, i, err) // accepted even if no task has begun yet
				}
			}
			synctest.Wait()
			wantStats(t, p, parallel.PoolStats{Running: width, Queued: bound})
			if _, err := parallel.TrySubmit(t.Context(), p, task); !errors.Is(err, parallel.ErrFull) {
				t.Errorf("Queue(%d): one more: %v", bound, err)
			}
			start := time.Now()
			submit(t, t.Context(), p, task)
			if elapsed(start) != time.Second {
				t.Errorf("Queue(%d): Submit waited %v for space", bound, elapsed(start))
			}
			if _, err := parallel.Do(t.Context(), p, task); err != nil {
				t.Errorf("Queue(%d): Do: %v", bound, err)
			}
			closeAndWait(t, p)
			wantStats(t, p, parallel.PoolStats{Done: width + bound + 2})
		})
	}
}

// TestBlockedSubmitIsWoken: the end of the context, the end of the pool, a canceled
// task and a wider pool wake a Submit that waits for space.
func TestBlockedSubmitIsWoken(t *testing.T) {
	for _, bound := range []int{0, 1} {
		bubbles(t, []int{1, 2}, func(t *testing.T, width int) {
			full := func() (*parallel.Pool, []*parallel.Future[int]) {
				p := newPool(t, parallel.Workers(width), parallel.Queue(bound))
				var fs []*parallel.Future[int]
				for range width + bound {
					fs = append(fs, submit(t, t.Context(), p, sleeper(time.Hour, 1)))
				}
				return p, fs
			}
			waits := func(p *parallel.Pool, ctx context.Context, n int) (errs func() []error) {
				var all sync.WaitGroup
				var mu sync.Mutex
				var list []error
				for range n {
					all.Go(func() {
						_, err := parallel.Submit(ctx, p, sleeper(time.Hour, 1))
						mu.Lock()
						list = append(list, err)
						mu.Unlock()
					})
				}
				time.Sleep(time.Second)
				return func() []error { all.Wait(); return list }
			}
			start := time.Now()

			p, _ := full()
			ctx, cancel := context.WithCancelCause(t.Context())
			errs := waits(p, ctx, 3)
			cancel(errBoom)
			for _, err := range errs() {
				if !errors.Is(err, errBoom) {
					t.Errorf("context: %v", err)
				}
			}
			p, _ = full()
			errs = waits(p, t.Context(), 3)
			p.Close()
			for _, err := range errs() {
				if !errors.Is(err, parallel.ErrClosed) {
					t.Errorf("Close: %v", err)
				}
			}
			p, _ = full()
			errs = waits(p, t.Context(), 3)
			p.Terminate()
			for _, err := range errs() {
				if !errors.Is(err, parallel.ErrTerminated) {
					t.Errorf("Terminate: %v", err)
				}
			}
			p, _ = full()
			errs = waits(p, t.Context(), 3)
			if err := p.Resize(width + 3); err != nil {
				t.Error(err)
			}
			if got := errs(); !slices.Equal(got, make([]error, 3)) {
				t.Errorf("Resize: %v", got)
			}
			synctest.Wait()
			wantStats(t, p, parallel.PoolStats{Running: width + 3, Queued: bound})
			if bound > 0 {
				p, fs := full()
				errs = waits(p, t.Context(), 1)
				if !fs[len(fs)-1].Cancel() {
					t.Error("the last task runs")
				}
				if got := errs(); got[0] != nil {
					t.Errorf("Cancel: %v", got)
				}
				wantStats(t, p, parallel.PoolStats{Running: width, Queued: bound, Canceled: 1})
			}
			if elapsed(start) > 10*time.Second {
				t.Errorf("woken after %v", elapsed(start))
			}
		})
	}
}

// TestTasksSubmitToTheirFullQueue: functions on the pool submit to its bounded queue,
// which only they empty, even with Queue(0), which accepts a task only if it can run at
// once.
func TestTasksSubmitToTheirFullQueue(t *testing.T) {
	for _, bound := range []int{0, 1, 3} {
		bubbles(t, []int{1, 2, 3, 8}, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width), parallel.Queue(bound))
			var g gauge
			leaf := func(context.Context) (int, error) {
				g.enter()
				defer g.leave()
				time.Sleep(time.Millisecond)
				return 1, nil
			}
			fan := func(ctx context.Context) (int, error) {
				var fs []*parallel.Future[int]
				for range 5 {
					f, err := parallel.Submit(ctx, p, leaf)
					if err != nil {
						return 0, err
					}
					fs = append(fs, f)
				}
				sum := 0
				for _, f := range fs {
					n, err := f.Get(ctx)
					if err != nil {
						return 0, err
					}
					sum += n
				}
				return sum, nil
			}
			var fs []*parallel.Future[int]
			for range 2 * width {
				fs = append(fs, submit(t, t.Context(), p, fan))
			}
			for _, f := range fs {
				if n := get(t, f); n != 5 {
					t.Error(n)
				}
			}
			if _, err := parallel.Map(t.Context(), indices(10), func(ctx context.Context, _ int) (int, error) { return fan(ctx) }, parallel.On(p)); err != nil {
				t.Error(err)
			}
			if int(g.peak.Load()) > width {
				t.Errorf("%d at once", g.peak.Load())
			}
			closeAndWait(t, p)
		})
	}
}

// TestFirstSubmittedFirstBegun: tasks begin in the order in which they were submitted.
func TestFirstSubmittedFirstBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, parallel.Workers(1))
		var order []int
		for i := range 5000 { // far more than wait at once
			submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
				if parallel.Index(ctx) != i {
					t.Errorf("Index %d in task %d", parallel.Index(ctx), i)
				}
				order = append(order, i)
				return 0, nil
			})
			if i%1000 == 999 {
				synctest.Wait()
			}
		}
		closeAndWait(t, p)
		if !slices.Equal(order, indices(5000)) {
			t.Error("another order")
		}
	})
}

// TestResize: a wider pool starts waiting work at once. In a narrower one running
// functions finish, and nothing starts until fewer run than its width: for tasks, calls
// and streams.
func TestResize(t *testing.T) {
	for _, way := range []string{"Submit", "Map", "Stream"} {
		bubbles(t, []int{1, 3, 8}, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width))
			var g gauge
			work := func(ctx context.Context, _ int) (int, error) {
				g.enter()
				defer g.leave()
				return sleeper(time.Second, 0)(ctx)
			}
			ctx, cancel := context.WithCancel(t.Context())
			var over sync.WaitGroup
			switch way {
			case "Submit":
				for range 500 {
					submit(t, ctx, p, func(ctx context.Context) (int, error) { return work(ctx, 0) })
				}
			case "Map":
				over.Go(func() { _, _ = parallel.Map(ctx, indices(500), work, parallel.On(p)) })
			case "Stream":
				over.Go(func() {
					for range parallel.Stream(ctx, countTo(500), work, parallel.On(p), parallel.Lookahead(100)) {
					}
				})
			}
			for _, w := range []int{width, 10, 2, 1, 5, width} {
				if err := p.Resize(w); err != nil {
					t.Error(err)
				}
				if p.Width() != w || p.Stats().Width != w {
					t.Errorf("width %d after Resize(%d)", p.Width(), w)
				}
				time.Sleep(3500 * time.Millisecond)
				synctest.Wait()
				if now := int(g.now.Load()); now != w {
					t.Errorf("%s: %d run at width %d", way, now, w)
				}
			}
			cancel()
			over.Wait()
			closeAndWait(t, p)
		})
	}
}

// TestResizeWhileWaiting: the width changes while workers wait for others of the same
// pool, with their slots lent.
func TestResizeWhileWaiting(t *testing.T) {
	bubbles(t, []int{1, 2, 5}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width), parallel.Queue(3), parallel.WorkerState(func(context.Context, int) (int, error) { return 0, nil }, nil))
		stop := make(chan struct{})
		var resizing sync.WaitGroup
		resizing.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				case <-time.After(700 * time.Microsecond):
					if err := p.Resize(1 + i%4); err != nil {
						t.Error(err)
					}
				}
			}
		})
		var fs []*parallel.Future[int]
		for range 8 {
			fs = append(fs, submit(t, t.Context(), p, func(ctx context.Context) (int, error) { return dive(ctx, p, 3) }))
		}
		for _, f := range fs {
			if n := get(t, f); n != 16 {
				t.Error(n)
			}
		}
		close(stop)
		resizing.Wait()
		closeAndWait(t, p)
	})
}

// TestCallDoesNotWaitForRetiredWorkers: a call whose workers handed their slots over
// returns when its items are done, not when the workers have slots again.
func TestCallDoesNotWaitForRetiredWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, parallel.Workers(2))
		var long sync.WaitGroup
		start := time.Now()
		for _, at := range []time.Duration{500 * time.Millisecond, 8500 * time.Millisecond} {
			long.Go(func() {
				time.Sleep(at)
				err := parallel.ForEach(t.Context(), indices(1), func(ctx context.Context, _ int) error {
					_, err := sleeper(time.Hour, 0)(ctx)
					return err
				}, parallel.On(p))
				if err != nil {
					t.Error(err)
				}
			})
		}
		err := parallel.ForEach(t.Context(), indices(10), func(ctx context.Context, _ int) error {
			_, err := sleeper(time.Second, 0)(ctx)
			return err
		}, parallel.On(p))
		if err != nil || elapsed(start) != 9*time.Second {
			t.Errorf("%v after %v", err, elapsed(start))
		}
		long.Wait()
	})
}
