package chunk_test

import (
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
)

// Int reads the integers that an int64 holds, and no other type.
func TestInt(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		c := randomChunk(t, g, typ, 30)
		texts := arrowtest.Rows(c.Array())
		for i := range c.Len {
			v, ok := c.Int(i)
			want := arrow.IsInteger(typ.ID()) && (typ.ID() != arrow.UINT64 || v >= 0)
			if !c.IsNull(i) && (ok != want || ok && fmt.Sprint(v) != texts[i]) {
				t.Errorf("row %d, %s: %d, %t", i, texts[i], v, ok)
			}
		}
	})
}
