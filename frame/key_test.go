package frame

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// Keys are the same if and only if the values are, and say where they end: the
// keys of two rows, joined, are those of no other two.
func TestKeyAllTypes(t *testing.T) {
	eachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		c := randomColumn(t, g, "x", typ, 80)
		rows := rowsOf(c)
		keys, pairs := map[string]string{}, map[string]string{}
		last := ""
		for i := range rows {
			k, at := c.col.Find(i)
			key := string(chunk.AppendKey(nil, k, at))
			if other, known := keys[key]; known && other != rows[i] {
				t.Fatalf("%s and %s have one key", rows[i], other)
			}
			keys[key] = rows[i]
			if pair := last + "|" + rows[i]; i > 0 {
				if other, known := pairs[lastKey(c, i-1)+key]; known && other != pair {
					t.Fatalf("%s and %s have one key", pair, other)
				}
				pairs[lastKey(c, i-1)+key] = pair
			}
			last = rows[i]
		}
		distinct := map[string]bool{}
		for _, r := range rows {
			distinct[r] = true
		}
		if len(distinct) != len(keys) {
			t.Fatalf("%d keys for %d values", len(keys), len(distinct))
		}
	})
}

func lastKey(c Column, i int) string {
	k, at := c.col.Find(i)
	return string(chunk.AppendKey(nil, k, at))
}
