package parallel_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestCancelRacingWithTerminate: a task is canceled, dropped or run, and counted once.
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

// TestStatsAddUp: at any time every task is in one counter.
func TestStatsAddUp(t *testing.T) {
	bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		total := func(s parallel.PoolStats) int { return s.Queued + s.Running + s.Done + s.Failed + s.Canceled }
		var begun, submitted atomic.Int64
		for i := range 30 {
			begun.Add(1)
			f := submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
				time.Sleep(time.Duration(1+i%3) * time.Millisecond)
				return 0, endings[[]string{"success", "error", "panic", "Goexit"}[i%4]](ctx, 4)
			})
			submitted.Add(1)
			f.OnDone(func(int, error) {
				least := int(submitted.Load())
				if s := p.Stats(); total(s) < least || total(s) > int(begun.Load()) {
					t.Errorf("%+v of %d to %d tasks", s, least, begun.Load())
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

// TestObserverOfPool: every task that ran is a chunk of one row, however it ended, and
// the counters of the workers add up to them. A worker that replaces another one has
// its number, so that there are no more numbers than workers at once.
func TestObserverOfPool(t *testing.T) {
	for _, width := range []int{1, 3} {
		r := &recorder{t: t}
		p := newPool(t, parallel.Workers(width), parallel.MaxTasksPerWorker(2), parallel.Observe(r))
		const each = 20
		for _, end := range endings {
			for range each {
				submit(t, t.Context(), p, func(ctx context.Context) (int, error) { return 0, end(ctx, 0) })
			}
		}
		closeAndWait(t, p)
		r.check("pool", "parallel.Submit")
		stats, rows := p.Stats(), 0
		for _, w := range r.ends[0].Workers {
			rows += w.Rows
		}
		if ran := stats.Done + stats.Failed; ran != each*len(endings) || rows != ran || r.rows("pool") != ran || len(r.failed) != stats.Failed {
			t.Errorf("width %d: %+v; the workers did %d rows, %d failures", width, stats, rows, len(r.failed))
		}
		if n := len(r.ends[0].Workers); n < 1 || n > width+5 {
			t.Errorf("width %d: %d numbers of workers", width, n)
		}
	}
}

// TestSlowObserverOfPool: tasks that have ended while the observer is busy accumulate
// neither as goroutines nor as workers with a state.
func TestSlowObserverOfPool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const width, tasks = 2, 100
		var o slowObserver
		p, all := scratches(t, parallel.Workers(width), parallel.Observe(&o))
		for range tasks {
			submit(t, t.Context(), p, func(ctx context.Context) (int, error) { return 0, use(ctx) })
		}
		closeAndWait(t, p)
		if o.tasks != tasks || !o.ended {
			t.Errorf("%d tasks were told, the end %v", o.tasks, o.ended)
		}
		if n := len(all()); n > 10 { // not one for each task
			t.Errorf("%d workers were made", n)
		}
	})
}

type slowObserver struct {
	tasks int
	ended bool
}

func (o *slowObserver) Start(parallel.CallInfo) {}
func (o *slowObserver) ChunkDone(parallel.ChunkInfo) {
	time.Sleep(time.Second)
	o.tasks++
}
func (o *slowObserver) RowFailed(int, error) {}
func (o *slowObserver) End(parallel.Summary) { o.ended = true }

// TestSubmitRacingWithTheEnd: every task that was accepted runs exactly once, or is
// dropped by Terminate. Every other task is refused.
func TestSubmitRacingWithTheEnd(t *testing.T) {
	for round := range 60 {
		width, terminate := 1+round%3, round%2 == 0
		p := newPool(t, parallel.Workers(width), parallel.Queue(5))
		var begun, accepted, dropped, ok atomic.Int64
		var clients sync.WaitGroup
		for range 4 {
			clients.Go(func() {
				var fs []*parallel.Future[int]
				for {
					f, err := parallel.Submit(t.Context(), p, func(context.Context) (int, error) { begun.Add(1); return 1, nil })
					if err != nil {
						if !errors.Is(err, parallel.ErrClosed) && !errors.Is(err, parallel.ErrTerminated) {
							t.Error(err)
						}
						break
					}
					accepted.Add(1)
					fs = append(fs, f)
				}
				for _, f := range fs {
					switch _, err := f.Get(t.Context()); {
					case err == nil:
						ok.Add(1)
					case errors.Is(err, parallel.ErrTerminated):
						dropped.Add(1)
					default:
						t.Error(err)
					}
				}
			})
		}
		for p.Stats().Done < 20*round {
			time.Sleep(10 * time.Microsecond)
		}
		if terminate {
			p.Terminate()
		} else {
			p.Close()
		}
		if err := p.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		clients.Wait()
		if begun.Load() != ok.Load() || ok.Load()+dropped.Load() != accepted.Load() || !terminate && dropped.Load() > 0 {
			t.Fatalf("%d accepted, %d begun, %d done, %d dropped", accepted.Load(), begun.Load(), ok.Load(), dropped.Load())
		}
		if s := p.Stats(); s.Done != int(ok.Load()) || s.Canceled != int(dropped.Load()) || s.Running+s.Queued+s.Failed != 0 {
			t.Fatalf("%+v after %d done, %d dropped", s, ok.Load(), dropped.Load())
		}
	}
}
