package frame_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
)

func TestTakeAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 30 {
			f := randomFrame(t, g, typ, g.IntN(100))
			rows := make([]int, 0)
			for range g.IntN(80) {
				if f.NumRows() > 0 {
					row := g.IntN(f.NumRows())
					for k := row; k < min(row+1+g.IntN(4), f.NumRows()); k++ {
						rows = append(rows, k)
					}
				}
			}
			got, err := f.Take(rows)
			if err != nil {
				t.Fatal(err)
			}
			all := rowsOf(f.Columns()[0])
			want := make([]string, len(rows))
			for i, row := range rows {
				want[i] = all[row]
			}
			checkColumn(t, got.Columns()[0], want)
		}
	})
}

func TestFilterAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 30 {
			f := randomFrame(t, g, typ, g.IntN(200))
			mask := make([]bool, f.NumRows())
			want := []string{}
			share := g.Float64()
			for i, s := range rowsOf(f.Columns()[0]) {
				if mask[i] = g.Float64() < share; mask[i] {
					want = append(want, s)
				}
			}
			got, err := f.Filter(mask)
			if err != nil {
				t.Fatal(err)
			}
			checkColumn(t, got.Columns()[0], want)
		}
	})
}

// Each column has its own chunk borders, at lengths at which loops over words and blocks
// go wrong.
func TestTakeAndFilterLengths(t *testing.T) {
	g := arrowtest.Rand(11)
	types := []arrow.DataType{arrow.PrimitiveTypes.Int64, arrow.FixedWidthTypes.Boolean, arrow.BinaryTypes.String, arrow.ListOf(arrow.PrimitiveTypes.Int16)}
	for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025, 4097, 20_011} {
		var cols []frame.Column
		for i, typ := range types {
			cols = append(cols, randomColumn(t, g, string(rune('a'+i)), typ, n))
		}
		f := must(frame.New(cols...))
		mask, rows := make([]bool, n), []int{}
		for i := range mask {
			if mask[i] = g.IntN(3) > 0; mask[i] {
				rows = append(rows, i)
			}
		}
		taken, filtered := must(f.Take(rows)), must(f.Filter(mask))
		if !taken.Equal(filtered) {
			t.Fatalf("%d rows: %s", n, taken.Diff(filtered))
		}
		for i, c := range f.Columns() {
			all := rowsOf(c)
			want := make([]string, len(rows))
			for k, row := range rows {
				want[k] = all[row]
			}
			checkColumn(t, taken.Columns()[i], want)
		}
	}
}

func TestFilterKeepsAll(t *testing.T) {
	f := abc()
	if got := must(f.Filter([]bool{true, true, true})); got != f {
		t.Error("a mask that keeps all rows copied them")
	}
	if got := must(f.Filter(make([]bool, 3))); got.NumRows() != 0 || got.NumCols() != 3 || len(memoryOf(got.Columns()[0]).Chunks) != 0 {
		t.Errorf("%d rows, %d columns", got.NumRows(), got.NumCols())
	}
}

// The result does not keep the buffers of all rows alive.
func TestTakeOwnsItsMemory(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		if hasDict(typ) {
			t.Skip("dictionaries are shared")
		}
		f := randomFrame(t, g, typ, 40)
		got := must(f.Take(upTo(40)))
		want := rowsOf(f.Columns()[0])
		for _, k := range memoryOf(f.Columns()[0]).Chunks {
			scribble(k)
		}
		checkColumn(t, got.Columns()[0], want)
	})
}

func TestTakeErrors(t *testing.T) {
	f := must(frame.New(must(frame.NewColumn("x", []int{1, 2, 3}))))
	for _, row := range []int{-1, 3} {
		if _, err := f.Take([]int{0, row}); !errors.Is(err, frame.ErrRange) {
			t.Errorf("Take(%d): %v", row, err)
		}
	}
	if _, err := f.Filter(make([]bool, 2)); !errors.Is(err, frame.ErrLength) {
		t.Error(err)
	}
}

// hasDict reports whether there is a dictionary anywhere in the type.
func hasDict(t arrow.DataType) bool {
	if ext, ok := t.(arrow.ExtensionType); ok {
		t = ext.StorageType()
	}
	if nested, ok := t.(arrow.NestedType); ok {
		return slices.ContainsFunc(nested.Fields(), func(f arrow.Field) bool { return hasDict(f.Type) })
	}
	return t.ID() == arrow.DICTIONARY
}
