package chunk

import (
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/arrowtest"
)

// A buffer that does not start at a multiple of 8 bytes is copied, also where
// memory is borrowed.
func TestImportCopiesUnalignedMemory(t *testing.T) {
	bytes := make([]byte, 25)
	bytes[1] = 7
	data := array.NewData(arrow.PrimitiveTypes.Int64, 3, []*memory.Buffer{nil, memory.NewBufferBytes(bytes[1:])}, nil, 0, 0)
	c, err := Import(data, arrow.PrimitiveTypes.Int64, true)
	if err != nil {
		t.Fatal(err)
	}
	if !aligned(c.Bufs[1]) || c.Value(0) != int64(7) {
		t.Error("a buffer that does not start at a multiple of 8 bytes stayed so")
	}
}

// An array that is imported, and made from the chunk again, is the same.
func TestImportThereAndBackAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 20 {
			a := g.Array(typ, g.IntN(60))
			want := arrowtest.Rows(a)
			for _, borrow := range []bool{false, true} {
				c, err := Import(a.Data(), typ, borrow)
				if err != nil {
					t.Fatal(err)
				}
				if got := arrowtest.Rows(c.Array()); !slices.Equal(got, want) {
					t.Fatalf("%q became %q", want, got)
				}
			}
		}
	})
}
