package frame

import (
	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// numberReader reads a chunk of numbers without those that are missing.
type numberReader struct {
	c      *chunk.Chunk
	valid  []byte // nil: there are no nulls
	floats bool
	wide   bool // 64 bits
}

// readNumbers takes bools and the null type as numbers.
func readNumbers(c *chunk.Chunk) numberReader {
	switch chunk.Physical(c.Type).ID() {
	case arrow.BOOL:
		v := make([]uint8, c.Off+c.Len)
		for i := range c.Len {
			v[c.Off+i] = byte(chunk.Word(c.Bufs[1], c.Off+i, 1))
		}
		c = &chunk.Chunk{Type: arrow.PrimitiveTypes.Uint8, Off: c.Off, Len: c.Len, Bufs: [][]byte{c.Bufs[0], v}}
	case arrow.NULL:
		c = chunk.Nulls(arrow.PrimitiveTypes.Float64, c.Len)
	}
	r := numberReader{c, c.Bufs[0], chunk.IsFloat(c.Type), bitsOf(c.Type) == 64}
	if c.NullN() == 0 {
		r.valid = nil
	}
	return r
}

// seenRows returns rows lo..hi but for those that are null or NaN: in buf, which
// has room for all of them, or, if they are integers of T and none is null, in
// the chunk's own memory.
func seenRows[T number64](r *numberReader, lo, hi int, buf []T) []T {
	x := buf[:hi-lo]
	if r.wide && r.floats == (T(1)/2 > 0) {
		x = chunk.Values[T](r.c.Bufs[1])[r.c.Off:][lo:hi]
	} else {
		loadWide(x, r.c, lo)
	}
	if r.valid == nil && !r.floats {
		return x
	}
	n := 0
	for i, v := range x {
		// Written in any case: a branch that NaN takes now and then is
		// cheaper than one on each value.
		buf[n] = v
		if v == v && (r.valid == nil || chunk.Bit(r.valid, r.c.Off+lo+i)) {
			n++
		}
	}
	return buf[:n]
}

// sumWide sums integers exactly.
func sumWide[T int64 | uint64](x []T) (s int128) {
	signed := T(0)-1 < 0
	for _, v := range x {
		y := int128{0, uint64(v)}
		if signed {
			y.hi = int64(v) >> 63
		}
		s = s.plus(y)
	}
	return s
}
