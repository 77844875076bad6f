package frame

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/stats"
	"github.com/parframe/parframe/parallel"
)

// measure makes one or several columns of the result out of a column of the
// frame. A group is measured as a whole, or in cells that are then joined.
type measure interface {
	Begin(groups, cells int)
	Whole(ctx context.Context, s *stats.Scratch, g, lo, hi int) error // rows lo..hi are group g
	Cell(ctx context.Context, s *stats.Scratch, k, lo, hi int) error  // rows lo..hi are the k-th cell
	Join(ctx context.Context, g, from, to int) error                  // cells from..to are group g
}

// aggRun is a call of Agg at work.
type aggRun struct {
	c        *call
	g        *Groups
	prepares []func(ctx context.Context, at *grouping) error
	measures []measure
	outs     []func(ctx context.Context, c *call) (chunk.Column, error)
	columns  map[string]*stats.Measure // one for all statistics of a column
	users    bool
}

// newAggRun finds out what is to be measured. An error lists what does not fit.
func newAggRun(c *call, g *Groups, aggs []Agg) (*aggRun, error) {
	r := &aggRun{c: c, g: g, columns: map[string]*stats.Measure{}}
	seen := slices.Clone(g.names)
	var wrong []error
	for _, a := range aggs {
		switch err := r.add(a); {
		case err != nil:
			wrong = append(wrong, err)
		case slices.Contains(seen, a.name):
			wrong = append(wrong, fmt.Errorf("%w: %q: rename it with Agg.As", ErrName, a.name))
		}
		seen = append(seen, a.name)
	}
	return r, errors.Join(wrong...)
}

func (r *aggRun) add(a Agg) error {
	if a.size {
		m := &sizeMeasure{}
		r.measures = append(r.measures, m)
		r.outs = append(r.outs, func(context.Context, *call) (chunk.Column, error) { return intColumn(a.name, m.sizes), nil })
		return nil
	}
	if a.want == (stats.Want{}) && a.user == nil {
		return fmt.Errorf("%w: the zero Agg", parallel.ErrOption)
	}
	i, err := r.g.f.index(a.col)
	if err != nil {
		return fmt.Errorf("%s: %w", a.name, err)
	}
	col := r.g.f.cols[i]
	if a.user != nil {
		return r.addUser(a, col)
	}
	if q := a.want.Q; !(q >= 0 && q <= 1) {
		return fmt.Errorf("%s: %w: quantile %v: want 0 to 1", a.name, parallel.ErrOption, q)
	}
	return r.addStatistic(a, col)
}

func (r *aggRun) addStatistic(a Agg, col chunk.Column) error {
	m := r.columns[a.col]
	if m == nil {
		m = stats.NewMeasure(col.Field)
		r.columns[a.col] = m
		r.measures = append(r.measures, m)
		r.prepares = append(r.prepares, func(ctx context.Context, at *grouping) error {
			return m.Read(r.c, col, at.rows, func() (chunk.Column, error) { return r.inOrder(ctx, col, at.rows) })
		})
	}
	k, err := m.Want(a.want)
	if err != nil {
		return fmt.Errorf("%s: %w", a.name, err)
	}
	r.outs = append(r.outs, func(ctx context.Context, c *call) (chunk.Column, error) {
		out, rows := m.Result(k, a.name)
		if rows == nil {
			return out, context.Cause(ctx)
		}
		out, err := c.gather(col, rows)
		return out.Renamed(a.name), err
	})
	return nil
}

// inOrder returns the rows of a column in the order of the groups, in one Arrow
// chunk where that costs little.
func (r *aggRun) inOrder(ctx context.Context, col chunk.Column, rows []int32) (chunk.Column, error) {
	all, err := r.c.gather(col, rows)
	if err != nil || !stats.IsNumber(col.Field.Type) || len(all.Chunks) < 2 {
		return all, err
	}
	one, err := all.Flat(ctx)
	return chunk.Column{Field: all.Field, Chunks: []*chunk.Chunk{one}, Len: all.Len}, err
}

func (r *aggRun) addUser(a Agg, col chunk.Column) error {
	m, err := a.user(r.c, a.name, col)
	if err != nil {
		return err
	}
	r.users = true
	r.measures = append(r.measures, m)
	r.prepares = append(r.prepares, func(ctx context.Context, at *grouping) error {
		all, err := r.c.gather(col, at.rows)
		if err == nil {
			err = m.bind(all, at.rows)
		}
		return err
	})
	r.outs = append(r.outs, m.(interface {
		column(context.Context, *call) (chunk.Column, error)
	}).column)
	return nil
}

// prepare reads the columns in the order of the groups.
func (r *aggRun) prepare(ctx context.Context, at *grouping) error {
	for _, p := range r.prepares {
		if err := p(ctx, at); err != nil {
			return err
		}
	}
	return nil
}

func (r *aggRun) results(ctx context.Context) ([]chunk.Column, error) {
	cols := make([]chunk.Column, len(r.outs))
	for i, out := range r.outs {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		var err error
		if cols[i], err = out(ctx, r.c); err != nil {
			return nil, err
		}
	}
	return cols, nil
}

