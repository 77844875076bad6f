package frame

import "github.com/apache/arrow/go/v15/arrow"

// indexes returns the reader of a dictionary chunk's codes.
func indexes(c *chunk) func(i int) int {
	switch t := physical(c.typ).(*arrow.DictionaryType).IndexType; t.ID() {
	case arrow.INT8:
		return indexReader[int8](c)
	case arrow.INT16:
		return indexReader[int16](c)
	case arrow.INT32:
		return indexReader[int32](c)
	case arrow.UINT8:
		return indexReader[uint8](c)
	case arrow.UINT16:
		return indexReader[uint16](c)
	case arrow.UINT32:
		return indexReader[uint32](c)
	case arrow.UINT64:
		return indexReader[uint64](c)
	}
	return indexReader[int64](c)
}

func indexReader[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](c *chunk) func(i int) int {
	v := values[T](c.bufs[1])
	return func(i int) int { return int(v[c.off+i]) }
}
