package chunk

import (
	"math"
	"math/bits"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/endian"
)

// Nulls returns a chunk of n nulls. Unions and run-end encoded arrays have no nulls of
// their own: the nulls are in the first child, or in the only run.
func Nulls(typ arrow.DataType, n int) *Chunk {
	l, width := LayoutOf(typ)
	c := &Chunk{Type: typ, Len: n, Bufs: make([][]byte, l.buffers())}
	if l.hasBitmap() && n > 0 {
		c.Bufs[0] = NewBytes((n + 7) / 8)
		c.nulls.Store(int64(n) + 1)
	}
	types := ChildTypes(typ)
	rows := make([]int, len(types))
	switch l {
	case LayoutBits:
		c.Bufs[1] = NewBytes((n + 7) / 8)
	case LayoutFixed:
		c.Bufs[1] = NewBytes(n * width)
	case LayoutView:
		c.Bufs[1] = NewBytes(n * 16)
	case LayoutBytes32:
		c.Bufs[1], c.Bufs[2] = NewBytes((n+1)*4), []byte{}
	case LayoutBytes64:
		c.Bufs[1], c.Bufs[2] = NewBytes((n+1)*8), []byte{}
	case LayoutList32:
		c.Bufs[1] = NewBytes((n + 1) * 4)
	case LayoutList64:
		c.Bufs[1] = NewBytes((n + 1) * 8)
	case LayoutListView32:
		c.Bufs[1], c.Bufs[2] = NewBytes(n*4), NewBytes(n*4)
	case LayoutListView64:
		c.Bufs[1], c.Bufs[2] = NewBytes(n*8), NewBytes(n*8)
	case LayoutFixedList:
		rows[0] = n * width
	case LayoutStruct:
		fill(rows, n)
	case layoutSparse:
		c.Bufs[1] = firstCodes(typ, n)
		fill(rows, n)
	case LayoutDense:
		c.Bufs[1], c.Bufs[2] = firstCodes(typ, n), NewBytes(n*4)
		rows[0] = min(n, 1)
	case LayoutDict:
		c.Bufs[1] = NewBytes(n * width)
		c.Dict = Nulls(Physical(typ).(*arrow.DictionaryType).ValueType, 0)
	case LayoutRuns:
		run := min(n, 1)
		c.Kids = []*Chunk{runEndsOf(types[0], []int{n}[:run]), Nulls(types[1], run)}
		return c
	}
	for i, t := range types {
		c.Kids = append(c.Kids, Nulls(t, rows[i]))
	}
	return c
}

// NullChunks returns n nulls of the type, in as many chunks as are needed.
func NullChunks(typ arrow.DataType, n int) []*Chunk {
	var chunks []*Chunk
	most := maxRows(typ)
	for ; n > most; n -= most {
		chunks = append(chunks, Nulls(typ, most))
	}
	if n > 0 {
		chunks = append(chunks, Nulls(typ, n))
	}
	return chunks
}

// maxRows returns how many rows a chunk of the type can have. The last run of a
// run-end encoded array ends at the length of the array, which may have to fit int16.
func maxRows(typ arrow.DataType) int {
	most := math.MaxInt32
	if t, ok := Physical(typ).(*arrow.RunEndEncodedType); ok && t.RunEnds().ID() == arrow.INT16 {
		most = math.MaxInt16
	}
	for _, t := range ChildTypes(typ) {
		most = min(most, maxRows(t))
	}
	return most
}

// runEndsOf returns run ends as a chunk of the integer type.
func runEndsOf(typ arrow.DataType, ends []int) *Chunk {
	c := &Chunk{Type: typ, Len: len(ends), Bufs: make([][]byte, 2)}
	switch typ.ID() {
	case arrow.INT16:
		c.Bufs[1] = Bytes(numbers[int16](ends))
	case arrow.INT32:
		c.Bufs[1] = Bytes(numbers[int32](ends))
	default:
		c.Bufs[1] = Bytes(numbers[int64](ends))
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
	codes := NewBytes(n)
	if t := Physical(typ).(arrow.UnionType); len(t.TypeCodes()) > 0 {
		for i := range codes {
			codes[i] = byte(t.TypeCodes()[0])
		}
	}
	return codes
}

// New returns a chunk of n rows with the buffers after the bitmap. A bitmap that has
// no null is left out.
func New(typ arrow.DataType, n int, valid []uint64, bufs ...[]byte) *Chunk {
	c := &Chunk{Type: typ, Len: n, Bufs: append([][]byte{nil}, bufs...)}
	nulls := 0
	if valid != nil {
		nulls = n
		for _, w := range valid {
			nulls -= bits.OnesCount64(w)
		}
	}
	if nulls > 0 {
		c.Bufs[0] = BitmapBytes(valid, n)
	}
	c.nulls.Store(int64(nulls) + 1)
	return c
}

// BitmapBytes returns the bitmap in the byte order of Arrow. It may change words.
func BitmapBytes(words []uint64, n int) []byte {
	if endian.IsBigEndian {
		for i, w := range words {
			words[i] = bits.ReverseBytes64(w)
		}
	}
	return Bytes(words)[:(n+7)/8]
}
