package frame

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
)

// column is a field and its Arrow chunks. Like a chunk it is never changed
// once it is made.
type column struct {
	field  arrow.Field
	chunks []*chunk // none of length 0
	n      int
}

// NullN returns the number of missing rows.
func (c column) NullN() int {
	n := 0
	for _, k := range c.chunks {
		n += k.missingN()
	}
	return n
}

// IsNull reports whether row i is missing. It panics if there is no row i.
func (c column) IsNull(i int) bool {
	k, i := c.find(i)
	return k.missing(i)
}

// Value returns the value of row i as Go has it, nil for a null. It panics if
// there is no row i.
func (c column) Value(i int) any {
	k, i := c.find(i)
	return k.value(i)
}

// arrays returns the chunks as Arrow arrays, with headers of their own.
func (c column) arrays() []arrow.Array {
	arrays := make([]arrow.Array, len(c.chunks))
	for i, k := range c.chunks {
		arrays[i] = k.array()
	}
	return arrays
}

// rename returns the column under another name.
func (c column) rename(name string) column {
	c.field.Name = name
	return c
}

// find returns the chunk of row i, and the row's number in it.
func (c column) find(i int) (*chunk, int) {
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

// starts returns the first row of each chunk, and the end of the last.
func (c column) starts() []int {
	starts := make([]int, len(c.chunks)+1)
	for i, k := range c.chunks {
		starts[i+1] = starts[i] + k.n
	}
	return starts
}

// slice returns rows i to j, j not included, and copies nothing.
func (c column) slice(i, j int) column {
	s := column{field: c.field, n: j - i}
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
