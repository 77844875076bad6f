package arrowtest

import (
	"math"
	"math/rand/v2"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Rand returns a generator of random arrays. The same seed gives the same arrays.
func Rand(seed uint64) *Gen {
	return &Gen{Rand: rand.New(rand.NewPCG(seed, 1)), Nulls: 0.3, Offsets: true}
}

// Gen generates random arrays. It belongs to one goroutine.
type Gen struct {
	*rand.Rand
	// Nulls is the share of nulls, at every level that may have them.
	Nulls float64
	// Offsets makes arrays begin and end anywhere in their buffers.
	Offsets bool
}

// Array returns n random rows of the type.
func (g *Gen) Array(t arrow.DataType, n int) arrow.Array { return array.MakeFromData(g.data(t, n)) }

// Arrays returns n random rows of the type in arrays of random lengths.
func (g *Gen) Arrays(t arrow.DataType, n int) []arrow.Array {
	var arrays []arrow.Array
	for n > 0 {
		m := 1 + g.IntN(n)
		arrays = append(arrays, g.Array(t, m))
		n -= m
	}
	return arrays
}

// data returns n rows. With Offsets, the buffers may have more rows before and after.
func (g *Gen) data(t arrow.DataType, n int) *array.Data {
	off, pad := 0, 0
	if g.Offsets {
		off, pad = []int{0, 0, 1, 7, 8, 9, 64}[g.IntN(7)], g.IntN(3)
	}
	d := g.whole(t, off+n+pad)
	if off+pad == 0 {
		return d
	}
	if d.Dictionary() != (*array.Data)(nil) {
		return array.NewDataWithDictionary(t, n, d.Buffers(), array.UnknownNullCount, off, d.Dictionary().(*array.Data))
	}
	nulls := array.UnknownNullCount
	if len(d.Buffers()) == 0 || d.Buffers()[0] == nil {
		nulls = 0
	}
	return array.NewData(t, n, d.Buffers(), d.Children(), nulls, off)
}

// whole returns n rows at offset 0.
func (g *Gen) whole(t arrow.DataType, n int) *array.Data {
	valid := g.bitmap(n)
	nulls := array.UnknownNullCount
	if valid == nil {
		nulls = 0
	}
	with := func(bufs []*memory.Buffer, kids ...arrow.ArrayData) *array.Data {
		return array.NewData(t, n, append([]*memory.Buffer{valid}, bufs...), kids, nulls, 0)
	}
	switch t := t.(type) {
	case arrow.ExtensionType:
		d := g.whole(t.StorageType(), n)
		if dict := d.Dictionary(); dict != (*array.Data)(nil) {
			return array.NewDataWithDictionary(t, n, d.Buffers(), d.NullN(), 0, dict.(*array.Data))
		}
		return array.NewData(t, n, d.Buffers(), d.Children(), d.NullN(), 0)
	case *arrow.NullType:
		return array.NewData(t, n, []*memory.Buffer{nil}, nil, n, 0)
	case *arrow.BooleanType:
		return with(buffers(g.bytes((n + 7) / 8)))
	case *arrow.StringType, *arrow.BinaryType:
		offs, data := g.texts(n)
		return with(buffers(ints[int32](offs), data))
	case *arrow.LargeStringType, *arrow.LargeBinaryType:
		offs, data := g.texts(n)
		return with(buffers(ints[int64](offs), data))
	case *arrow.StringViewType, *arrow.BinaryViewType:
		return with(g.views(n))
	case *arrow.ListType:
		offs := g.offsets(n, 4)
		return with(buffers(ints[int32](offs)), g.data(t.Elem(), offs[n]+1))
	case *arrow.MapType:
		offs := g.offsets(n, 4)
		return with(buffers(ints[int32](offs)), g.entries(t, offs[n]+1))
	case *arrow.LargeListType:
		offs := g.offsets(n, 4)
		return with(buffers(ints[int64](offs)), g.data(t.Elem(), offs[n]+1))
	case *arrow.ListViewType:
		offs, sizes := g.overlapping(n)
		return with(buffers(ints[int32](offs), ints[int32](sizes)), g.data(t.Elem(), 2*n+4))
	case *arrow.LargeListViewType:
		offs, sizes := g.overlapping(n)
		return with(buffers(ints[int64](offs), ints[int64](sizes)), g.data(t.Elem(), 2*n+4))
	case *arrow.FixedSizeListType:
		return with(nil, g.data(t.Elem(), n*int(t.Len())))
	case *arrow.StructType:
		return with(nil, g.kids(t.Fields(), n)...)
	case *arrow.SparseUnionType:
		valid = nil
		return with(buffers(g.codes(t, n)), g.kids(t.Fields(), n)...)
	case *arrow.DenseUnionType:
		valid = nil
		return g.dense(t, n)
	case *arrow.DictionaryType:
		return g.dictionary(t, n, valid)
	case *arrow.RunEndEncodedType:
		return g.runs(t, n)
	}
	return with(buffers(g.fixed(t, n)))
}

// bitmap returns a validity bitmap of n rows, or nil.
func (g *Gen) bitmap(n int) *memory.Buffer {
	if g.Nulls == 0 || n == 0 || g.IntN(8) == 0 {
		return nil
	}
	b := make([]byte, (n+7)/8)
	for i := range n {
		bitutil.SetBitTo(b, i, g.Float64() >= g.Nulls)
	}
	return memory.NewBufferBytes(b)
}

// bytes returns n random bytes.
func (g *Gen) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.Uint32())
	}
	return b
}

