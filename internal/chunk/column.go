package chunk

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
)

// Column is a field and its Arrow chunks. Like a Chunk it is never changed once it is
// made.
type Column struct {
	Field  arrow.Field
	Chunks []*Chunk // none of length 0
	Len    int
}

// Append adds a chunk while the column is made. A chunk without rows is left out.
func (c *Column) Append(k *Chunk) {
	if k.Len > 0 {
		c.Chunks = append(c.Chunks, k)
		c.Len += k.Len
	}
}

// NullN returns the number of missing rows.
func (c Column) NullN() int {
	n := 0
	for _, k := range c.Chunks {
		n += k.missingN()
	}
	return n
}

// IsNull reports whether row i is missing. It panics if there is no row i.
func (c Column) IsNull(i int) bool {
	k, i := c.Find(i)
	return k.Missing(i)
}

// Value returns the value of row i as Go has it, nil for a null. It panics if
// there is no row i.
func (c Column) Value(i int) any {
	k, i := c.Find(i)
	return k.Value(i)
}

// Arrays returns the chunks as Arrow arrays, with headers of their own.
func (c Column) Arrays() []arrow.Array {
	arrays := make([]arrow.Array, len(c.Chunks))
	for i, k := range c.Chunks {
		arrays[i] = k.Array()
	}
	return arrays
}

// Renamed returns the column under another name.
func (c Column) Renamed(name string) Column {
	c.Field.Name = name
	return c
}

// Find returns the chunk of row i, and the row's number in it.
func (c Column) Find(i int) (*Chunk, int) {
	if i < 0 || i >= c.Len {
		panic(fmt.Sprintf("frame: row %d of column %q, which has %d rows", i, c.Field.Name, c.Len))
	}
	for _, k := range c.Chunks {
		if i < k.Len {
			return k, i
		}
		i -= k.Len
	}
	panic("frame: a column is shorter than it says")
}

// Starts returns the first row of each chunk, and the end of the last.
func (c Column) Starts() []int {
	starts := make([]int, len(c.Chunks)+1)
	for i, k := range c.Chunks {
		starts[i+1] = starts[i] + k.Len
	}
	return starts
}

// Slice returns rows i to j, j not included, and copies nothing.
func (c Column) Slice(i, j int) Column {
	s := Column{Field: c.Field, Len: j - i}
	if s.Len == 0 {
		return s
	}
	first := 0
	for i >= c.Chunks[first].Len {
		i -= c.Chunks[first].Len
		j -= c.Chunks[first].Len
		first++
	}
	end := first
	for last := j; last > 0; end++ {
		last -= c.Chunks[end].Len
		if last > 0 {
			j = last
		}
	}
	s.Chunks = append(make([]*Chunk, 0, end-first), c.Chunks[first:end]...)
	if end-first == 1 {
		s.Chunks[0] = s.Chunks[0].Slice(i, j)
		return s
	}
	s.Chunks[0] = s.Chunks[0].Slice(i, s.Chunks[0].Len)
	s.Chunks[end-first-1] = s.Chunks[end-first-1].Slice(0, j)
	return s
}
