package frame

import (
	"sort"

	"github.com/apache/arrow/go/v15/arrow"
)

// runEnds returns the reader of a run-end encoded array's first child: ends(k)
// is the row of the array's buffers at which run k ends.
func runEnds(ends *chunk) func(k int) int {
	switch ends.typ.ID() {
	case arrow.INT16:
		v := values[int16](ends.bufs[1])
		return func(k int) int { return int(v[ends.off+k]) }
	case arrow.INT32:
		v := values[int32](ends.bufs[1])
		return func(k int) int { return int(v[ends.off+k]) }
	}
	v := values[int64](ends.bufs[1])
	return func(k int) int { return int(v[ends.off+k]) }
}

// runAt returns the run in which row i of the chunk lies.
func (c *chunk) runAt(i int) int {
	ends := runEnds(c.kids[0])
	return sort.Search(c.kids[0].n, func(k int) bool { return ends(k) > c.off+i })
}
