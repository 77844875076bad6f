package frame

import (
	"errors"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
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
				spoil(g, f.Columns()[0].col.chunks[g.IntN(len(f.Columns()[0].col.chunks))])
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
		if l, _ := layoutOf(typ); found == 0 && l != layoutNull && l != layoutBits && l != layoutFixed && l != layoutFixedList && l != layoutStruct {
			t.Error("200 spoiled frames were all valid")
		}
	})
}

// spoil overwrites a byte of a buffer that is not a validity bitmap.
func spoil(g *arrowtest.Gen, c *chunk) {
	switch k := g.IntN(4); {
	case k == 0 && len(c.kids) > 0:
		spoil(g, c.kids[g.IntN(len(c.kids))])
		return
	case k == 1 && c.dict != nil:
		spoil(g, c.dict)
		return
	}
	if b := c.bufs[min(len(c.bufs)-1, 1+g.IntN(len(c.bufs)))]; len(b) > 0 && len(c.bufs) > 1 {
		b[g.IntN(len(b))] = byte(g.Uint32())
	}
}

func TestValidateSays(t *testing.T) {
	str, i32 := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int32
	offsets := func(o ...int32) []byte { return rawBytes(o) }
	text := func(s string, o ...int32) *chunk {
		return &chunk{typ: str, n: len(o) - 1, bufs: [][]byte{nil, offsets(o...), []byte(s)}}
	}
	dict := &chunk{typ: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: str}, n: 2, bufs: [][]byte{nil, {0, 3}}, dict: text("ab", 0, 1, 2)}
	view := nullChunk(arrow.BinaryTypes.StringView, 1)
	view.bufs[0] = nil
	values[int32](view.bufs[1])[0] = 20
	runs := nullChunk(arrow.RunEndEncodedOf(i32, str), 9)
	runs.kids[0], runs.kids[1] = endsChunk(i32, []int{5, 5, 9}), nullChunk(str, 3)
	dense := nullChunk(arrow.DenseUnionOf([]arrow.Field{{Name: "a", Type: i32, Nullable: true}}, []arrow.UnionTypeCode{4}), 2)
	values[int32](dense.bufs[2])[1] = 1
	sparse := nullChunk(arrow.SparseUnionOf([]arrow.Field{{Name: "a", Type: i32, Nullable: true}}, []arrow.UnionTypeCode{4}), 2)
	sparse.bufs[1][1] = 3
	listView := nullChunk(arrow.ListViewOf(i32), 1)
	values[int32](listView.bufs[2])[0] = 1
	inner := &chunk{typ: arrow.ListOf(str), n: 1, bufs: [][]byte{nil, offsets(0, 2)}, kids: []*chunk{text("abc", 0, 2, 1)}}
	inner.kids[0].bufs[1] = offsets(0, 2, 1)
	for name, c := range map[string]struct {
		chunk *chunk
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
		"short":      {&chunk{typ: i32, n: 3, bufs: [][]byte{nil, make([]byte, 8)}}, "buffer 1 has 8 bytes, expected at least 12"},
		"short text": {text("ab", 0, 1, 9), "offsets run from 0 to 9 over 2 values"},
	} {
		good := nullChunk(c.chunk.typ, 3)
		f := must(New(Column{column{field: arrow.Field{Name: "x", Type: c.chunk.typ, Nullable: true}, chunks: []*chunk{good, c.chunk}, n: 3 + c.chunk.n}}))
		if err := f.Validate(); err == nil || !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, expected %q", name, err, c.text)
		}
		f.cols[0].field.Nullable = false
		if err := f.Validate(); err == nil || !strings.Contains(err.Error(), "row 0: null, but declared not nullable") {
			t.Errorf("%s: not nullable: %v", name, err)
		}
	}
}

