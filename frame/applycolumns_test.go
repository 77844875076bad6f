package frame

import (
	"errors"
	"strings"
	"testing"

	"github.com/parframe/parframe/parallel"
)

func TestApplyColumns(t *testing.T) {
	f := newMatrixInput(t, 100).frame
	for _, opts := range [][]parallel.Option{nil, {parallel.Serial()}, {parallel.Workers(3)}} {
		g, err := ApplyColumns(t.Context(), f, func(c Column) (Column, error) {
			return NewColumn("n_"+c.Name(), []int{c.NullN()})
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
		_, err := ApplyColumns(t.Context(), f, func(c Column) (Column, error) {
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
		fn   func(Column) (Column, error)
		want error
	}{
		"nil":     {nil, parallel.ErrNilFunc},
		"zero":    {func(Column) (Column, error) { return Column{}, nil }, ErrType},
		"lengths": {func(c Column) (Column, error) { return c.Slice(0, len(c.Name())) }, ErrLength},
		"names":   {func(c Column) (Column, error) { return c.Rename("x"), nil }, ErrName},
	} {
		if _, err := ApplyColumns(t.Context(), f, c.fn); !errors.Is(err, c.want) || !strings.Contains(err.Error(), "ApplyColumns") {
			t.Errorf("%s: %v", name, err)
		}
	}
	same := func(c Column) (Column, error) { return c, nil }
	if _, err := ApplyColumns(t.Context(), nil, same); !errors.Is(err, ErrNilFrame) {
		t.Error(err)
	}
	if _, err := ApplyColumns(t.Context(), f, same, parallel.ChunkSize(3)); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
	none, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if g, err := ApplyColumns(t.Context(), none, same); err != nil || g.NumCols() != 0 {
		t.Error(g, err)
	}
	g, err := ApplyColumns(t.Context(), f, same)
	if err != nil {
		t.Fatal(err)
	}
	checkLayout(t, g, f)
}
