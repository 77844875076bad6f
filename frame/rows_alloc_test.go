package frame_test

import (
	"context"
	"math"
	"runtime"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
)

// No operation on rows allocates per row.
func TestRowsAllocateNothing(t *testing.T) {
	if calltest.Raced {
		t.Skip("the race detector slows rows down so much that chunks, and what they allocate, become many")
	}
	const n = 300_000
	type in struct {
		I int64 `frame:"i"`
	}
	type out struct {
		I int64 `frame:"i"`
		S string
		B bool
		N frame.Null[float64]
	}
	f := countTo(t, n)
	odd := func(i int64) (out, error) {
		return out{i, "text", i%2 == 0, frame.Null[float64]{V: 1, Valid: i%3 == 0}}, nil
	}
	var bad *frame.Frame
	ctx := t.Context()
	for name, run := range map[string]func() error{
		"MapRows": func() error {
			_, err := frame.MapRows(ctx, f, func(_ context.Context, r in) (out, error) { return odd(r.I) })
			return err
		},
		"WithRows": func() error {
			_, err := frame.WithRows(ctx, f, func(_ context.Context, r in) (out, error) { return odd(r.I) })
			return err
		},
		"FilterRows": func() error {
			_, err := frame.FilterRows(ctx, f, func(_ context.Context, r in) (bool, error) { return r.I%2 == 0, nil })
			return err
		},
		"FlatMapRows": func() error {
			_, err := frame.FlatMapRows(ctx, f, func(_ context.Context, r in, yield func(out)) error {
				o, err := odd(r.I)
				yield(o)
				yield(o)
				return err
			})
			return err
		},
		"Row": func() error {
			_, err := frame.MapRows(ctx, f, func(_ context.Context, r frame.Row) (out, error) {
				i, _ := r.Int64(0)
				_, isText := r.Text(0)
				x, _ := r.Float64(0)
				return out{i, "text", isText, frame.Null[float64]{V: x, Valid: !r.IsNull(0)}}, nil
			})
			return err
		},
		"FilterRows of Row": func() error {
			_, err := frame.FilterRows(ctx, f, func(_ context.Context, r frame.Row) (bool, error) { i, ok := r.Int64(0); return ok && i%3 == 0, nil })
			return err
		},
		"MapColumn": func() error {
			_, err := frame.MapColumn(ctx, f, "i", func(_ context.Context, i int64) (string, error) { return "text", nil })
			return err
		},
		"MapColumn2": func() error {
			_, err := frame.MapColumn2(ctx, f, "i", "i", func(_ context.Context, a, b int64) (out, error) { return odd(a + b) })
			return err
		},
		"Fold": func() error {
			_, err := frame.Fold(ctx, f, func() int64 { return 0 }, func(_ context.Context, a int64, r in) (int64, error) { return a + r.I, nil }, func(a, b int64) int64 { return a + b })
			return err
		},
		"Scan": func() error {
			_, err := frame.Scan(ctx, f, "i", 0, func(a, b int64) int64 { return a + b })
			return err
		},
		"MapColumn3": func() error {
			_, err := frame.MapColumn3(ctx, f, "i", "i", "i", func(_ context.Context, a, b int64, c *int64) (int64, error) { return a + b + *c, nil })
			return err
		},
		"Quarantine": func() error {
			_, err := frame.MapRows(ctx, f, func(_ context.Context, r in) (out, error) { return odd(r.I) }, frame.Quarantine(&bad))
			return err
		},
		"Rows": func() error {
			rows, err := frame.Rows[in](f)
			if err != nil {
				return err
			}
			for i, r := range rows {
				if int(r.I) != i {
					return errOdd
				}
			}
			return nil
		},
	} {
		if err := run(); err != nil {
			t.Fatal(name, err)
		}
		if got := leastAllocs(0.02*n, func() { _ = run() }); got > 0.02*n {
			t.Errorf("%s: %.3f allocations per row", name, got/n)
		}
	}
	runtime.KeepAlive(bad)
}

// leastAllocs returns the least number of allocations of up to 50 runs, stopping at the
// first run with at most enough. A chunk allocates, and the number of chunks depends on
// measured time: if other programs use the processor, there are more.
func leastAllocs(enough float64, run func()) float64 {
	least := math.Inf(1)
	for try := 0; try < 50 && least > enough; try++ {
		least = min(least, testing.AllocsPerRun(1, run))
	}
	return least
}
