package frame

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/float16"
)

// numberReaders returns how the rows of a chunk of numbers are read: as floats
// without those that are missing, and as the sum of integers.
func numberReaders(c *chunk) (floats func(dst []float64, lo, hi int) []float64, sum func(lo, hi int) (int, int128), signed bool) {
	switch physical(c.typ).ID() {
	case arrow.FLOAT64:
		return floatsFrom[float64](c), nil, true
	case arrow.FLOAT32:
		return floatsFrom[float32](c), nil, true
	case arrow.FLOAT16:
		v := make([]float32, c.n)
		if c.n > 0 {
			for i, x := range values[float16.Num](c.bufs[1])[c.off:][:c.n] {
				v[i] = x.Float32()
			}
		}
		return floatsIn(c, v), nil, true
	case arrow.INT8:
		return floatsFrom[int8](c), sumFrom[int8](c), true
	case arrow.INT16:
		return floatsFrom[int16](c), sumFrom[int16](c), true
	case arrow.INT32:
		return floatsFrom[int32](c), sumFrom[int32](c), true
	case arrow.UINT8:
		return floatsFrom[uint8](c), sumFrom[uint8](c), false
	case arrow.UINT16:
		return floatsFrom[uint16](c), sumFrom[uint16](c), false
	case arrow.UINT32:
		return floatsFrom[uint32](c), sumFrom[uint32](c), false
	case arrow.UINT64:
		return floatsFrom[uint64](c), sumFrom[uint64](c), false
	case arrow.BOOL:
		v := make([]uint8, c.n)
		for i := range v {
			v[i] = byte(word64(c.bufs[1], c.off+i, 1))
		}
		return floatsIn(c, v), sumIn(c, v), true
	case arrow.NULL:
		return func(dst []float64, _, _ int) []float64 { return dst }, nil, true
	}
	return floatsFrom[int64](c), sumFrom[int64](c), true
}

func floatsFrom[T number](c *chunk) func(dst []float64, lo, hi int) []float64 {
	return floatsIn(c, rowValues[T](c))
}

// rowValues returns the values of the chunk's rows.
func rowValues[T any](c *chunk) []T {
	if c.n == 0 {
		return nil
	}
	return values[T](c.bufs[1])[c.off:][:c.n]
}

func floatsIn[T number](c *chunk, v []T) func(dst []float64, lo, hi int) []float64 {
	valid := c.bufs[0]
	if c.nullN() == 0 {
		valid = nil
	}
	return func(dst []float64, lo, hi int) []float64 {
		part := v[lo:hi]
		out := dst[len(dst):cap(dst)][:len(part)]
		n := 0
		for i, x := range part {
			// Written in any case: a branch that NaN takes now and then is
			// cheaper than one on each value.
			out[n] = float64(x)
			if x == x && (valid == nil || bit(valid, c.off+lo+i)) {
				n++
			}
		}
		return dst[:len(dst)+n]
	}
}

func sumFrom[T number](c *chunk) func(lo, hi int) (int, int128) { return sumIn(c, rowValues[T](c)) }

// sumIn sums integers exactly.
func sumIn[T number](c *chunk, v []T) func(lo, hi int) (int, int128) {
	valid := c.bufs[0]
	if c.nullN() == 0 {
		valid = nil
	}
	signed := T(0)-1 < 0
	return func(lo, hi int) (n int, s int128) {
		for i, x := range v[lo:hi] {
			if valid != nil && !bit(valid, c.off+lo+i) {
				continue
			}
			n++
			y := int128{0, uint64(x)}
			if signed {
				y = int128{int64(x) >> 63, uint64(int64(x))}
			}
			s = s.plus(y)
		}
		return n, s
	}
}
