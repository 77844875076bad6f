package parquet

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/pqenc"
)

// textArrays makes arrays of byte strings. More text than 32-bit offsets can
// tell apart is cut into several arrays, which share the bytes: no copy, and
// the type does not depend on the amount.
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

// textBuffer is never nil: arrays of byte strings have their data.
func textBuffer(b []byte) *memory.Buffer {
	if b == nil {
		b = []byte{}
	}
	return memory.NewBufferBytes(b)
}

// spreadOffsets gives nulls the offset at which the next value begins.
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

// cutBits copies bits lo to hi of a bitmap and counts the zeros, nil if there
// are none.
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

// viewArray makes a string or binary view: sixteen bytes per value, which are
// the length and the bytes themselves up to twelve of them, and the first four
// bytes and the place of all of them beyond that.
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
