package frame_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
)

// rollCellRows is how many windows are computed in one piece.
const rollCellRows = 1 << 14

// testWindows are windows with what they are made of: n rows or a span of time, or
// all rows up to each.
type testWindows struct {
	frame.Windows
	n      int
	span   time.Duration
	center bool
	closed frame.Closed
	least  int // values that a window must have
}

// windowOf is the slow obvious version of the bounds: the rows of row i's
// window, one by one.
func windowOf(w testWindows, n int, times []int64, i int) (rows []int) {
	openLeft := w.closed == frame.ClosedRight || w.closed == frame.ClosedNeither
	openRight := w.closed == frame.ClosedLeft || w.closed == frame.ClosedNeither
	for j := range n {
		in := false
		switch {
		case w.n > 0:
			right := i
			if w.center {
				right += (w.n - 1) / 2
			}
			left := right - w.n // open
			in = left < j && j < right || !openLeft && j == left || !openRight && j == right
		case w.span > 0:
			left, right := 2*times[i]-2*int64(w.span), 2*times[i]
			if w.center {
				left, right = 2*times[i]-int64(w.span), 2*times[i]+int64(w.span)
			}
			t := 2 * times[j]
			in = left < t && t < right || !openLeft && t == left || !openRight && t == right
			if !w.center && !openRight {
				in = in && j <= i
			}
		default:
			in = j <= i
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

type rollCall func(w frame.Windows, ctx context.Context, col string, opts ...frame.RowOption) (*frame.Frame, error)

var rollCalls = map[string]rollCall{
	"Sum": frame.Windows.Sum, "Mean": frame.Windows.Mean, "Min": frame.Windows.Min, "Max": frame.Windows.Max,
	"Var": frame.Windows.Var, "Std": frame.Windows.Std, "Count": frame.Windows.Count,
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
func windowsOf(f *frame.Frame) map[string]testWindows {
	all := map[string]testWindows{}
	add := func(name string, w testWindows) {
		switch {
		case w.n > 0:
			w.Windows = f.Rolling(w.n)
		case w.span > 0:
			w.Windows = f.RollingTime("t", w.span)
		default:
			w.Windows = f.Expanding()
		}
		if w.center {
			w.Windows = w.Center()
		}
		if w.closed != frame.ClosedRight {
			w.Windows = w.Closed(w.closed)
		}
		switch {
		case w.least >= 0:
			w.Windows = w.MinPeriods(w.least)
		case w.n > 0:
			w.least = w.n
		default:
			w.least = 1
		}
		all[name] = w
	}
	for _, n := range []int{1, 2, 3, 8, 9, 10, 33, 64, 1000} {
		add(fmt.Sprint(n), testWindows{n: n, least: -1})
		add(fmt.Sprint(n, " min 1"), testWindows{n: n, least: 1})
	}
	add("min 0", testWindows{n: 5})
	add("center 4", testWindows{n: 4, center: true, least: -1})
	add("center 9", testWindows{n: 9, center: true, least: 2})
	for _, c := range []frame.Closed{frame.ClosedLeft, frame.ClosedBoth, frame.ClosedNeither} {
		add(fmt.Sprint("closed ", c), testWindows{n: 12, closed: c, least: 2})
		add(fmt.Sprint("1 closed ", c), testWindows{n: 1, closed: c})
		add(fmt.Sprint("center closed ", c), testWindows{n: 6, center: true, closed: c, least: 1})
		add(fmt.Sprint("time closed ", c), testWindows{span: 7, closed: c, least: -1})
		add(fmt.Sprint("time center closed ", c), testWindows{span: 7, closed: c, center: true})
	}
	for _, d := range []time.Duration{1, 2, 5, 40, 1 << 40} {
		add(fmt.Sprint("time ", int64(d)), testWindows{span: d, least: -1})
		add(fmt.Sprint("time center ", int64(d)), testWindows{span: d, center: true, least: 3})
	}
	add("expanding", testWindows{least: -1})
	add("expanding 3", testWindows{least: 3})
	return all
}

// rollInput has a column of floats with nulls and NaNs, one without, integers
// with nulls, and times, of which some are the same.
func rollInput(t testing.TB, n, seed int) (*frame.Frame, map[string][]any, []int64) {
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
func wantRoll(w testWindows, name, col string, cells []any, rows []int) any {
	var x []float64
	for _, j := range rows {
		if c := cells[j]; !missingCell(c) {
			x = append(x, cellFloat(c))
		}
	}
	if name == "Count" {
		if len(rows) < w.least {
			return nil
		}
		return int64(len(x))
	}
	if len(x) < w.least {
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
func cellsOf(g *frame.Frame, name string) []any {
	c, _ := g.Column(name)
	return cells(c)
}

func cellFloat(c any) float64 {
	switch c := c.(type) {
	case int32:
		return float64(c)
	case int64:
		return float64(c)
	}
	return c.(float64)
}