// units are what is handed out: groups, and the cells of those that are large.
type units struct {
	at     *grouping
	groups []int32 // group of each unit; nil: unit k is group k
	cells  []int32 // cell of each unit, counted over all groups; -1 for a whole group
	first  []int32 // first unit of each large group …
	large  []int32 // … which these are
	cellN  int
}

func newUnits(ctx context.Context, at *grouping) (*units, error) {
	u := &units{at: at}
	some := false
	err := chunk.Blocks(ctx, 0, at.n(), func(lo, hi int) {
		for g := lo; g < hi; g++ {
			some = some || at.starts[g+1]-at.starts[g] > stats.CellRows
		}
	})
	if err != nil || !some {
		return u, err
	}
	return u, chunk.Blocks(ctx, 0, at.n(), func(lo, hi int) {
		for g := lo; g < hi; g++ {
			u.add(g, at.starts[g+1]-at.starts[g])
		}
	})
}

// add adds the units of group g, which has n rows.
func (u *units) add(g, n int) {
	if n <= stats.CellRows {
		u.groups, u.cells = append(u.groups, int32(g)), append(u.cells, -1)
		return
	}
	u.large, u.first = append(u.large, int32(g)), append(u.first, int32(len(u.groups)))
	for range stats.Cells(n) {
		u.groups, u.cells = append(u.groups, int32(g)), append(u.cells, int32(u.cellN))
		u.cellN++
	}
}

func (u *units) n() int {
	if u.groups == nil {
		return u.at.n()
	}
	return len(u.groups)
}

func (u *units) group(k int) int {
	if u.groups == nil {
		return k
	}
	return int(u.groups[k])
}

// rows returns which rows of the gathered columns a unit has. The cells of a group
// have the same length, except the last, which may be shorter.
func (u *units) rows(k int) (lo, hi int) {
	g := u.group(k)
	lo, hi = u.at.starts[g], u.at.starts[g+1]
	if u.cells == nil || u.cells[k] < 0 {
		return lo, hi
	}
	i, _ := slices.BinarySearch(u.large, int32(g))
	size := stats.CellSize(hi - lo)
	from := lo + (k-int(u.first[i]))*size
	return from, min(from+size, hi)
}

// measure runs all measures over all groups.
func (r *aggRun) measure(ctx context.Context, at *grouping) error {
	u, err := newUnits(ctx, at)
	if err != nil {
		return err
	}
	for _, m := range r.measures {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		m.Begin(at.n(), u.cellN)
	}
	size := func(k int) int { lo, hi := u.rows(k); return hi - lo }
	order, err := largestFirst(ctx, u.n(), size)
	if err != nil {
		return err
	}
	place := func(k int) (row, group int) { g := u.group(k); return at.firsts[g], g }
	err = r.c.Ordered(order, place, size, func(ctx *engine.Worker, k int) error {
		s, ok := ctx.Memory.(*stats.Scratch)
		if !ok {
			s = new(stats.Scratch)
			ctx.Memory = s
		}
		lo, hi := u.rows(k)
		for _, m := range r.measures {
			var err error
			if u.cells == nil || u.cells[k] < 0 {
				err = m.Whole(ctx, s, u.group(k), lo, hi)
			} else {
				err = m.Cell(ctx, s, int(u.cells[k]), lo, hi)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	worse := r.join(u, at, err)
	if _, ok := worse.(*parallel.RowError); ok || err == nil {
		return worse
	}
	return err
}

// join joins the cells of large groups, after their measures ended with an error or
// nil. A large group below the one that failed may still fail at its end, and would
// have been the first to do so; groups above it are left out.
func (r *aggRun) join(u *units, at *grouping, err error) error {
	failed := math.MaxInt
	if err != nil {
		e, ok := err.(*parallel.RowError)
		if !ok {
			return err
		}
		failed = e.Partition
	}
	var large, order []int
	for i, g := range u.large {
		if int(g) < failed {
			order = append(order, len(large))
			large = append(large, i)
		}
	}
	place := func(k int) (row, group int) { g := int(u.large[large[k]]); return at.firsts[g], g }
	return r.c.Ordered(order, place, nil, func(ctx *engine.Worker, k int) error {
		g := int(u.large[large[k]])
		from := int(u.cells[u.first[large[k]]])
		to := from + stats.Cells(at.starts[g+1]-at.starts[g])
		for _, m := range r.measures {
			if err := m.Join(ctx, g, from, to); err != nil {
				return err
			}
		}
		return nil
	})
}

type sizeMeasure struct{ sizes, cells []int64 }

func intColumn(name string, v []int64) chunk.Column {
	c := chunk.Column{Field: arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Int64}}
	c.Append(chunk.New(c.Field.Type, len(v), nil, chunk.Bytes(v)))
	return c
}

func (m *sizeMeasure) Begin(groups, cells int) {
	m.sizes, m.cells = make([]int64, groups), make([]int64, cells)
}

func (m *sizeMeasure) Whole(_ context.Context, _ *stats.Scratch, g, lo, hi int) error {
	m.sizes[g] = int64(hi - lo)
	return nil
}

func (m *sizeMeasure) Cell(_ context.Context, _ *stats.Scratch, k, lo, hi int) error {
	m.cells[k] = int64(hi - lo)
	return nil
}

func (m *sizeMeasure) Join(_ context.Context, g, from, to int) error {
	for _, n := range m.cells[from:to] {
		m.sizes[g] += n
	}
	return nil
}
