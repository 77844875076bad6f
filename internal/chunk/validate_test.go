package chunk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

func TestValidateAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 10 {
			c := randomChunk(t, g, typ, g.IntN(100))
			if err := chunk.Validate(c); err != nil {
				t.Fatal(err)
			}
			if err := chunk.Validate(c.Slice(c.Len/3, c.Len/2)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// NoNulls finds a null of the rows and of the values that they refer to, and no other.
func TestNoNulls(t *testing.T) {
	g := arrowtest.Rand(4)
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, _ *arrowtest.Gen) {
		c := randomChunk(t, g, typ, 40)
		for i := range c.Len {
			for n := range c.Len - i {
				null := -1
				for k := i + n - 1; k >= i; k-- {
					if c.Missing(k) {
						null = k
					}
				}
				err := chunk.NoNulls(c, i, n)
				if (err != nil) != (null >= 0) || err != nil && !strings.Contains(err.Error(), fmt.Sprintf("row %d:", null)) {
					t.Fatalf("%d rows from row %d on: %v, and the first null is in row %d", n, i, err, null)
				}
			}
		}
	})
}

// Bytes that are overwritten at random are found, or harm nothing: what Validate
// accepts can be copied, compared and read.
func TestValidateFindsWhatBreaks(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		found := 0
		for range 200 {
			c := randomChunk(t, g, typ, 1+g.IntN(20))
			for range 1 + g.IntN(3) {
				spoil(g, c)
			}
			if err := chunk.Validate(c); err != nil {
				found++
				continue
			}
			row := 0
			for _, k := range chunk.PickAll(context.Background(), typ, []*chunk.Chunk{c}, chunk.WholeSpans([]*chunk.Chunk{c})) {
				if !chunk.EqualRows(k, 0, c, row, k.Len) {
					t.Fatalf("the copy of rows %d to %d differs", row, row+k.Len)
				}
				row += k.Len
			}
			for i := range c.Len {
				c.Value(i)
			}
			chunk.Compact([]chunk.Column{{Field: arrow.Field{Name: "x", Type: typ}, Chunks: chunk.Clone(c), Len: c.Len}}, c.Len)
		}
		if l, _ := chunk.LayoutOf(typ); found == 0 && l != chunk.LayoutNull && l != chunk.LayoutBits && l != chunk.LayoutFixed && l != chunk.LayoutFixedList && l != chunk.LayoutStruct {
			t.Error("200 spoiled chunks were all valid")
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
	runs.Kids[0], runs.Kids[1] = chunk.New(i32, 3, nil, offsets(5, 5, 9)), chunk.Nulls(str, 3)
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
		"offsets":    {text("abc", 0, 2, 1, 3), `row 1: ends at offset 1 and starts at 2`},
		"utf8":       {text("a\xff", 0, 1, 2), `row 1: "\xff" is not UTF-8`},
		"half":       {text("é", 0, 1, 2), `row 0: "\xc3" is not UTF-8`},
		"code":       {dict, "row 1: code 3 in a dictionary of 2 values"},
		"view":       {view, "row 0: a view of 20 bytes from byte 0 of buffer 0"},
		"runs":       {runs, "run 1 ends at 5, and the one before at 5"},
		"dense":      {dense, "row 1: value 1 of a child of 1"},
		"sparse":     {sparse, "row 1: type code 3, which the union does not have"},
		"list view":  {listView, "row 0: a view of 1 values from 0 of 0"},
		"inside":     {inner, `in the child "item": row 1: ends at offset 1 and starts at 2`},
		"short":      {&chunk.Chunk{Type: i32, Len: 3, Bufs: [][]byte{nil, make([]byte, 8)}}, "buffer 1 has 8 bytes, expected at least 12"},
		"short text": {text("ab", 0, 1, 9), "offsets run from 0 to 9 over 2 values"},
	} {
		if err := chunk.Validate(c.chunk); err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, expected %q", name, err, c.text)
		}
	}
}

// The row of an error is a number of the chunk, also where the chunk begins in
// the middle of its buffers.
func TestValidateNamesTheRow(t *testing.T) {
	c := &chunk.Chunk{Type: arrow.BinaryTypes.String, Len: 4, Bufs: [][]byte{nil, chunk.Bytes([]int32{0, 1, 2, 3, 4}), []byte("ab\xffd")}}
	for off := range 3 {
		var bad *chunk.RowError
		if err := chunk.Validate(c.Slice(off, 4)); !errors.As(err, &bad) || bad.Row != 2-off {
			t.Errorf("from row %d: %v", off, err)
		}
	}
	if err := chunk.Validate(c.Slice(3, 4)); err != nil {
		t.Error(err)
	}
}
