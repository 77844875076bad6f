package frame_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

// windowsNamed makes the windows that a column of the goldens names: "groups
// time t 6 2 left center" are RollingTime("t", 6s) within groups, with
// MinPeriods(2), ClosedLeft and Center.
func windowsNamed(t *testing.T, f *frame.Frame, name string) frame.Windows {
	t.Helper()
	words := strings.Fields(name)
	var from interface {
		Rolling(n int) frame.Windows
		RollingTime(col string, d time.Duration) frame.Windows
		Expanding() frame.Windows
	} = f
	if words[0] == "groups" {
		from, words = groupBy(t, f, "k"), words[1:]
	}
	number := func() int {
		n, err := strconv.Atoi(words[0])
		if err != nil {
			t.Fatal(name, err)
		}
		words = words[1:]
		return n
	}
	kind := words[0]
	words = words[1:]
	var w frame.Windows
	switch kind {
	case "rolling":
		w = from.Rolling(number())
	case "expanding":
		w = from.Expanding()
	case "time":
		col := words[0]
		words = words[1:]
		w = from.RollingTime(col, time.Duration(number())*time.Second)
	default:
		t.Fatal(name)
	}
	w = w.MinPeriods(number())
	for _, word := range words {
		switch word {
		case "left":
			w = w.Closed(frame.ClosedLeft)
		case "both":
			w = w.Closed(frame.ClosedBoth)
		case "neither":
			w = w.Closed(frame.ClosedNeither)
		case "center":
			w = w.Center()
		}
	}
	return w
}

// pandasWindows is the input of testdata/pandas/windows.py. What is NaN there
// is null in one half here, NaN in the other.
func pandasWindows(t *testing.T) *frame.Frame {
	lines := readTable(t, "testdata/pandas/windows.input.csv")[1:]
	column := func(name string, typ arrow.DataType, k int, cell func(i int, text string) any) frame.Column {
		return build(t, name, typ, arrowtest.Made(len(lines), func(i int) any { return cell(i, lines[i][k]) }), 40, 41)
	}
	seconds := func(_ int, text string) any { return text + "s" }
	return frameOf(t,
		column("k", arrow.BinaryTypes.String, 0, func(_ int, text string) any { return text }),
		column("x", arrow.PrimitiveTypes.Float64, 1, func(i int, text string) any {
			switch v, err := strconv.ParseFloat(text, 64); {
			case err == nil:
				return v
			case i%2 == 0:
				return nil
			}
			return math.NaN()
		}),
		column("t", arrow.FixedWidthTypes.Duration_s, 2, seconds),
		column("u", arrow.FixedWidthTypes.Duration_s, 3, seconds))
}

func readTable(t *testing.T, name string) [][]string {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// Windows of rows and times, within groups and not, with every
// kind of end, give what pandas gives: the same bits, since the sums are
// exact. Only its standard deviation is updated from window to window, and so
// loses digits; ours is computed anew.
func TestWindowsSameAsPandas(t *testing.T) {
	f := pandasWindows(t)
	want := readTable(t, "testdata/pandas/windows.expected.csv")
	for k, name := range want[0] {
		cut := strings.LastIndexByte(name, ' ')
		windows, how := name[:cut], name[cut+1:]
		call := rollCalls[strings.ToUpper(how[:1])+how[1:]]
		g, err := call(windowsNamed(t, f, windows), t.Context(), "x", frame.As("r"), parallel.Workers(2))
		if err != nil {
			t.Fatal(name, err)
		}
		for i, cell := range cellsOf(g, "r") {
			text := want[i+1][k]
			if n, ok := cell.(int64); ok {
				cell = float64(n)
			}
			pandas, err := strconv.ParseFloat(text, 64)
			same := cell == nil && text == "" || err == nil && cell == pandas
			if got, ok := cell.(float64); ok && how == "std" && err == nil {
				same = math.Abs(got-pandas) <= 1e-9*max(1, pandas)
			}
			if !same {
				t.Errorf("%s row %d: %v, pandas has %s", name, i, fmt.Sprint(cell), text)
				break
			}
		}
	}
}
