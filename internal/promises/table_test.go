package promises

import (
	"context"
	"sync/atomic"
	"testing"
)

// Each row of the table does what the other tests rely on: it succeeds, and calls its
// function for each item.
func TestTable(t *testing.T) {
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			var seen [6]atomic.Int32
			err := op.run(t.Context(), len(seen), func(_ context.Context, i int) error {
				seen[i].Add(1)
				return nil
			}, place{})
			if err != nil {
				t.Fatal(err)
			}
			for i := range seen {
				n := seen[i].Load()
				switch {
				case op.blind && (n > 0 || i < len(seen)-1): // called for the last one at least
				case op.hasFunction && n == 1, !op.hasFunction && n == 0:
				default:
					t.Errorf("%d calls of the function for item %d", n, i)
				}
			}
		})
	}
}
