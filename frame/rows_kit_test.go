package frame

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/internal/chunk"
)

// What the tests of row functions share: columns built cell by cell, read
// back cell by cell, and cut into Arrow chunks at will.

var (
	matrixSizes   = sizesToTry()
	matrixChunks  = []int{0, 1, 3, 64, 100, 1000} // 0: as the engine sees fit
	matrixWorkers = []int{3, 8, 1, 2, 64}[:calltest.UnlessRaced(5, 2)]
)

func sizesToTry() []int {
	if calltest.Raced {
		return []int{0, 1, 3, 8, 64, 65, 257, 1025, 12_003}
	}
	return []int{0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025, 4097, 100_003}
}

// build makes a column of the type from cells, nil for a null, as Arrow's own
// builders do, with rows before and after that do not belong to it, in Arrow
// chunks that end at the given rows.
func build(t testing.TB, name string, typ arrow.DataType, cells []any, ends ...int) Column {
	t.Helper()
	col := Column{chunk.Column{Field: arrow.Field{Name: name, Type: typ}, Len: len(cells)}}
	lo := 0
	for k, hi := range append(ends, len(cells)) {
		if lo == hi && !(k == len(ends) && len(col.col.Chunks) == 0) {
			continue
		}
		slack := (k*5 + 3) % 11
		b := array.NewBuilder(memory.DefaultAllocator, typ)
		for range slack {
			b.AppendEmptyValue()
		}
		for _, c := range cells[lo:hi] {
			appendCell(t, b, c)
			col.col.Field.Nullable = col.col.Field.Nullable || c == nil
		}
		b.AppendEmptyValue()
		a := b.NewArray()
		c, err := ColumnOf(name, array.NewSlice(a, int64(slack), int64(slack+hi-lo)))
		if err != nil {
			t.Fatal(err)
		}
		col.col.Chunks = append(col.col.Chunks, c.col.Chunks...)
		lo = hi
	}
	return col
}

// chunkEnds are borders of Arrow chunks that differ from column to column.
func chunkEnds(n, seed int) (ends []int) {
	r := rand.New(rand.NewPCG(uint64(n), uint64(seed)))
	for range r.IntN(5) {
		ends = append(ends, r.IntN(n+1))
	}
	ends = append(ends, min(n, 64*seed))
	for i := range ends {
		for j := i; j > 0 && ends[j-1] > ends[j]; j-- {
			ends[j-1], ends[j] = ends[j], ends[j-1]
		}
	}
	return ends
}

func appendCell(t testing.TB, b array.Builder, c any) {
	if c == nil {
		b.AppendNull()
		return
	}
	switch b := b.(type) {
	case *array.BooleanBuilder:
		b.Append(c.(bool))
	case *array.Int8Builder:
		b.Append(c.(int8))
	case *array.Int16Builder:
		b.Append(c.(int16))
	case *array.Int32Builder:
		b.Append(c.(int32))
	case *array.Int64Builder:
		b.Append(c.(int64))
	case *array.Uint8Builder:
		b.Append(c.(uint8))
	case *array.Uint16Builder:
		b.Append(c.(uint16))
	case *array.Uint32Builder:
		b.Append(c.(uint32))
	case *array.Uint64Builder:
		b.Append(c.(uint64))
	case *array.Float32Builder:
		b.Append(c.(float32))
	case *array.Float64Builder:
		b.Append(c.(float64))
	case *array.StringBuilder:
		b.Append(c.(string))
	case *array.LargeStringBuilder:
		b.Append(c.(string))
	case *array.StringViewBuilder:
		b.Append(c.(string))
	case *array.BinaryBuilder:
		b.Append(c.([]byte))
	case *array.BinaryViewBuilder:
		b.Append(c.([]byte))
	case *array.BinaryDictionaryBuilder:
		if err := b.AppendString(c.(string)); err != nil {
			t.Fatal(err)
		}
	case *array.NullBuilder:
		t.Fatalf("cell %v in a column of nulls", c)
	default:
		if err := b.AppendValueFromString(c.(string)); err != nil {
			t.Fatal(err)
		}
	}
}

