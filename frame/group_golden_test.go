package frame_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// goldenRows reads a CSV of numbers, row by row.
func goldenRows(t *testing.T, name string) (names []string, rows [][]float64) {
	t.Helper()
	lines := readTable(t, "testdata/pandas/"+name+".csv")
	for _, line := range lines[1:] {
		row := make([]float64, len(line))
		for k, s := range line {
			var err error
			if row[k], err = strconv.ParseFloat(s, 64); err != nil {
				t.Fatal(err)
			}
		}
		rows = append(rows, row)
	}
	return lines[0], rows
}

func meanOf(v []float64, f func(x float64) float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += f(x)
	}
	return sum / float64(len(v))
}

// Pandarallel's functions of groups return what they return in pandas, where groups are
// in the order of their keys.
func TestGroupsSameAsPandas(t *testing.T) {
	ctx := t.Context()
	type byA struct {
		A int64 `frame:"a"`
	}
	type byAB struct {
		A int64   `frame:"a"`
		B float64 `frame:"b"`
	}
	type in struct {
		B float64 `frame:"b"`
	}
	score := func(rows []in) (float64, error) {
		v := make([]float64, len(rows))
		for i, r := range rows {
			v[i] = r.B
		}
		return meanOf(v, func(x float64) float64 { return pandasLog(x, 2, 0) }), nil
	}
	ops := map[string]func(f *frame.Frame, opt parallel.Option) (*frame.Frame, error){
		"groupby_apply": func(f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
			g, err := f.GroupBy("a")
			if err != nil {
				return nil, err
			}
			return frame.MapGroups(ctx, g, func(_ context.Context, _ byA, rows []in) (float64, error) { return score(rows) }, opt)
		},
		"groupby2_apply": func(f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
			g, err := f.GroupBy("a", "b")
			if err != nil {
				return nil, err
			}
			return frame.MapGroups(ctx, g, func(_ context.Context, _ byAB, rows []in) (float64, error) { return score(rows) }, opt)
		},
		"groupby_apply_complex": func(f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
			g, err := f.GroupBy("a")
			if err != nil {
				return nil, err
			}
			return g.With(opt).Agg(ctx, frame.Mean("b"), frame.Min("b"), frame.Max("b"))
		},
	}
	for name, op := range ops {
		for _, n := range []int{0, 1, 3, 7} {
			t.Run(fmt.Sprintf("%s/n=%d", name, n), func(t *testing.T) {
				names, rows := goldenRows(t, fmt.Sprintf("%s_n%d.input", name, n))
				wantNames, want := goldenRows(t, fmt.Sprintf("%s_n%d.expected", name, n))
				if n == 0 {
					want, wantNames = nil, nil // pandas returns the columns of the input
				}
				var cols []frame.Column
				for k, c := range names {
					v := make([]float64, len(rows))
					ints := make([]int64, len(rows))
					for i := range rows {
						v[i], ints[i] = rows[i][k], int64(rows[i][k])
					}
					if c == "a" {
						cols = append(cols, col(t, c, ints))
					} else {
						cols = append(cols, col(t, c, v))
					}
				}
				for _, workers := range []int{1, 2, 3, 8} {
					got, err := op(frameOf(t, cols...), parallel.Workers(workers))
					if err != nil {
						t.Fatal(err)
					}
					table := make([][]float64, got.NumRows())
					for i := range table {
						for _, c := range got.Memory() {
							x, _ := toFloat(c.Value(i))
							table[i] = append(table[i], x)
						}
					}
					slices.SortFunc(table, slices.Compare[[]float64])
					if len(table) != len(want) {
						t.Fatalf("%d rows, pandas has %d", len(table), len(want))
					}
					for i, row := range want {
						if k := slices.Index(wantNames, "index"); k >= 0 {
							row = slices.Delete(slices.Clone(row), k, k+1)
						}
						lost := len(table[i]) - len(row) // with one group, pandas loses the key
						for k, y := range row {
							if x := table[i][lost+k]; math.Abs(x-y) > 1e-12*max(math.Abs(x), math.Abs(y)) {
								t.Errorf("row %d, column %q: %v, pandas has %v", i, got.Names()[lost+k], x, y)
							}
						}
					}
				}
			})
		}
	}
}
