package keys

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"sync/atomic"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/apache/arrow/go/v15/arrow/float16"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// An Order has the rows of a column as words that are ordered as the values are. If the
// words of two rows are equal, tie compares their values.
type Order struct {
	Words  []uint64           // of each row; of a null any
	null   []uint64           // a bit for each null, or nil if there is none
	floats bool               // there may be NaNs
	tie    func(i, j int) int // nil if equal words are equal values
}

// IsNull reports whether row i is null.
func (o *Order) IsNull(i int) bool {
	return o.null != nil && o.null[i>>6]>>(i&63)&1 == 1
}

// Missing reports whether row i has no value: it is null or NaN; see the function Missing.
func (o *Order) Missing(i int) bool { return o.IsNull(i) || o.floats && o.Words[i] == nanWord }

// Compare returns a negative number if the value of row i is less than the value of row
// j, a positive one if it is greater, and 0 if they are equal. The rows must not be null.
func (o *Order) Compare(i, j int) int {
	a, b := o.Words[i], o.Words[j]
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case o.tie != nil:
		return o.tie(i, j)
	}
	return 0
}

// nanWord is the word of every NaN. It is greater than the words of all other floats.
const nanWord = ^uint64(0)

// OrderOf returns the order of a column's rows. NaN equals NaN and is greater than all
// other numbers; -0.0 equals 0.0. The rows of a dictionary column are ordered by their
// values. If the type has no order (see [HasOrder]), the error is an errkind.ErrType.
func OrderOf(w Workers, col chunk.Column) (*Order, error) {
	col = chunk.WithoutRuns(col)
	if !HasOrder(col.Field.Type) {
		return nil, fmt.Errorf("column %q: %w: %v has no order: numbers, bool, text, binary, dates, times, decimals and dictionaries of these have", col.Field.Name, errkind.ErrType, col.Field.Type)
	}
	if chunk.Physical(col.Field.Type).ID() == arrow.DICTIONARY {
		return orderDict(w, col)
	}
	o := &Order{Words: make([]uint64, col.Len), floats: HoldsFloats(col.Field.Type)}
	for _, k := range col.Chunks {
		if k.NullN() > 0 {
			o.null = make([]uint64, (col.Len+63)/64)
		}
	}
	starts := col.Starts()
	short, err := shortTexts(w, col)
	if err != nil {
		return nil, err
	}
	err = w.Ranges((col.Len+63)/64, func(_ context.Context, lo, hi int) error {
		lo, hi = lo*64, min(hi*64, col.Len)
		k := chunk.FindStart(starts, lo)
		for row := lo; row < hi; k++ {
			i := row - starts[k]
			ch := col.Chunks[k]
			n := min(hi-row, ch.Len-i)
			if short {
				shortWords(o.Words[row:row+n], ch, i)
			} else {
				orderWords(o.Words[row:row+n], ch, i)
			}
			if o.null != nil && ch.NullN() > 0 {
				for j := range n {
					if ch.IsNull(i + j) {
						o.null[(row+j)>>6] |= 1 << ((row + j) & 63)
					}
				}
			}
			row += n
		}
		return nil
	})
	if !short {
		o.tie = tieOf(col, starts)
	}
	return o, err
}

// HasOrder reports whether values of the type have an order.
func HasOrder(t arrow.DataType) bool { return shapeOf(t) != shapeNone && ordered(t) }

// ordered reports whether values of a type that can be a key have an order.
func ordered(t arrow.DataType) bool {
	switch t := chunk.Physical(t).(type) {
	case *arrow.DictionaryType:
		return ordered(t.ValueType)
	case *arrow.DayTimeIntervalType, *arrow.MonthDayNanoIntervalType:
		return false
	}
	return true
}