// Lengths that cannot be are found before anything is read.
func TestCheckShape(t *testing.T) {
	i32, str := arrow.PrimitiveTypes.Int32, arrow.BinaryTypes.String
	kid := nullChunk(i32, 2)
	one := make([]byte, 1)
	for name, c := range map[string]*chunk{
		"negative rows":   {typ: i32, n: -1, bufs: make([][]byte, 2)},
		"negative offset": {typ: i32, off: -1, n: 1, bufs: make([][]byte, 2)},
		"overflow":        {typ: i32, off: 1 << 62, n: 1 << 62, bufs: make([][]byte, 2)},
		"huge":            {typ: i32, off: 1 << 61, n: 1, bufs: make([][]byte, 2)},
		"bitmap":          {typ: i32, n: 9, bufs: [][]byte{one, make([]byte, 36)}},
		"bits":            {typ: arrow.FixedWidthTypes.Boolean, n: 9, bufs: [][]byte{nil, one}},
		"no offsets":      {typ: str, n: 1, bufs: [][]byte{nil, make([]byte, 4), nil}},
		"backwards":       {typ: str, n: 1, bufs: [][]byte{nil, rawBytes([]int32{1, 0}), one}},
		"negative":        {typ: str, n: 1, bufs: [][]byte{nil, rawBytes([]int32{-1, 0}), one}},
		"headers":         {typ: arrow.BinaryTypes.StringView, n: 1, bufs: [][]byte{nil, make([]byte, 15)}},
		"list":            {typ: arrow.LargeListOf(i32), n: 1, bufs: [][]byte{nil, rawBytes([]int64{0, 3})}, kids: []*chunk{kid}},
		"list view":       {typ: arrow.ListViewOf(i32), n: 1, bufs: [][]byte{nil, make([]byte, 4), nil}, kids: []*chunk{kid}},
		"large list view": {typ: arrow.LargeListViewOf(i32), n: 1, bufs: [][]byte{nil, make([]byte, 4), make([]byte, 8)}, kids: []*chunk{kid}},
		"fixed list":      {typ: arrow.FixedSizeListOf(2, i32), n: 2, bufs: make([][]byte, 1), kids: []*chunk{kid}},
		"struct":          {typ: arrow.StructOf(arrow.Field{Name: "a", Type: i32}), n: 3, bufs: make([][]byte, 1), kids: []*chunk{kid}},
		"sparse":          {typ: arrow.SparseUnionOf([]arrow.Field{{Name: "a", Type: i32}}, []arrow.UnionTypeCode{0}), n: 3, bufs: [][]byte{nil, make([]byte, 3)}, kids: []*chunk{kid}},
		"codes":           {typ: arrow.SparseUnionOf([]arrow.Field{{Name: "a", Type: i32}}, []arrow.UnionTypeCode{0}), n: 2, bufs: [][]byte{nil, one}, kids: []*chunk{kid}},
		"dense codes":     {typ: arrow.DenseUnionOf([]arrow.Field{{Name: "a", Type: i32}}, []arrow.UnionTypeCode{0}), n: 2, bufs: [][]byte{nil, one, make([]byte, 8)}, kids: []*chunk{kid}},
		"dense":           {typ: arrow.DenseUnionOf([]arrow.Field{{Name: "a", Type: i32}}, []arrow.UnionTypeCode{0}), n: 1, bufs: [][]byte{nil, one, nil}, kids: []*chunk{kid}},
		"dictionary":      {typ: &arrow.DictionaryType{IndexType: i32, ValueType: str}, n: 1, bufs: [][]byte{nil, make([]byte, 4)}},
		"dict codes":      {typ: &arrow.DictionaryType{IndexType: i32, ValueType: str}, n: 1, bufs: [][]byte{nil, one}, dict: kid},
		"runs":            {typ: arrow.RunEndEncodedOf(i32, i32), n: 3, bufs: make([][]byte, 1), kids: []*chunk{endsChunk(i32, []int{1, 2}), kid}},
		"run values":      {typ: arrow.RunEndEncodedOf(i32, i32), n: 1, bufs: make([][]byte, 1), kids: []*chunk{endsChunk(i32, []int{1}), kid}},
		"null run":        {typ: arrow.RunEndEncodedOf(i32, i32), n: 1, bufs: make([][]byte, 1), kids: []*chunk{nullChunk(i32, 2), kid}},
	} {
		if err := checkShape(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
