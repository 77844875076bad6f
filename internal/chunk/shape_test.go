package chunk_test

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/chunk"
)

// dataOf returns a chunk as Arrow has it, without a look at its lengths.
func dataOf(c *chunk.Chunk) *array.Data {
	bufs := make([]*memory.Buffer, len(c.Bufs))
	for i, b := range c.Bufs {
		if b != nil {
			bufs[i] = memory.NewBufferBytes(b)
		}
	}
	kids := make([]arrow.ArrayData, len(c.Kids))
	for i, k := range c.Kids {
		kids[i] = dataOf(k)
	}
	d := array.NewData(c.Type, c.Len, bufs, kids, 0, c.Off)
	if c.Dict != nil {
		d.SetDictionary(dataOf(c.Dict))
	}
	return d
}

// Lengths that cannot be are found before anything is read.
func TestShapeIsChecked(t *testing.T) {
	i32, str := arrow.PrimitiveTypes.Int32, arrow.BinaryTypes.String
	kid := chunk.Nulls(i32, 2)
	one := make([]byte, 1)
	ends := func(e ...int32) *chunk.Chunk { return chunk.New(i32, len(e), nil, chunk.Bytes(e)) }
	for name, c := range map[string]*chunk.Chunk{
		"negative rows":   {Type: i32, Len: -1, Bufs: make([][]byte, 2)},
		"negative offset": {Type: i32, Off: -1, Len: 1, Bufs: make([][]byte, 2)},
		"overflow":        {Type: i32, Off: 1 << 62, Len: 1 << 62, Bufs: make([][]byte, 2)},
		"huge":            {Type: i32, Off: 1 << 61, Len: 1, Bufs: make([][]byte, 2)},
		"bitmap":          {Type: i32, Len: 9, Bufs: [][]byte{one, make([]byte, 36)}},
		"bits":            {Type: arrow.FixedWidthTypes.Boolean, Len: 9, Bufs: [][]byte{nil, one}},
		"no offsets":      {Type: str, Len: 1, Bufs: [][]byte{nil, make([]byte, 4), nil}},
		"backwards":       {Type: str, Len: 1, Bufs: [][]byte{nil, chunk.Bytes([]int32{1, 0}), one}},
		"negative":        {Type: str, Len: 1, Bufs: [][]byte{nil, chunk.Bytes([]int32{-1, 0}), one}},
		"headers":         {Type: arrow.BinaryTypes.StringView, Len: 1, Bufs: [][]byte{nil, make([]byte, 15)}},
		"list":            {Type: arrow.LargeListOf(i32), Len: 1, Bufs: [][]byte{nil, chunk.Bytes([]int64{0, 3})}, Kids: []*chunk.Chunk{kid}},
		"list view":       {Type: arrow.ListViewOf(i32), Len: 1, Bufs: [][]byte{nil, make([]byte, 4), nil}, Kids: []*chunk.Chunk{kid}},
		"large list view": {Type: arrow.LargeListViewOf(i32), Len: 1, Bufs: [][]byte{nil, make([]byte, 4), make([]byte, 8)}, Kids: []*chunk.Chunk{kid}},
		"fixed list":      {Type: arrow.FixedSizeListOf(2, i32), Len: 2, Bufs: make([][]byte, 1), Kids: []*chunk.Chunk{kid}},
		"struct":          {Type: arrow.StructOf(arrow.Field{Name: "a", Type: i32}), Len: 3, Bufs: make([][]byte, 1), Kids: []*chunk.Chunk{kid}},
		"sparse":          {Type: arrow.SparseUnionOf([]arrow.Field{{Name: "a", Type: i32}}, []arrow.UnionTypeCode{0}), Len: 3, Bufs: [][]byte{nil, make([]byte, 3)}, Kids: []*chunk.Chunk{kid}},
		"codes":           {Type: arrow.SparseUnionOf([]arrow.Field{{Name: "a", Type: i32}}, []arrow.UnionTypeCode{0}), Len: 2, Bufs: [][]byte{nil, one}, Kids: []*chunk.Chunk{kid}},
		"dense codes":     {Type: arrow.DenseUnionOf([]arrow.Field{{Name: "a", Type: i32}}, []arrow.UnionTypeCode{0}), Len: 2, Bufs: [][]byte{nil, one, make([]byte, 8)}, Kids: []*chunk.Chunk{kid}},
		"dense":           {Type: arrow.DenseUnionOf([]arrow.Field{{Name: "a", Type: i32}}, []arrow.UnionTypeCode{0}), Len: 1, Bufs: [][]byte{nil, one, nil}, Kids: []*chunk.Chunk{kid}},
		"dictionary":      {Type: &arrow.DictionaryType{IndexType: i32, ValueType: str}, Len: 1, Bufs: [][]byte{nil, make([]byte, 4)}},
		"dict codes":      {Type: &arrow.DictionaryType{IndexType: i32, ValueType: str}, Len: 1, Bufs: [][]byte{nil, one}, Dict: kid},
		"runs":            {Type: arrow.RunEndEncodedOf(i32, i32), Len: 3, Bufs: make([][]byte, 1), Kids: []*chunk.Chunk{ends(1, 2), kid}},
		"run values":      {Type: arrow.RunEndEncodedOf(i32, i32), Len: 1, Bufs: make([][]byte, 1), Kids: []*chunk.Chunk{ends(1), kid}},
		"null run":        {Type: arrow.RunEndEncodedOf(i32, i32), Len: 1, Bufs: make([][]byte, 1), Kids: []*chunk.Chunk{chunk.Nulls(i32, 2), kid}},
	} {
		if err := chunk.Validate(c); err == nil {
			t.Errorf("%s: no error", name)
		}
		if k, err := chunk.Import(dataOf(c), c.Type, true); err == nil && name != "dictionary" { // none is an empty one
			t.Errorf("%s: imported as %v", name, k)
		}
	}
	empty := &chunk.Chunk{Type: &arrow.FixedSizeBinaryType{}, Len: 3, Bufs: [][]byte{nil, {}}}
	if err := chunk.Validate(empty); err != nil {
		t.Errorf("values of no bytes: %v", err)
	}
}
