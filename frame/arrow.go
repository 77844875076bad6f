package frame

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/internal/chunk"
)

// FromRecord returns the record as a frame.
//
//	FromRecord(arrow.Record) Frame
//
// The frame has array headers of its own, so the caller may release rec. It shares memory
// that the garbage collector frees, from memory.GoAllocator, a CheckedAllocator
// around it, or memory.NewBufferBytes. Buffers of other allocators (C, malloc, mapped
// files) are copied, unless [Borrow] says that they live long enough, and so are buffers
// that do not start at a multiple of 8 bytes.
//
// A repeated column name gets a number ("a", "a_1"); the field's metadata then holds the
// original name, under the key [OriginalName]. Arrays with the wrong number of buffers,
// or with buffers that are too short for their length, are an [ErrInvalid] that names the
// column. The contents of the buffers are not checked; [Frame.Validate] does that.
func FromRecord(rec arrow.Record, opts ...ImportOption) (*Frame, error) {
	if rec == nil {
		return nil, fmt.Errorf("frame.FromRecord: %w: the record is nil", ErrInvalid)
	}
	cols := make([]chunk.Column, rec.NumCols())
	fields := readableNames(rec.Schema().Fields())
	for i, a := range rec.Columns() {
		c, err := chunk.ImportColumn(fields[i], []arrow.Array{a}, borrows(opts))
		if err != nil {
			return nil, fmt.Errorf("frame.FromRecord: %w", err)
		}
		cols[i] = c
	}
	return imported("frame.FromRecord", rec.Schema(), cols, int(rec.NumRows()))
}

// FromRecords returns the rows of all records, in order, as one frame of the schema, and
// copies only what [FromRecord] copies. The schema may be nil if there is at least one
// record. A record whose columns have other names or types is an [ErrType] that names the
// record, the column and both types: to unify records that differ, make a frame of each
// and [Concat] them.
func FromRecords(schema *arrow.Schema, recs ...arrow.Record) (*Frame, error) {
	schema, cols, rows, err := importRecords(schema, recs, false)
	if err != nil {
		return nil, fmt.Errorf("frame.FromRecords: %w", err)
	}
	return &Frame{schema: schema, cols: cols, rows: rows}, nil
}

// importRecords returns the schema, the columns and the number of rows of a frame made of
// the records.
func importRecords(schema *arrow.Schema, recs []arrow.Record, borrow bool) (*arrow.Schema, []chunk.Column, int, error) {
	if schema == nil {
		if len(recs) == 0 {
			return nil, nil, 0, fmt.Errorf("%w: neither a schema nor a record", ErrInvalid)
		}
		if recs[0] != nil {
			schema = recs[0].Schema()
		}
	}
	rows := 0
	for i, rec := range recs {
		if rec == nil {
			return nil, nil, 0, fmt.Errorf("%w: record %d is nil", ErrInvalid, i)
		}
		if err := sameFields(schema, rec.Schema()); err != nil {
			return nil, nil, 0, fmt.Errorf("record %d: %w", i, err)
		}
		rows += int(rec.NumRows())
	}
	fields := readableNames(schema.Fields())
	cols := make([]chunk.Column, len(fields))
	arrays := make([]arrow.Array, len(recs))
	for i, f := range fields {
		for k, rec := range recs {
			arrays[k] = rec.Column(i)
		}
		c, err := chunk.ImportColumn(f, arrays, borrow)
		if err != nil {
			return nil, nil, 0, err
		}
		cols[i] = c
	}
	schema, err := importedSchema(schema, cols, rows)
	return schema, cols, rows, err
}

// FromTable returns the table as a frame, under the rules of [FromRecord]. The table's
// chunks become the frame's Arrow chunks, except empty ones.
func FromTable(t arrow.Table, opts ...ImportOption) (*Frame, error) {
	if t == nil {
		return nil, fmt.Errorf("frame.FromTable: %w: the table is nil", ErrInvalid)
	}
	fields := readableNames(t.Schema().Fields())
	cols := make([]chunk.Column, len(fields))
	for i, f := range fields {
		c, err := chunk.ImportColumn(f, t.Column(i).Data().Chunks(), borrows(opts))
		if err != nil {
			return nil, fmt.Errorf("frame.FromTable: %w", err)
		}
		cols[i] = c
	}
	return imported("frame.FromTable", t.Schema(), cols, int(t.NumRows()))
}

// ColumnOf returns the array as a column of that name, under the rules of
// [FromRecord]. The column is declared nullable if the array has a null.
func ColumnOf(name string, a arrow.Array, opts ...ImportOption) (Column, error) {
	if a == nil {
		return Column{}, fmt.Errorf("frame.ColumnOf: %w: column %q: the array is nil", ErrInvalid, name)
	}
	c, err := chunk.ImportColumn(arrow.Field{Name: name, Type: a.DataType()}, []arrow.Array{a}, borrows(opts))
	if err != nil {
		return Column{}, fmt.Errorf("frame.ColumnOf: %w", err)
	}
	c.Field.Nullable = c.NullN() > 0
	return Column{c}, nil
}

// ToRecords returns the rows as Arrow records, without copying: one record for each range
// of rows in which no column begins a new Arrow chunk, and none for a frame without rows.
// The records have references of their own, so they stay valid whatever happens to the
// frame, and the caller may Release them or not. A record belongs to one goroutine, as
// Arrow counts nulls and opens dictionaries lazily, without a lock; call ToRecords once
// for each goroutine.
func (f *Frame) ToRecords() ([]arrow.Record, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.ToRecords: %w", ErrNilFrame)
	}
	return chunk.Records(f.Schema(), f.cols, f.rows), nil
}

// ToTable returns the frame as an Arrow table with the same Arrow chunks, without
// copying. References and goroutines are as for [Frame.ToRecords].
func (f *Frame) ToTable() arrow.Table {
	f = f.orZero()
	cols := make([]arrow.Column, len(f.cols))
	for i, c := range f.cols {
		cols[i] = *arrow.NewColumn(c.Field, arrow.NewChunked(c.Field.Type, c.Arrays()))
	}
	return array.NewTable(f.Schema(), cols, int64(f.rows))
}
