package frame_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// floatColumn is a column without nulls: pandas' NaNs stay NaNs.
func floatColumn(t *testing.T, name string, x []float64) frame.Column {
	t.Helper()
	c, err := frame.NewColumn(name, x)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// checkPandas compares results with results of pandas, where NaN stands for null.
func checkPandas(t *testing.T, label string, got []any, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows, pandas has %d", label, len(got), len(want))
	}
	for i, w := range want {
		g, ok := got[i].(float64)
		if !ok {
			g = math.NaN()
		}
		if g != w && (g == g || w == w) && !(math.Abs(g-w) <= 1e-12*math.Abs(w)) {
			t.Errorf("%s row %d: %v, pandas has %v", label, i, got[i], w)
		}
	}
}

// pandarallel's function for Series.rolling(4).apply.
func rollFour(x []float64) (float64, error) {
	return x[0] + math.Pow(x[1], 2) + math.Pow(x[2], 3) + math.Pow(x[3], 4), nil
}

func TestRollingSameAsPandas(t *testing.T) {
	for _, n := range []int{0, 1, 3, 7} {
		_, in := readGolden(t, fmt.Sprintf("series_rolling_apply_n%d.input", n))
		_, want := readGolden(t, fmt.Sprintf("series_rolling_apply_n%d.expected", n))
		f := frameOf(t, floatColumn(t, "b", in["b"]))
		for _, workers := range []int{1, 2, 3, 8} {
			g, err := frame.RollRows(t.Context(), f.Rolling(4), "b", parallel.Plain(rollFour), parallel.Workers(workers), parallel.ChunkSize(2))
			if err != nil {
				t.Fatal(err)
			}
			checkPandas(t, fmt.Sprint("rolling(4).apply n=", n), cells(g.Columns()[0]), want["b"])
		}
	}
}

// Windows of groups, whose results pandas sorts by key.
func TestGroupWindowsSameAsPandas(t *testing.T) {
	for _, n := range []int{0, 1, 3, 7} {
		_, in := readGolden(t, fmt.Sprintf("groupby_rolling_apply_n%d.input", n))
		_, out := readGolden(t, fmt.Sprintf("groupby_rolling_apply_n%d.expected", n))
		want := make([]float64, n)
		for i, row := range out["index"] {
			want[int(row)] = out["b"][i]
		}
		f := frameOf(t, floatColumn(t, "a", in["a"]), floatColumn(t, "b", in["b"]))
		for _, workers := range []int{1, 2, 3, 8} {
			g, err := frame.RollRows(t.Context(), groupBy(t, f, "a").Rolling(4), "b", parallel.Plain(rollFour), parallel.Workers(workers))
			if err != nil {
				t.Fatal(err)
			}
			checkPandas(t, fmt.Sprint("groupby.rolling(4).apply n=", n), cellsOf(g, "b"), want)
		}
	}
}

// The windows among pandas' edge cases. A window of 0 rows, whose sum is 0 in
// pandas, is an error here.
func TestRollingEdgeCasesOfPandas(t *testing.T) {
	corpus := os.Getenv("PARFRAME_CORPUS")
	if corpus == "" {
		t.Skip("PARFRAME_CORPUS is not set")
	}
	text, err := os.ReadFile(filepath.Join(corpus, "apply", "pandas_edge_cases.json"))
	if err != nil {
		t.Skip(err)
	}
	var all []struct{ Case, CSV string }
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	sum := func(f *frame.Frame, w frame.Windows) (*frame.Frame, error) { return w.Sum(t.Context(), "r") }
	apply := func(f *frame.Frame, w frame.Windows) (*frame.Frame, error) { // NaNs reach the function
		return frame.RollRows(t.Context(), w, "r", func(_ context.Context, x []float64) (s float64, err error) {
			for _, v := range x {
				s += v
			}
			return s, nil
		})
	}
	cases := map[string]struct {
		in  []float64
		win func(f *frame.Frame) frame.Windows
		run func(f *frame.Frame, w frame.Windows) (*frame.Frame, error)
	}{
		"rolling_window_larger_than_rows": {[]float64{1, 2}, func(f *frame.Frame) frame.Windows { return f.Rolling(5) }, sum},
		"rolling_min_periods_1":           {[]float64{1, 2, 3}, func(f *frame.Frame) frame.Windows { return f.Rolling(3).MinPeriods(1) }, sum},
		"rolling_with_nan_in_window":      {[]float64{1, nan, 3, 4, 5}, func(f *frame.Frame) frame.Windows { return f.Rolling(2) }, sum},
		"rolling_with_nan_min_periods_1":  {[]float64{1, nan, 3, 4, 5}, func(f *frame.Frame) frame.Windows { return f.Rolling(2).MinPeriods(1) }, apply},
		"rolling_center":                  {[]float64{1, 2, 3, 4, 5}, func(f *frame.Frame) frame.Windows { return f.Rolling(3).Center() }, sum},
		"rolling_empty":                   {nil, func(f *frame.Frame) frame.Windows { return f.Rolling(2) }, sum},
	}
	done := 0
	for _, golden := range all {
		c, ok := cases[golden.Case]
		if !ok {
			continue
		}
		done++
		lines, err := csv.NewReader(strings.NewReader(golden.CSV)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := []float64{}
		for _, line := range lines[1:] {
			v, err := strconv.ParseFloat(line[1], 64)
			if err != nil {
				v = nan
			}
			want = append(want, v)
		}
		f := frameOf(t, floatColumn(t, "r", c.in))
		g, err := c.run(f, c.win(f))
		if err != nil {
			t.Fatal(golden.Case, err)
		}
		checkPandas(t, golden.Case, cells(g.Columns()[0]), want)
	}
	if done != len(cases) {
		t.Errorf("%d of %d cases are in the corpus", done, len(cases))
	}
}
