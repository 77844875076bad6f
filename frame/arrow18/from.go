package arrow18

import (
	"fmt"

	a18 "github.com/apache/arrow-go/v18/arrow"
	a15 "github.com/apache/arrow/go/v15/arrow"
	arr15 "github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
)

// FromRecordBatch returns the record batch as a frame over the same memory.
//
//	FromRecordBatch(RecordBatch) Frame
//
// The rules are as for frame.FromRecord: the caller may defer rec.Release(), memory that the
// garbage collector does not own is copied unless frame.Borrow is given, and a repeated
// column name gets a number. A type that v15 does not have is an [ErrUnsupported] that names
// the column and the type. The call does not change rec, not even what Arrow computes
// lazily, so other goroutines may use it at the same time.
func FromRecordBatch(rec a18.RecordBatch, opts ...frame.ImportOption) (*frame.Frame, error) {
	if rec == nil {
		return nil, fmt.Errorf("arrow18.FromRecordBatch: %w record batch", ErrNil)
	}
	schema, err := schema15(rec.Schema())
	if err != nil {
		return nil, fmt.Errorf("arrow18.FromRecordBatch: %w", err)
	}
	r, err := recordOf15(rec, schema)
	if err != nil {
		return nil, fmt.Errorf("arrow18.FromRecordBatch: %w", err)
	}
	f, err := frame.FromRecord(r, opts...)
	if err != nil {
		return nil, fmt.Errorf("arrow18.FromRecordBatch: %w", err)
	}
	return f, nil
}

// FromRecordBatches returns the rows of all record batches, in order, as one frame with the
// schema, by the rules of [FromRecordBatch]. If schema is nil, the schema of the first batch
// is used. A batch whose columns have other names or types is a frame.ErrType that names the
// batch and the column.
func FromRecordBatches(schema *a18.Schema, recs ...a18.RecordBatch) (*frame.Frame, error) {
	if schema == nil {
		if len(recs) == 0 || recs[0] == nil {
			return nil, fmt.Errorf("arrow18.FromRecordBatches: %w schema, and no record batch", ErrNil)
		}
		schema = recs[0].Schema()
	}
	s, err := schema15(schema)
	if err != nil {
		return nil, fmt.Errorf("arrow18.FromRecordBatches: %w", err)
	}
	rs := make([]a15.Record, len(recs))
	for i, rec := range recs {
		if rec == nil {
			return nil, fmt.Errorf("arrow18.FromRecordBatches: %w record batch %d", ErrNil, i)
		}
		recSchema := s
		if rec.Schema() != schema {
			if recSchema, err = schema15(rec.Schema()); err != nil {
				return nil, fmt.Errorf("arrow18.FromRecordBatches: record batch %d: %w", i, err)
			}
		}
		if rs[i], err = recordOf15(rec, recSchema); err != nil {
			return nil, fmt.Errorf("arrow18.FromRecordBatches: record batch %d: %w", i, err)
		}
	}
	f, err := frame.FromRecords(s, rs...)
	if err != nil {
		return nil, fmt.Errorf("arrow18.FromRecordBatches: %w", err)
	}
	return f, nil
}

// FromTable returns the table as a frame over the same memory, by the rules of
// [FromRecordBatch]. The table's chunks are the frame's Arrow chunks, except that empty
// chunks are left out.
//
//	FromTable(Table) Frame
func FromTable(t a18.Table, opts ...frame.ImportOption) (*frame.Frame, error) {
	if t == nil {
		return nil, fmt.Errorf("arrow18.FromTable: %w table", ErrNil)
	}
	schema, err := schema15(t.Schema())
	if err != nil {
		return nil, fmt.Errorf("arrow18.FromTable: %w", err)
	}
	cols := make([]a15.Column, schema.NumFields())
	for i := range cols {
		field := schema.Field(i)
		chunks := t.Column(i).Data().Chunks()
		arrays := make([]a15.Array, len(chunks))
		for k, a := range chunks {
			if err := sameType(t.Schema().Field(i), a); err != nil {
				return nil, fmt.Errorf("arrow18.FromTable: %w", err)
			}
			arrays[k] = arrayOf15(a, field.Type)
		}
		cols[i] = *a15.NewColumn(field, a15.NewChunked(field.Type, arrays))
	}
	f, err := frame.FromTable(arr15.NewTable(schema, cols, t.NumRows()), opts...)
	if err != nil {
		return nil, fmt.Errorf("arrow18.FromTable: %w", err)
	}
	return f, nil
}

// record15 has the methods that package frame calls on a record of v15. As with [array15],
// any other method panics.
type record15 struct {
	a15.Record
	schema *a15.Schema
	arrays []a15.Array
	rows   int64
}

func (r *record15) Schema() *a15.Schema    { return r.schema }
func (r *record15) Columns() []a15.Array   { return r.arrays }
func (r *record15) Column(i int) a15.Array { return r.arrays[i] }
func (r *record15) NumCols() int64         { return int64(len(r.arrays)) }
func (r *record15) NumRows() int64         { return r.rows }

// recordOf15 returns a record of v15 over the same memory.
func recordOf15(rec a18.RecordBatch, schema *a15.Schema) (a15.Record, error) {
	arrays := make([]a15.Array, schema.NumFields())
	for i, a := range rec.Columns() {
		if err := sameType(rec.Schema().Field(i), a); err != nil {
			return nil, err
		}
		arrays[i] = arrayOf15(a, schema.Field(i).Type)
	}
	return &record15{schema: schema, arrays: arrays, rows: rec.NumRows()}, nil
}

// sameType returns an error unless a column's array has the type of its field, as which its
// buffers will be read.
func sameType(f a18.Field, a a18.Array) error {
	if t := a.DataType(); t != f.Type && !a18.TypeEqual(t, f.Type) {
		return fmt.Errorf("%w: column %q: an array of %v in a column of %v", frame.ErrType, f.Name, t, f.Type)
	}
	return nil
}
