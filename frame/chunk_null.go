package frame

import (
	"math"
	"math/bits"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/endian"
)

// nullChunk returns n nulls of the type. Unions and run-end encoded arrays have
// no nulls of their own: theirs are in their first child, or in the one run.
func nullChunk(typ arrow.DataType, n int) *chunk {
	l, width := layoutOf(typ)
	c := &chunk{typ: typ, n: n, bufs: make([][]byte, l.buffers())}
	if l.hasBitmap() && n > 0 {
		c.bufs[0] = newBytes((n + 7) / 8)
		c.nulls.Store(int64(n) + 1)
	}
	types := childTypes(typ)
	rows := make([]int, len(types))
	switch l {
	case layoutBits:
		c.bufs[1] = newBytes((n + 7) / 8)
	case layoutFixed:
		c.bufs[1] = newBytes(n * width)
	case layoutView:
		c.bufs[1] = newBytes(n * 16)
	case layoutBytes32:
		c.bufs[1], c.bufs[2] = newBytes((n+1)*4), []byte{}
	case layoutBytes64:
		c.bufs[1], c.bufs[2] = newBytes((n+1)*8), []byte{}
	case layoutList32:
		c.bufs[1] = newBytes((n + 1) * 4)
	case layoutList64:
		c.bufs[1] = newBytes((n + 1) * 8)
	case layoutListView32:
		c.bufs[1], c.bufs[2] = newBytes(n*4), newBytes(n*4)
	case layoutListView64:
		c.bufs[1], c.bufs[2] = newBytes(n*8), newBytes(n*8)
	case layoutFixedList:
		rows[0] = n * width
	case layoutStruct:
		fill(rows, n)
	case layoutSparse:
		c.bufs[1] = firstCodes(typ, n)
		fill(rows, n)
	case layoutDense:
		c.bufs[1], c.bufs[2] = firstCodes(typ, n), newBytes(n*4)
		rows[0] = min(n, 1)
	case layoutDict:
		c.bufs[1] = newBytes(n * width)
		c.dict = nullChunk(physical(typ).(*arrow.DictionaryType).ValueType, 0)
	case layoutRuns:
		run := min(n, 1)
		c.kids = []*chunk{endsChunk(types[0], []int{n}[:run]), nullChunk(types[1], run)}
		return c
	}
	for i, t := range types {
		c.kids = append(c.kids, nullChunk(t, rows[i]))
	}
	return c
}

// nullChunks returns n nulls of the type in as many chunks as it takes.
func nullChunks(typ arrow.DataType, n int) []*chunk {
	var chunks []*chunk
	most := maxRows(typ)
	for ; n > most; n -= most {
		chunks = append(chunks, nullChunk(typ, most))
	}
	if n > 0 {
		chunks = append(chunks, nullChunk(typ, n))
	}
	return chunks
}

// maxRows returns how many rows a chunk of the type can have: the last run of
// a run-end encoded array ends at its length, which may be an int16.
func maxRows(typ arrow.DataType) int {
	most := math.MaxInt32
	if t, ok := physical(typ).(*arrow.RunEndEncodedType); ok && t.RunEnds().ID() == arrow.INT16 {
		most = math.MaxInt16
	}
	for _, t := range childTypes(typ) {
		most = min(most, maxRows(t))
	}
	return most
}

// endsChunk returns run ends as the array of integers that the type asks for.
func endsChunk(typ arrow.DataType, ends []int) *chunk {
	c := &chunk{typ: typ, n: len(ends), bufs: make([][]byte, 2)}
	switch typ.ID() {
	case arrow.INT16:
		c.bufs[1] = rawBytes(numbers[int16](ends))
	case arrow.INT32:
		c.bufs[1] = rawBytes(numbers[int32](ends))
	default:
		c.bufs[1] = rawBytes(numbers[int64](ends))
	}
	return c
}

// numbers converts ints that are known to fit.
func numbers[T int16 | int32 | int64](v []int) []T {
	out := make([]T, len(v))
	for i, x := range v {
		out[i] = T(x)
	}
	return out
}

func fill(v []int, x int) {
	for i := range v {
		v[i] = x
	}
}

// firstCodes returns n type codes of the union's first child.
func firstCodes(typ arrow.DataType, n int) []byte {
	codes := newBytes(n)
	if t := physical(typ).(arrow.UnionType); len(t.TypeCodes()) > 0 {
		for i := range codes {
			codes[i] = byte(t.TypeCodes()[0])
		}
	}
	return codes
}

// newChunk wraps finished buffers. A bitmap without a null is left out.
func newChunk(typ arrow.DataType, n int, valid []uint64, bufs ...[]byte) *chunk {
	c := &chunk{typ: typ, n: n, bufs: append([][]byte{nil}, bufs...)}
	nulls := 0
	if valid != nil {
		nulls = n
		for _, w := range valid {
			nulls -= bits.OnesCount64(w)
		}
	}
	if nulls > 0 {
		c.bufs[0] = bitmapBytes(valid, n)
	}
	c.nulls.Store(int64(nulls) + 1)
	return c
}

// bitmapBytes is the bitmap in the byte order of Arrow.
func bitmapBytes(words []uint64, n int) []byte {
	if endian.IsBigEndian {
		for i, w := range words {
			words[i] = bits.ReverseBytes64(w)
		}
	}
	return rawBytes(words)[:(n+7)/8]
}
