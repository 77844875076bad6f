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
// The frame has array headers of its own, so the caller's defer rec.Release()
// harms nothing, and it shares the memory of buffers that the garbage
// collector frees (those of memory.GoAllocator, of a CheckedAllocator around
// it, and of memory.NewBufferBytes). Buffers of other allocators (C, malloc,
// mapped files) are copied, unless [Borrow] says that they live long enough;
// so are buffers that do not start at a multiple of 8 bytes.
//
// A column name that comes again gets a number ("a", "a_1"); the field's
// metadata then has the name it came with, under the key [OriginalName].
// Arrays whose buffers are too short for their length, or of the wrong number,
// are an [ErrInvalid] that names the column. What the buffers hold is not
// looked at: that is [Frame.Validate].
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

// FromRecords returns the rows of all records, in order, as one frame of the
// schema, and copies nothing that [FromRecord] would not. The schema may be
// nil where there is a record to take it from. A record whose columns have
// other names or types is an [ErrType] that names record, column and both
// types: to unify records that differ, make a frame of each and [Concat] them.
func FromRecords(schema *arrow.Schema, recs ...arrow.Record) (*Frame, error) {
	schema, cols, rows, err := importRecords(schema, recs, false)
	if err != nil {
		return nil, fmt.Errorf("frame.FromRecords: %w", err)
	}
	return &Frame{schema: schema, cols: cols, rows: rows}, nil
}

// importRecords returns the schema, the columns and the number of rows of a frame of
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

// FromTable returns the table as a frame, under the rules of [FromRecord].
// The table's chunks stay the frame's Arrow chunks, but for empty ones.
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

// ToRecords returns the rows as Arrow records, without copying: one for each
// stretch of rows in which no column begins a new Arrow chunk, none for a
// frame without rows. The records have references of their own: they stay
// valid whatever happens to the frame, and whether to Release them is the
// caller's choice. A record belongs to one goroutine (Arrow counts nulls and
// opens dictionaries lazily, without a lock); call ToRecords once for each.
func (f *Frame) ToRecords() ([]arrow.Record, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.ToRecords: %w", ErrNilFrame)
	}
	return chunk.Records(f.Schema(), f.cols, f.rows), nil
}

// ToTable returns the frame as an Arrow table with the same Arrow chunks,
// without copying. Reference counts and goroutines are as for [Frame.ToRecords].
func (f *Frame) ToTable() arrow.Table {
	f = f.orZero()
	cols := make([]arrow.Column, len(f.cols))
	for i, c := range f.cols {
		cols[i] = *arrow.NewColumn(c.Field, arrow.NewChunked(c.Field.Type, c.Arrays()))
	}
	return array.NewTable(f.Schema(), cols, int64(f.rows))
}
