package chunk

import (
	"sync/atomic"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Chunk is one Arrow chunk of a column: the buffers of an array without its header.
// Apart from the cached null count it is never written once it is made, so goroutines
// share it freely.
//
// Bufs, Kids and Dict have the layout of arrow.ArrayData. There is at least one
// buffer: Bufs[0] is the validity bitmap, nil where every row is valid and for types
// that have no bitmap (null, unions, run-end encoded). The bytes start at a multiple
// of 8. They belong to the garbage collector, or to a mapping that the user ends.
type Chunk struct {
	Type arrow.DataType
	Off  int // first row, in rows of the buffers
	Len  int
	Bufs [][]byte
	Kids []*Chunk
	Dict *Chunk

	nulls atomic.Int64 // the number of nulls plus 1, or 0 before it is known
}

// Array returns the chunk as an Arrow array. Each call makes new headers, for children
// and dictionary too, so the caller may keep the array, call any method and release it.
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
		// Arrow's map array panics unless the null counts of its entries and keys
		// are known to be 0. Builders leave a bitmap there all the same.
		c.Kids[0].NullN()
		c.Kids[0].Kids[0].NullN()
	}
	kids := make([]arrow.ArrayData, len(c.Kids))
	for i, k := range c.Kids {
		kids[i] = k.data()
	}
	return array.NewData(c.Type, c.Len, bufs, kids, nulls, c.Off)
}

// NullN returns the number of nulls in the chunk's own bitmap, which it counts once.
// As everywhere in Arrow, unions and run-end encoded arrays have no nulls of their own;
// their values may be null.
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

// IsNull reports whether row i is null in the chunk's own bitmap.
func (c *Chunk) IsNull(i int) bool {
	if b := c.Bufs[0]; b != nil {
		return !bitutil.BitIsSet(b, c.Off+i)
	}
	return Physical(c.Type).ID() == arrow.NULL
}

// Missing reports whether the value of row i is null, in the chunk's own bitmap or in
// the dictionary, the run or the child that the row refers to.
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

// missingN returns the number of missing rows.
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
