package frame

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

// viewBytes returns the value of row i of a chunk of views.
func (c *chunk) viewBytes(i int) []byte {
	h := c.bufs[1][(c.off+i)*viewSize:][:viewSize]
	n := int(int32(binary.NativeEndian.Uint32(h)))
	if n <= viewInline {
		return h[4 : 4+n]
	}
	buf := c.bufs[2+int(int32(binary.NativeEndian.Uint32(h[8:])))]
	return buf[int32(binary.NativeEndian.Uint32(h[12:])):][:n:n]
}

// runEnds returns the reader of a run-end encoded array's first child: ends(k)
// is the row of the array's buffers at which run k ends.
func runEnds(ends *chunk) func(k int) int {
	switch ends.typ.ID() {
	case arrow.INT16:
		v := values[int16](ends.bufs[1])
		return func(k int) int { return int(v[ends.off+k]) }
	case arrow.INT32:
		v := values[int32](ends.bufs[1])
		return func(k int) int { return int(v[ends.off+k]) }
	}
	v := values[int64](ends.bufs[1])
	return func(k int) int { return int(v[ends.off+k]) }
}

// runAt returns the run in which row i of the chunk lies.
func (c *chunk) runAt(i int) int {
	ends := runEnds(c.kids[0])
	return sort.Search(c.kids[0].n, func(k int) bool { return ends(k) > c.off+i })
}

// rowBytes returns the bytes of row i of a string or binary chunk.
func (c *chunk) rowBytes(l layout, i int) []byte {
	x := c.off + i
	switch l {
	case layoutBytes32:
		o := values[int32](c.bufs[1])
		return c.bufs[2][o[x]:o[x+1]:o[x+1]]
	case layoutBytes64:
		o := values[int64](c.bufs[1])
		return c.bufs[2][o[x]:o[x+1]:o[x+1]]
	}
	return c.viewBytes(i)
}

// listRange returns which rows of the child row i of a list holds.
func (c *chunk) listRange(l layout, width, i int) (lo, hi int) {
	x := c.off + i
	switch l {
	case layoutList32:
		o := values[int32](c.bufs[1])
		return int(o[x]), int(o[x+1])
	case layoutList64:
		o := values[int64](c.bufs[1])
		return int(o[x]), int(o[x+1])
	case layoutListView32:
		lo = int(values[int32](c.bufs[1])[x])
		return lo, lo + int(values[int32](c.bufs[2])[x])
	case layoutListView64:
		lo = int(values[int64](c.bufs[1])[x])
		return lo, lo + int(values[int64](c.bufs[2])[x])
	}
	return x * width, (x + 1) * width
}

// unionValue returns the child that row i of a union takes its value from, and
// the row there.
func (c *chunk) unionValue(l layout, i int) (kid *chunk, k int) {
	x := c.off + i
	k = x
	if l == layoutDense {
		k = int(values[int32](c.bufs[2])[x])
	}
	return c.kids[physical(c.typ).(arrow.UnionType).ChildIDs()[c.bufs[1][x]]], k
}
