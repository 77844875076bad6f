package frame

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
)

// Cutting anywhere and joining again is the whole; so is one chunk of it, a
// copy, and what comes back from its bytes.
func TestCutAndJoinAllTypes(t *testing.T) {
	defer arrowtest.Register()()
	eachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 20 {
			f := randomFrame(t, g, typ, g.IntN(200))
			want := rowsOf(f.cols[0])
			var parts []*Frame
			for i := 0; i <= f.rows; {
				j := i + g.IntN(f.rows-i+1)
				part := f.slice(i, j)
				checkColumn(t, part.cols[0], want[i:j])
				parts = append(parts, part)
				if i = j; j == f.rows {
					break
				}
			}
			whole := must(Concat(parts...))
			checkColumn(t, whole.cols[0], want)
			checkColumn(t, f.Clone().cols[0], want)

			data, err := whole.MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			var back Frame
			if err := back.UnmarshalBinary(data); err != nil {
				t.Fatal(err)
			}
			if !sameType(back.cols[0].field.Type, typ) {
				t.Fatalf("came back as %s", back.cols[0].field.Type)
			}
			checkColumn(t, back.cols[0], want)

			if d, ok := physical(typ).(*arrow.DictionaryType); ok && d.Ordered {
				continue
			}
			one := must(f.Rechunk())
			checkColumn(t, one.cols[0], want)
			if n := len(one.cols[0].chunks); n > 1 {
				t.Fatalf("%d chunks", n)
			}
		}
	})
}
