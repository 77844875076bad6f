package frame

import (
	"github.com/apache/arrow/go/v15/arrow"
)

// Frame is an immutable table: a schema and columns of equal length.
type Frame struct {
	schema *arrow.Schema
	cols   []Column
	rows   int
}

// NumRows returns the number of rows.
func (f *Frame) NumRows() int { return f.rows }

// NumCols returns the number of columns.
func (f *Frame) NumCols() int { return len(f.cols) }

// Schema returns the names, types and metadata of the columns.
func (f *Frame) Schema() *arrow.Schema { return f.schema }