// orderWords writes the words of rows of the chunk, from row i on, to dst.
func orderWords(dst []uint64, c *chunk.Chunk, i int) {
	const flip = 1 << 63
	x := c.Off + i
	t := chunk.Physical(c.Type)
	l, width := chunk.LayoutOf(t)
	switch {
	case l == chunk.LayoutNull:
	case t.ID() == arrow.FLOAT64:
		for j, v := range chunk.Values[float64](c.Bufs[1])[x:][:len(dst)] {
			dst[j] = floatOrder(v)
		}
	case t.ID() == arrow.FLOAT32:
		for j, v := range chunk.Values[float32](c.Bufs[1])[x:][:len(dst)] {
			dst[j] = floatOrder(float64(v))
		}
	case t.ID() == arrow.FLOAT16:
		for j, v := range chunk.Values[float16.Num](c.Bufs[1])[x:][:len(dst)] {
			dst[j] = floatOrder(float64(v.Float32()))
		}
	case t.ID() == arrow.DECIMAL128:
		for j, v := range chunk.Values[decimal128.Num](c.Bufs[1])[x:][:len(dst)] {
			dst[j] = uint64(v.HighBits()) ^ flip
		}
	case t.ID() == arrow.DECIMAL256:
		for j, v := range chunk.Values[decimal256.Num](c.Bufs[1])[x:][:len(dst)] {
			dst[j] = v.Array()[3] ^ flip
		}
	case l == chunk.LayoutBits:
		loadWords(dst, t, c, i)
	case l == chunk.LayoutFixed && shapeOf(t) == shapeWord:
		loadWords(dst, t, c, i)
		if t.ID() != arrow.UINT64 {
			for j := range dst {
				dst[j] ^= flip
			}
		}
	default:
		for j := range dst {
			dst[j] = prefix(sortText(c, l, width, i+j))
		}
	}
}

// floatOrder returns the word of a float.
func floatOrder(v float64) uint64 {
	if v != v {
		return nanWord
	}
	return FloatWord(v)
}

// sortText returns the bytes of a row of text, binary or values of fixed width. For a null
// they may be any.
func sortText(c *chunk.Chunk, l chunk.Layout, width, i int) []byte {
	if l == chunk.LayoutFixed {
		return c.Bufs[1][(c.Off+i)*width:][:width]
	}
	if l == chunk.LayoutView && c.IsNull(i) {
		return nil
	}
	return c.RowBytes(l, i)
}

// prefix returns the first eight bytes as a word that is ordered as they are. It pads with
// zeros.
func prefix(b []byte) uint64 {
	if len(b) >= 8 {
		return binary.BigEndian.Uint64(b)
	}
	var w uint64
	for i, x := range b {
		w |= uint64(x) << (56 - 8*i)
	}
	return w
}

// shortTexts reports whether no text of the column is longer than seven bytes. It is false
// for other types, and for texts that are not between int32 offsets.
func shortTexts(w Workers, col chunk.Column) (bool, error) {
	if shapeOf(col.Field.Type) != shapeOffset32 {
		return false, nil
	}
	var long atomic.Bool
	for _, k := range col.Chunks {
		offs := chunk.Values[int32](k.Bufs[1])[k.Off:][:k.Len+1]
		err := w.Ranges(k.Len, func(_ context.Context, lo, hi int) error {
			if long.Load() {
				return nil
			}
			for i, end := range offs[lo+1 : hi+1] {
				if end-offs[lo+i] > 7 {
					long.Store(true)
					return nil
				}
			}
			return nil
		})
		if err != nil || long.Load() {
			return false, err
		}
	}
	return true, nil
}

// shortWords writes the words of texts of up to seven bytes: the bytes, and then the
// length, so that different texts have different words.
func shortWords(dst []uint64, c *chunk.Chunk, i int) {
	for j := range dst {
		b := c.RowBytes(chunk.LayoutBytes32, i+j)
		dst[j] = prefix(b)&^0xff | uint64(len(b))
	}
}

