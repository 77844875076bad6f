package chunk

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
)

func TestNullsAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for _, n := range []int{0, 1, 7, 64, 100} {
			c := Nulls(typ, n)
			if err := Validate(c); err != nil {
				t.Fatal(err)
			}
			if c.Len != n || c.missingN() != n || len(arrowtest.Rows(c.Array())) != n {
				t.Fatalf("%d nulls of %d rows, expected %d", c.missingN(), c.Len, n)
			}
			for i := range n {
				if !c.Missing(i) || c.Value(i) != nil {
					t.Fatalf("row %d is %v", i, c.Value(i))
				}
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
		if got := maxRows(c.typ); got != c.want {
			t.Errorf("%s: %d, expected %d", c.typ, got, c.want)
		}
	}
	if n := len(NullChunks(short, 100_000)); n != 4 {
		t.Errorf("%d chunks, expected 4", n)
	}
}
