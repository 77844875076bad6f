package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

var errEnough = errors.New("had enough")

// TestEndedContextCallsNothing: a call whose context has ended calls no function, and
// returns the cause itself.
func TestEndedContextCallsNothing(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errEnough)
	for _, op := range operations {
		for _, s := range settings(op, []int{7}, []int{3}) {
			_, err := op.run(ctx, 100, func(context.Context, int) error {
				t.Errorf("%s %v: function was called", op.name, s)
				return nil
			}, s.opts...)
			if err != errEnough {
				t.Errorf("%s %v: %v; want the cause itself", op.name, s, err)
			}
		}
	}
}

// TestNothingBeginsAfterTheContextsEnd: no function begins after the end of the
// context, the running functions return, and then the call returns the cause.
func TestNothingBeginsAfterTheContextsEnd(t *testing.T) {
	for _, op := range operations {
		chunks, n := []int{1, 1000}, 5000
		switch {
		case op.name == "Range":
			chunks = []int{1} // it passes larger ranges whole
		case op.grid:
			n = 1000 // a cell is one item, and not stopped inside
		}
		for _, s := range settings(op, chunks, nil) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				start := time.Now()
				time.AfterFunc(95*time.Millisecond, func() { cancel(errEnough) })
				var g gauge
				_, err := op.run(ctx, n, func(context.Context, int) error {
					if took := time.Since(start); took > 95*time.Millisecond {
						t.Errorf("%s %v: an item starts after %v", op.name, s, took)
					}
					g.enter()
					defer g.leave()
					time.Sleep(10 * time.Millisecond)
					return nil
				}, s.opts...)
				if err != errEnough {
					t.Errorf("%s %v: %v; want the cause itself", op.name, s, err)
				}
				if took := time.Since(start); took != 100*time.Millisecond || g.now.Load() != 0 {
					t.Errorf("%s %v: returned after %v with %d functions running; want 100ms and none", op.name, s, took, g.now.Load())
				}
			})
		}
	}
}

// TestLargeChunkStopsEarly: a chunk of the caller's size is run in parts, so that the
// end of the context, or a failure below it, stops a chunk of a million slow items
// early.
func TestLargeChunkStopsEarly(t *testing.T) {
	for _, op := range operations {
		if op.grid || op.stream || op.name == "Range" { // its function gets the whole range
			continue
		}
		for _, w := range widths[:2] {
			name := fmt.Sprintf("%s [Workers(%d) ChunkSize(1000000)]", op.name, w)
			opts := []any{parallel.Workers(w), parallel.ChunkSize(1_000_000)}
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				start := time.Now()
				time.AfterFunc(100500*time.Microsecond, func() { cancel(errEnough) })
				var calls atomic.Int64
				_, err := op.run(ctx, 1_500_000, func(context.Context, int) error {
					calls.Add(1)
					time.Sleep(time.Millisecond)
					return nil
				}, opts...)
				busy := int64(min(w, 2)) // two ranges
				if took := time.Since(start); err != errEnough || took != 101*time.Millisecond || calls.Load() != 101*busy {
					t.Errorf("%s: %v after %v and %d calls; want the cause after 101ms and %d", name, err, took, calls.Load(), 101*busy)
				}
			})
			synctest.Test(t, func(t *testing.T) {
				if w == 1 {
					return // the failure ends the only range
				}
				start := time.Now()
				_, err := op.run(t.Context(), 1_500_000, func(_ context.Context, i int) error {
					time.Sleep(time.Millisecond)
					if i == 49 {
						return errBoom
					}
					return nil
				}, opts...)
				wantRow(t, name, err, 49, -1, errBoom)
				if took := time.Since(start); took > 51*time.Millisecond {
					t.Errorf("%s: returned %v after the start; want the range above to stop with the failure at 50ms", name, took)
				}
			})
		}
	}
}

// TestReturningTheContextsEndIsNoFailure: a function that returns the end of its
// context, in any form, has not failed.
func TestReturningTheContextsEndIsNoFailure(t *testing.T) {
	for name, say := range map[string]func(ctx context.Context) error{
		"Err":     func(ctx context.Context) error { return ctx.Err() },
		"Cause":   context.Cause,
		"wrapped": func(ctx context.Context) error { return fmt.Errorf("reading row: %w", ctx.Err()) },
		"nothing": func(context.Context) error { return nil },
	} {
		for _, op := range operations {
			if op.blind {
				continue
			}
			for _, s := range settings(op, []int{1, 7}, []int{3, 50}) {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancelCause(t.Context())
					time.AfterFunc(time.Second, func() { cancel(errEnough) })
					_, err := op.run(ctx, 100, func(ctx context.Context, i int) error {
						if i < 5 {
							return nil
						}
						<-ctx.Done()
						if context.Cause(ctx) != errEnough {
							t.Errorf("the function sees the cause %v", context.Cause(ctx))
						}
						return say(ctx)
					}, s.opts...)
					if err != errEnough && !(name == "nothing" && err == nil) {
						t.Errorf("%s %s %v: %v; want the cause itself", name, op.name, s, err)
					}
				})
			}
		}
	}
}

