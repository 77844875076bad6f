package frame

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/arrowtest"
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
	if len(recs) != len(got.Columns()[0].col.chunks) {
		t.Fatalf("%d records of columns of %d chunks", len(recs), len(got.Columns()[0].col.chunks))
	}
	for i, c := range got.cols {
		for k, ch := range c.chunks {
			if ch.off != 0 || ch.n != int(recs[k].NumRows()) {
				t.Fatalf("%s: chunk %d has %d rows from row %d", c.field.Type, k, ch.n, ch.off)
			}
			if d, ok := physical(c.field.Type).(*arrow.DictionaryType); ok && !d.Ordered && ch.dict != c.chunks[0].dict {
				t.Errorf("%s: chunk %d has a dictionary of its own", c.field.Type, k)
			}
			if knowsExact(c.field.Type) && !isExact(ch) {
				t.Errorf("%s: chunk %d has more in its buffers", c.field.Type, k)
			}
		}
		again := compacted(got)
		if knowsExact(c.field.Type) && again.cols[i].chunks[0] != c.chunks[0] {
			t.Errorf("%s: copied although it was compact", c.field.Type)
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
	switch l, _ := layoutOf(t); l {
	case layoutListView32, layoutListView64, layoutDense, layoutRuns, layoutDict:
		return false
	}
	for _, k := range childTypes(t) {
		if !knowsExact(k) {
			return false
		}
	}
	return true
}

// compacted is the frame of compact columns.
func compacted(f *Frame) *Frame {
	return &Frame{schema: f.Schema(), cols: compactColumns(f.cols, f.rows), rows: f.rows}
}
