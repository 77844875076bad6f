package frame

import (
	"testing"

	"github.com/parframe/parframe/parallel"
)

// A row costs no allocation: ten times the rows, hardly more allocations.
func TestGroupsAllocateNothingPerRow(t *testing.T) {
	run := func(n int) map[string]float64 {
		keys, vals := make([]int64, n), make([]float64, n)
		text := make([]string, n)
		for i := range n {
			keys[i], vals[i], text[i] = int64(i%10), float64(i), "text"
		}
		f := frameOf(t, col(t, "k", keys), col(t, "x", vals), col(t, "s", text))
		type in struct {
			X *float64 `frame:"x"`
			S []byte   `frame:"s"`
		}
		user := NewAgg("u", "x", func() float64 { return 0 }, func(a, x float64) (float64, error) { return a + x, nil },
			func(a, b float64) float64 { return a + b }, func(a float64) (float64, error) { return a, nil })
		ops := map[string]func() error{
			"Agg": func() error {
				_, err := groupBy(t, f, "k", "s").With(parallel.Serial()).Agg(t.Context(), append(numberAggs("x"), user, NUnique("s"), Max("s"), First("s"))...)
				return err
			},
			"MapGroups": func() error {
				g := groupBy(t, f, "k")
				_, err := MapGroups(t.Context(), g, func(_ int64, rows []in) (int, error) { return len(rows), nil }, parallel.Serial())
				return err
			},
			"Transform": func() error {
				_, err := groupBy(t, f, "k").Transform(t.Context(), func(f *Frame) (*Frame, error) { return f, nil }, parallel.Serial())
				return err
			},
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
