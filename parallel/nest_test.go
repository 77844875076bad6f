package parallel_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// nest runs op over n items, and in each of them op again, depth levels deep. A leaf
// sleeps for a millisecond.
func nest(ctx context.Context, op operation, depth, n int, leaves *gauge, opts, inner []any) error {
	_, err := op.run(ctx, n, func(ctx context.Context, _ int) error {
		if depth > 1 {
			return nest(ctx, op, depth-1, n, leaves, inner, inner)
		}
		leaves.enter()
		defer leaves.leave()
		time.Sleep(time.Millisecond)
		return nil
	}, opts...)
	return err
}

// TestNestedCallsShareTheWidth: without a width of their own, nested calls share the
// width of the outermost call, and use all of it: a worker that waits for the end of
// its call lends its slot.
func TestNestedCallsShareTheWidth(t *testing.T) {
	for _, op := range operations {
		if op.blind || op.pool {
			continue
		}
		for _, w := range widths {
			synctest.Test(t, func(t *testing.T) {
				var leaves gauge
				if err := nest(t.Context(), op, 3, 10, &leaves, []any{parallel.Workers(w)}, nil); err != nil {
					t.Error(err)
				}
				if peak := leaves.peak.Load(); peak != int64(w) {
					t.Errorf("%s, Workers(%d): %d leaves ran at once", op.name, w, peak)
				}
			})
		}
	}
}

// TestNestedCallUsesIdleWorkers: if the outer call has one slow item, idle workers run
// the items of a call that it makes.
func TestNestedCallUsesIdleWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var leaves gauge
		err := parallel.ForEach(t.Context(), indices(1), func(ctx context.Context, _ int) error {
			return parallel.ForEach(ctx, indices(100), func(context.Context, int) error {
				leaves.enter()
				defer leaves.leave()
				time.Sleep(time.Millisecond)
				return nil
			})
		}, parallel.Workers(8))
		if err != nil || leaves.peak.Load() != 8 {
			t.Errorf("%v, %d leaves ran at once; want 8", err, leaves.peak.Load())
		}
	})
}

// TestNestedCallAsksForHelpEarly: a nested call widens before its first slow item has
// ended, and with partitions at once.
func TestNestedCallAsksForHelpEarly(t *testing.T) {
	for _, c := range []struct {
		opts []any
		most time.Duration
	}{
		{nil, 11 * time.Millisecond},
		{options(parallel.ChunkSize(1)), 11 * time.Millisecond},
		{options(parallel.Partitions(8)), 10 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			err := parallel.ForEach(t.Context(), indices(1), func(ctx context.Context, _ int) error {
				return parallel.ForEach(ctx, indices(8), func(context.Context, int) error {
					time.Sleep(10 * time.Millisecond)
					return nil
				}, items(c.opts)...)
			}, parallel.Workers(8))
			if took := time.Since(start); err != nil || took > c.most {
				t.Errorf("%v: %v, took %v; want at most %v", c.opts, err, took, c.most)
			}
		})
	}
}

