package parallel_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestCancelRacingWithTerminate: a task is cancelled, dropped or run, and counted once.
func TestCancelRacingWithTerminate(t *testing.T) {
	for range 200 {
		p := newPool(t, parallel.Workers(2))
		fs := make([]*parallel.Future[int], 30)
		for i := range fs {
			fs[i] = submit(t, t.Context(), p, value(i))
		}
		var all sync.WaitGroup
		all.Go(func() {
			for _, f := range fs {
				f.Cancel()
			}
		})
		all.Go(p.Terminate)
		all.Wait()
		if err := p.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		if s := p.Stats(); s.Done+s.Failed+s.Canceled != len(fs) || s.Queued != 0 || s.Running != 0 {
			t.Fatalf("%+v", s)
		}
	}
}

// TestStatsAddUp: at every moment every task is in one counter.
func TestStatsAddUp(t *testing.T) {
	bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		total := func(s parallel.PoolStats) int { return s.Queued + s.Running + s.Done + s.Failed + s.Canceled }
		var submitted atomic.Int64
		for i := range 30 {
			submitted.Add(1)
			f := submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
				time.Sleep(time.Duration(1+i%3) * time.Millisecond)
				return 0, endings[[]string{"success", "error", "panic", "Goexit"}[i%4]](ctx, 4)
			})
			f.OnDone(func(int, error) {
				if s := p.Stats(); total(s) != int(submitted.Load()) {
					t.Errorf("%+v of %d tasks", s, submitted.Load())
				}
			})
			if i%7 == 6 {
				f.Cancel()
			}
		}
		for {
			synctest.Wait()
			s := p.Stats()
			if total(s) != 30 || s.Running > width || s.Queued < 0 || s.Width != width {
				t.Errorf("%+v", s)
			}
			if s.Running == 0 {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if s := p.Stats(); s.Canceled == 0 || s.Done+s.Failed+s.Canceled != 30 {
			t.Errorf("%+v", s)
		}
	})
}