// text returns a UTF-8 text: empty, short, or too long for a view's header.
func (g *Gen) text() string {
	letters := []rune("abcxyz 0189,\"é世界🙂\n")
	out := make([]rune, []int{0, 1, 3, 9, 14, 20}[g.IntN(6)])
	for i := range out {
		out[i] = letters[g.IntN(len(letters))]
	}
	return string(out)
}

// offsets returns n+1 offsets with steps below step. With Offsets, the first may not be 0.
func (g *Gen) offsets(n, step int) []int {
	offs := make([]int, n+1)
	if g.Offsets {
		offs[0] = g.IntN(3)
	}
	for i := range n {
		offs[i+1] = offs[i] + g.IntN(step)
	}
	return offs
}

// texts returns n texts as offsets and their bytes. There is a byte after the last text.
func (g *Gen) texts(n int) (offs []int, data []byte) {
	offs = make([]int, n+1)
	if g.Offsets && g.IntN(2) == 0 {
		data = []byte("before")
	}
	offs[0] = len(data)
	for i := range n {
		data = append(data, g.text()...)
		offs[i+1] = len(data)
	}
	return offs, append(data, 'x')
}

// fixed returns the buffer of n values of fixed width.
func (g *Gen) fixed(t arrow.DataType, n int) []byte {
	switch t := t.(type) {
	case *arrow.Float64Type:
		special := []float64{0, math.Copysign(0, -1), math.NaN(), math.Float64frombits(0x7ff8000000000123), math.Inf(1), math.Inf(-1), 5e-324, math.MaxFloat64}
		v := make([]float64, n)
		for i := range v {
			if v[i] = g.NormFloat64() * 1e3; g.IntN(4) == 0 {
				v[i] = special[g.IntN(len(special))]
			}
		}
		return arrow.Float64Traits.CastToBytes(v)
	case *arrow.TimestampType, *arrow.DurationType:
		return g.numbers(n, 1<<33) // all units stay within the years that time.Time and time.Duration have
	case *arrow.Date32Type:
		return ints[int32](g.ints(n, 60_000))
	case *arrow.Date64Type:
		days := g.ints(n, 60_000)
		for i := range days {
			days[i] *= 86_400_000
		}
		return ints[int64](days)
	case *arrow.Time32Type, *arrow.Time64Type:
		v := g.ints(n, 86_400)
		for i := range v {
			v[i] = max(v[i], -v[i])
		}
		if t.ID() == arrow.TIME32 {
			return ints[int32](v)
		}
		return ints[int64](v)
	case *arrow.Decimal128Type, *arrow.Decimal256Type:
		words := t.(arrow.FixedWidthDataType).Bytes() / 8
		out := make([]int64, 0, n*words)
		for range n { // the sign extends through all words
			v := g.Int64N(1<<62) - 1<<61
			out = append(out, v)
			for range words - 1 {
				out = append(out, v>>63)
			}
		}
		return arrow.Int64Traits.CastToBytes(out)
	}
	return g.bytes(n * t.(arrow.FixedWidthDataType).Bytes())
}

// numbers returns the buffer of n random int64 values; see ints.
func (g *Gen) numbers(n int, limit int) []byte { return ints[int64](g.ints(n, limit)) }

// ints returns n random numbers from -limit on, below limit.
func (g *Gen) ints(n, limit int) []int {
	v := make([]int, n)
	for i := range v {
		v[i] = g.IntN(2*limit) - limit
	}
	return v
}

// ints returns the numbers as a buffer of type T.
func ints[T int16 | int32 | int64](v []int) []byte {
	out := make([]T, len(v))
	for i, x := range v {
		out[i] = T(x)
	}
	return arrow.GetBytes(out)
}

// buffers returns the bytes as Arrow buffers.
func buffers(bs ...[]byte) []*memory.Buffer {
	out := make([]*memory.Buffer, len(bs))
	for i, b := range bs {
		out[i] = memory.NewBufferBytes(b)
	}
	return out
}
