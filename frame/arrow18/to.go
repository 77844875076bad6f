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

// ToRecordBatches returns the rows as record batches over the same memory: one batch for
// each longest range of rows that lies in one Arrow chunk of every column. A frame without
// rows has none.
//
//	ToRecordBatches(Frame) []RecordBatch
//
// The batches have references of their own, and the garbage collector frees their memory,
// so the caller need not Release them. As for frame.ToRecords, a batch belongs to one
// goroutine: make a call for each goroutine.
func ToRecordBatches(f *frame.Frame) ([]a18.RecordBatch, error) {
	if f == nil {
		return nil, fmt.Errorf("arrow18.ToRecordBatches: %w frame", ErrNil)
	}
	schema, err := schema18(f.Schema())
	if err != nil {
		return nil, fmt.Errorf("arrow18.ToRecordBatches: %w", err)
	}
	left := make([][]a15.ArrayData, f.NumCols()) // the rows that are in no batch yet
	for i, c := range f.Columns() {
		for _, a := range c.Chunks() {
			left[i] = append(left[i], a.Data())
		}
	}
	// This does not use frame.ToRecords, since Arrow checks its records at some cost.
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

// take removes the first n rows from the chunks and returns them. The first chunk must have
// n rows or more.
func take(chunks *[]a15.ArrayData, n int, t a18.DataType) a18.ArrayData {
	first := (*chunks)[0]
	if rows := first.Len(); n < rows {
		(*chunks)[0] = arr15.NewSliceData(first, int64(n), int64(rows))
		return data18(arr15.NewSliceData(first, 0, int64(n)), t, false)
	}
	*chunks = (*chunks)[1:]
	return data18(first, t, false)
}

// ToTable returns the frame as a table with the same Arrow chunks, over the same memory.
// References and goroutines are as for [ToRecordBatches].
//
//	ToTable(Frame) Table
//
// A table has the null counts of its columns, so bitmaps that have not been counted before
// are counted, at about 50 rows per nanosecond. The frame remembers the counts.
// ToRecordBatches counts nothing.
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

// counted returns the column's chunks with known null counts, which Arrow's table asks for.
// If a count is not known, the frame counts and remembers it. Arrow would write it to the
// headers, which are new in each call.
func counted(c frame.Column) []a15.Array {
	chunks := c.Chunks()
	if slices.ContainsFunc(chunks, func(a a15.Array) bool { return a.Data().NullN() < 0 }) {
		c.NullN()
		chunks = c.Chunks()
	}
	return chunks
}