// tieOf returns the function that compares the values of two rows whose words are equal,
// or nil if equal words are equal values.
func tieOf(col chunk.Column, starts []int) func(i, j int) int {
	t := chunk.Physical(col.Field.Type)
	l, width := chunk.LayoutOf(t)
	find := func(i int) (*chunk.Chunk, int) {
		k := chunk.FindStart(starts, i)
		return col.Chunks[k], i - starts[k]
	}
	if len(col.Chunks) == 1 {
		only := col.Chunks[0]
		find = func(i int) (*chunk.Chunk, int) { return only, i }
	}
	switch {
	case t.ID() == arrow.DECIMAL128:
		return func(i, j int) int {
			a, i := find(i)
			b, j := find(j)
			return chunk.Values[decimal128.Num](a.Bufs[1])[a.Off+i].Cmp(chunk.Values[decimal128.Num](b.Bufs[1])[b.Off+j])
		}
	case t.ID() == arrow.DECIMAL256:
		return func(i, j int) int {
			a, i := find(i)
			b, j := find(j)
			return chunk.Values[decimal256.Num](a.Bufs[1])[a.Off+i].Cmp(chunk.Values[decimal256.Num](b.Bufs[1])[b.Off+j])
		}
	case shapeOf(t).isText():
		return func(i, j int) int {
			a, i := find(i)
			b, j := find(j)
			return bytes.Compare(sortText(a, l, width, i), sortText(b, l, width, j))
		}
	}
	return nil
}

// orderDict sorts the values of the dictionaries, once each. The word of a row is the rank
// of its value.
func orderDict(w Workers, col chunk.Column) (*Order, error) {
	ctx := w.Context()
	s, err := NewSource(col)
	if err != nil {
		return nil, err
	}
	starts := col.Starts()
	all, begins := s.dictValues()
	inner, err := OrderOf(w, all)
	if err != nil {
		return nil, err
	}
	places := make([]int, all.Len)
	for i := range places {
		places[i] = i
	}
	err = SortFunc(ctx, places, make([]int, all.Len), func(i, j int) int {
		if a, b := inner.IsNull(i), inner.IsNull(j); a || b {
			return cmp.Or(boolInt(a)-boolInt(b), i-j)
		}
		return cmp.Or(inner.Compare(i, j), i-j)
	})
	if err != nil {
		return nil, err
	}
	ranks := make([]uint64, all.Len)
	err = chunk.Blocks(ctx, 0, all.Len, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			switch i := places[k]; {
			case inner.floats && inner.Words[i] == nanWord:
				ranks[i] = nanWord
			case k > 0 && !inner.IsNull(i) && inner.Compare(places[k-1], i) == 0:
				ranks[i] = ranks[places[k-1]]
			default:
				ranks[i] = uint64(k)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	o := &Order{Words: make([]uint64, col.Len), null: make([]uint64, (col.Len+63)/64), floats: inner.floats}
	for k, ch := range col.Chunks {
		code, first := chunk.Codes(ch), starts[k]
		err := chunk.Blocks(ctx, 0, ch.Len, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				if row := first + i; ch.IsNull(i) || inner.IsNull(begins[k]+code(i)) {
					o.null[row>>6] |= 1 << (row & 63)
				} else {
					o.Words[row] = ranks[begins[k]+code(i)]
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return o, nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// HoldsFloats reports whether the values of the type are floats, which a dictionary or runs
// may hold.
func HoldsFloats(t arrow.DataType) bool {
	switch t := chunk.Physical(t).(type) {
	case *arrow.DictionaryType:
		return HoldsFloats(t.ValueType)
	case *arrow.RunEndEncodedType:
		return HoldsFloats(t.Encoded())
	}
	return chunk.IsFloat(t)
}

// Missing returns a function that reports whether a row has no value: it is null, or a
// float that is NaN. It returns nil if no row is null and the values are not floats.
func Missing(col chunk.Column) func(row int) bool {
	col = chunk.WithoutRuns(col)
	starts := col.Starts()
	if HoldsFloats(col.Field.Type) {
		return func(row int) bool {
			k := chunk.FindStart(starts, row)
			c, i := col.Chunks[k], row-starts[k]
			return c.Missing(i) || isNaN(c, i)
		}
	}
	if col.NullN() == 0 {
		return nil
	}
	return func(row int) bool {
		k := chunk.FindStart(starts, row)
		return col.Chunks[k].Missing(row - starts[k])
	}
}

// isNaN reports whether a row of floats, which is not null, is NaN.
func isNaN(c *chunk.Chunk, i int) bool {
	switch l, _ := chunk.LayoutOf(c.Type); l {
	case chunk.LayoutDict:
		return isNaN(c.Dict, chunk.Codes(c)(i))
	case chunk.LayoutRuns:
		return isNaN(c.Kids[1], c.RunAt(i))
	}
	var w [1]uint64
	orderWords(w[:], c, i)
	return w[0] == nanWord
}