// TestSlotsComeBackFromNestedCalls: the slots of a nested call are free for the next
// one, however the first one ended.
func TestSlotsComeBackFromNestedCalls(t *testing.T) {
	for name, end := range endings {
		if name == "Goexit" {
			continue // ends the goroutine that would make the next call
		}
		synctest.Test(t, func(t *testing.T) {
			err := parallel.ForEach(t.Context(), indices(1), func(ctx context.Context, _ int) error {
				for range 5 {
					var leaves gauge
					_ = parallel.ForEach(ctx, indices(20), func(ctx context.Context, i int) error {
						leaves.enter()
						defer leaves.leave()
						time.Sleep(time.Millisecond)
						return end(ctx, i)
					})
					if peak := leaves.peak.Load(); peak != 4 {
						t.Errorf("%s: %d leaves ran at once; want 4", name, peak)
					}
				}
				return nil
			}, parallel.Workers(4))
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNestedCallGetsItsOwnWidth: a nested call that names its width gets it: it may
// wait while the outer one computes.
func TestNestedCallGetsItsOwnWidth(t *testing.T) {
	for _, c := range []struct{ outer, inner, most int }{{1, 4, 4}, {2, 4, 8}, {3, 1, 3}, {8, 8, 64}, {1, 64, 64}} {
		for _, parts := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				opts := []any{parallel.Workers(c.inner)}
				if parts {
					opts = append(opts, parallel.Partitions(200))
				}
				var leaves gauge
				err := parallel.ForEach(t.Context(), indices(c.outer), func(ctx context.Context, _ int) error {
					return parallel.ForEach(ctx, indices(200), func(context.Context, int) error {
						leaves.enter()
						defer leaves.leave()
						time.Sleep(10 * time.Millisecond)
						return nil
					}, items(opts)...)
				}, parallel.Workers(c.outer))
				if err != nil || leaves.peak.Load() != int64(c.most) {
					t.Errorf("Workers(%d) in Workers(%d), partitions %v: %v, %d leaves ran at once; want %d",
						c.inner, c.outer, parts, err, leaves.peak.Load(), c.most)
				}
			})
		}
	}
}

// TestOwnWidthIsSharedInside: calls nested in a call with a width of its own share that
// width, and the goroutine that made the call counts in it.
func TestOwnWidthIsSharedInside(t *testing.T) {
	for _, op := range operations {
		if op.blind || op.pool {
			continue
		}
		for _, w := range []int{1, 2, 5} {
			synctest.Test(t, func(t *testing.T) {
				var leaves gauge
				err := parallel.ForEach(t.Context(), indices(1), func(ctx context.Context, _ int) error {
					return nest(ctx, op, 3, 8, &leaves, []any{parallel.Workers(w)}, nil)
				}, parallel.Workers(3))
				if err != nil || leaves.peak.Load() != int64(w) {
					t.Errorf("%s: %v, %d leaves ran at once inside Workers(%d)", op.name, err, leaves.peak.Load(), w)
				}
			})
		}
	}
}

// TestSerialAppliesToNestedCalls: Serial applies to the call that has it, and to calls
// nested in it.
func TestSerialAppliesToNestedCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var leaves gauge
		op := operations[2]
		if err := nest(t.Context(), op, 3, 4, &leaves, []any{parallel.Serial()}, nil); err != nil {
			t.Error(err)
		}
		if leaves.peak.Load() != 1 {
			t.Errorf("%d leaves ran at once inside Serial", leaves.peak.Load())
		}
		leaves.peak.Store(0)
		if err := nest(t.Context(), op, 2, 8, &leaves, []any{parallel.Workers(4)}, []any{parallel.Serial()}); err != nil {
			t.Error(err)
		}
		if leaves.peak.Load() != 4 {
			t.Errorf("%d leaves ran at once with Serial inside Workers(4)", leaves.peak.Load())
		}
	})
}

// TestNestedFailureIsAtItsOuterRow: the outer call fails at the lowest row whose inner
// call failed.
func TestNestedFailureIsAtItsOuterRow(t *testing.T) {
	for _, w := range widths {
		for _, inner := range widths {
			synctest.Test(t, func(t *testing.T) {
				err := parallel.ForEach(t.Context(), indices(20), func(ctx context.Context, i int) error {
					return parallel.ForEach(ctx, indices(20), func(_ context.Context, j int) error {
						time.Sleep(time.Duration(mix(20*i+j)%1000) * time.Microsecond)
						if i >= 6 && j >= 11 {
							return errBoom
						}
						return nil
					}, parallel.Workers(inner))
				}, parallel.Workers(w))
				what := fmt.Sprintf("Workers(%d) in Workers(%d)", inner, w)
				wantRow(t, what, err, 6, -1, errBoom)
				if outer, ok := err.(*parallel.RowError); ok {
					wantRow(t, what+", inside", outer.Err, 11, -1, errBoom)
				}
			})
		}
	}
}
