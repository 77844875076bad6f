package parallel_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestNarrowCallWidens: a call that found too few free slots takes slots that become
// free later at once, not when one of its own long items has ended.
func TestNarrowCallWidens(t *testing.T) {
	long := func(ctx context.Context, opts ...any) error {
		return parallel.ForEach(ctx, indices(4), func(context.Context, int) error {
			time.Sleep(10 * time.Second)
			return nil
		}, items(opts)...)
	}
	// Another slot becomes free a second later, while the first of four items
	// runs. So there are two rounds of two items, the second of which ends a second later.
	const want = 21 * time.Second

	t.Run("nested", func(t *testing.T) {
		bubbles(t, []int{2}, func(t *testing.T, width int) {
			for _, inner := range [][]any{nil, {parallel.ChunkSize(1)}, {parallel.Workers(2)}} {
				start := time.Now()
				err := parallel.ForEach(t.Context(), indices(2), func(ctx context.Context, i int) error {
					if i == 1 {
						return long(ctx, inner...)
					}
					time.Sleep(time.Second)
					return nil
				}, parallel.Workers(width))
				took := elapsed(start).Round(time.Millisecond)
				switch {
				case err != nil:
					t.Error(err)
				case inner != nil && fmt.Sprint(inner[0]) == "Workers(2)":
					// A call with a width of its own needs no slot of the outer call.
					if took != 20*time.Second {
						t.Errorf("%v: took %v", inner, took)
					}
				case took != want:
					t.Errorf("%v: took %v", inner, took)
				}
			}
		})
	})

	t.Run("on a pool", func(t *testing.T) {
		for name, occupy := range map[string]func(ctx context.Context, t *testing.T, p *parallel.Pool) error{
			"task": func(ctx context.Context, t *testing.T, p *parallel.Pool) error {
				_, err := parallel.Submit(ctx, p, sleeper(time.Second, 0))
				return err
			},
			"call": func(ctx context.Context, t *testing.T, p *parallel.Pool) error {
				go parallel.ForEach(ctx, indices(1), func(context.Context, int) error {
					time.Sleep(time.Second)
					return nil
				}, parallel.On(p))
				time.Sleep(time.Nanosecond) // it has begun
				return nil
			},
			"task that lends its slot": func(ctx context.Context, t *testing.T, p *parallel.Pool) error {
				other := newPool(t, parallel.Workers(1))
				_, err := parallel.Submit(ctx, p, func(ctx context.Context) (int, error) {
					time.Sleep(time.Second)
					f, err := parallel.Submit(ctx, other, sleeper(time.Hour, 1))
					if err != nil {
						return 0, err
					}
					return f.Get(ctx)
				})
				return err
			},
		} {
			t.Run(name, func(t *testing.T) {
				bubbles(t, []int{2}, func(t *testing.T, width int) {
					p := newPool(t, parallel.Workers(width))
					if err := occupy(t.Context(), t, p); err != nil {
						t.Fatal(err)
					}
					start := time.Now()
					if err := long(t.Context(), parallel.On(p)); err != nil {
						t.Error(err)
					}
					if took := elapsed(start).Round(time.Millisecond); took != want {
						t.Errorf("took %v", took)
					}
					closeAndWait(t, p)
				})
			})
		}
	})
}

// TestPartitionsBeginTogether: a partition is worth a worker of its own, so a nested call
// does not wait for the first one to see what it costs.
func TestPartitionsBeginTogether(t *testing.T) {
	bubbles(t, []int{2, 4}, func(t *testing.T, width int) {
		var took time.Duration
		err := parallel.ForEach(t.Context(), indices(1), func(ctx context.Context, _ int) error {
			start := time.Now()
			_, err := parallel.Fold(ctx, indices(width), func() int { return 0 },
				func(_ context.Context, sum, x int) (int, error) { time.Sleep(time.Second); return sum + x, nil },
				func(a, b int) int { return a + b }, parallel.Partitions(width))
			took = elapsed(start)
			return err
		}, parallel.Workers(width))
		if err != nil || took != time.Second {
			t.Errorf("%d partitions of a second took %v; %v", width, took, err)
		}
	})
}
