package frame

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

var alloc = memory.NewGoAllocator()

// All columns are cut alike, at offset 0 of buffers that hold nothing else.
func TestCompactAllTypes(t *testing.T) {
	g := arrowtest.Rand(3)
	var cols []Column
	for _, c := range arrowtest.Types() {
		cols = append(cols, randomColumn(t, g, c.Name, c.Type, 90))
	}
	f := must(New(cols...))
	got := compacted(f)
	if !got.Equal(f) {
		t.Fatal(f.Diff(got))
	}
	recs := must(got.ToRecords())
	if len(recs) != len(got.Columns()[0].col.Chunks) {
		t.Fatalf("%d records of columns of %d chunks", len(recs), len(got.Columns()[0].col.Chunks))
	}
	for i, c := range got.cols {
		for k, ch := range c.Chunks {
			if ch.Off != 0 || ch.Len != int(recs[k].NumRows()) {
				t.Fatalf("%s: chunk %d has %d rows from row %d", c.Field.Type, k, ch.Len, ch.Off)
			}
			if d, ok := chunk.Physical(c.Field.Type).(*arrow.DictionaryType); ok && !d.Ordered && ch.Dict != c.Chunks[0].Dict {
				t.Errorf("%s: chunk %d has a dictionary of its own", c.Field.Type, k)
			}
			if knowsExact(c.Field.Type) && !chunk.IsExact(ch) {
				t.Errorf("%s: chunk %d has more in its buffers", c.Field.Type, k)
			}
		}
		again := compacted(got)
		if knowsExact(c.Field.Type) && again.cols[i].Chunks[0] != c.Chunks[0] {
			t.Errorf("%s: copied although it was compact", c.Field.Type)
		}
	}
}

func TestCompactOfNothing(t *testing.T) {
	for _, f := range []*Frame{must(New()), must(New()).withRows(3), must(New(must(NewColumn("x", []int{}))))} {
		if g := compacted(f); !g.Equal(f) || g.NumRows() != f.NumRows() {
			t.Errorf("%d rows, %v", g.NumRows(), g.Names())
		}
	}
}

// knowsExact says whether Compact can know that there is nothing to do.
func knowsExact(t arrow.DataType) bool {
	switch l, _ := chunk.LayoutOf(t); l {
	case chunk.LayoutListView32, chunk.LayoutListView64, chunk.LayoutDense, chunk.LayoutRuns, chunk.LayoutDict:
		return false
	}
	for _, k := range chunk.ChildTypes(t) {
		if !knowsExact(k) {
			return false
		}
	}
	return true
}

// compacted is the frame of compact columns.
func compacted(f *Frame) *Frame {
	return &Frame{schema: f.Schema(), cols: chunk.Compact(f.cols, f.rows), rows: f.rows}
}
