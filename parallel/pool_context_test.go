package parallel_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestManyBlockedAreCanceledAtOnce: tens of thousands of calls wait for a slot of a
// busy pool, and submits for space in its queue. When their common context ends all
// return with its cause. (A search of a list under the lock for each of them would take
// a minute.)
func TestManyBlockedAreCanceledAtOnce(t *testing.T) {
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
// again. Tasks that they gave up are removed from the queue, and counted.
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

// TestEndedTaskLeavesTheQueue: a task whose context has ended makes space in a full
// queue at once, before a worker takes it.
func TestEndedTaskLeavesTheQueue(t *testing.T) {
	p := newPool(t, parallel.Workers(1), parallel.Queue(1))
	release := make(chan struct{})
	submit(t, t.Context(), p, func(context.Context) (int, error) { <-release; return 0, nil })
	for range 1000 {
		ctx, cancel := context.WithCancelCause(t.Context())
		dead := submit(t, ctx, p, func(context.Context) (int, error) { t.Error("called"); return 0, nil })
		cancel(errEnough)
		f, err := parallel.TrySubmit(t.Context(), p, value(1))
		if err != nil {
			t.Fatalf("a task that has ended holds the only space: %v", err)
		}
		if _, err := dead.Get(t.Context()); err != errEnough {
			t.Fatalf("%v; want the cause itself", err)
		}
		f.Cancel()
	}
	close(release)
	closeAndWait(t, p)
}

// TestEndedTaskIsDoneAtOnce: a task whose context ended before Submit, or ends in the
// queue, is ready at once with the context's cause, though the pool is busy.
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
