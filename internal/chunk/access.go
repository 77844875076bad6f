package chunk

import (
	"encoding/binary"
	"sort"

	"github.com/apache/arrow/go/v15/arrow"
)

// The header of a view: int32 length, then up to 12 bytes of value, or the
// value's first 4 bytes, int32 buffer and int32 offset in the buffer.
const (
	viewSize   = 16
	viewInline = 12
)

// ViewBytes returns the value of row i of a chunk of views.
func (c *Chunk) ViewBytes(i int) []byte {
	h := c.Bufs[1][(c.Off+i)*viewSize:][:viewSize]
	n := int(int32(binary.NativeEndian.Uint32(h)))
	if n <= viewInline {
		return h[4 : 4+n]
	}
	buf := c.Bufs[2+int(int32(binary.NativeEndian.Uint32(h[8:])))]
	return buf[int32(binary.NativeEndian.Uint32(h[12:])):][:n:n]
}

// runEnds returns a function that reads the first child of a run-end encoded array:
// the row of the array's buffers at which run k ends.
func runEnds(ends *Chunk) func(k int) int {
	switch ends.Type.ID() {
	case arrow.INT16:
		v := Values[int16](ends.Bufs[1])
		return func(k int) int { return int(v[ends.Off+k]) }
	case arrow.INT32:
		v := Values[int32](ends.Bufs[1])
		return func(k int) int { return int(v[ends.Off+k]) }
	}
	v := Values[int64](ends.Bufs[1])
	return func(k int) int { return int(v[ends.Off+k]) }
}

// RunAt returns the run in which row i of the chunk lies.
func (c *Chunk) RunAt(i int) int {
	ends := runEnds(c.Kids[0])
	return sort.Search(c.Kids[0].Len, func(k int) bool { return ends(k) > c.Off+i })
}

// RowBytes returns the bytes of row i of a string or binary chunk.
func (c *Chunk) RowBytes(l Layout, i int) []byte {
	x := c.Off + i
	switch l {
	case LayoutBytes32:
		o := Values[int32](c.Bufs[1])
		return c.Bufs[2][o[x]:o[x+1]:o[x+1]]
	case LayoutBytes64:
		o := Values[int64](c.Bufs[1])
		return c.Bufs[2][o[x]:o[x+1]:o[x+1]]
	}
	return c.ViewBytes(i)
}

// ListRange returns the rows of the child that row i of a list holds.
func (c *Chunk) ListRange(l Layout, width, i int) (lo, hi int) {
	x := c.Off + i
	switch l {
	case LayoutList32:
		o := Values[int32](c.Bufs[1])
		return int(o[x]), int(o[x+1])
	case LayoutList64:
		o := Values[int64](c.Bufs[1])
		return int(o[x]), int(o[x+1])
	case LayoutListView32:
		lo = int(Values[int32](c.Bufs[1])[x])
		return lo, lo + int(Values[int32](c.Bufs[2])[x])
	case LayoutListView64:
		lo = int(Values[int64](c.Bufs[1])[x])
		return lo, lo + int(Values[int64](c.Bufs[2])[x])
	}
	return x * width, (x + 1) * width
}

// unionValue returns the child that has the value of row i of a union, and the row of
// the child.
func (c *Chunk) unionValue(l Layout, i int) (kid *Chunk, k int) {
	x := c.Off + i
	k = x
	if l == LayoutDense {
		k = int(Values[int32](c.Bufs[2])[x])
	}
	return c.Kids[Physical(c.Type).(arrow.UnionType).ChildIDs()[c.Bufs[1][x]]], k
}
