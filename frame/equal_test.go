package frame

import (
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
)

// Two columns are equal if and only if the oracle finds the same in each row,
// whatever the chunks, offsets and dictionaries.
func TestEqualAllTypes(t *testing.T) {
	eachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 60 {
			f := randomFrame(t, g, typ, g.IntN(60))
			same := must(f.Take(upTo(f.rows)))
			if !f.Equal(same) || !same.Equal(f) || !f.Equal(f) {
				t.Fatal("a copy differs")
			}
			if f.rows == 0 {
				continue
			}
			rows := upTo(f.rows)
			rows[g.IntN(f.rows)] = g.IntN(f.rows)
			other := must(f.Take(rows))
			want := slices.Equal(rowsOf(f.cols[0]), rowsOf(other.cols[0]))
			if got := f.Equal(other); got != want {
				t.Fatalf("Equal is %t:\n%q\n%q", got, rowsOf(f.cols[0]), rowsOf(other.cols[0]))
			}
		}
	})
}

func upTo(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}
