package frame

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

func TestNullChunkAllTypes(t *testing.T) {
	eachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for _, n := range []int{0, 1, 7, 64, 100} {
			c := Column{chunk.Column{Field: arrow.Field{Name: "x", Type: typ, Nullable: true}, Chunks: chunk.NullChunks(typ, n), Len: n}}
			if n == 0 {
				c.col.Chunks = []*chunk.Chunk{chunk.Nulls(typ, 0)}
			}
			f := must(New(c))
			if err := f.Validate(); err != nil {
				t.Fatal(err)
			}
			if c.NullN() != n || len(rowsOf(c)) != n {
				t.Fatalf("%d nulls of %d rows, expected %d", c.NullN(), len(rowsOf(c)), n)
			}
		}
	})
}

func TestMaxRows(t *testing.T) {
	short := arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int64)
	for _, c := range []struct {
		typ  arrow.DataType
		want int
	}{
		{short, 1<<15 - 1}, {arrow.StructOf(arrow.Field{Name: "a", Type: short}), 1<<15 - 1}, {arrow.PrimitiveTypes.Int64, 1<<31 - 1},
	} {
		if got := chunk.MaxRows(c.typ); got != c.want {
			t.Errorf("%s: %d, expected %d", c.typ, got, c.want)
		}
	}
	if n := len(chunk.NullChunks(short, 100_000)); n != 4 {
		t.Errorf("%d chunks, expected 4", n)
	}
}
