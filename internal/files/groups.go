package files

import (
	"sync/atomic"
	"time"

	"github.com/parframe/parframe/internal/engine"
)

// Groups tells who watches of groups of rows whose columns are done one by one.
type Groups struct {
	call *engine.Call
	left []atomic.Int32 // columns of each group that are not done
}

// NewGroups returns n groups of so many columns.
func NewGroups(c *engine.Call, n, columns int) *Groups {
	g := &Groups{c, make([]atomic.Int32, n)}
	for i := range g.left {
		g.left[i].Store(int32(columns))
	}
	return g
}

// Done takes note of a column of group k, which the worker began at start. With the
// last one the rows lo..hi of the group are told.
func (g *Groups) Done(w *engine.Worker, k, lo, hi int, start time.Time) {
	if g.left[k].Add(-1) == 0 {
		g.call.Tell(engine.ChunkInfo{Worker: w.Number(), Lo: lo, Hi: hi, Start: start, Took: time.Since(start)})
	}
}
