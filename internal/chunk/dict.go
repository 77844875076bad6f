package chunk

import (
	"context"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
)

type indexType interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

// Codes returns a function that reads the codes of a dictionary chunk.
func Codes(c *Chunk) func(i int) int {
	switch Physical(c.Type).(*arrow.DictionaryType).IndexType.ID() {
	case arrow.INT8:
		return indexReader[int8](c)
	case arrow.INT16:
		return indexReader[int16](c)
	case arrow.INT32:
		return indexReader[int32](c)
	case arrow.UINT8:
		return indexReader[uint8](c)
	case arrow.UINT16:
		return indexReader[uint16](c)
	case arrow.UINT32:
		return indexReader[uint32](c)
	case arrow.UINT64:
		return indexReader[uint64](c)
	}
	return indexReader[int64](c)
}

func indexReader[T indexType](c *Chunk) func(i int) int {
	v := Values[T](c.Bufs[1])
	return func(i int) int { return int(v[c.Off+i]) }
}

// mostCodes returns how many codes the index type has.
func mostCodes(t arrow.DataType) int {
	switch t.ID() {
	case arrow.INT8:
		return math.MaxInt8 + 1
	case arrow.UINT8:
		return math.MaxUint8 + 1
	case arrow.INT16:
		return math.MaxInt16 + 1
	case arrow.UINT16:
		return math.MaxUint16 + 1
	}
	return math.MaxInt32
}

// pickDict picks codes. If the sources have different dictionaries, the new one has
// each value once, in the order of the sources. If these are too many for the codes, it
// has only the values that the rows use. Ordered dictionaries are not merged: the
// error is errSplit, and their rows go into chunks of their own.
func pickDict(c *Chunk, ctx context.Context, srcs []*Chunk, spans []Span) error {
	t := Physical(c.Type).(*arrow.DictionaryType)
	used := make([]bool, len(srcs))
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			used[s.Src] = true
		}
	}
	dicts, same := make([]*Chunk, len(srcs)), true
	for i, src := range srcs {
		if !used[i] {
			continue
		}
		dicts[i] = src.Dict
		if c.Dict == nil {
			c.Dict = src.Dict
		} else if d := c.Dict; d != src.Dict {
			same = same && d.Len == src.Dict.Len && EqualRows(d, 0, src.Dict, 0, d.Len)
		}
	}
	switch {
	case c.Dict != nil:
	case len(srcs) > 0:
		// No rows: still the dictionary of the others, or an IPC file could not
		// hold this chunk beside them.
		c.Dict = srcs[0].Dict
	default:
		c.Dict = Nulls(t.ValueType, 0)
	}
	if same {
		c.Bufs[1] = pickFixed(ctx, srcs, spans, c.Len, t.IndexType.(arrow.FixedWidthDataType).BitWidth()/8)
		return nil
	}
	if t.Ordered {
		return errSplit
	}
	most := mostCodes(t.IndexType)
	codes, firsts := mergeDicts(ctx, dicts, nil)
	if len(firsts) > most {
		codes, firsts = mergeDicts(ctx, dicts, usedCodes(ctx, srcs, spans))
	}
	if len(firsts) > most {
		return errSplit
	}
	pickCodes(c, ctx, t.IndexType, srcs, spans, codes)
	present := dicts[:0:0]
	for _, d := range dicts { // Pick needs every source
		if d == nil {
			d = c.Dict
		}
		present = append(present, d)
	}
	var err error
	c.Dict, err = Pick(ctx, t.ValueType, present, firsts)
	return err
}

// mergeDicts numbers the distinct values of the dictionaries. codes[d][i] is the number
// of value i of dictionary d, and firsts lists where each number first occurs. If used
// is not nil, values that it does not mark are skipped, and have code 0.
func mergeDicts(ctx context.Context, dicts []*Chunk, used [][]bool) (codes [][]int, firsts []Span) {
	codes = make([][]int, len(dicts))
	numbers := map[string]int{}
	var key []byte
	for d, dict := range dicts {
		if dict == nil {
			continue
		}
		codes[d] = make([]int, dict.Len)
		for i := range dict.Len {
			if i%1024 == 0 && ctx.Err() != nil {
				return codes, firsts
			}
			if used != nil && !used[d][i] {
				continue
			}
			key = AppendKey(key[:0], dict, i)
			n, known := numbers[string(key)]
			if !known {
				n = len(numbers)
				numbers[string(key)] = n
				firsts = append(firsts, Span{int32(d), 1, i})
			}
			codes[d][i] = n
		}
	}
	return codes, firsts
}

// usedCodes marks the values of each source's dictionary that the rows refer to.
func usedCodes(ctx context.Context, srcs []*Chunk, spans []Span) [][]bool {
	used := make([][]bool, len(srcs))
	for i, src := range srcs {
		used[i] = make([]bool, src.Dict.Len)
	}
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.Src]
			code := Codes(src)
			src.validRuns(s.Lo, int(s.N), func(lo, n int) bool {
				for i := lo; i < lo+n; i++ {
					used[s.Src][code(i)] = true
				}
				return true
			})
		}
	}
	return used
}

// pickCodes writes new codes for old ones, and 0 for a null, whose old code may be
// anything.
func pickCodes(c *Chunk, ctx context.Context, index arrow.DataType, srcs []*Chunk, spans []Span, codes [][]int) {
	width := index.(arrow.FixedWidthDataType).BitWidth() / 8
	out := NewBytes(c.Len * width)
	put := codeWriter(out, width)
	k := 0
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.Src]
			code, to := Codes(src), codes[s.Src]
			src.validRuns(s.Lo, int(s.N), func(lo, n int) bool {
				for i := lo; i < lo+n; i++ {
					put(k+i-s.Lo, to[code(i)])
				}
				return true
			})
			k += int(s.N)
		}
	}
	c.Bufs[1] = out
}

func codeWriter(out []byte, width int) func(i, code int) {
	switch width {
	case 1:
		return func(i, code int) { out[i] = byte(code) }
	case 2:
		v := Values[uint16](out)
		return func(i, code int) { v[i] = uint16(code) }
	case 4:
		v := Values[uint32](out)
		return func(i, code int) { v[i] = uint32(code) }
	}
	v := Values[uint64](out)
	return func(i, code int) { v[i] = uint64(code) }
}
