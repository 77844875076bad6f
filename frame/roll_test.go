package frame_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// Every built-in and a user's function, over all kinds of windows, against
// the loop over the window's rows.
func TestRollingSameAsLoop(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 9, 65, calltest.UnlessRaced(300, 130)} {
		f, cols, times := rollInput(t, n, 1)
		for label, w := range windowsOf(f) {
			rows := make([][]int, n)
			for i := range rows {
				rows[i] = windowOf(w, n, times, i)
			}
			for col, cells := range cols {
				for name, call := range rollCalls {
					want := arrowtest.Made(n, func(i int) any { return wantRoll(w, name, col, cells, rows[i]) })
					g, err := call(w.Windows, t.Context(), col, frame.As("r"))
					if err != nil {
						t.Fatal(label, name, err)
					}
					for i, got := range cellsOf(g, "r") {
						if !nearCell(got, want[i]) {
							t.Fatalf("n=%d window %s %s(%s) row %d: got %v, want %v", n, label, name, col, i, got, want[i])
						}
					}
				}
				checkRollRows(t, label, w, col, cells, rows)
			}
		}
	}
}

// A user's function gets the values that there are, or all with their nulls.
func checkRollRows(t *testing.T, label string, w testWindows, col string, cells []any, rows [][]int) {
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
		if seen < w.least {
			return nil
		}
		return b.String()
	}
	g, err := frame.RollRows(t.Context(), w.Windows, col, func(_ context.Context, x []float64) (string, error) {
		var b strings.Builder
		for _, v := range x {
			fmt.Fprint(&b, v, " ")
		}
		return b.String(), nil
	}, frame.As("r"))
	if err != nil {
		t.Fatal(label, err)
	}
	checkCells(t, g, "r", arrowtest.Made(len(rows), func(i int) any { return show(i, false) }))
	g, err = frame.RollRows(t.Context(), w.Windows, col, func(_ context.Context, x []*float64) (string, error) {
		var b strings.Builder
		for _, v := range x {
			if v == nil {
				b.WriteString("- ")
			} else {
				fmt.Fprint(&b, *v, " ")
			}
		}
		return b.String(), nil
	}, frame.As("r"), parallel.Workers(3), parallel.ChunkSize(5))
	if err != nil {
		t.Fatal(label, err)
	}
	checkCells(t, g, "r", arrowtest.Made(len(rows), func(i int) any { return show(i, true) }))
}

// The bytes of results depend neither on workers nor on chunk sizes nor on
// the Arrow chunks of the input.
func TestRollingSameBits(t *testing.T) {
	for _, n := range []int{257, 40_003} {
		f, _, _ := rollInput(t, n, 1)
		others := map[int]*frame.Frame{}
		for seed := 2; seed < 4; seed++ {
			others[seed], _, _ = rollInput(t, n, seed)
		}
		for label, w := range map[string]func(f *frame.Frame) frame.Windows{
			"3":      func(f *frame.Frame) frame.Windows { return f.Rolling(3) },
			"100":    func(f *frame.Frame) frame.Windows { return f.Rolling(100).MinPeriods(1) },
			"20000":  func(f *frame.Frame) frame.Windows { return f.Rolling(20_000).MinPeriods(1) },
			"center": func(f *frame.Frame) frame.Windows { return f.Rolling(777).Center() },
			"time":   func(f *frame.Frame) frame.Windows { return f.RollingTime("t", 500) },
			"all":    func(f *frame.Frame) frame.Windows { return f.Expanding() },
		} {
			for _, col := range []string{"f", "g", "i"} {
				for name, call := range rollCalls {
					first, err := call(w(f), t.Context(), col, parallel.Serial())
					if err != nil {
						t.Fatal(err)
					}
					for seed, width := range map[int]int{2: 3, 3: 8} {
						g, err := call(w(others[seed]), t.Context(), col, parallel.Workers(width))
						if err != nil {
							t.Fatal(label, name, err)
						}
						got, _ := g.Select(col)
						want, _ := first.Select(col)
						checkLayout(t, got, want)
					}
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
		for i := 0; i < n; i += calltest.UnlessRaced(1511, 6007) {
			sample = append(sample, i, max(i-i%rollCellRows-1, 0), i-i%rollCellRows)
		}
		rows := make(map[int][]int)
		for _, i := range sample {
			if rows[i] == nil {
				rows[i] = windowOf(w, n, times, i)
			}
		}
		for col, cells := range cols {
			for name, call := range rollCalls {
				g, err := call(w.Windows, t.Context(), col, frame.As("r"))
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
			_, err := frame.RollRows(t.Context(), f.Rolling(20).MinPeriods(1), "g", func(_ context.Context, x []float64) (float64, error) { return x[0], nil }, parallel.Workers(1), parallel.ChunkSize(512))
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
			got := cells(g.Columns()[0])
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
		x := arrowtest.Made(n, func(i int) any {
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
				got := sum.Columns()[0].Value(i).(float64)
				if math.Abs(got-0.1*float64(size)) > 1e-13 || std.Columns()[0].Value(i).(float64) > 1e-15 {
					t.Fatalf("%v, window %d, row %d: %v, %v", big, size, i, got, std.Columns()[0].Value(i))
				}
			}
			at := sum.Columns()[0].Value(100)
			if want := big; want == want && at != want && big != 1e300 || big != big && at != nil {
				t.Fatal(big, at)
			}
		}
	}
}
