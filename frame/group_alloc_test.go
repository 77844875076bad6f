package frame_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// A row of a group or window costs no allocation: ten times the rows cost hardly more
// allocations.
func TestGroupsAllocateNothingPerRow(t *testing.T) {
	run := func(n int) map[string]float64 {
		keys, vals := make([]int64, n), make([]float64, n)
		text, times := make([]string, n), make([]time.Duration, n)
		for i := range n {
			keys[i], vals[i], text[i], times[i] = int64(i%10), float64(i), "text", time.Duration(i)
		}
		f := frameOf(t, col(t, "k", keys), col(t, "x", vals), col(t, "s", text), col(t, "t", times))
		type in struct {
			X *float64 `frame:"x"`
			S []byte   `frame:"s"`
		}
		user := frame.NewAgg("u", "x", func() float64 { return 0 }, func(_ context.Context, a, x float64) (float64, error) { return a + x, nil },
			func(a, b float64) float64 { return a + b }, func(_ context.Context, a float64) (float64, error) { return a, nil })
		ops := map[string]func() error{
			"Agg": func() error {
				_, err := groupBy(t, f, "k", "s").With(parallel.Serial()).Agg(t.Context(), append(numberAggs("x"), user, frame.NUnique("s"), frame.Max("s"), frame.First("s"))...)
				return err
			},
			"MapGroups": func() error {
				g := groupBy(t, f, "k")
				_, err := frame.MapGroups(t.Context(), g, func(_ context.Context, _ int64, rows []in) (int, error) { return len(rows), nil }, parallel.Serial())
				return err
			},
			"Apply": func() error {
				_, err := frame.ApplyGroups(t.Context(), groupBy(t, f, "k"), func(_ context.Context, f *frame.Frame) (*frame.Frame, error) { return f.Head(1), nil }, parallel.Serial())
				return err
			},
			"Transform": func() error {
				_, err := frame.TransformGroups(t.Context(), groupBy(t, f, "k"), func(_ context.Context, f *frame.Frame) (*frame.Frame, error) { return f, nil }, parallel.Serial())
				return err
			},
		}
		windows := map[string]frame.Windows{
			"Groups.Rolling": groupBy(t, f, "k").Rolling(20).MinPeriods(1), "Groups.RollingTime": groupBy(t, f, "k").RollingTime("t", 500),
			"Groups.Expanding": groupBy(t, f, "k").Expanding(), "RollingTime": f.RollingTime("t", 50), "Expanding": f.Expanding(),
		}
		for name, w := range windows {
			ops[name] = func() error { _, err := w.Mean(t.Context(), "x", parallel.Serial()); return err }
			if !strings.HasSuffix(name, "Expanding") { // whose windows are as long as the column
				ops[name+" RollRows"] = func() error {
					_, err := frame.RollRows(t.Context(), w, "x", func(_ context.Context, x []float64) (float64, error) { return x[0], nil }, parallel.Serial())
					return err
				}
			}
		}
		out := map[string]float64{}
		for name, op := range ops {
			out[name] = testing.AllocsPerRun(2, func() {
				if err := op(); err != nil {
					t.Error(err)
				}
			})
		}
		return out
	}
	few, many := run(2_000), run(20_000)
	for name := range few {
		if more := many[name] - few[name]; more > 0.05*18_000 {
			t.Errorf("%s: %v allocations more for 18,000 rows more", name, more)
		}
	}
}
