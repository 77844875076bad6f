package frame

import (
	"sync/atomic"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// chunk is one Arrow chunk of a column: the buffers of an array without its
// header. It is never written after it was made, but for the cached null
// count, so goroutines share it freely. An arrow.Array cannot be shared:
// NullN and Dictionary write to it lazily, without a lock.
//
// bufs, kids and dict have the layout of arrow.ArrayData. There is at least one
// buffer: bufs[0] is the validity bitmap, nil where every row is valid and for
// types that have none (null, unions, run-end encoded). The bytes start at a
// multiple of 8 and belong to the garbage collector, or to a mapping whose end
// the user controls.
type chunk struct {
	typ  arrow.DataType
	off  int // first row, in rows of the buffers
	n    int
	bufs [][]byte
	kids []*chunk
	dict *chunk

	nulls atomic.Int64 // nulls+1 once somebody asked, 0 before
}

// array returns a header of its own for every call, children and dictionary
// too, so that the caller may keep it, ask it anything and release it.
func (c *chunk) array() arrow.Array { return array.MakeFromData(c.data()) }

func (c *chunk) data() *array.Data {
	bufs := make([]*memory.Buffer, len(c.bufs))
	for i, b := range c.bufs {
		if b != nil {
			bufs[i] = memory.NewBufferBytes(b)
		}
	}
	nulls := array.UnknownNullCount
	if c.bufs[0] == nil {
		nulls = 0 // for the null type, array.NewNullData puts this right
	} else if known := c.nulls.Load(); known > 0 {
		nulls = int(known - 1)
	}
	if c.dict != nil {
		return array.NewDataWithDictionary(c.typ, c.n, bufs, nulls, c.off, c.dict.data())
	}
	if len(c.kids) == 1 && len(c.kids[0].kids) == 2 {
		// Arrow's map array panics unless it is told that no entry and no key
		// is null. Builders leave a bitmap there all the same.
		c.kids[0].nullN()
		c.kids[0].kids[0].nullN()
	}
	kids := make([]arrow.ArrayData, len(c.kids))
	for i, k := range c.kids {
		kids[i] = k.data()
	}
	return array.NewData(c.typ, c.n, bufs, kids, nulls, c.off)
}

// nullN counts the nulls once and remembers the count. As everywhere in Arrow,
// unions and run-end encoded arrays have none: their values may.
func (c *chunk) nullN() int {
	if known := c.nulls.Load(); known > 0 {
		return int(known - 1)
	}
	n := 0
	switch {
	case c.bufs[0] != nil:
		n = c.n - bitutil.CountSetBits(c.bufs[0], c.off, c.n)
	case c.typ.ID() == arrow.NULL || physical(c.typ).ID() == arrow.NULL:
		n = c.n
	}
	c.nulls.Store(int64(n) + 1)
	return n
}

// isNull says whether row i is null in the chunk's own bitmap.
func (c *chunk) isNull(i int) bool {
	if b := c.bufs[0]; b != nil {
		return !bitutil.BitIsSet(b, c.off+i)
	}
	return physical(c.typ).ID() == arrow.NULL
}

// missing says whether the value of row i is null: in the bitmap, or where the
// row's code, run or type code points to.
func (c *chunk) missing(i int) bool {
	if c.isNull(i) {
		return true
	}
	switch l, _ := layoutOf(c.typ); l {
	case layoutDict:
		return c.dict.missing(indexes(c)(i))
	case layoutRuns:
		return c.kids[1].missing(c.runAt(i))
	case layoutSparse, layoutDense:
		kid, k := c.unionValue(l, i)
		return kid.missing(k)
	}
	return false
}

// missingN counts the rows that are missing.
func (c *chunk) missingN() int {
	switch l, _ := layoutOf(c.typ); l {
	case layoutDict:
		own := c.nullN() // known from now on, also where the rows must be counted
		if c.dict.missingN() == 0 {
			return own
		}
	case layoutRuns:
		if c.kids[1].missingN() == 0 {
			return 0
		}
	case layoutSparse, layoutDense:
	default:
		return c.nullN()
	}
	n := 0
	for i := range c.n {
		if c.missing(i) {
			n++
		}
	}
	return n
}

// slice returns rows i..j (j not included) without copying anything.
func (c *chunk) slice(i, j int) *chunk {
	if i == 0 && j == c.n {
		return c
	}
	s := &chunk{typ: c.typ, off: c.off + i, n: j - i, bufs: c.bufs, kids: c.kids, dict: c.dict}
	if c.nulls.Load() == 1 {
		s.nulls.Store(1)
	}
	return s
}
