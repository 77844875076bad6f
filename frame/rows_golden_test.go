package frame_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// readGolden reads a CSV of numbers as columns of float64.
func readGolden(t *testing.T, name string) (names []string, cols map[string][]float64) {
	t.Helper()
	file, err := os.Open("testdata/pandas/" + name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	cols = make(map[string][]float64)
	for k, name := range lines[0] {
		for _, line := range lines[1:] {
			v, err := strconv.ParseFloat(line[k], 64)
			if err != nil {
				t.Fatal(err)
			}
			cols[name] = append(cols[name], v)
		}
	}
	return lines[0], cols
}

func pandasLog(x, power, bias float64) float64 {
	return math.Log10(math.Sqrt(math.Exp(math.Pow(x, power)))) + bias
}

type goldenAB struct {
	A float64 `frame:"a"`
	B float64 `frame:"b"`
}

type goldenABC struct {
	A float64 `frame:"a"`
	B float64 `frame:"b"`
	C float64 `frame:"c"`
}

// The row functions of pandarallel's tests return what they return in pandas.
func TestSameAsPandas(t *testing.T) {
	ctx := t.Context()
	ops := map[string]func(f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error){
		"df_apply_axis1": func(f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
			return frame.MapRows(ctx, f, func(_ context.Context, r goldenAB) (float64, error) {
				return math.Sin(r.A*r.A) + math.Sin(r.B*r.B), nil
			}, opts...)
		},
		"df_applymap": func(f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
			cell := func(x float64) float64 { return math.Sin(x*x) - math.Cos(x*x) }
			return frame.MapRows(ctx, f, func(_ context.Context, r goldenAB) (goldenAB, error) { return goldenAB{cell(r.A), cell(r.B)}, nil }, opts...)
		},
		"series_map": func(f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
			return frame.MapColumn(ctx, f, "a", func(_ context.Context, x float64) (float64, error) { return pandasLog(x, 2, 0), nil }, opts...)
		},
		"series_apply_args": func(f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
			return frame.MapColumn(ctx, f, "a", func(_ context.Context, x float64) (float64, error) { return pandasLog(x, 2, 3), nil }, opts...)
		},
		"axis1_square": func(f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
			return frame.MapRows(ctx, f, func(_ context.Context, r goldenABC) (goldenABC, error) {
				return goldenABC{r.A * r.A, r.B * r.B, r.C * r.C}, nil
			}, opts...)
		},
	}
	for name, op := range ops {
		for _, n := range []int{0, 1, 3, 7} {
			names, in := readGolden(t, fmt.Sprintf("%s_n%d.input", name, n))
			_, want := readGolden(t, fmt.Sprintf("%s_n%d.expected", name, n))
			var cols []frame.Column
			for _, c := range names {
				col, err := frame.NewColumn(c, in[c])
				if err != nil {
					t.Fatal(err)
				}
				cols = append(cols, col)
			}
			f := frameOf(t, cols...)
			for _, workers := range []int{1, 2, 3, 8} {
				got, err := op(f, parallel.Workers(workers), parallel.ChunkSize(2))
				if err != nil {
					t.Fatal(name, n, err)
				}
				for _, c := range got.Columns() {
					for i, v := range cells(c) {
						x, y := v.(float64), want[c.Name()][i]
						if math.Abs(x-y) > 1e-12*max(math.Abs(x), math.Abs(y)) {
							t.Errorf("%s column %q row %d of %d: %v, pandas has %v", name, c.Name(), i, n, x, y)
						}
					}
					if c.Len() != len(want[c.Name()]) {
						t.Errorf("%s column %q: %d rows, pandas has %d", name, c.Name(), c.Len(), len(want[c.Name()]))
					}
				}
			}
		}
	}
}
