package chunk

import (
	"encoding/binary"
)

// AppendKey appends bytes that are the same for two rows of one type if and only if
// [EqualRows] finds them equal. No key is the beginning of another, so the keys of
// several values can be joined.
func AppendKey(key []byte, c *Chunk, i int) []byte {
	if c.IsNull(i) {
		return append(key, 0)
	}
	l, width := LayoutOf(c.Type)
	if l == LayoutDict {
		return AppendKey(key, c.Dict, Codes(c)(i))
	}
	key = append(key, 1)
	x := c.Off + i
	switch l {
	case LayoutBits:
		return append(key, byte(Word(c.Bufs[1], x, 1)))
	case LayoutFixed:
		return append(key, c.Bufs[1][x*width:(x+1)*width]...)
	case LayoutBytes32, LayoutBytes64, LayoutView:
		v := c.RowBytes(l, i)
		key = binary.AppendUvarint(key, uint64(len(v)))
		return append(key, v...)
	case LayoutList32, LayoutList64, LayoutListView32, LayoutListView64, LayoutFixedList:
		lo, hi := c.ListRange(l, width, i)
		key = binary.AppendUvarint(key, uint64(hi-lo))
		for k := lo; k < hi; k++ {
			key = AppendKey(key, c.Kids[0], k)
		}
		return key
	case LayoutStruct:
		for _, kid := range c.Kids {
			key = AppendKey(key, kid, x)
		}
		return key
	case layoutSparse, LayoutDense:
		kid, k := c.unionValue(l, i)
		return AppendKey(append(key, c.Bufs[1][x]), kid, k)
	case LayoutRuns:
		return AppendKey(key, c.Kids[1], c.RunAt(i))
	}
	return key
}
