package frame

import (
	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// Frame is an immutable table: a schema and columns of equal length. Any number of
// goroutines may use a frame at once. The zero Frame has neither columns nor rows. A nil
// Frame is treated the same by methods that cannot fail; other methods, and functions
// that take a frame, return [ErrNilFrame].
type Frame struct {
	schema *arrow.Schema
	cols   []chunk.Column
	rows   int
}

// NumRows returns the number of rows.
func (f *Frame) NumRows() int { return f.orZero().rows }

// NumCols returns the number of columns.
func (f *Frame) NumCols() int { return len(f.orZero().cols) }

// Schema returns the names, types and metadata of the columns.
func (f *Frame) Schema() *arrow.Schema {
	if f == nil || f.schema == nil {
		return noColumns
	}
	return f.schema
}

var noColumns = arrow.NewSchema(nil, nil)

// Names returns the names of the columns, in order.
func (f *Frame) Names() []string { return namesIn(f.orZero().cols) }

// Columns returns the columns, in order. The caller owns the slice.
func (f *Frame) Columns() []Column {
	cols := make([]Column, f.NumCols())
	for i, c := range f.orZero().cols {
		cols[i] = Column{c}
	}
	return cols
}

// orZero returns f, or the zero Frame for nil.
func (f *Frame) orZero() *Frame {
	if f == nil {
		return &Frame{}
	}
	return f
}

// newFrame makes a frame of columns, which must have that many rows and different names.
func newFrame(cols []chunk.Column, rows int) *Frame {
	return &Frame{schema: schemaOf(cols, arrow.Metadata{}), cols: cols, rows: rows}
}

// schemaOf returns the schema of the columns with the metadata.
func schemaOf(cols []chunk.Column, md arrow.Metadata) *arrow.Schema {
	fields := make([]arrow.Field, len(cols))
	for i, c := range cols {
		fields[i] = c.Field
	}
	if md.Len() == 0 {
		return arrow.NewSchema(fields, nil)
	}
	return arrow.NewSchema(fields, &md)
}

// withMetadata returns the frame with that metadata in its schema.
func (f *Frame) withMetadata(md arrow.Metadata) *Frame {
	if md.Len() == 0 {
		return f
	}
	return &Frame{schema: arrow.NewSchema(f.Schema().Fields(), &md), cols: f.cols, rows: f.rows}
}
