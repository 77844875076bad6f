package frame_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

func TestApplyColumns(t *testing.T) {
	f := newMatrixInput(t, 100).frame
	for _, opts := range [][]frame.PartOption{nil, {parallel.Serial()}, {parallel.Workers(3)}} {
		g, err := frame.ApplyColumns(t.Context(), f, func(_ context.Context, c frame.Column) (frame.Column, error) {
			return frame.NewColumn("n_"+c.Name(), []int{c.NullN()})
		}, opts...)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range f.Columns() {
			checkCells(t, g, "n_"+c.Name(), []any{int64(c.NullN())})
		}
		if g.NumCols() != f.NumCols() {
			t.Error(g.Names())
		}
	}
	for _, way := range failures {
		_, err := frame.ApplyColumns(t.Context(), f, func(_ context.Context, c frame.Column) (frame.Column, error) {
			if c.Name() == "s" || c.Name() == "nf" {
				return c, way.fail()
			}
			return c, nil
		})
		if checkRow(t, err, 3); !way.is(err) || !strings.Contains(err.Error(), `frame.ApplyColumns: column "s": `) {
			t.Error(err)
		}
	}
	for name, c := range map[string]struct {
		fn   func(context.Context, frame.Column) (frame.Column, error)
		want error
	}{
		"nil":     {nil, parallel.ErrNilFunc},
		"zero":    {func(context.Context, frame.Column) (frame.Column, error) { return frame.Column{}, nil }, frame.ErrType},
		"lengths": {func(_ context.Context, c frame.Column) (frame.Column, error) { return c.Slice(0, len(c.Name())) }, frame.ErrLength},
		"names":   {func(_ context.Context, c frame.Column) (frame.Column, error) { return c.Rename("x"), nil }, frame.ErrName},
	} {
		if _, err := frame.ApplyColumns(t.Context(), f, c.fn); !errors.Is(err, c.want) || !strings.Contains(err.Error(), "ApplyColumns") {
			t.Errorf("%s: %v", name, err)
		}
	}
	same := func(_ context.Context, c frame.Column) (frame.Column, error) { return c, nil }
	if _, err := frame.ApplyColumns(t.Context(), nil, same); !errors.Is(err, frame.ErrNilFrame) {
		t.Error(err)
	}
	if _, err := frame.ApplyColumns(t.Context(), f, same, parallel.Partitions(3)); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
	none, err := frame.New()
	if err != nil {
		t.Fatal(err)
	}
	if g, err := frame.ApplyColumns(t.Context(), none, same); err != nil || g.NumCols() != 0 {
		t.Error(g, err)
	}
	g, err := frame.ApplyColumns(t.Context(), f, same)
	if err != nil {
		t.Fatal(err)
	}
	checkLayout(t, g, f)
}

// Pandarallel's functions of columns return what they return in pandas.
func TestApplyColumnsSameAsPandas(t *testing.T) {
	for _, n := range []int{0, 1, 3, 7} {
		for _, workers := range []int{1, 2, 3, 8} {
			names, in := readGolden(t, fmt.Sprintf("axis0_identity_n%d.input", n))
			_, want := readGolden(t, fmt.Sprintf("axis0_identity_n%d.expected", n))
			g, err := frame.ApplyColumns(t.Context(), floatsFrame(t, names, in), func(_ context.Context, c frame.Column) (frame.Column, error) { return c, nil }, parallel.Workers(workers))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				checkPandas(t, "identity "+name, cellsOf(g, name), want[name])
			}
			if n == 0 {
				continue // where pandas returns the columns
			}
			names, in = readGolden(t, fmt.Sprintf("df_apply_axis0_n%d.input", n))
			g, err = frame.ApplyColumns(t.Context(), floatsFrame(t, names, in), func(ctx context.Context, c frame.Column) (frame.Column, error) {
				low, err := c.Min(ctx)
				if err != nil {
					return c, err
				}
				high, err := c.Max(ctx)
				if err != nil {
					return c, err
				}
				return frame.NewColumn(c.Name(), []float64{high.(float64) - low.(float64)})
			}, parallel.Workers(workers))
			if err != nil {
				t.Fatal(err)
			}
			lines := readTable(t, fmt.Sprintf("testdata/pandas/df_apply_axis0_n%d.expected.csv", n))
			if len(lines)-1 != g.NumCols() {
				t.Fatal(g, lines)
			}
			for _, line := range lines[1:] {
				x, err := strconv.ParseFloat(line[1], 64)
				if err != nil {
					t.Fatal(err)
				}
				checkPandas(t, "max-min "+line[0], cellsOf(g, line[0]), []float64{x})
			}
		}
	}
}

func floatsFrame(t *testing.T, names []string, cols map[string][]float64) *frame.Frame {
	var all []frame.Column
	for _, name := range names {
		all = append(all, floatColumn(t, name, cols[name]))
	}
	return frameOf(t, all...)
}
