package frame

import "github.com/apache/arrow/go/v15/arrow"

// Column is an immutable named column: a field and Arrow chunks.
type Column struct {
	field  arrow.Field
	chunks []*chunk // none of length 0, unless the column has no rows
	n      int
}

// Name returns the column's name.
func (c Column) Name() string { return c.field.Name }

// Type returns the column's Arrow type.
func (c Column) Type() arrow.DataType { return c.field.Type }

// Field returns name, type, nullability and metadata.
func (c Column) Field() arrow.Field { return c.field }

// Len returns the number of rows.
func (c Column) Len() int { return c.n }