// TestOwnTimeoutIsAFailureOfTheRow: the end of another context than the call's, such as
// a timeout that the function set for one row, is a failure of that row.
func TestOwnTimeoutIsAFailureOfTheRow(t *testing.T) {
	for _, w := range widths {
		synctest.Test(t, func(t *testing.T) {
			err := parallel.ForEach(t.Context(), indices(100), func(ctx context.Context, i int) error {
				if i != 7 {
					return nil
				}
				ctx, cancel := context.WithTimeout(ctx, time.Second)
				defer cancel()
				<-ctx.Done()
				return ctx.Err()
			}, parallel.Workers(w))
			wantRow(t, fmt.Sprintf("Workers(%d)", w), err, 7, -1, context.DeadlineExceeded)
		})
	}
}

// TestRowsErrorWinsOverTheContextsEnd: if a row fails with an error of its own, the
// call returns that error, even if the context ends before the call does.
func TestRowsErrorWinsOverTheContextsEnd(t *testing.T) {
	for _, op := range operations {
		if op.blind || op.stream { // a stream that ends yields no more rows
			continue
		}
		for _, s := range settings(op, []int{1}, []int{50}) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(time.Second, func() { cancel(errEnough) })
				_, err := op.run(ctx, 50, func(ctx context.Context, i int) error {
					if i == 0 {
						return nil
					}
					<-ctx.Done()
					if i == 1 { // while its neighbors return that they were stopped
						time.Sleep(time.Second)
						return errBoom
					}
					return ctx.Err()
				}, s.opts...)
				op.wantRow(t, fmt.Sprint(op.name, s), err, 1, s.partition(50, 1), errBoom)
			})
		}
	}
	// A panic is a bug, even if its value is the end of the context.
	for _, w := range widths {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			err := parallel.ForEach(ctx, indices(1), func(ctx context.Context, i int) error {
				<-ctx.Done()
				panic(ctx.Err())
			}, parallel.Workers(w))
			if _, ok := errors.AsType[*parallel.PanicError](err); !ok {
				t.Errorf("Workers(%d): %v; want the panic", w, err)
			}
		})
	}
}

// TestContextThatEndsAfterTheWorkIsNoError: a context that ends when all the work is
// done changes nothing.
func TestContextThatEndsAfterTheWorkIsNoError(t *testing.T) {
	for _, op := range operations {
		if op.grid || op.stream {
			continue // it merges, or yields results, after the items are done
		}
		for _, s := range settings(op, []int{1, 7, 1000}, []int{3}) {
			ctx, cancel := context.WithCancel(t.Context())
			var calls atomic.Int64
			got, err := op.run(ctx, 100, func(context.Context, int) error {
				if calls.Add(1) == 100 {
					cancel()
				}
				return nil
			}, s.opts...)
			if err != nil || !same(got, op.loop(100)) {
				t.Errorf("%s %v: %v, or differs from the loop", op.name, s, err)
			}
			cancel()
		}
	}
}

// TestFunctionsContextIsTheCallers: functions see the values and the deadline of the
// caller's context, in nested calls too.
func TestFunctionsContextIsTheCallers(t *testing.T) {
	type key struct{}
	deadline := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(context.WithValue(t.Context(), key{}, "mine"), deadline)
	defer cancel()
	check := func(ctx context.Context, _ int) error {
		if at, ok := ctx.Deadline(); ctx.Value(key{}) != "mine" || !ok || !at.Equal(deadline) {
			t.Errorf("the function sees value %v and deadline %v", ctx.Value(key{}), at)
		}
		return nil
	}
	for _, op := range operations {
		if op.blind {
			continue
		}
		_, err := op.run(ctx, 10, func(ctx context.Context, i int) error {
			return errors.Join(check(ctx, i), parallel.ForEach(ctx, indices(3), check))
		})
		if err != nil {
			t.Errorf("%s: %v", op.name, err)
		}
	}
}
