package stats

import (
	"slices"
	"sort"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/float16"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/unset"
)

// view reads a column as values of T, whatever Arrow chunks it has: bools, signed
// integers and times as int64, unsigned integers as uint64, floats as float64, decimals
// as wide. Any of them can be read as float64.
type view[T comparable] struct {
	col    chunk.Column
	starts []int // first row of each chunk, and the number of rows at the end
	same   bool  // the column holds its values as T
	floats bool  // there may be NaNs
	dense  bool  // there is one chunk, or none, without nulls
	load   func(dst []T, c *chunk.Chunk, i int)
}

func newView[T comparable](c chunk.Column, load func(dst []T, c *chunk.Chunk, i int)) *view[T] {
	if chunk.Physical(c.Field.Type).ID() == arrow.NULL {
		c.Field.Type = arrow.PrimitiveTypes.Float64
		c.Chunks = chunk.NullChunks(c.Field.Type, c.Len)
	}
	v := &view[T]{col: c, starts: c.Starts(), floats: chunk.IsFloat(c.Field.Type), load: load}
	v.dense = len(c.Chunks) <= 1 && c.NullN() == 0
	id := chunk.Physical(c.Field.Type).ID()
	switch any(*new(T)).(type) {
	case float64:
		v.same = id == arrow.FLOAT64
	case int64:
		v.same = bitsOf(c.Field.Type) == 64 && id != arrow.UINT64 && id != arrow.FLOAT64
	case uint64:
		v.same = id == arrow.UINT64
	}
	return v
}

// viewOf returns the view of a column of numbers or times, not of decimals.
func viewOf[T number](c chunk.Column) *view[T] { return newView(c, loadNumbers[T]) }

// floatsOf returns the view of numbers of any class as floats.
func floatsOf(c chunk.Column) *view[float64] {
	if classOf(c.Field.Type) == decimal {
		return newView(c, decimalFormOf(c.Field.Type).floats)
	}
	return viewOf[float64](c)
}

func decimalsOf(c chunk.Column) *view[wide] { return newView(c, decimalFormOf(c.Field.Type).load) }

// Ints returns the values of a column of times, or of other integers that fit an
// int64. The value at a null is not specified.
func Ints(c chunk.Column) []int64 {
	var buf []int64
	return viewOf[int64](c).rows(0, c.Len, &buf)
}

// bitsOf is the width of a fixed-width type.
func bitsOf(t arrow.DataType) int {
	if f, ok := chunk.Physical(t).(arrow.FixedWidthDataType); ok {
		return f.BitWidth()
	}
	return 0
}

// chunkAt returns the chunk that has the row.
func (v *view[T]) chunkAt(row int) int {
	if len(v.starts) == 2 {
		return 0
	}
	return sort.SearchInts(v.starts, row+1) - 1
}

// rows returns rows lo..hi: the column's own memory where it has them in one
// piece, else a copy in buf. The value at a null is not specified.
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
		v.load(dst[row-lo:][:m], v.col.Chunks[k], i)
		row += m
	}
	return dst
}

// present stores a bit for each of rows lo..hi that is not null, and reports
// whether all of them have one; then words is not written.
func (v *view[T]) present(lo, hi int, words []uint64) (all bool) {
	if v.dense {
		return true
	}
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

// observed stores a bit for each of rows lo..hi, whose values are x, that is
// neither null nor NaN, and reports whether all of them have one.
func (v *view[T]) observed(lo, hi int, words []uint64, x []T) (all bool) {
	all = v.present(lo, hi, words)
	if all {
		for i := range words[:(hi-lo+63)/64] {
			words[i] = chunk.LowBits(hi - lo - i<<6)
		}
		if !v.floats || !hasNaN(x) {
			return true
		}
	}
	if v.floats {
		dropNaN(words, x)
	}
	return false
}

// seen returns the values of rows lo..hi that are neither null nor NaN: in memory
// of the column's own, or in buf.
func (v *view[T]) seen(lo, hi int, buf *[]T, words *[]uint64) []T {
	x := v.rows(lo, hi, buf)
	if v.dense && !v.floats || lo == hi {
		return x
	}
	if !v.dense {
		if w := sized(words, (hi-lo+63)/64); !v.present(lo, hi, w) {
			return v.keep(x, w, buf)
		}
	}
	if v.floats && hasNaN(x) {
		return v.keep(x, nil, buf)
	}
	return x
}

// keep moves the values that are not NaN and have a bit, if there are words, to
// the beginning of buf. x is the column's memory, or in buf.
func (v *view[T]) keep(x []T, words []uint64, buf *[]T) []T {
	kept := sized(buf, len(x))
	n := 0
	for i, y := range x {
		// Written in any case: a branch that is taken now and then is cheaper
		// than one on each value.
		kept[n] = y
		if y == y && (words == nil || words[i>>6]>>(i&63)&1 != 0) {
			n++
		}
	}
	return kept[:n]
}

// sized returns n elements of scratch memory, which may hold anything.
func sized[T any](buf *[]T, n int) []T {
	if cap(*buf) < n {
		*buf = unset.Make[T](max(n, min(2*cap(*buf), 1<<16)))
	}
	*buf = (*buf)[:n]
	return *buf
}

// loadNumbers copies rows of a chunk of numbers or times. Integers become
// floats as Go converts them.
func loadNumbers[T number](dst []T, c *chunk.Chunk, i int) {
	switch chunk.Physical(c.Type).ID() {
	case arrow.BOOL:
		for k := range dst {
			dst[k] = T(chunk.Word(c.Bufs[1], c.Off+i+k, 1))
		}
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

func loadAs[S chunk.Number, T number](dst []T, c *chunk.Chunk, i int) {
	for k, v := range chunk.Values[S](c.Bufs[1])[c.Off+i:][:len(dst)] {
		dst[k] = T(v)
	}
}

// storeNumbers writes values that fit as rows from i on of a buffer of the type.
func storeNumbers[T number](typ arrow.DataType, buf []byte, i int, src []T) {
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
func storeAs[D chunk.Number, T number](buf []byte, i int, src []T) {
	dst := chunk.Values[D](buf)[i:][:len(src)]
	for k, v := range src {
		dst[k] = D(v)
	}
}

// storeAny is storeNumbers for any type of results.
func storeAny[R comparable](typ arrow.DataType, buf []byte, i int, src []R) {
	switch src := any(src).(type) {
	case []int64:
		storeNumbers(typ, buf, i, src)
	case []uint64:
		storeNumbers(typ, buf, i, src)
	case []float64:
		storeNumbers(typ, buf, i, src)
	case []wide:
		decimalFormOf(typ).store(buf, i, src)
	}
}

// hasNaN reports whether a value is NaN.
func hasNaN[T comparable](x []T) bool {
	f, ok := any(x).([]float64)
	if !ok {
		return false
	}
	// The sum of four is NaN if one of them is, or if they hold both infinities.
	for len(f) >= 4 {
		if s := (f[0] + f[1]) + (f[2] + f[3]); s != s && slices.ContainsFunc(f[:4], isNaN) {
			return true
		}
		f = f[4:]
	}
	return slices.ContainsFunc(f, isNaN)
}

func isNaN(v float64) bool { return v != v }

// dropNaN takes the bits of NaNs out of words.
func dropNaN[T comparable](words []uint64, x []T) {
	for i, v := range x {
		if v != v {
			words[i>>6] &^= 1 << (i & 63)
		}
	}
}
