package frame

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
)

// windowOf is the slow obvious version of the bounds: the rows of row i's
// window, one by one.
func windowOf(w Windows, n int, times []int64, i int) (rows []int) {
	for j := range n {
		in := false
		switch w.kind {
		case windowAll:
			in = j <= i
		case windowRows:
			right := i
			if w.center {
				right += (w.n - 1) / 2
			}
			left := right - w.n // open
			in = left < j && j < right || w.closed.left() && j == left || w.closed.right() && j == right
		case windowTime:
			left, right := 2*times[i]-2*int64(w.span), 2*times[i]
			if w.center {
				left, right = 2*times[i]-int64(w.span), 2*times[i]+int64(w.span)
			}
			t := 2 * times[j]
			in = left < t && t < right || w.closed.left() && t == left || w.closed.right() && t == right
			if !w.center && w.closed.right() {
				in = in && j <= i
			}
		}
		if in {
			rows = append(rows, j)
		}
	}
	return rows
}

func missingCell(c any) bool {
	if f, ok := c.(float64); ok {
		return f != f
	}
	return c == nil
}

// rollFloat is the built-in by its name over the float cells of a window.
func rollFloat(name string, x []float64) any {
	n := float64(len(x))
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	var ss float64
	for _, v := range x {
		ss += (v - sum/n) * (v - sum/n)
	}
	switch {
	case name == "Sum":
		return sum
	case n == 0:
		return nil
	case name == "Mean":
		return sum / n
	case name == "Min":
		return slices.Min(x)
	case name == "Max":
		return slices.Max(x)
	case n == 1:
		return nil
	case name == "Var":
		return ss / (n - 1)
	}
	return math.Sqrt(ss / (n - 1))
}

type rollCall func(w Windows, ctx context.Context, col string, opts ...RowOption) (*Frame, error)

var rollCalls = map[string]rollCall{
	"Sum": Windows.Sum, "Mean": Windows.Mean, "Min": Windows.Min, "Max": Windows.Max,
	"Var": Windows.Var, "Std": Windows.Std, "Count": Windows.Count,
}

func nearCell(got, want any) bool {
	g, ok := got.(float64)
	w, ok2 := want.(float64)
	if !ok || !ok2 {
		return got == want
	}
	return math.Abs(g-w) <= 1e-11*max(1, math.Abs(w))
}

// windowsOf are kinds of windows that the tests go through.
func windowsOf(f *Frame) map[string]Windows {
	all := map[string]Windows{}
	for _, n := range []int{1, 2, 3, 8, 9, 10, 33, 64, 1000} {
		all[fmt.Sprint(n)] = f.Rolling(n)
		all[fmt.Sprint(n, " min 1")] = f.Rolling(n).MinPeriods(1)
	}
	all["min 0"] = f.Rolling(5).MinPeriods(0)
	all["center 4"] = f.Rolling(4).Center()
	all["center 9"] = f.Rolling(9).Center().MinPeriods(2)
	for _, c := range []Closed{ClosedLeft, ClosedBoth, ClosedNeither} {
		all[fmt.Sprint("closed ", c)] = f.Rolling(12).Closed(c).MinPeriods(2)
		all[fmt.Sprint("1 closed ", c)] = f.Rolling(1).Closed(c).MinPeriods(0)
		all[fmt.Sprint("center closed ", c)] = f.Rolling(6).Center().Closed(c).MinPeriods(1)
		all[fmt.Sprint("time closed ", c)] = f.RollingTime("t", 7).Closed(c)
		all[fmt.Sprint("time center closed ", c)] = f.RollingTime("t", 7).Closed(c).Center().MinPeriods(0)
	}
	for _, d := range []time.Duration{1, 2, 5, 40, 1 << 40} {
		all[fmt.Sprint("time ", int64(d))] = f.RollingTime("t", d)
		all[fmt.Sprint("time center ", int64(d))] = f.RollingTime("t", d).Center().MinPeriods(3)
	}
	all["expanding"] = f.Expanding()
	all["expanding 3"] = f.Expanding().MinPeriods(3)
	return all
}

// rollInput has a column of floats with nulls and NaNs, one without, integers
// with nulls, and times, of which some are the same.
func rollInput(t testing.TB, n, seed int) (*Frame, map[string][]any, []int64) {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	times := make([]int64, n)
	now := int64(-5)
	for i := range times {
		now += []int64{0, 0, 1, 1, 2, 9}[r.IntN(6)]
		times[i] = now
	}
	cols := map[string][]any{
		"f": arrowtest.Made(n, func(int) any { return r.NormFloat64() * 100 }),
		"g": arrowtest.Made(n, func(int) any {
			return []any{nil, math.NaN(), r.NormFloat64(), r.NormFloat64(), 5.5}[r.IntN(5)]
		}),
		"i": arrowtest.Made(n, func(int) any { return []any{nil, int32(r.IntN(2000) - 1000), int32(7)}[r.IntN(3)] }),
	}
	f := frameOf(t,
		build(t, "f", arrow.PrimitiveTypes.Float64, cols["f"], arrowtest.Ends(n, seed)...),
		build(t, "g", arrow.PrimitiveTypes.Float64, cols["g"], arrowtest.Ends(n, seed+1)...),
		build(t, "i", arrow.PrimitiveTypes.Int32, cols["i"], arrowtest.Ends(n, seed+2)...),
		build(t, "t", arrow.FixedWidthTypes.Duration_ns, arrowtest.Made(n, func(i int) any { return fmt.Sprint(times[i], "ns") }), arrowtest.Ends(n, seed+3)...),
	)
	return f, cols, times
}

// wantRoll is the loop: the built-in over the cells of a window.
func wantRoll(w Windows, name, col string, cells []any, rows []int) any {
	var x []float64
	for _, j := range rows {
		if c := cells[j]; !missingCell(c) {
			x = append(x, cellFloat(c))
		}
	}
	if name == "Count" {
		if len(rows) < w.minimum() {
			return nil
		}
		return int64(len(x))
	}
	if len(x) < w.minimum() {
		return nil
	}
	v := rollFloat(name, x)
	switch v, ok := v.(float64); {
	case ok && col == "i" && name == "Sum":
		return int64(v)
	case ok && col == "i" && (name == "Min" || name == "Max"):
		return int32(v)
	}
	return v
}

// cellsOf is cells for a column by its name.
func cellsOf(g *Frame, name string) []any {
	c, _ := g.Column(name)
	return cells(c)
}

func cellFloat(c any) float64 {
	if i, ok := c.(int32); ok {
		return float64(i)
	}
	return c.(float64)
}
