package frame

import (
	"fmt"
	"slices"
	"sort"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/float16"

	"github.com/parframe/parframe/internal/chunk"
)

// number64 is what columns of numbers are computed in.
type number64 interface{ int64 | uint64 | float64 }

// view reads a column of numbers, or of times, as numbers of one type,
// whatever Arrow chunks it has. Integers become float64 as Go converts them.
type view[T number64] struct {
	col    chunk.Column
	starts []int // first row of each chunk, and the number of rows at the end
	same   bool  // the column holds its values as T
}

// viewOf says what is wrong with the column if it has no numbers that T holds.
func viewOf[T number64](c chunk.Column) (*view[T], error) {
	v := &view[T]{col: c, starts: c.Starts()}
	var ok bool
	own, _ := wideOf(c.Field.Type)
	switch any(*new(T)).(type) {
	case float64:
		ok, v.same = own != 0, chunk.Physical(c.Field.Type).ID() == arrow.FLOAT64
	case int64:
		ok, v.same = own == arrow.INT64, bitsOf(c.Field.Type) == 64
	case uint64:
		ok, v.same = own == arrow.UINT64, true
	}
	if !ok {
		return nil, notNumbers(c)
	}
	return v, nil
}

func notNumbers(c chunk.Column) error {
	return fmt.Errorf("column %q: %w: %v; want numbers", c.Field.Name, ErrType, c.Field.Type)
}

// wideOf returns the type in which a column is computed, INT64, UINT64 or
// FLOAT64, and whether its values are numbers and not times; 0 for columns of
// neither.
func wideOf(t arrow.DataType) (id arrow.Type, number bool) {
	switch chunk.Physical(t).ID() {
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64, arrow.UINT8, arrow.UINT16, arrow.UINT32:
		return arrow.INT64, true
	case arrow.UINT64:
		return arrow.UINT64, true
	case arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64:
		return arrow.FLOAT64, true
	case arrow.TIMESTAMP, arrow.DATE32, arrow.DATE64, arrow.TIME32, arrow.TIME64, arrow.DURATION:
		return arrow.INT64, false
	}
	return 0, false
}

// bitsOf is the width of a fixed-width type.
func bitsOf(t arrow.DataType) int {
	if f, ok := chunk.Physical(t).(arrow.FixedWidthDataType); ok {
		return f.BitWidth()
	}
	return 0
}

// chunkAt returns the chunk that has the row.
func (v *view[T]) chunkAt(row int) int { return sort.SearchInts(v.starts, row+1) - 1 }

// rows returns rows lo..hi: the column's own memory where it has them in one
// piece, else a copy in buf. What stands at a null is not specified.
func (v *view[T]) rows(lo, hi int, buf *[]T) []T {
	if lo == hi {
		return nil
	}
	k := v.chunkAt(lo)
	if c := v.col.Chunks[k]; v.same && hi <= v.starts[k+1] {
		return chunk.Values[T](c.Bufs[1])[c.Off:][lo-v.starts[k] : hi-v.starts[k] : hi-v.starts[k]]
	}
	if cap(*buf) < hi-lo {
		*buf = make([]T, hi-lo)
	}
	dst := (*buf)[:hi-lo]
	for row := lo; row < hi; k++ {
		i := row - v.starts[k]
		m := min(hi-row, v.col.Chunks[k].Len-i)
		loadWide(dst[row-lo:][:m], v.col.Chunks[k], i)
		row += m
	}
	return dst
}

