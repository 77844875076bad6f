package chunk

import (
	"sync/atomic"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Chunk is one Arrow chunk of a column: the buffers of an array without its
// header. It is never written after it was made, but for the cached null
// count, so goroutines share it freely. An arrow.Array cannot be shared:
// NullN and Dictionary write to it lazily, without a lock.
//
// bufs, kids and dict have the layout of arrow.ArrayData. There is at least one
// buffer: bufs[0] is the validity bitmap, nil where every row is valid and for
// types that have none (null, unions, run-end encoded). The bytes start at a
// multiple of 8 and belong to the garbage collector, or to a mapping whose end
// the user controls.
type Chunk struct {
	Type arrow.DataType
	Off  int // first row, in rows of the buffers
	Len  int
	Bufs [][]byte
	Kids []*Chunk
	Dict *Chunk

	nulls atomic.Int64 // nulls+1 once somebody asked, 0 before
}

// Array returns a header of its own for every call, children and dictionary
// too, so that the caller may keep it, ask it anything and release it.
func (c *Chunk) Array() arrow.Array { return array.MakeFromData(c.data()) }

func (c *Chunk) data() *array.Data {
	bufs := make([]*memory.Buffer, len(c.Bufs))
	for i, b := range c.Bufs {
		if b != nil {
			bufs[i] = memory.NewBufferBytes(b)
		}
	}
	nulls := array.UnknownNullCount
	if c.Bufs[0] == nil {
		nulls = 0 // for the null type, array.NewNullData puts this right
	} else if known := c.nulls.Load(); known > 0 {
		nulls = int(known - 1)
	}
	if c.Dict != nil {
		return array.NewDataWithDictionary(c.Type, c.Len, bufs, nulls, c.Off, c.Dict.data())
	}
	if len(c.Kids) == 1 && len(c.Kids[0].Kids) == 2 {
		// Arrow's map array panics unless it is told that no entry and no key
		// is null. Builders leave a bitmap there all the same.
		c.Kids[0].NullN()
		c.Kids[0].Kids[0].NullN()
	}
	kids := make([]arrow.ArrayData, len(c.Kids))
	for i, k := range c.Kids {
		kids[i] = k.data()
	}
	return array.NewData(c.Type, c.Len, bufs, kids, nulls, c.Off)
}

// NullN counts the nulls once and remembers the count. As everywhere in Arrow,
// unions and run-end encoded arrays have none: their values may.
func (c *Chunk) NullN() int {
	if known := c.nulls.Load(); known > 0 {
		return int(known - 1)
	}
	n := 0
	switch {
	case c.Bufs[0] != nil:
		n = c.Len - bitutil.CountSetBits(c.Bufs[0], c.Off, c.Len)
	case c.Type.ID() == arrow.NULL || Physical(c.Type).ID() == arrow.NULL:
		n = c.Len
	}
	c.nulls.Store(int64(n) + 1)
	return n
}

// IsNull says whether row i is null in the chunk's own bitmap.
func (c *Chunk) IsNull(i int) bool {
	if b := c.Bufs[0]; b != nil {
		return !bitutil.BitIsSet(b, c.Off+i)
	}
	return Physical(c.Type).ID() == arrow.NULL
}

// Missing says whether the value of row i is null: in the bitmap, or where the
// row's code, run or type code points to.
func (c *Chunk) Missing(i int) bool {
	if c.IsNull(i) {
		return true
	}
	switch l, _ := LayoutOf(c.Type); l {
	case LayoutDict:
		return c.Dict.Missing(Codes(c)(i))
	case LayoutRuns:
		return c.Kids[1].Missing(c.RunAt(i))
	case layoutSparse, LayoutDense:
		kid, k := c.unionValue(l, i)
		return kid.Missing(k)
	}
	return false
}

// missingN counts the rows that are missing.
func (c *Chunk) missingN() int {
	switch l, _ := LayoutOf(c.Type); l {
	case LayoutDict:
		own := c.NullN() // known from now on, also where the rows must be counted
		if c.Dict.missingN() == 0 {
			return own
		}
	case LayoutRuns:
		if c.Kids[1].missingN() == 0 {
			return 0
		}
	case layoutSparse, LayoutDense:
	default:
		return c.NullN()
	}
	n := 0
	for i := range c.Len {
		if c.Missing(i) {
			n++
		}
	}
	return n
}

// Slice returns rows i..j (j not included) without copying anything.
func (c *Chunk) Slice(i, j int) *Chunk {
	if i == 0 && j == c.Len {
		return c
	}
	s := &Chunk{Type: c.Type, Off: c.Off + i, Len: j - i, Bufs: c.Bufs, Kids: c.Kids, Dict: c.Dict}
	if c.nulls.Load() == 1 {
		s.nulls.Store(1)
	}
	return s
}
