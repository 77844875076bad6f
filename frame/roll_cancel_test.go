package frame

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// A cell is as long as its windows are; the work on it ends with the context, with
// and without values that are missing.
func TestLongWindowsEndWithTheContext(t *testing.T) {
	const n = 4 * rollCell
	ints, floats, gaps := make([]int64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		ints[i], floats[i], gaps[i] = int64(i), float64(i), float64(i)
		if i%5 == 0 {
			gaps[i] = math.NaN()
		}
	}
	f := must(New(must(NewColumn("ints", ints)), must(NewColumn("floats", floats)), must(NewColumn("gaps", gaps))))
	type windowed func(Windows, context.Context, string, ...RowOption) (*Frame, error)
	for name, call := range map[string]windowed{"Sum": Windows.Sum, "Max": Windows.Max, "Min": Windows.Min, "Var": Windows.Var} {
		for _, col := range f.Names() {
			for _, w := range []int{n, n / 2, 10} {
				run := func(ctx context.Context, opts ...parallel.Option) error {
					var o []RowOption
					for _, opt := range opts {
						o = append(o, opt)
					}
					return failureOf(call(f.Rolling(w).MinPeriods(1), ctx, col, o...))
				}
				calltest.EndAtAnyLook(t, fmt.Sprint(name, " of ", col, ", ", w), false, run)
			}
		}
	}
}

// Each loop over long windows looks at the context every so many rows.
func TestSlidesLookAtTheContext(t *testing.T) {
	const w, n = 3 * rollCell, 5 * rollCell
	x, ints := slices.Repeat([]float64{1}, n+w-1), slices.Repeat([]int64{1}, n+w-1)
	lo, hi := make([]int, n), make([]int, n)
	for i := range n {
		lo[i], hi[i] = i, i+w
	}
	var buf []float64
	for name, slides := range map[string]func(ctx context.Context) bool{
		"slideMin":    func(ctx context.Context) bool { return slideMin(ctx, make([]float64, n), x, w, &buf) },
		"slideMax":    func(ctx context.Context) bool { return slideMax(ctx, make([]float64, n), x, w, &buf) },
		"slideFloats": func(ctx context.Context) bool { return slideFloats(ctx, make([]float64, n), x, w, 1, &buf) },
		"slideInts":   func(ctx context.Context) bool { return slideInts(ctx, make([]int64, n), ints, w) },
		"slide": func(ctx context.Context) bool {
			slide(ctx, foldFloats{}, make([]float64, n), x, lo, hi, &buf)
			return ctx.Err() == nil
		},
		"slide to the end at once": func(ctx context.Context) bool {
			slide(ctx, foldFloats{}, make([]float64, 2), x, []int{0, 1}, []int{2, len(x)}, &buf)
			return ctx.Err() == nil
		},
	} {
		looks := 0
		for !slides(&endsAt{context.Background(), looks}) {
			looks++
		}
		if looks < n/rollCell {
			t.Errorf("%s: %d looks at the context", name, looks)
		}
	}
}
