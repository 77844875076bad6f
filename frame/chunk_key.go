package frame

import (
	"encoding/binary"
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