// cells reads a column cell by cell, nil for a null.
func cells(c Column) []any {
	out := make([]any, 0, c.col.Len)
	for _, ch := range c.col.Chunks {
		a := ch.Array()
		for i := range a.Len() {
			out = append(out, cellAt(a, i))
		}
	}
	return out
}

func cellAt(a arrow.Array, i int) any {
	if a.IsNull(i) {
		return nil
	}
	switch a := a.(type) {
	case *array.Boolean:
		return a.Value(i)
	case *array.Int8:
		return a.Value(i)
	case *array.Int16:
		return a.Value(i)
	case *array.Int32:
		return a.Value(i)
	case *array.Int64:
		return a.Value(i)
	case *array.Uint8:
		return a.Value(i)
	case *array.Uint16:
		return a.Value(i)
	case *array.Uint32:
		return a.Value(i)
	case *array.Uint64:
		return a.Value(i)
	case *array.Float32:
		return a.Value(i)
	case *array.Float64:
		return a.Value(i)
	case *array.String:
		return a.Value(i)
	case *array.Binary:
		return string(a.Value(i))
	case *array.Timestamp:
		return time.Unix(0, int64(a.Value(i))).UTC()
	case *array.Duration:
		return time.Duration(a.Value(i))
	}
	panic(fmt.Sprintf("cellAt: %v", a.DataType()))
}

// checkCells compares a column of a frame with cells.
func checkCells(t testing.TB, f *Frame, name string, want []any) {
	t.Helper()
	c, err := f.Column(name)
	if err != nil {
		t.Fatal(err)
	}
	if f.NumRows() != len(want) || c.col.Len != len(want) {
		t.Fatalf("column %q: frame of %d rows, column of %d, want %d", name, f.NumRows(), c.col.Len, len(want))
	}
	got := cells(c)
	for i := range want {
		if !sameCell(got[i], want[i]) {
			t.Fatalf("column %q row %d of %d: got %v, want %v", name, i, len(want), got[i], want[i])
		}
	}
}

func sameCell(a, b any) bool {
	switch x := a.(type) {
	case float64:
		y, ok := b.(float64)
		return ok && math.Float64bits(x) == math.Float64bits(y)
	case float32:
		y, ok := b.(float32)
		return ok && math.Float32bits(x) == math.Float32bits(y)
	}
	return a == b
}

// checkLayout holds two results to be the same to the byte, Arrow chunks and
// all.
func checkLayout(t testing.TB, got, want *Frame) {
	t.Helper()
	if got.rows != want.rows || len(got.cols) != len(want.cols) {
		t.Fatalf("%d rows × %d columns, want %d × %d", got.rows, len(got.cols), want.rows, len(want.cols))
	}
	if d := cmp.Diff(want.schema.String(), got.schema.String()); d != "" {
		t.Fatal(d)
	}
	for i, c := range got.cols {
		w := want.Columns()[i]
		if len(c.Chunks) != len(w.col.Chunks) {
			t.Fatalf("column %q: %d Arrow chunks, want %d", c.Field.Name, len(c.Chunks), len(w.col.Chunks))
		}
		for k, ch := range c.Chunks {
			if d := layoutDiff(ch, w.col.Chunks[k]); d != "" {
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
func frameOf(t testing.TB, cols ...Column) *Frame {
	t.Helper()
	f, err := New(cols...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// each cell of n made by a function.
func made(n int, cell func(i int) any) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = cell(i)
	}
	return out
}

// every is a cell with a null at every k-th row.
func every(k int, cell func(i int) any) func(i int) any {
	return func(i int) any {
		if i%k == 0 {
			return nil
		}
		return cell(i)
	}
}
