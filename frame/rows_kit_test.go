package frame_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/internal/chunk"
)

// This file has what tests of row functions share: columns are built and read cell by
// cell, in any Arrow chunks.

var (
	matrixSizes   = sizesToTry()
	matrixChunks  = []int{0, 1, 3, 64, 100, 1000} // 0: chosen by the engine
	matrixWorkers = []int{3, 8, 1, 2, 64}[:calltest.UnlessRaced(5, 2)]
)

func sizesToTry() []int {
	if calltest.Raced {
		return []int{0, 1, 3, 8, 64, 65, 257, 1025, 12_003}
	}
	return []int{0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025, 4097, 70_001}
}

// A cut is how a call is divided: chunks of size rows, on so many workers.
type cut struct{ size, workers int }

// cutsFor returns the cuts to try with n rows. Up to 257 rows they are all pairs of a size
// and a width; beyond, each size has one width, and the engine's own chunks have all of
// them. Thousands of chunks of one row, or of rows that fail with their own errors, take long.
func cutsFor(n int, quarantine bool) []cut {
	var cuts []cut
	for k, size := range matrixChunks {
		for j, workers := range matrixWorkers {
			switch {
			case n > 257 && size > 0 && j != (k-1)%len(matrixWorkers):
			case n > 5000 && (size == 1 || (testing.Short() || calltest.Raced) && workers == 64):
			case n > 1025 && quarantine && (size > 0 || workers != 3):
			default:
				cuts = append(cuts, cut{size, workers})
			}
		}
	}
	return cuts
}

// build makes a column from cells, nil for a null, with Arrow's own builders. There are
// rows before and after it that do not belong to it, and its Arrow chunks end at the
// given rows.
func build(t testing.TB, name string, typ arrow.DataType, cells []any, ends ...int) frame.Column {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: name, Type: typ, Nullable: slices.Contains(cells, nil)}}, nil)
	var recs []arrow.Record
	for _, a := range arrowtest.Build(t, typ, cells, ends...) {
		recs = append(recs, array.NewRecord(schema, []arrow.Array{a}, int64(a.Len())))
	}
	return must(frame.FromRecords(schema, recs...)).Columns()[0]
}

// cells reads a column cell by cell, nil for a null.
func cells(c frame.Column) []any {
	out := make([]any, 0, c.Len())
	for _, a := range c.Chunks() {
		out = append(out, arrowtest.Cells(a)...)
	}
	return out
}

// checkCells compares a column of a frame with cells.
func checkCells(t testing.TB, f *frame.Frame, name string, want []any) {
	t.Helper()
	c, err := f.Column(name)
	if err != nil {
		t.Fatal(err)
	}
	if f.NumRows() != len(want) || c.Len() != len(want) {
		t.Fatalf("column %q: frame of %d rows, column of %d, want %d", name, f.NumRows(), c.Len(), len(want))
	}
	got := cells(c)
	for i := range want {
		if !arrowtest.SameCell(got[i], want[i]) {
			t.Fatalf("column %q row %d of %d: got %v, want %v", name, i, len(want), got[i], want[i])
		}
	}
}

// checkLayout compares two results byte by byte, with their Arrow chunks.
func checkLayout(t testing.TB, got, want *frame.Frame) {
	t.Helper()
	if got.NumRows() != want.NumRows() || len(got.Memory()) != len(want.Memory()) {
		t.Fatalf("%d rows × %d columns, want %d × %d", got.NumRows(), len(got.Memory()), want.NumRows(), len(want.Memory()))
	}
	if d := cmp.Diff(want.Schema().String(), got.Schema().String()); d != "" {
		t.Fatal(d)
	}
	for i, c := range got.Memory() {
		w := want.Columns()[i]
		if len(c.Chunks) != len(memoryOf(w).Chunks) {
			t.Fatalf("column %q: %d Arrow chunks, want %d", c.Field.Name, len(c.Chunks), len(memoryOf(w).Chunks))
		}
		for k, ch := range c.Chunks {
			if d := layoutDiff(ch, memoryOf(w).Chunks[k]); d != "" {
				t.Fatalf("column %q Arrow chunk %d: %s", c.Field.Name, k, d)
			}
		}
	}
}

func layoutDiff(a, b *chunk.Chunk) string {
	if a.Len != b.Len || a.Off != b.Off || len(a.Bufs) != len(b.Bufs) || len(a.Kids) != len(b.Kids) {
		return "shape differs"
	}
	for j, buf := range a.Bufs {
		if !bytes.Equal(buf, b.Bufs[j]) || (buf == nil) != (b.Bufs[j] == nil) {
			return fmt.Sprintf("bytes of buffer %d differ", j)
		}
	}
	for j, kid := range a.Kids {
		if d := layoutDiff(kid, b.Kids[j]); d != "" {
			return fmt.Sprintf("child %d: %s", j, d)
		}
	}
	return ""
}

// frameOf makes a frame of columns of equal length.
func frameOf(t testing.TB, cols ...frame.Column) *frame.Frame {
	t.Helper()
	f, err := frame.New(cols...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
