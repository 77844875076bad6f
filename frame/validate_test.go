package frame

import (
	"errors"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

func TestValidateAllTypes(t *testing.T) {
	eachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 10 {
			f := randomFrame(t, g, typ, g.IntN(100))
			if err := f.Validate(); err != nil {
				t.Fatal(err)
			}
			if err := f.slice(f.rows/3, f.rows/2).Validate(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Bytes that are overwritten at random are found, or harm nothing: whatever
// Validate lets pass can be copied, compared and looked at.
func TestValidateFindsWhatBreaks(t *testing.T) {
	eachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		found := 0
		for range 200 {
			f := randomFrame(t, g, typ, 1+g.IntN(20))
			for range 1 + g.IntN(3) {
				spoil(g, f.Columns()[0].col.Chunks[g.IntN(len(f.Columns()[0].col.Chunks))])
			}
			if err := f.Validate(); err != nil {
				if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), `column "x" (`+typ.String()) {
					t.Fatal(err)
				}
				found++
				continue
			}
			all := must(f.Take(upTo(f.rows)))
			if !all.Equal(f) {
				t.Fatal(f.Diff(all))
			}
			for i := range f.rows {
				f.Columns()[0].Value(i)
			}
			compacted(f.Clone())
		}
		if l, _ := chunk.LayoutOf(typ); found == 0 && l != chunk.LayoutNull && l != chunk.LayoutBits && l != chunk.LayoutFixed && l != chunk.LayoutFixedList && l != chunk.LayoutStruct {
			t.Error("200 spoiled frames were all valid")
		}
	})
}

// spoil overwrites a byte of a buffer that is not a validity bitmap.
func spoil(g *arrowtest.Gen, c *chunk.Chunk) {
	switch k := g.IntN(4); {
	case k == 0 && len(c.Kids) > 0:
		spoil(g, c.Kids[g.IntN(len(c.Kids))])
		return
	case k == 1 && c.Dict != nil:
		spoil(g, c.Dict)
		return
	}
	if b := c.Bufs[min(len(c.Bufs)-1, 1+g.IntN(len(c.Bufs)))]; len(b) > 0 && len(c.Bufs) > 1 {
		b[g.IntN(len(b))] = byte(g.Uint32())
	}
}

func TestValidateSays(t *testing.T) {
	str, i32 := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int32
	offsets := func(o ...int32) []byte { return chunk.Bytes(o) }
	text := func(s string, o ...int32) *chunk.Chunk {
		return &chunk.Chunk{Type: str, Len: len(o) - 1, Bufs: [][]byte{nil, offsets(o...), []byte(s)}}
	}
	dict := &chunk.Chunk{Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: str}, Len: 2, Bufs: [][]byte{nil, {0, 3}}, Dict: text("ab", 0, 1, 2)}
	view := chunk.Nulls(arrow.BinaryTypes.StringView, 1)
	view.Bufs[0] = nil
	chunk.Values[int32](view.Bufs[1])[0] = 20
	runs := chunk.Nulls(arrow.RunEndEncodedOf(i32, str), 9)
	runs.Kids[0], runs.Kids[1] = chunk.RunEndsOf(i32, []int{5, 5, 9}), chunk.Nulls(str, 3)
	dense := chunk.Nulls(arrow.DenseUnionOf([]arrow.Field{{Name: "a", Type: i32, Nullable: true}}, []arrow.UnionTypeCode{4}), 2)
	chunk.Values[int32](dense.Bufs[2])[1] = 1
	sparse := chunk.Nulls(arrow.SparseUnionOf([]arrow.Field{{Name: "a", Type: i32, Nullable: true}}, []arrow.UnionTypeCode{4}), 2)
	sparse.Bufs[1][1] = 3
	listView := chunk.Nulls(arrow.ListViewOf(i32), 1)
	chunk.Values[int32](listView.Bufs[2])[0] = 1
	inner := &chunk.Chunk{Type: arrow.ListOf(str), Len: 1, Bufs: [][]byte{nil, offsets(0, 2)}, Kids: []*chunk.Chunk{text("abc", 0, 2, 1)}}
	inner.Kids[0].Bufs[1] = offsets(0, 2, 1)
	for name, c := range map[string]struct {
		chunk *chunk.Chunk
		text  string
	}{
		"offsets":    {text("abc", 0, 2, 1, 3), `column "x" (utf8): row 4: ends at offset 1 and starts at 2`},
		"utf8":       {text("a\xff", 0, 1, 2), `row 4: "\xff" is not UTF-8`},
		"half":       {text("é", 0, 1, 2), `row 3: "\xc3" is not UTF-8`},
		"code":       {dict, "row 4: code 3 in a dictionary of 2 values"},
		"view":       {view, "row 3: a view of 20 bytes from byte 0 of buffer 0"},
		"runs":       {runs, "run 1 ends at 5, and the one before at 5"},
		"dense":      {dense, "row 4: value 1 of a child of 1"},
		"sparse":     {sparse, "row 4: type code 3, which the union does not have"},
		"list view":  {listView, "row 3: a view of 1 values from 0 of 0"},
		"inside":     {inner, `in the child "item": row 1: ends at offset 1 and starts at 2`},
		"short":      {&chunk.Chunk{Type: i32, Len: 3, Bufs: [][]byte{nil, make([]byte, 8)}}, "buffer 1 has 8 bytes, expected at least 12"},
		"short text": {text("ab", 0, 1, 9), "offsets run from 0 to 9 over 2 values"},
	} {
		good := chunk.Nulls(c.chunk.Type, 3)
		f := must(New(Column{chunk.Column{Field: arrow.Field{Name: "x", Type: c.chunk.Type, Nullable: true}, Chunks: []*chunk.Chunk{good, c.chunk}, Len: 3 + c.chunk.Len}}))
		if err := f.Validate(); err == nil || !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, expected %q", name, err, c.text)
		}
		f.cols[0].Field.Nullable = false
		if err := f.Validate(); err == nil || !strings.Contains(err.Error(), "row 0: null, but declared not nullable") {
			t.Errorf("%s: not nullable: %v", name, err)
		}
	}
}

// Lengths that cannot be are found before anything is read.
func TestCheckShape(t *testing.T) {
	i32, str := arrow.PrimitiveTypes.Int32, arrow.BinaryTypes.String
	kid := chunk.Nulls(i32, 2)
	one := make([]byte, 1)
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
		"runs":            {Type: arrow.RunEndEncodedOf(i32, i32), Len: 3, Bufs: make([][]byte, 1), Kids: []*chunk.Chunk{chunk.RunEndsOf(i32, []int{1, 2}), kid}},
		"run values":      {Type: arrow.RunEndEncodedOf(i32, i32), Len: 1, Bufs: make([][]byte, 1), Kids: []*chunk.Chunk{chunk.RunEndsOf(i32, []int{1}), kid}},
		"null run":        {Type: arrow.RunEndEncodedOf(i32, i32), Len: 1, Bufs: make([][]byte, 1), Kids: []*chunk.Chunk{chunk.Nulls(i32, 2), kid}},
	} {
		if err := chunk.CheckShape(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