// present stores a bit for each of rows lo..hi that is not null, and says
// whether all of them have one; then words is not written.
func (v *view[T]) present(lo, hi int, words []uint64) (all bool) {
	all = true
	for k := v.chunkAt(lo); k < len(v.col.Chunks) && v.starts[k] < hi; k++ {
		all = all && v.col.Chunks[k].NullN() == 0
	}
	if all {
		return true
	}
	all = true
	clear(words[:(hi-lo+63)/64])
	for k, row := v.chunkAt(lo), lo; row < hi; k++ {
		c := v.col.Chunks[k]
		i := row - v.starts[k]
		m := min(hi-row, c.Len-i)
		bitmap := c.Bufs[0]
		if c.NullN() == 0 {
			bitmap = nil
		}
		for done := 0; done < m; {
			at := row - lo + done
			n := min(64-at&63, m-done)
			word := chunk.Word(bitmap, c.Off+i+done, n)
			all = all && word == chunk.LowBits(n)
			words[at>>6] |= word << (at & 63)
			done += n
		}
		row += m
	}
	return all
}

// loadWide copies rows of a chunk of numbers.
func loadWide[T number64](dst []T, c *chunk.Chunk, i int) {
	switch chunk.Physical(c.Type).ID() {
	case arrow.INT8:
		loadAs[int8](dst, c, i)
	case arrow.INT16:
		loadAs[int16](dst, c, i)
	case arrow.INT32, arrow.DATE32, arrow.TIME32:
		loadAs[int32](dst, c, i)
	case arrow.UINT8:
		loadAs[uint8](dst, c, i)
	case arrow.UINT16:
		loadAs[uint16](dst, c, i)
	case arrow.UINT32:
		loadAs[uint32](dst, c, i)
	case arrow.UINT64:
		loadAs[uint64](dst, c, i)
	case arrow.FLOAT16:
		for k, v := range chunk.Values[float16.Num](c.Bufs[1])[c.Off+i:][:len(dst)] {
			dst[k] = T(v.Float32())
		}
	case arrow.FLOAT32:
		loadAs[float32](dst, c, i)
	case arrow.FLOAT64:
		loadAs[float64](dst, c, i)
	default:
		loadAs[int64](dst, c, i)
	}
}

func loadAs[S chunk.Number, T number64](dst []T, c *chunk.Chunk, i int) {
	for k, v := range chunk.Values[S](c.Bufs[1])[c.Off+i:][:len(dst)] {
		dst[k] = T(v)
	}
}

// storeWide writes values that fit as rows from i on of a buffer of the type.
func storeWide[T number64](typ arrow.DataType, buf []byte, i int, src []T) {
	switch chunk.Physical(typ).ID() {
	case arrow.INT8, arrow.UINT8:
		storeAs[uint8](buf, i, src)
	case arrow.INT16, arrow.UINT16:
		storeAs[uint16](buf, i, src)
	case arrow.INT32, arrow.UINT32, arrow.DATE32, arrow.TIME32:
		storeAs[uint32](buf, i, src)
	case arrow.FLOAT16:
		dst := chunk.Values[float16.Num](buf)[i:]
		for k, v := range src {
			dst[k] = float16.New(float32(v))
		}
	case arrow.FLOAT32:
		storeAs[float32](buf, i, src)
	default:
		copy(chunk.Values[T](buf)[i:], src)
	}
}

// storeAs keeps the lowest bits of integers: signed ones are stored through
// the unsigned type of their size.
func storeAs[D chunk.Number, T number64](buf []byte, i int, src []T) {
	dst := chunk.Values[D](buf)[i:][:len(src)]
	for k, v := range src {
		dst[k] = D(v)
	}
}

// hasNaN reports whether a value is NaN. It is false for integers.
func hasNaN[T number64](x []T) bool {
	// The sum of four is NaN if one of them is, or if they hold both infinities.
	for len(x) >= 4 {
		if s := (x[0] + x[1]) + (x[2] + x[3]); s != s && slices.ContainsFunc(x[:4], isNaN) {
			return true
		}
		x = x[4:]
	}
	for _, v := range x {
		if v != v {
			return true
		}
	}
	return false
}

func isNaN[T number64](v T) bool { return v != v }

// dropNaN takes the bits of NaNs out of words.
func dropNaN[T number64](words []uint64, x []T) {
	for i, v := range x {
		if v != v {
			words[i>>6] &^= 1 << (i & 63)
		}
	}
}
