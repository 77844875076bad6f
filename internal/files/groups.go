package files

import (
	"sync/atomic"
	"time"

	"github.com/parframe/parframe/internal/engine"
)

// Groups reports groups of rows to observers when their columns, which are done one
// by one, are complete.
type Groups struct {
	call *engine.Call
	left []atomic.Int32 // columns of each group that are not done yet
}

// NewGroups returns n groups of the given number of columns.
func NewGroups(c *engine.Call, n, columns int) *Groups {
	g := &Groups{c, make([]atomic.Int32, n)}
	for i := range g.left {
		g.left[i].Store(int32(columns))
	}
	return g
}

// Done notes that the worker is done with a column of group k, which it began at
// start. With the last column, observers see the rows lo to hi of the group.
func (g *Groups) Done(w *engine.Worker, k, lo, hi int, start time.Time) {
	if g.left[k].Add(-1) == 0 {
		g.call.Tell(engine.ChunkInfo{Worker: w.Number(), Lo: lo, Hi: hi, Start: start, Took: time.Since(start)})
	}
}
