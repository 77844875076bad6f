package chunk_test

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// Keys are the same if and only if the values are, and so are two keys behind
// each other: a key says where it ends.
func TestAppendKeyAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		c := randomColumn(t, g, typ, 80)
		rows := rowsOf(c)
		distinct := map[string]bool{}
		keys, pairs := map[string]string{}, map[string]string{}
		for i := range rows {
			distinct[rows[i]] = true
			k, at := c.Find(i)
			key := string(chunk.AppendKey(nil, k, at))
			if other, known := keys[key]; known && other != rows[i] {
				t.Fatalf("%s and %s have one key", rows[i], other)
			}
			keys[key] = rows[i]
			next, nextAt := c.Find((i + 1) % len(rows))
			both, pair := string(chunk.AppendKey([]byte(key), next, nextAt)), rows[i]+"|"+rows[(i+1)%len(rows)]
			if other, known := pairs[both]; known && other != pair {
				t.Fatalf("%s and %s have one key", pair, other)
			}
			pairs[both] = pair
		}
		if len(distinct) != len(keys) {
			t.Fatalf("%d keys for %d values", len(keys), len(distinct))
		}
	})
}
