package chunk

import (
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
)

// Compact columns have the same chunk borders, and start at offset 0 of buffers
// that hold nothing else.
func TestCompactAllTypes(t *testing.T) {
	g := arrowtest.Rand(3)
	var cols []Column
	for _, c := range arrowtest.Types() {
		col, err := ImportColumn(arrow.Field{Name: c.Name, Type: c.Type, Nullable: true}, g.Arrays(c.Type, 90), false)
		if err != nil {
			t.Fatal(err)
		}
		cols = append(cols, col)
	}
	got := Compact(cols, 90)
	again := Compact(got, 90)
	for i, c := range got {
		if !slices.Equal(arrowtest.Rows(c.Arrays()...), arrowtest.Rows(cols[i].Arrays()...)) {
			t.Errorf("%s: other rows", c.Field.Type)
		}
		if len(c.Chunks) != len(got[0].Chunks) {
			t.Fatalf("%s: %d chunks, the first column has %d", c.Field.Type, len(c.Chunks), len(got[0].Chunks))
		}
		for k, ch := range c.Chunks {
			if ch.Off != 0 || ch.Len != got[0].Chunks[k].Len {
				t.Fatalf("%s: chunk %d has %d rows from row %d", c.Field.Type, k, ch.Len, ch.Off)
			}
			if d, ok := Physical(c.Field.Type).(*arrow.DictionaryType); ok && !d.Ordered && ch.Dict != c.Chunks[0].Dict {
				t.Errorf("%s: chunk %d has a dictionary of its own", c.Field.Type, k)
			}
			if knowsExact(c.Field.Type) && !isExact(ch) {
				t.Errorf("%s: chunk %d has more in its buffers", c.Field.Type, k)
			}
		}
		if knowsExact(c.Field.Type) && again[i].Chunks[0] != c.Chunks[0] {
			t.Errorf("%s: copied although it was compact", c.Field.Type)
		}
	}
}

func TestCompactOfNothing(t *testing.T) {
	if got := Compact(nil, 3); len(got) != 0 {
		t.Errorf("no columns became %d", len(got))
	}
	empty := Column{Field: arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int64}}
	if got := Compact([]Column{empty}, 0); len(got) != 1 || got[0].Len != 0 || len(got[0].Chunks) != 0 {
		t.Errorf("a column without rows became %v", got)
	}
}

// Text is copied where its offsets do not begin at 0, or end before its bytes do.
func TestCompactCutsText(t *testing.T) {
	for name, offs := range map[string][]int32{"from byte 2": {2, 3, 5}, "to byte 3": {0, 1, 3}, "from 1 to 4": {1, 4, 4}} {
		k := New(arrow.BinaryTypes.String, 2, nil, Bytes(offs), []byte("abcde"))
		want := arrowtest.Rows(k.Array())
		col := Column{Field: arrow.Field{Name: "x", Type: k.Type}, Chunks: []*Chunk{k}, Len: 2}
		got := Compact([]Column{col}, 2)[0].Chunks[0]
		if rows := arrowtest.Rows(got.Array()); !slices.Equal(rows, want) {
			t.Errorf("%s: %q became %q", name, want, rows)
		}
		if first, size := Values[int32](got.Bufs[1])[0], int(offs[2]-offs[0]); first != 0 || len(got.Bufs[2]) != size {
			t.Errorf("%s: the copy has %d bytes from %d on, expected %d from 0 on", name, len(got.Bufs[2]), first, size)
		}
	}
}

// knowsExact reports whether isExact can tell that there is nothing to copy.
func knowsExact(t arrow.DataType) bool {
	switch l, _ := LayoutOf(t); l {
	case LayoutListView32, LayoutListView64, LayoutDense, LayoutRuns, LayoutDict:
		return false
	}
	return !slices.ContainsFunc(ChildTypes(t), func(k arrow.DataType) bool { return !knowsExact(k) })
}
