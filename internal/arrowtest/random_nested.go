package arrowtest

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// kids returns a child of n rows for each field.
func (g *Gen) kids(fields []arrow.Field, n int) []arrow.ArrayData {
	kids := make([]arrow.ArrayData, len(fields))
	for i, f := range fields {
		kids[i] = g.field(f, n)
	}
	return kids
}

// field returns n rows, without nulls if the field is not nullable.
func (g *Gen) field(f arrow.Field, n int) *array.Data {
	if f.Nullable {
		return g.data(f.Type, n)
	}
	plain := *g
	plain.Nulls = 0
	return plain.data(f.Type, n)
}

// entries returns the child of a map. Neither entries nor keys are null.
func (g *Gen) entries(t *arrow.MapType, n int) *array.Data {
	kids := g.kids(t.Elem().(*arrow.StructType).Fields(), n)
	return array.NewData(t.Elem(), n, []*memory.Buffer{nil}, kids, 0, 0)
}

// views returns the buffers of n views, some inline, others into one of two buffers.
func (g *Gen) views(n int) []*memory.Buffer {
	headers := make([]arrow.ViewHeader, n)
	data := [2][]byte{}
	for i := range headers {
		s := g.text()
		headers[i].SetString(s)
		if !headers[i].IsInline() {
			k := g.IntN(2)
			headers[i].SetIndexOffset(int32(k), int32(len(data[k])))
			data[k] = append(data[k], s...)
		}
	}
	return buffers(arrow.ViewHeaderTraits.CastToBytes(headers), data[0], data[1])
}

// overlapping returns offsets and sizes of n list views over 2n+4 values. The views may
// overlap.
func (g *Gen) overlapping(n int) (offs, sizes []int) {
	offs, sizes = make([]int, n), make([]int, n)
	for i := range n {
		offs[i], sizes[i] = g.IntN(2*n+1), g.IntN(4)
	}
	return offs, sizes
}

// codes returns n type codes of a union.
func (g *Gen) codes(t arrow.UnionType, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(t.TypeCodes()[g.IntN(len(t.TypeCodes()))])
	}
	return b
}

// dense returns n rows of a dense union, whose children have values that no row uses.
func (g *Gen) dense(t *arrow.DenseUnionType, n int) *array.Data {
	codes, next := g.codes(t, n), make([]int, len(t.Fields()))
	for i := range next {
		next[i] = g.IntN(2)
	}
	offs := make([]int, n)
	for i, c := range codes {
		id := t.ChildIDs()[c]
		offs[i] = next[id]
		next[id]++
	}
	kids := make([]arrow.ArrayData, len(next))
	for i, f := range t.Fields() {
		kids[i] = g.data(f.Type, next[i]+1)
	}
	return array.NewData(t, n, append([]*memory.Buffer{nil}, buffers(codes, ints[int32](offs))...), kids, 0, 0)
}

// dictionary returns codes of a dictionary of a few values, some of which may be null. The
// code of a null row is not in the dictionary.
func (g *Gen) dictionary(t *arrow.DictionaryType, n int, valid *memory.Buffer) *array.Data {
	size := 1 + g.IntN(9)
	dict := g.data(t.ValueType, size)
	b := make([]byte, 0, 8*n)
	width := t.IndexType.(arrow.FixedWidthDataType).Bytes()
	for i := range n {
		code := g.IntN(size)
		if valid != nil && bitutil.BitIsNotSet(valid.Bytes(), i) {
			code = 100
		}
		b = append(b, ints[int64]([]int{code})[:width]...)
	}
	nulls := 0
	if valid != nil {
		nulls = array.UnknownNullCount
	}
	return array.NewDataWithDictionary(t, n, append([]*memory.Buffer{valid}, buffers(b)...), nulls, 0, dict)
}

// runs returns n rows in runs of 1 to 5 rows. The last run may end after row n.
func (g *Gen) runs(t *arrow.RunEndEncodedType, n int) *array.Data {
	var ends []int
	for last := 0; last < n; ends = append(ends, last) {
		last += 1 + g.IntN(5)
	}
	var b []byte
	switch t.RunEnds().ID() {
	case arrow.INT16:
		b = ints[int16](ends)
	case arrow.INT32:
		b = ints[int32](ends)
	default:
		b = ints[int64](ends)
	}
	endData := array.NewData(t.RunEnds(), len(ends), append([]*memory.Buffer{nil}, buffers(b)...), nil, 0, 0)
	return array.NewData(t, n, []*memory.Buffer{nil}, []arrow.ArrayData{endData, g.data(t.Encoded(), len(ends))}, 0, 0)
}
