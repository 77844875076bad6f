package chunk_test

import (
	"math"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

func TestNullsAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for _, n := range []int{0, 1, 7, 64, 100} {
			c := chunk.Nulls(typ, n)
			if err := chunk.Validate(c); err != nil {
				t.Fatal(err)
			}
			col := chunk.Column{Chunks: []*chunk.Chunk{c}, Len: n}
			if c.Len != n || col.NullN() != n || len(arrowtest.Rows(c.Array())) != n {
				t.Fatalf("%d nulls of %d rows, expected %d", col.NullN(), c.Len, n)
			}
			for i := range n {
				if !c.Missing(i) || c.Value(i) != nil {
					t.Fatalf("row %d is %v", i, c.Value(i))
				}
			}
		}
	})
}

// A chunk has as many rows as Arrow can count, which is fewer where run ends are int16.
func TestNullChunksAreCut(t *testing.T) {
	short := arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int64)
	for _, c := range []struct {
		typ     arrow.DataType
		n, most int
	}{
		{short, 100_000, math.MaxInt16}, {arrow.StructOf(arrow.Field{Name: "a", Type: short}), 100_000, math.MaxInt16},
		{arrow.PrimitiveTypes.Int64, 100_000, math.MaxInt32}, {arrow.Null, 1<<32 - 1, math.MaxInt32}, {short, math.MaxInt16, math.MaxInt16},
	} {
		left := c.n
		for _, k := range chunk.NullChunks(c.typ, c.n) {
			if k.Len != min(left, c.most) {
				t.Errorf("%s: a chunk of %d rows, with %d of %d to come", c.typ, k.Len, left, c.n)
			}
			left -= k.Len
		}
		if left != 0 {
			t.Errorf("%s: %d rows of %d are in no chunk", c.typ, left, c.n)
		}
	}
}
