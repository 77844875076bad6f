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

// TestInitThatFailsBreaksThePool: an error, a panic or a Goexit in init breaks the
// pool: waiting and new work fails with ErrBroken and the cause, and nothing hangs, no
// Submit that waits for space either.
func TestInitThatFailsBreaksThePool(t *testing.T) {
	for name, end := range endings {
		if name == "success" {
			continue
		}
		bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width), parallel.Queue(2), parallel.WorkerState(func(ctx context.Context, _ int) (int, error) {
				time.Sleep(time.Second)
				return 0, end(ctx, 4)
			}, nil))
			broken := func(what string, err error) {
				t.Helper()
				if !errors.Is(err, parallel.ErrBroken) || name == "error" && !errors.Is(err, errBoom) || name == "Goexit" && !errors.Is(err, parallel.ErrGoexit) {
					t.Errorf("%s: %v", what, err)
				}
			}
			var clients sync.WaitGroup
			for range 3 * width {
				clients.Go(func() {
					f, err := parallel.Submit(t.Context(), p, value(1))
					if err == nil {
						_, err = f.Get(t.Context())
					}
					broken("Submit", err)
				})
			}
			clients.Wait()
			for what, enter := range entrances {
				broken(what, enter(t.Context(), p, value(1)))
			}
			p.Close()
		})
		for what, enter := range entrances {
			if what == "empty Map" {
				continue // needs no worker
			}
			bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
				p := newPool(t, parallel.Workers(width), parallel.WorkerState(func(ctx context.Context, _ int) (int, error) { return 0, end(ctx, 4) }, nil))
				err := enter(t.Context(), p, value(1))
				if what != "Map" && what != "Stream" {
					synctest.Wait() // the task that breaks the pool was accepted
					err = enter(t.Context(), p, value(1))
				}
				if !errors.Is(err, parallel.ErrBroken) {
					t.Errorf("%s, %s: %v", name, what, err)
				}
				if re, ok := errors.AsType[*parallel.RowError](err); ok {
					t.Errorf("%s, %s: blames row %d", name, what, re.Row)
				}
			})
		}
	}
}

// TestLaterInitThatFailsEndsWhatRuns: a failure of a later init also ends running
// functions.
func TestLaterInitThatFailsEndsWhatRuns(t *testing.T) {
	bubbles(t, []int{2, 3}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width), parallel.WorkerState(func(_ context.Context, k int) (int, error) {
			if k > 0 {
				return 0, errBoom
			}
			return 0, nil
		}, nil))
		err := parallel.ForEach(t.Context(), indices(20), func(ctx context.Context, _ int) error {
			_, err := sleeper(time.Second, 0)(ctx)
			return err
		}, parallel.On(p))
		if !errors.Is(err, parallel.ErrBroken) || !errors.Is(err, errBoom) {
			t.Error(err)
		}
	})
}

// TestInitThatFailsLeavesNothingBehind: after a failure of init no goroutine is left,
// and the workers that were made end.
func TestInitThatFailsLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var exits counter
		p := newPool(t, parallel.Workers(5), parallel.WorkerState(func(_ context.Context, k int) (int, error) {
			time.Sleep(time.Duration(k) * time.Second)
			if k == 3 {
				return 0, errBoom
			}
			return k, nil
		}, func(int) error { exits.inc(); return nil }))
		for range 10 {
			submit(t, t.Context(), p, sleeper(time.Hour, 1))
		}
		time.Sleep(10 * time.Second)
		settled(t, "a broken pool")
		closeAndWait(t, p)
		if exits.Load() != 4 {
			t.Errorf("%d workers ended; want 4", exits.Load())
		}
	})
}

// TestInitThatUsesItsPool: an initializer that submits to its own pool, or waits for a
// task of it, gets an error. Otherwise each one that waits would need another worker.
func TestInitThatUsesItsPool(t *testing.T) {
	for name, use := range map[string]func(ctx context.Context, p *parallel.Pool) error{
		"Submit": func(ctx context.Context, p *parallel.Pool) error {
			_, err := parallel.Submit(ctx, p, value(1))
			return err
		},
		"TrySubmit": func(ctx context.Context, p *parallel.Pool) error {
			_, err := parallel.TrySubmit(ctx, p, value(1))
			return err
		},
		"Do": func(ctx context.Context, p *parallel.Pool) error { _, err := parallel.Do(ctx, p, value(1)); return err },
		"derived context": func(ctx context.Context, p *parallel.Pool) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			_, err := parallel.Do(ctx, p, value(1))
			return err
		},
		"nested": func(ctx context.Context, p *parallel.Pool) error {
			return parallel.ForEach(ctx, indices(1), func(ctx context.Context, _ int) error {
				_, err := parallel.Do(ctx, p, value(1))
				return err
			})
		},
		"Get": func(ctx context.Context, p *parallel.Pool) error {
			f, err := parallel.Submit(context.Background(), p, value(1))
			if err == nil {
				_, err = f.Get(ctx)
			}
			return err
		},
		"WaitAll": func(ctx context.Context, p *parallel.Pool) error {
			f, err := parallel.Submit(context.Background(), p, value(1))
			if err == nil {
				_, _, err = parallel.WaitAll(ctx, f)
			}
			return err
		},
	} {
		bubbles(t, []int{1, 2}, func(t *testing.T, width int) {
			var p *parallel.Pool
			var made counter
			p = newPool(t, parallel.Workers(width), parallel.WorkerState(func(ctx context.Context, _ int) (int, error) {
				made.inc()
				return 0, use(ctx, p)
			}, nil))
			_, err := parallel.Do(t.Context(), p, value(1))
			if !errors.Is(err, parallel.ErrBroken) || !errors.Is(err, parallel.ErrOption) {
				t.Errorf("%s: %v", name, err)
			}
			if int(made.Load()) > width {
				t.Errorf("%s: %d workers were made", name, made.Load())
			}
		})
	}
}

// TestInitThatWaits: an initializer that waits for something else keeps its slot, so
// that no more workers are made than functions may run.
func TestInitThatWaits(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		var made counter
		p := newPool(t, parallel.Workers(width), parallel.WorkerState(func(ctx context.Context, _ int) (int, error) {
			made.inc()
			parallel.Block(ctx, func() { time.Sleep(time.Second) })
			return 0, nil
		}, nil))
		for range 50 {
			submit(t, t.Context(), p, sleeper(time.Millisecond, 1))
		}
		closeAndWait(t, p)
		if int(made.Load()) > width {
			t.Errorf("%d workers were made", made.Load())
		}
	})
}
