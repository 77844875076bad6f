package frame

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// Column is an immutable named column: a field and Arrow chunks.
type Column struct{ col chunk.Column }

// Name returns the column's name.
func (c Column) Name() string { return c.col.Field.Name }

// Type returns the column's Arrow type.
func (c Column) Type() arrow.DataType { return c.col.Field.Type }

// Field returns name, type, nullability and metadata.
func (c Column) Field() arrow.Field { return c.col.Field }

// Len returns the number of rows.
func (c Column) Len() int { return c.col.Len }

// NullN returns the number of nulls, as [Column.IsNull] sees them. Bitmaps are
// counted once and then known.
func (c Column) NullN() int { return c.col.NullN() }

// IsNull reports whether the value of row i is null. That is so also where Arrow
// keeps the null elsewhere than in the column: in the dictionary, in the run,
// or in the child of a union that the row points to. It panics, as an index
// into a slice does, if there is no row i.
func (c Column) IsNull(i int) bool { return c.col.IsNull(i) }

// Chunks returns the column's Arrow chunks, none for a column without rows.
// Each call makes fresh array headers over the same memory: use them on one
// goroutine, write to nothing they show, and Release them or leave it.
func (c Column) Chunks() []arrow.Array { return c.col.Arrays() }

// Slice returns rows i to j, j not included, and copies nothing. Rows that are
// not there are an [ErrRange].
func (c Column) Slice(i, j int) (Column, error) {
	if i < 0 || j < i || j > c.col.Len {
		return Column{}, fmt.Errorf("frame.Column.Slice: %w: rows %d to %d of column %q, which has %d", ErrRange, i, j, c.col.Field.Name, c.col.Len)
	}
	return Column{c.col.Slice(i, j)}, nil
}

// Rename returns the column under another name.
func (c Column) Rename(name string) Column {
	c.col.Field.Name = name
	return c
}
