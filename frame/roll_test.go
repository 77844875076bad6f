package frame

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/parframe/parframe/parallel"
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

type rollCall func(w Windows, ctx context.Context, col string, opts ...parallel.Option) (*Frame, error)

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
		"f": made(n, func(int) any { return r.NormFloat64() * 100 }),
		"g": made(n, func(int) any {
			return []any{nil, math.NaN(), r.NormFloat64(), r.NormFloat64(), 5.5}[r.IntN(5)]
		}),
		"i": made(n, func(int) any { return []any{nil, int32(r.IntN(2000) - 1000), int32(7)}[r.IntN(3)] }),
	}
	f := frameOf(t,
		build(t, "f", arrow.PrimitiveTypes.Float64, cols["f"], chunkEnds(n, seed)...),
		build(t, "g", arrow.PrimitiveTypes.Float64, cols["g"], chunkEnds(n, seed+1)...),
		build(t, "i", arrow.PrimitiveTypes.Int32, cols["i"], chunkEnds(n, seed+2)...),
		build(t, "t", arrow.FixedWidthTypes.Duration_ns, made(n, func(i int) any { return fmt.Sprint(times[i], "ns") }), chunkEnds(n, seed+3)...),
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

// Every built-in and a user's function, over all kinds of windows, against
// the loop over the window's rows.
func TestRollingSameAsLoop(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 9, 65, 300} {
		f, cols, times := rollInput(t, n, 1)
		for label, w := range windowsOf(f) {
			rows := make([][]int, n)
			for i := range rows {
				rows[i] = windowOf(w, n, times, i)
			}
			for col, cells := range cols {
				for name, call := range rollCalls {
					want := made(n, func(i int) any { return wantRoll(w, name, col, cells, rows[i]) })
					g, err := call(w, t.Context(), col, As("r"))
					if err != nil {
						t.Fatal(label, name, err)
					}
					for i, got := range cellsOf(g, "r") {
						if !nearCell(got, want[i]) {
							t.Fatalf("n=%d window %s %s(%s) row %d: got %v, want %v", n, label, name, col, i, got, want[i])
						}
					}
				}
				checkRollRows(t, label, w, f, col, cells, rows)
			}
		}
	}
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

// A user's function gets the values that there are, or all with their nulls.
func checkRollRows(t *testing.T, label string, w Windows, f *Frame, col string, cells []any, rows [][]int) {
	t.Helper()
	show := func(i int, all bool) any {
		var b strings.Builder
		seen := 0
		for _, j := range rows[i] {
			c := cells[j]
			if !missingCell(c) {
				seen++
			}
			switch {
			case c != nil:
				fmt.Fprint(&b, cellFloat(c), " ")
			case all:
				b.WriteString("- ")
			}
		}
		if seen < w.minimum() {
			return nil
		}
		return b.String()
	}
	g, err := RollRows(t.Context(), w, col, func(x []float64) (string, error) {
		var b strings.Builder
		for _, v := range x {
			fmt.Fprint(&b, v, " ")
		}
		return b.String(), nil
	}, As("r"))
	if err != nil {
		t.Fatal(label, err)
	}
	checkCells(t, g, "r", made(len(rows), func(i int) any { return show(i, false) }))
	g, err = RollRows(t.Context(), w, col, func(x []*float64) (string, error) {
		var b strings.Builder
		for _, v := range x {
			if v == nil {
				b.WriteString("- ")
			} else {
				fmt.Fprint(&b, *v, " ")
			}
		}
		return b.String(), nil
	}, As("r"), parallel.Workers(3), parallel.ChunkSize(5))
	if err != nil {
		t.Fatal(label, err)
	}
	checkCells(t, g, "r", made(len(rows), func(i int) any { return show(i, true) }))
}

// The bytes of results depend neither on workers nor on chunk sizes nor on
// the Arrow chunks of the input.
func TestRollingSameBits(t *testing.T) {
	for _, n := range []int{257, 40_003} {
		f, _, _ := rollInput(t, n, 1)
		for label, w := range map[string]func(f *Frame) Windows{
			"3":      func(f *Frame) Windows { return f.Rolling(3) },
			"100":    func(f *Frame) Windows { return f.Rolling(100).MinPeriods(1) },
			"20000":  func(f *Frame) Windows { return f.Rolling(20_000).MinPeriods(1) },
			"center": func(f *Frame) Windows { return f.Rolling(777).Center() },
			"time":   func(f *Frame) Windows { return f.RollingTime("t", 500) },
			"all":    func(f *Frame) Windows { return f.Expanding() },
		} {
			for _, col := range []string{"f", "g", "i"} {
				for name, call := range rollCalls {
					first, err := call(w(f), t.Context(), col, parallel.Serial())
					if err != nil {
						t.Fatal(err)
					}
					for seed := 2; seed < 4; seed++ {
						other, _, _ := rollInput(t, n, seed)
						for _, opts := range [][]parallel.Option{
							{parallel.Workers(1)}, {parallel.Workers(3), parallel.ChunkSize(7)}, {parallel.Workers(8)}, {parallel.Partitions(5)},
						} {
							g, err := call(w(other), t.Context(), col, opts...)
							if err != nil {
								t.Fatal(err)
							}
							got, _ := g.Select(col)
							want, _ := first.Select(col)
							checkLayout(t, got, want)
						}
					}
					_ = name
					_ = label
				}
			}
		}
	}
}

// Rows behind the first cell, some of them, against the loop.
func TestRollingAcrossCells(t *testing.T) {
	n := 40_003
	f, cols, times := rollInput(t, n, 2)
	windows := windowsOf(f)
	for _, label := range []string{"3", "33 min 1", "1000", "center 9", "closed 1", "time 40", "time center 40", "expanding"} {
		w := windows[label]
		var sample []int
		for i := 0; i < n; i += 1511 {
			sample = append(sample, i, max(i-i%rollCell-1, 0), i-i%rollCell)
		}
		rows := make(map[int][]int)
		for _, i := range sample {
			if rows[i] == nil {
				rows[i] = windowOf(w, n, times, i)
			}
		}
		for col, cells := range cols {
			for name, call := range rollCalls {
				g, err := call(w, t.Context(), col, As("r"))
				if err != nil {
					t.Fatal(err)
				}
				got := cellsOf(g, "r")
				for _, i := range sample {
					if want := wantRoll(w, name, col, cells, rows[i]); !nearCell(got[i], want) {
						t.Fatalf("window %s %s(%s) row %d: got %v, want %v", label, name, col, i, got[i], want)
					}
				}
			}
		}
	}
}

// The number of allocations does not depend on the number of rows.
func TestRollingAllocations(t *testing.T) {
	count := func(n int) (builtin, user float64) {
		f, _, _ := rollInput(t, n, 0)
		builtin = testing.AllocsPerRun(5, func() {
			for _, call := range rollCalls {
				if _, err := call(f.Rolling(20).MinPeriods(1), t.Context(), "g", parallel.Workers(1)); err != nil {
					t.Fatal(err)
				}
			}
		})
		user = testing.AllocsPerRun(5, func() {
			_, err := RollRows(t.Context(), f.Rolling(20).MinPeriods(1), "g", func(x []float64) (float64, error) { return x[0], nil }, parallel.Workers(1), parallel.ChunkSize(512))
			if err != nil {
				t.Fatal(err)
			}
		})
		return builtin, user
	}
	fewB, fewU := count(1000)
	manyB, manyU := count(50_000)
	if manyB > fewB+200 || manyU > fewU+400 { // reading the column costs one for 256 rows
		t.Fatalf("1,000 rows: %.0f and %.0f allocations; 50,000: %.0f and %.0f", fewB, fewU, manyB, manyU)
	}
}

// Windows longer than cells and partitions, against the naive window.
func TestRollingLongWindows(t *testing.T) {
	n := 50_000
	f, cols, _ := rollInput(t, n, 3)
	for _, size := range []int{20_000, 49_999, 50_000, 50_001, 1 << 40} {
		for _, least := range []int{1, min(size, n)} {
			g, err := f.Rolling(size).MinPeriods(least).Mean(t.Context(), "f")
			if err != nil {
				t.Fatal(err)
			}
			got := cells(g.cols[0])
			for i := 0; i < n; i += 997 {
				lo := max(i-size+1, 0)
				if i+1-lo < least {
					if got[i] != nil {
						t.Fatal(i, got[i])
					}
					continue
				}
				sum := 0.0
				for _, c := range cols["f"][lo : i+1] {
					sum += c.(float64)
				}
				if want := sum / float64(i+1-lo); !nearCell(got[i], want) {
					t.Fatalf("window %d row %d: got %v, want %v", size, i, got[i], want)
				}
			}
		}
	}
}

// What has left the window leaves no trace: no digit is lost to it.
func TestRollingForgets(t *testing.T) {
	for _, big := range []float64{1e300, math.Inf(1), math.Inf(-1), math.NaN()} {
		n := 3000
		x := made(n, func(i int) any {
			if i == 100 {
				return big
			}
			return 0.1
		})
		f := frameOf(t, build(t, "x", arrow.PrimitiveTypes.Float64, x))
		for _, size := range []int{2, 50} {
			sum, err := f.Rolling(size).Sum(t.Context(), "x")
			if err != nil {
				t.Fatal(err)
			}
			std, err := f.Rolling(size).Std(t.Context(), "x")
			if err != nil {
				t.Fatal(err)
			}
			for i := 100 + size; i < n; i++ {
				got := sum.cols[0].Value(i).(float64)
				if math.Abs(got-0.1*float64(size)) > 1e-13 || std.cols[0].Value(i).(float64) > 1e-15 {
					t.Fatalf("%v, window %d, row %d: %v, %v", big, size, i, got, std.cols[0].Value(i))
				}
			}
			at := sum.cols[0].Value(100)
			if want := big; want == want && at != want && big != 1e300 || big != big && at != nil {
				t.Fatal(big, at)
			}
		}
	}
}

func TestRollingIntegers(t *testing.T) {
	big := int64(math.MaxInt64)
	f := frameOf(t,
		build(t, "x", arrow.PrimitiveTypes.Int64, []any{big, int64(-5), int64(4), big, int64(1)}),
		build(t, "u", arrow.PrimitiveTypes.Uint64, []any{uint64(math.MaxUint64), uint64(0), uint64(3), uint64(1), nil}),
	)
	g, err := f.Rolling(2).Sum(t.Context(), "x")
	if checkRow(t, err, 3); !errors.Is(err, ErrValue) {
		t.Fatal(g, err)
	}
	g, err = f.Head(3).Rolling(2).Sum(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "x", []any{nil, big - 5, int64(-1)})
	g, err = f.Rolling(2).MinPeriods(1).Sum(t.Context(), "u")
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "u", []any{uint64(math.MaxUint64), uint64(math.MaxUint64), uint64(3), uint64(4), uint64(1)})
	g, err = f.Rolling(2).MinPeriods(1).Max(t.Context(), "u")
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "u", []any{uint64(math.MaxUint64), uint64(math.MaxUint64), uint64(3), uint64(3), uint64(1)})
}

