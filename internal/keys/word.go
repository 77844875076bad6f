package keys

import (
	"math"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// loadWords writes the values of rows of a chunk, from row i on, to dst as words that are
// equal if and only if the values are. Integers are extended to 64 bits, so that integers
// of different width can be compared. -0.0 becomes 0.0, and every NaN the same NaN.
func loadWords(dst []uint64, typ arrow.DataType, c *chunk.Chunk, i int) {
	x := c.Off + i
	switch typ.ID() {
	case arrow.BOOL:
		for j := range dst {
			dst[j] = chunk.Word(c.Bufs[1], x+j, 1)
		}
	case arrow.FLOAT64:
		for j, v := range chunk.Values[float64](c.Bufs[1])[x:][:len(dst)] {
			dst[j] = keyWord64(v)
		}
	case arrow.FLOAT32:
		for j, v := range chunk.Values[float32](c.Bufs[1])[x:][:len(dst)] {
			dst[j] = keyWord64(float64(v))
		}
	case arrow.FLOAT16:
		for j, v := range chunk.Values[uint16](c.Bufs[1])[x:][:len(dst)] {
			switch {
			case v == 1<<15:
				v = 0
			case v&0x7c00 == 0x7c00 && v&0x3ff != 0:
				v = 0x7e00
			}
			dst[j] = uint64(v)
		}
	case arrow.UINT8:
		extend[uint8](dst, c, x)
	case arrow.UINT16:
		extend[uint16](dst, c, x)
	case arrow.UINT32:
		extend[uint32](dst, c, x)
	default:
		switch _, width := chunk.LayoutOf(typ); width {
		case 1:
			extend[int8](dst, c, x)
		case 2:
			extend[int16](dst, c, x)
		case 4:
			extend[int32](dst, c, x)
		default:
			copy(dst, chunk.Values[uint64](c.Bufs[1])[x:])
		}
	}
}

// extend writes integers, with their sign, as words.
func extend[T int8 | int16 | int32 | uint8 | uint16 | uint32](dst []uint64, c *chunk.Chunk, x int) {
	for j, v := range chunk.Values[T](c.Bufs[1])[x:][:len(dst)] {
		dst[j] = uint64(int64(v))
	}
}

// keyWord64 returns the word of a float.
func keyWord64(v float64) uint64 {
	if v != v {
		return 0x7ff8000000000001
	}
	return math.Float64bits(v + 0) // -0.0 + 0 is 0.0
}

// FloatWord returns a word for x, which must not be NaN. Words are ordered as the floats
// are. -0.0 has the word of 0.0.
func FloatWord(x float64) uint64 {
	w := math.Float64bits(x + 0)
	return w ^ (uint64(int64(w)>>63) | 1<<63)
}

// WordFloat returns the float whose [FloatWord] is w.
func WordFloat(w uint64) float64 {
	return math.Float64frombits(w ^ (^uint64(int64(w)>>63) | 1<<63))
}
