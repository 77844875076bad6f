package chunk

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
)

// Lengths that cannot be are found before anything is read.
func TestCheckShape(t *testing.T) {
	i32, str := arrow.PrimitiveTypes.Int32, arrow.BinaryTypes.String
	kid := Nulls(i32, 2)
	one := make([]byte, 1)
	for name, c := range map[string]*Chunk{
		"negative rows":   {Type: i32, Len: -1, Bufs: make([][]byte, 2)},
		"negative offset": {Type: i32, Off: -1, Len: 1, Bufs: make([][]byte, 2)},
		"overflow":        {Type: i32, Off: 1 << 62, Len: 1 << 62, Bufs: make([][]byte, 2)},
		"huge":            {Type: i32, Off: 1 << 61, Len: 1, Bufs: make([][]byte, 2)},
		"bitmap":          {Type: i32, Len: 9, Bufs: [][]byte{one, make([]byte, 36)}},
		"bits":            {Type: arrow.FixedWidthTypes.Boolean, Len: 9, Bufs: [][]byte{nil, one}},
		"no offsets":      {Type: str, Len: 1, Bufs: [][]byte{nil, make([]byte, 4), nil}},
		"backwards":       {Type: str, Len: 1, Bufs: [][]byte{nil, Bytes([]int32{1, 0}), one}},
		"negative":        {Type: str, Len: 1, Bufs: [][]byte{nil, Bytes([]int32{-1, 0}), one}},
		"headers":         {Type: arrow.BinaryTypes.StringView, Len: 1, Bufs: [][]byte{nil, make([]byte, 15)}},
		"list":            {Type: arrow.LargeListOf(i32), Len: 1, Bufs: [][]byte{nil, Bytes([]int64{0, 3})}, Kids: []*Chunk{kid}},
		"list view":       {Type: arrow.ListViewOf(i32), Len: 1, Bufs: [][]byte{nil, make([]byte, 4), nil}, Kids: []*Chunk{kid}},
		"large list view": {Type: arrow.LargeListViewOf(i32), Len: 1, Bufs: [][]byte{nil, make([]byte, 4), make([]byte, 8)}, Kids: []*Chunk{kid}},
		"fixed list":      {Type: arrow.FixedSizeListOf(2, i32), Len: 2, Bufs: make([][]byte, 1), Kids: []*Chunk{kid}},
		"struct":          {Type: arrow.StructOf(arrow.Field{Name: "a", Type: i32}), Len: 3, Bufs: make([][]byte, 1), Kids: []*Chunk{kid}},
		"sparse":          {Type: arrow.SparseUnionOf([]arrow.Field{{Name: "a", Type: i32}}, []arrow.UnionTypeCode{0}), Len: 3, Bufs: [][]byte{nil, make([]byte, 3)}, Kids: []*Chunk{kid}},
		"codes":           {Type: arrow.SparseUnionOf([]arrow.Field{{Name: "a", Type: i32}}, []arrow.UnionTypeCode{0}), Len: 2, Bufs: [][]byte{nil, one}, Kids: []*Chunk{kid}},
		"dense codes":     {Type: arrow.DenseUnionOf([]arrow.Field{{Name: "a", Type: i32}}, []arrow.UnionTypeCode{0}), Len: 2, Bufs: [][]byte{nil, one, make([]byte, 8)}, Kids: []*Chunk{kid}},
		"dense":           {Type: arrow.DenseUnionOf([]arrow.Field{{Name: "a", Type: i32}}, []arrow.UnionTypeCode{0}), Len: 1, Bufs: [][]byte{nil, one, nil}, Kids: []*Chunk{kid}},
		"dictionary":      {Type: &arrow.DictionaryType{IndexType: i32, ValueType: str}, Len: 1, Bufs: [][]byte{nil, make([]byte, 4)}},
		"dict codes":      {Type: &arrow.DictionaryType{IndexType: i32, ValueType: str}, Len: 1, Bufs: [][]byte{nil, one}, Dict: kid},
		"runs":            {Type: arrow.RunEndEncodedOf(i32, i32), Len: 3, Bufs: make([][]byte, 1), Kids: []*Chunk{runEndsOf(i32, []int{1, 2}), kid}},
		"run values":      {Type: arrow.RunEndEncodedOf(i32, i32), Len: 1, Bufs: make([][]byte, 1), Kids: []*Chunk{runEndsOf(i32, []int{1}), kid}},
		"null run":        {Type: arrow.RunEndEncodedOf(i32, i32), Len: 1, Bufs: make([][]byte, 1), Kids: []*Chunk{Nulls(i32, 2), kid}},
	} {
		if err := checkShape(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	empty := &Chunk{Type: &arrow.FixedSizeBinaryType{}, Len: 3, Bufs: [][]byte{nil, {}}}
	if err := checkShape(empty); err != nil {
		t.Errorf("values of no bytes: %v", err)
	}
}
