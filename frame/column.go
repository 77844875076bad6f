package frame

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// Column is an immutable named column: a field and Arrow chunks.
//
// Its statistics leave out nulls and NaNs, as pandas does. They are the same, to the last
// bit, as in [Groups.Agg] for a single group and in a window of all rows, for any number
// of workers and Arrow chunks. Only some sums and means of windows differ: see
// [Windows.Sum]. A type that does not have the statistic is an [ErrType].
type Column struct{ col chunk.Column }

// Name returns the column's name.
func (c Column) Name() string { return c.col.Field.Name }

// Type returns the column's Arrow type.
func (c Column) Type() arrow.DataType { return c.col.Field.Type }

// Field returns the column's name, type, nullability and metadata.
func (c Column) Field() arrow.Field { return c.col.Field }

// Len returns the number of rows.
func (c Column) Len() int { return c.col.Len }

// NullN returns the number of nulls, as [Column.IsNull] reports them. It counts a bitmap
// only once.
func (c Column) NullN() int { return c.col.NullN() }

// IsNull reports whether the value of row i is null, even if Arrow keeps the null outside
// the column's bitmap: in the dictionary, in the run, or in the union's child. It panics
// if i is out of range, as indexing a slice does.
func (c Column) IsNull(i int) bool { return c.col.IsNull(i) }

// Chunks returns the column's Arrow chunks, none for a column without rows. Each call
// makes new array headers over the same memory: use them on one goroutine, and do not
// write to their memory. They need not be released.
func (c Column) Chunks() []arrow.Array { return c.col.Arrays() }

// Slice returns rows i to j, excluding j, without copying. Rows out of range are an
// [ErrRange].
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