func TestRollRowsFails(t *testing.T) {
	n := 1000
	f := countTo(t, n)
	for _, fault := range failures {
		for _, opts := range configs() {
			_, err := RollRows(t.Context(), f.Rolling(3), "i", func(x []int64) (int64, error) {
				if x[2]%100 == 77 {
					return 0, fault.fail()
				}
				return x[0], nil
			}, opts...)
			if checkRow(t, err, 77); !fault.is(err) {
				t.Fatal(fault.name, err)
			}
		}
	}
}

func TestRollingBadInput(t *testing.T) {
	ctx := t.Context()
	sec := &arrow.TimestampType{Unit: arrow.Second}
	f := frameOf(t,
		build(t, "x", arrow.PrimitiveTypes.Float64, []any{1.0, 2.0, 3.0}),
		build(t, "s", arrow.BinaryTypes.String, []any{"a", "b", "c"}),
		build(t, "t", sec, []any{"2020-01-01", "2020-01-03", "2020-01-02"}),
		build(t, "nt", sec, []any{"2020-01-01", nil, "2020-01-02"}),
	)
	first := func(x []float64) (float64, error) { return x[0], nil }
	for name, c := range map[string]struct {
		call func() (*Frame, error)
		is   error
		says string
	}{
		"zero":      {func() (*Frame, error) { return f.Rolling(0).Mean(ctx, "x") }, ErrWindow, "Rolling(0): want 1 row or more"},
		"negative":  {func() (*Frame, error) { return RollRows(ctx, f.Rolling(-3), "x", first) }, ErrWindow, "frame.RollRows: bad window: Rolling(-3)"},
		"duration":  {func() (*Frame, error) { return f.RollingTime("t", 0).Mean(ctx, "x") }, ErrWindow, "above 0"},
		"least":     {func() (*Frame, error) { return f.Rolling(2).MinPeriods(3).Mean(ctx, "x") }, ErrWindow, "MinPeriods(3) for windows of 2 rows"},
		"least < 0": {func() (*Frame, error) { return f.Rolling(2).MinPeriods(-1).Mean(ctx, "x") }, ErrWindow, "0 or more"},
		"closed":    {func() (*Frame, error) { return f.Rolling(2).Closed(9).Mean(ctx, "x") }, ErrWindow, "Closed(9)"},
		"expanding": {func() (*Frame, error) { return f.Expanding().Center().Mean(ctx, "x") }, ErrWindow, "Expanding"},
		"nil frame": {func() (*Frame, error) { return (*Frame)(nil).Rolling(2).Mean(ctx, "x") }, ErrNilFrame, "frame.Windows.Mean"},
		"nil func":  {func() (*Frame, error) { return RollRows[int, int](ctx, f.Rolling(2), "x", nil) }, parallel.ErrNilFunc, "RollRows"},
		"column":    {func() (*Frame, error) { return f.Rolling(2).Mean(ctx, "X") }, ErrColumn, `"X"; there are "x"`},
		"text":      {func() (*Frame, error) { return f.Rolling(2).Mean(ctx, "s") }, ErrType, `column "s": wrong type: utf8; want numbers`},
		"min text":  {func() (*Frame, error) { return f.Rolling(2).Min(ctx, "s") }, ErrType, "want numbers"},
		"sum times": {func() (*Frame, error) { return f.Rolling(2).Sum(ctx, "t") }, ErrType, "want numbers"},
		"T":         {func() (*Frame, error) { return RollRows(ctx, f.Rolling(2), "s", first) }, ErrType, `column "s" is utf8`},
		"no time":   {func() (*Frame, error) { return f.RollingTime("x", 5).Mean(ctx, "x") }, ErrType, "takes a timestamp"},
		"order":     {func() (*Frame, error) { return f.RollingTime("t", 5).Mean(ctx, "x") }, ErrOrder, "row 2: column \"t\": not in order"},
		"null time": {func() (*Frame, error) { return f.RollingTime("nt", 5).Mean(ctx, "x") }, ErrNull, "row 1: column \"nt\""},
		"names":     {func() (*Frame, error) { return f.Rolling(2).Mean(ctx, "x", As("a", "b")) }, parallel.ErrOption, "2 names for 1 columns"},
		"option":    {func() (*Frame, error) { return f.Rolling(2).Mean(ctx, "x", SkipNulls(true)) }, parallel.ErrOption, "frame.SkipNulls"},
	} {
		g, err := c.call()
		if g != nil || !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %q", name, err, c.says)
		}
	}
}

