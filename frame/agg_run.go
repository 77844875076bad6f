package frame

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/parallel"
)

// cellRows is the most rows of a group that are measured in one piece. What is
// merged, and so every bit of a float sum, follows from the group's length
// alone. 65,536 rows are 0.1 ms of work and half a megabyte of scratch.
const cellRows = 1 << 16

// measure makes one or several columns of the result out of a column of the
// frame. A group is measured as a whole, or in cells that are then joined.
type measure interface {
	begin(groups, cells int)
	whole(ctx context.Context, w *aggScratch, g, lo, hi int) error // rows lo..hi are group g
	cell(ctx context.Context, w *aggScratch, k, lo, hi int) error  // rows lo..hi are the k-th cell
	join(ctx context.Context, g, from, to int) error               // cells from..to are group g
}

// aggScratch is a worker's memory.
type aggScratch struct {
	floats []float64
	stamps map[*uniqueMeasure][]int32
}

// aggRun is a call of Agg at work.
type aggRun struct {
	c        *call
	g        *Groups
	prepares []func(ctx context.Context, at *grouping) error
	measures []measure
	outs     []func(ctx context.Context, c *call) (chunk.Column, error)
	numbers  map[string]*numberMeasure
	picks    map[string]*pickMeasure
	users    bool
}

// newAggRun says what is to be measured. An error lists what does not fit.
func newAggRun(c *call, g *Groups, aggs []Agg) (*aggRun, error) {
	r := &aggRun{c: c, g: g, numbers: map[string]*numberMeasure{}, picks: map[string]*pickMeasure{}}
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
	if a.kind == 0 {
		return fmt.Errorf("%w: the zero Agg", parallel.ErrOption)
	}
	if a.kind == aggSize {
		m := &sizeMeasure{}
		r.measures = append(r.measures, m)
		r.outs = append(r.outs, func(context.Context, *call) (chunk.Column, error) { return numberColumn(a.name, m.sizes, nil), nil })
		return nil
	}
	i, err := r.g.f.index(a.col)
	if err != nil {
		return fmt.Errorf("%s: %w", a.name, err)
	}
	col := r.g.f.cols[i]
	switch a.kind {
	case aggUser:
		return r.addUser(a, col)
	case aggCount:
		if !chunk.IsFloat(col.Field.Type) {
			return r.addCount(a, col)
		}
		return r.addNumber(a, col)
	case aggMin, aggMax, aggFirst, aggLast:
		return r.addPick(a, col)
	case aggNUnique:
		return r.addUnique(a, col)
	case aggQuantile:
		if !(a.q >= 0 && a.q <= 1) {
			return fmt.Errorf("%s: %w: quantile %v: want 0 to 1", a.name, parallel.ErrOption, a.q)
		}
	}
	return r.addNumber(a, col)
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

func (r *aggRun) columns(ctx context.Context) ([]chunk.Column, error) {
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
			some = some || at.starts[g+1]-at.starts[g] > cellRows
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
	if n <= cellRows {
		u.groups, u.cells = append(u.groups, int32(g)), append(u.cells, -1)
		return
	}
	u.large, u.first = append(u.large, int32(g)), append(u.first, int32(len(u.groups)))
	for range (n + cellRows - 1) / cellRows {
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

// rows returns which rows of the gathered columns a unit has: a group's cells
// are of equal length, as parallel.Split cuts them.
func (u *units) rows(k int) (lo, hi int) {
	g := u.group(k)
	lo, hi = u.at.starts[g], u.at.starts[g+1]
	if u.cells == nil || u.cells[k] < 0 {
		return lo, hi
	}
	i, _ := slices.BinarySearch(u.large, int32(g))
	parts := (hi - lo + cellRows - 1) / cellRows
	from, to := engine.Split(hi-lo, parts, k-int(u.first[i]))
	return lo + from, lo + to
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
		m.begin(at.n(), u.cellN)
	}
	var free freelist.List[*aggScratch]
	size := func(k int) int { lo, hi := u.rows(k); return hi - lo }
	order, err := largestFirst(ctx, u.n(), size)
	if err != nil {
		return err
	}
	place := func(k int) (row, group int) { g := u.group(k); return at.firsts[g], g }
	err = r.c.Ordered(order, place, size, func(ctx *engine.Worker, k int) error {
		w, ok := free.Take()
		if !ok {
			w = &aggScratch{stamps: map[*uniqueMeasure][]int32{}}
		}
		lo, hi := u.rows(k)
		for _, m := range r.measures {
			var err error
			if u.cells == nil || u.cells[k] < 0 {
				err = m.whole(ctx, w, u.group(k), lo, hi)
			} else {
				err = m.cell(ctx, w, int(u.cells[k]), lo, hi)
			}
			if err != nil {
				return err
			}
		}
		free.Give(w)
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
		to := from + (at.starts[g+1]-at.starts[g]+cellRows-1)/cellRows
		for _, m := range r.measures {
			if err := m.join(ctx, g, from, to); err != nil {
				return err
			}
		}
		return nil
	})
}

type sizeMeasure struct{ sizes, cells []int64 }

func (m *sizeMeasure) begin(groups, cells int) {
	m.sizes, m.cells = make([]int64, groups), make([]int64, cells)
}

func (m *sizeMeasure) whole(_ context.Context, _ *aggScratch, g, lo, hi int) error {
	m.sizes[g] = int64(hi - lo)
	return nil
}

func (m *sizeMeasure) cell(_ context.Context, _ *aggScratch, k, lo, hi int) error {
	m.cells[k] = int64(hi - lo)
	return nil
}

func (m *sizeMeasure) join(_ context.Context, g, from, to int) error {
	for _, n := range m.cells[from:to] {
		m.sizes[g] += n
	}
	return nil
}
