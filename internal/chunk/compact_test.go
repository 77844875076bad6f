package chunk_test

import (
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// Compact columns have the same chunk borders, and start at offset 0 of buffers
// that hold nothing else.
func TestCompactAllTypes(t *testing.T) {
	g := arrowtest.Rand(3)
	var cols []chunk.Column
	for _, c := range arrowtest.Types() {
		col, err := chunk.ImportColumn(arrow.Field{Name: c.Name, Type: c.Type, Nullable: true}, g.Arrays(c.Type, 90), false)
		if err != nil {
			t.Fatal(err)
		}
		cols = append(cols, col)
	}
	got := chunk.Compact(cols, 90)
	again := chunk.Compact(got, 90)
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
			if d, ok := chunk.Physical(c.Field.Type).(*arrow.DictionaryType); ok && !d.Ordered && ch.Dict != c.Chunks[0].Dict {
				t.Errorf("%s: chunk %d has a dictionary of its own", c.Field.Type, k)
			}
			if !exact(ch) {
				t.Errorf("%s: chunk %d has more in its buffers", c.Field.Type, k)
			}
			if knowsExact(c.Field.Type) && again[i].Chunks[k] != ch {
				t.Errorf("%s: chunk %d was copied although it was compact", c.Field.Type, k)
			}
		}
	}
}

func TestCompactOfNothing(t *testing.T) {
	if got := chunk.Compact(nil, 3); len(got) != 0 {
		t.Errorf("no columns became %d", len(got))
	}
	empty := chunk.Column{Field: arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int64}}
	if got := chunk.Compact([]chunk.Column{empty}, 0); len(got) != 1 || got[0].Len != 0 || len(got[0].Chunks) != 0 {
		t.Errorf("a column without rows became %v", got)
	}
}

// Text is copied where its offsets do not begin at 0, or end before its bytes do.
func TestCompactCutsText(t *testing.T) {
	for name, offs := range map[string][]int32{"from byte 2": {2, 3, 5}, "to byte 3": {0, 1, 3}, "from 1 to 4": {1, 4, 4}} {
		k := chunk.New(arrow.BinaryTypes.String, 2, nil, chunk.Bytes(offs), []byte("abcde"))
		want := arrowtest.Rows(k.Array())
		col := chunk.Column{Field: arrow.Field{Name: "x", Type: k.Type}, Chunks: []*chunk.Chunk{k}, Len: 2}
		got := chunk.Compact([]chunk.Column{col}, 2)[0].Chunks[0]
		if rows := arrowtest.Rows(got.Array()); !slices.Equal(rows, want) {
			t.Errorf("%s: %q became %q", name, want, rows)
		}
		if first, size := chunk.Values[int32](got.Bufs[1])[0], int(offs[2]-offs[0]); first != 0 || len(got.Bufs[2]) != size {
			t.Errorf("%s: the copy has %d bytes from %d on, expected %d from 0 on", name, len(got.Bufs[2]), first, size)
		}
	}
}

// exact reports whether the rows need every byte of the buffers and every row of the
// children, all the way down.
func exact(c *chunk.Chunk) bool {
	for i, b := range c.Bufs {
		if len(b) == 0 || c.Len == 0 && len(b) <= 8 { // no rows have one offset, which need not be there
			continue
		}
		c.Bufs[i] = b[:len(b)-1]
		err := chunk.Validate(c)
		if c.Bufs[i] = b; err == nil {
			return false
		}
	}
	for _, k := range c.Kids {
		k.Len--
		err := chunk.Validate(c)
		if k.Len++; !exact(k) || err == nil && k.Len > 0 {
			return false
		}
	}
	return c.Dict == nil || exact(c.Dict)
}

// knowsExact reports whether Compact can tell for the type that there is nothing to copy.
func knowsExact(t arrow.DataType) bool {
	switch l, _ := chunk.LayoutOf(t); l {
	case chunk.LayoutListView32, chunk.LayoutListView64, chunk.LayoutDense, chunk.LayoutRuns, chunk.LayoutDict:
		return false
	}
	return !slices.ContainsFunc(chunk.ChildTypes(t), func(k arrow.DataType) bool { return !knowsExact(k) })
}