func TestRollingTimesAndTypes(t *testing.T) {
	// Days, as Date32, and a window of 36 hours: of whole days only the last.
	f := frameOf(t,
		build(t, "d", arrow.FixedWidthTypes.Date32, []any{"2020-01-01", "2020-01-02", "2020-01-04", "2020-01-05"}),
		build(t, "x", arrow.PrimitiveTypes.Int8, []any{int8(1), int8(2), int8(3), int8(-4)}),
		build(t, "s", arrow.BinaryTypes.String, []any{"a", nil, "c", "d"}),
	)
	g, err := f.RollingTime("d", 36*time.Hour).Sum(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "x", []any{int64(1), int64(3), int64(3), int64(-1)})
	if g, err = f.RollingTime("d", 24*time.Hour).Closed(ClosedBoth).Min(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "x", []any{int8(1), int8(1), int8(3), int8(-4)})
	if g, err = f.Rolling(2).Max(t.Context(), "d"); err != nil || g.cols[0].field.Type.ID() != arrow.DATE32 {
		t.Fatal(g, err)
	}
	if g, err = f.Rolling(2).MinPeriods(1).Count(t.Context(), "s"); err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "s", []any{int64(1), int64(1), int64(1), int64(2)})
	// Text and struct results.
	type ends struct{ First, Last string }
	if g, err = RollRows(t.Context(), f.Rolling(2).MinPeriods(1), "s", func(x []string) (ends, error) {
		return ends{x[0], x[len(x)-1]}, nil
	}); err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "First", []any{"a", "a", "c", "c"})
	checkCells(t, g, "Last", []any{"a", "a", "c", "d"})
}
