package frame

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
)

// Column is an immutable named column: a field and Arrow chunks.
type Column struct {
	field  arrow.Field
	chunks []*chunk // none of length 0
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

// NullN returns the number of nulls, as [Column.IsNull] sees them. Bitmaps are
// counted once and then known.
func (c Column) NullN() int {
	n := 0
	for _, k := range c.chunks {
		n += k.missingN()
	}
	return n
}

// IsNull says whether the value of row i is null. That is so also where Arrow
// keeps the null elsewhere than in the column: in the dictionary, in the run,
// or in the child of a union that the row points to. It panics, as an index
// into a slice does, if there is no row i.
func (c Column) IsNull(i int) bool {
	k, i := c.find(i)
	return k.missing(i)
}

// Chunks returns the column's Arrow chunks, none for a column without rows.
// Each call makes fresh array headers over the same memory: use them on one
// goroutine, write to nothing they show, and Release them or leave it.
func (c Column) Chunks() []arrow.Array {
	arrays := make([]arrow.Array, len(c.chunks))
	for i, k := range c.chunks {
		arrays[i] = k.array()
	}
	return arrays
}

// Slice returns rows i to j, j not included, and copies nothing. Rows that are
// not there are an [ErrRange].
func (c Column) Slice(i, j int) (Column, error) {
	if i < 0 || j < i || j > c.n {
		return Column{}, fmt.Errorf("frame.Column.Slice: %w: rows %d to %d of column %q, which has %d", ErrRange, i, j, c.field.Name, c.n)
	}
	return c.slice(i, j), nil
}

// Rename returns the column under another name.
func (c Column) Rename(name string) Column {
	c.field.Name = name
	return c
}

// find returns the chunk of row i, and the row's number in it.
func (c Column) find(i int) (*chunk, int) {
	if i < 0 || i >= c.n {
		panic(fmt.Sprintf("frame: row %d of column %q, which has %d rows", i, c.field.Name, c.n))
	}
	for _, k := range c.chunks {
		if i < k.n {
			return k, i
		}
		i -= k.n
	}
	panic("frame: a column is shorter than it says")
}

func (c Column) slice(i, j int) Column {
	s := Column{field: c.field, n: j - i}
	if s.n == 0 {
		return s
	}
	first := 0
	for i >= c.chunks[first].n {
		i -= c.chunks[first].n
		j -= c.chunks[first].n
		first++
	}
	end := first
	for last := j; last > 0; end++ {
		last -= c.chunks[end].n
		if last > 0 {
			j = last
		}
	}
	s.chunks = append(make([]*chunk, 0, end-first), c.chunks[first:end]...)
	if end-first == 1 {
		s.chunks[0] = s.chunks[0].slice(i, j)
		return s
	}
	s.chunks[0] = s.chunks[0].slice(i, s.chunks[0].n)
	s.chunks[end-first-1] = s.chunks[end-first-1].slice(0, j)
	return s
}
