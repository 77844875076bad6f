package frame

import (
	"encoding/binary"

	"github.com/apache/arrow/go/v15/arrow"
)

// appendKey appends bytes that are the same for rows of one type if and only
// if [Frame.Equal] takes their values as equal. They say where they end, so
// the keys of several values can be joined.
func appendKey(key []byte, c *chunk, i int) []byte {
	if c.isNull(i) {
		return append(key, 0)
	}
	l, width := layoutOf(c.typ)
	if l == layoutDict {
		return appendKey(key, c.dict, indexes(c)(i))
	}
	key = append(key, 1)
	x := c.off + i
	switch l {
	case layoutBits:
		return append(key, byte(word64(c.bufs[1], x, 1)))
	case layoutFixed:
		return append(key, c.bufs[1][x*width:(x+1)*width]...)
	case layoutBytes32, layoutBytes64, layoutView:
		v := c.rowBytes(l, i)
		key = binary.AppendUvarint(key, uint64(len(v)))
		return append(key, v...)
	case layoutList32, layoutList64, layoutListView32, layoutListView64, layoutFixedList:
		lo, hi := c.listRange(l, width, i)
		key = binary.AppendUvarint(key, uint64(hi-lo))
		for k := lo; k < hi; k++ {
			key = appendKey(key, c.kids[0], k)
		}
		return key
	case layoutStruct:
		for _, kid := range c.kids {
			key = appendKey(key, kid, x)
		}
		return key
	case layoutSparse, layoutDense:
		kid, k := c.unionValue(l, i)
		return appendKey(append(key, c.bufs[1][x]), kid, k)
	case layoutRuns:
		return appendKey(key, c.kids[1], c.runAt(i))
	}
	return key
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
