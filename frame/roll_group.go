package frame

import (
	"cmp"
	"context"
	"sort"
	"time"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// Rolling is [Frame.Rolling] within each group: a window has rows of its own
// row's group only. Row i of the result belongs to row i of the frame.
//
// If rows fail, the error is a [parallel.RowError] for the first failing row of the first
// group that has one.
func (g *Groups) Rolling(n int) Windows {
	w := g.frame().Rolling(n)
	w.groups = cmp.Or(g, &Groups{})
	return w
}

// RollingTime is [Frame.RollingTime] within each group; times need to be in
// order within each group only. Everything else is as for [Groups.Rolling].
func (g *Groups) RollingTime(col string, d time.Duration) Windows {
	w := g.frame().RollingTime(col, d)
	w.groups = cmp.Or(g, &Groups{})
	return w
}

// Expanding is [Frame.Expanding] within each group. Everything else is as for
// [Groups.Rolling].
func (g *Groups) Expanding() Windows {
	w := g.frame().Expanding()
	w.groups = cmp.Or(g, &Groups{})
	return w
}

// frame returns the frame of the groups, nil for groups that were not made by GroupBy.
func (g *Groups) frame() *Frame {
	if g == nil {
		return nil
	}
	return g.f
}

// together returns the windows on a frame of the named columns in which the
// rows of each group are neighbors, which rows those are, and in what order they
// are there: nil if that is the frame's own.
func (w Windows) together(c *call, col string) (_ Windows, at *grouping, moved []int32, err error) {
	if at, err = w.groups.find(c); err != nil {
		return w, nil, nil, err
	}
	names := []string{col}
	if w.kind == windowTime && w.col != col {
		names = append(names, w.col)
	}
	f, err := w.f.Select(names...)
	if err != nil {
		return w, nil, nil, c.wrap(err)
	}
	same, err := c.isIota(at.rows)
	if err == nil && !same {
		moved = at.rows
		f, err = gatherFrame(c, f, moved)
	}
	if err != nil {
		return w, nil, nil, c.plainly(err)
	}
	w.f = f
	return w, at, moved, nil
}

// moved returns the rows of the frame in the order in which the windows see
// them; nil if that is the frame's own.
func (j *rollJob) moved() []int32 { return j.rows }

// place adds the results to the frame: of groups, where their rows were.
func (j *rollJob) place(ctx context.Context, cols ...chunk.Column) (*Frame, error) {
	rows := j.moved()
	if rows == nil {
		return j.f.with(cols)
	}
	back, err := j.c.inverse(rows)
	if err != nil {
		return nil, j.c.plainly(err)
	}
	g, err := gatherFrame(j.c, newFrame(cols, j.f.rows), back)
	if err != nil {
		return nil, j.c.plainly(err)
	}
	return j.f.with(g.cols)
}

// explain gives an error the row of the frame, and the group's key.
func (j *rollJob) explain(err error) error {
	if e, ok := engine.As[*parallel.RowError](err); ok && j.at != nil {
		return j.groups.explain(&parallel.RowError{Row: int(j.at.rows[e.Row]), Partition: e.Partition, Err: e.Err})
	}
	return err
}

// groupOf returns where the group of row i begins and ends, in a frame in
// which the rows of groups are neighbors; all of the frame without groups.
func (b *bounds) groupOf(i int) (lo, hi int) {
	if b.starts == nil {
		return 0, b.n
	}
	k := sort.SearchInts(b.starts, i+1) - 1
	return b.starts[k], b.starts[k+1]
}
