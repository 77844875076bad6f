package parquet

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/pqenc"
)

// textArrays returns arrays of byte strings. If there is more text than 32-bit offsets
// can address, there are several, which share the bytes: nothing is copied, and the
// type does not depend on the amount of text.
func (b *builder) textArrays(c *column, count, present int, valid []byte) ([]*array.Data, error) {
	nulls := count - present
	switch c.typ.ID() {
	case arrow.LARGE_STRING, arrow.LARGE_BINARY:
		if c.offs == nil {
			c.offs = make([]int64, len(c.small), count+1)
			for i, o := range c.small {
				c.offs[i] = int64(o)
			}
		}
		offs := spreadOffsets(c.offs, valid, count, present)
		raw := memory.NewBufferBytes(arrow.Int64Traits.CastToBytes(offs))
		return []*array.Data{array.NewData(c.typ, count, []*memory.Buffer{buffer(valid), raw, textBuffer(c.data)}, nil, nulls, 0)}, nil
	}
	view := c.typ.ID() == arrow.STRING_VIEW || c.typ.ID() == arrow.BINARY_VIEW
	if c.small != nil {
		offs := spreadOffsets(c.small, valid, count, present)
		if view {
			return []*array.Data{viewArray(c.typ, offs, c.data, valid, count, nulls)}, nil
		}
		raw := memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(offs))
		return []*array.Data{array.NewData(c.typ, count, []*memory.Buffer{buffer(valid), raw, textBuffer(c.data)}, nil, nulls, 0)}, nil
	}

	offs := spreadOffsets(c.offs, valid, count, present)
	var parts []*array.Data
	for lo := 0; lo < count; {
		hi := lo + 1
		for hi < count && offs[hi+1]-offs[lo] <= int64(maxSmall) {
			hi++
		}
		if offs[hi]-offs[lo] > math.MaxInt32 {
			return nil, unsupported("a string of %d bytes", offs[hi]-offs[lo])
		}
		small := make([]int32, hi-lo+1)
		for i := range small {
			small[i] = int32(offs[lo+i] - offs[lo])
		}
		data := c.data[offs[lo]:offs[hi]:offs[hi]]
		bits, missing := cutBits(valid, lo, hi)
		if view {
			parts = append(parts, viewArray(c.typ, small, data, bits, hi-lo, missing))
		} else {
			raw := memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(small))
			parts = append(parts, array.NewData(c.typ, hi-lo, []*memory.Buffer{buffer(bits), raw, textBuffer(data)}, nil, missing, 0))
		}
		lo = hi
	}
	return parts, nil
}

// textBuffer is buffer for the data of byte strings, which must not be nil.
func textBuffer(b []byte) *memory.Buffer {
	if b == nil {
		b = []byte{}
	}
	return memory.NewBufferBytes(b)
}

// spreadOffsets inserts the offsets of nulls: each is that of the next value.
func spreadOffsets[O int32 | int64](offs []O, valid []byte, count, present int) []O {
	if valid == nil {
		return offs
	}
	for len(offs) < count+1 {
		offs = append(offs, 0)
	}
	pqenc.SpreadOffsets(offs, valid, count, present)
	return offs
}

// cutBits returns a copy of bits lo to hi of a bitmap, nil if no bit is 0, and the
// number of zeros.
func cutBits(valid []byte, lo, hi int) (bits []byte, zeros int) {
	if valid == nil {
		return nil, 0
	}
	bits = pqenc.AppendPlainBits(nil, valid, lo, hi-lo)
	if zeros = hi - lo - pqenc.CountOnes(bits, hi-lo); zeros == 0 {
		return nil, 0
	}
	return bits, zeros
}

// viewArray returns a string or binary view. A view has sixteen bytes per value: the
// length, and then up to twelve bytes of the value itself, or, for a longer value, its
// first four bytes and its position.
func viewArray(typ arrow.DataType, offs []int32, data, valid []byte, count, nulls int) *array.Data {
	views := make([]byte, 16*count)
	for i := range count {
		s := data[offs[i]:offs[i+1]]
		v := views[16*i : 16*i+16]
		binary.LittleEndian.PutUint32(v, uint32(len(s)))
		if len(s) <= 12 {
			copy(v[4:], s)
			continue
		}
		copy(v[4:8], s)
		binary.LittleEndian.PutUint32(v[12:], uint32(offs[i]))
	}
	return array.NewData(typ, count, []*memory.Buffer{buffer(valid), memory.NewBufferBytes(views), textBuffer(data)}, nil, nulls, 0)
}
