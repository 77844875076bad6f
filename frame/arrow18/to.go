package arrow18

import (
	"fmt"
	"slices"

	a18 "github.com/apache/arrow-go/v18/arrow"
	arr18 "github.com/apache/arrow-go/v18/arrow/array"
	a15 "github.com/apache/arrow/go/v15/arrow"
	arr15 "github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
)

// ToRecordBatches returns the rows as record batches over the same memory: one
// for each stretch of rows in which no column begins a new Arrow chunk, none
// for a frame without rows.
//
//	ToRecordBatches(Frame) []RecordBatch
//
// The batches have references of their own, and the garbage collector frees
// what they show: whether to Release them is the caller's choice. As for
// frame.ToRecords, a batch belongs to one goroutine; call once for each.
func ToRecordBatches(f *frame.Frame) ([]a18.RecordBatch, error) {
	if f == nil {
		return nil, fmt.Errorf("arrow18.ToRecordBatches: %w frame", ErrNil)
	}
	schema, err := schema18(f.Schema())
	if err != nil {
		return nil, fmt.Errorf("arrow18.ToRecordBatches: %w", err)
	}
	left := make([][]a15.ArrayData, f.NumCols()) // the chunks that are not yet used up
	for i, c := range f.Columns() {
		for _, a := range c.Chunks() {
			left[i] = append(left[i], a.Data())
		}
	}
	// Not by way of frame.ToRecords, whose records Arrow checks at some cost.
	var out []a18.RecordBatch
	for row := 0; row < f.NumRows(); {
		n := f.NumRows() - row
		for _, chunks := range left {
			n = min(n, chunks[0].Len())
		}
		arrays := make([]a18.Array, len(left))
		for i := range left {
			arrays[i] = arr18.MakeFromData(take(&left[i], n, schema.Field(i).Type))
		}
		out = append(out, arr18.NewRecordBatch(schema, arrays, int64(n)))
		row += n
	}
	return out, nil
}

// take takes the first n rows from the chunks, of which the first has that many.
func take(chunks *[]a15.ArrayData, n int, t a18.DataType) a18.ArrayData {
	first := (*chunks)[0]
	if rows := first.Len(); n < rows {
		(*chunks)[0] = arr15.NewSliceData(first, int64(n), int64(rows))
		return data18(arr15.NewSliceData(first, 0, int64(n)), t, false)
	}
	*chunks = (*chunks)[1:]
	return data18(first, t, false)
}

// ToTable returns the frame as a table with the same Arrow chunks, over the
// same memory. References and goroutines are as for [ToRecordBatches].
//
//	ToTable(Frame) Table
//
// A table holds the number of nulls of its columns, so bitmaps that nobody has
// counted so far are counted, at some 50 rows per nanosecond; the frame knows
// the count from then on. ToRecordBatches counts nothing.
func ToTable(f *frame.Frame) (a18.Table, error) {
	if f == nil {
		return nil, fmt.Errorf("arrow18.ToTable: %w frame", ErrNil)
	}
	schema, err := schema18(f.Schema())
	if err != nil {
		return nil, fmt.Errorf("arrow18.ToTable: %w", err)
	}
	cols := make([]a18.Column, f.NumCols())
	for i, c := range f.Columns() {
		field := schema.Field(i)
		chunks := counted(c)
		arrays := make([]a18.Array, len(chunks))
		for k, a := range chunks {
			arrays[k] = array18(a, field.Type)
		}
		cols[i] = *a18.NewColumn(field, a18.NewChunked(field.Type, arrays))
	}
	return arr18.NewTable(schema, cols, int64(f.NumRows())), nil
}

// counted returns the column's chunks with the null counts that Arrow's table
// is going to ask for. Where one is unknown, frame counts and remembers: the
// headers that Arrow would write it to are new ones each time.
func counted(c frame.Column) []a15.Array {
	chunks := c.Chunks()
	if slices.ContainsFunc(chunks, func(a a15.Array) bool { return a.Data().NullN() < 0 }) {
		c.NullN()
		chunks = c.Chunks()
	}
	return chunks
}
