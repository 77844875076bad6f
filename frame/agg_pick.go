package frame

import (
	"context"
	"fmt"
	"slices"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/keys"
)

// pickMeasure picks rows of a column: the first, the last, the least and the
// greatest of each group.
type pickMeasure struct {
	col     chunk.Column
	order   *keys.Order // of the gathered column, for the least and greatest
	missing func(row int) bool
	at      *grouping
	outs    []*pickOut
}

type pickOut struct {
	kind  aggKind
	rows  []int32 // of the frame, -1 for none
	cells []int32 // places among the gathered rows, -1 for none
}

func (r *aggRun) addPick(a Agg, col chunk.Column) error {
	m := r.picks[a.col]
	if m == nil {
		m = &pickMeasure{col: col}
		r.picks[a.col] = m
		r.measures = append(r.measures, m)
		r.prepares = append(r.prepares, func(ctx context.Context, at *grouping) error { return m.prepare(ctx, r.c, at) })
	}
	if (a.kind == aggMin || a.kind == aggMax) && !keys.HasOrder(col.Field.Type) {
		return fmt.Errorf("%s: %w: column %q is %v, which has no order", a.name, ErrType, a.col, col.Field.Type)
	}
	o := &pickOut{kind: a.kind}
	m.outs = append(m.outs, o)
	r.outs = append(r.outs, func(ctx context.Context, c *call) (chunk.Column, error) {
		out, err := c.gather(col, o.rows)
		out.Field.Name = a.name
		return out, err
	})
	return nil
}

func (m *pickMeasure) prepare(ctx context.Context, c *call, at *grouping) error {
	m.at, m.missing = at, keys.Missing(m.col)
	if !slices.ContainsFunc(m.outs, func(o *pickOut) bool { return o.kind == aggMin || o.kind == aggMax }) {
		return nil
	}
	col, err := c.gather(m.col, at.rows)
	if err != nil {
		return err
	}
	m.order, err = keys.OrderOf(c, col)
	return err
}

func (m *pickMeasure) begin(groups, cells int) {
	for _, o := range m.outs {
		o.rows, o.cells = make([]int32, groups), make([]int32, cells)
	}
}

// pick returns the place that the kind asks for, -1 for none.
func (m *pickMeasure) pick(kind aggKind, lo, hi int) int32 {
	gone := func(k int) bool { return m.missing != nil && m.missing(int(m.at.rows[k])) }
	switch kind {
	case aggFirst:
		for k := lo; k < hi; k++ {
			if !gone(k) {
				return int32(k)
			}
		}
	case aggLast:
		for k := hi - 1; k >= lo; k-- {
			if !gone(k) {
				return int32(k)
			}
		}
	default:
		return m.best(kind, lo, hi)
	}
	return -1
}

func (m *pickMeasure) best(kind aggKind, lo, hi int) int32 {
	best, o := -1, m.order
	nan := chunk.IsFloat(m.col.Field.Type)
	for k := lo; k < hi; k++ {
		switch {
		case o.IsNull(k) || nan && o.IsNaN(k):
		case best < 0,
			kind == aggMin && o.Words[k] <= o.Words[best] && o.Compare(k, best) < 0,
			kind == aggMax && o.Words[k] >= o.Words[best] && o.Compare(k, best) > 0:
			best = k
		}
	}
	return int32(best)
}

func (m *pickMeasure) row(k int32) int32 {
	if k < 0 {
		return -1
	}
	return m.at.rows[k]
}

func (m *pickMeasure) whole(_ context.Context, _ *aggScratch, g, lo, hi int) error {
	for _, o := range m.outs {
		o.rows[g] = m.row(m.pick(o.kind, lo, hi))
	}
	return nil
}

func (m *pickMeasure) cell(_ context.Context, _ *aggScratch, k, lo, hi int) error {
	for _, o := range m.outs {
		o.cells[k] = m.pick(o.kind, lo, hi)
	}
	return nil
}

func (m *pickMeasure) join(_ context.Context, g, from, to int) error {
	for _, o := range m.outs {
		best := int32(-1)
		for _, k := range o.cells[from:to] {
			switch {
			case k < 0:
			case best < 0, o.kind == aggLast,
				o.kind == aggMin && m.order.Compare(int(k), int(best)) < 0,
				o.kind == aggMax && m.order.Compare(int(k), int(best)) > 0:
				best = k
			}
		}
		o.rows[g] = m.row(best)
	}
	return nil
}

// countMeasure counts values that are not missing, of any type.
type countMeasure struct {
	at      *grouping
	missing func(row int) bool
	counts  []int64
	cells   []int64
}

func (r *aggRun) addCount(a Agg, col chunk.Column) error {
	m := &countMeasure{}
	r.measures = append(r.measures, m)
	r.prepares = append(r.prepares, func(_ context.Context, at *grouping) error {
		m.at, m.missing = at, keys.Missing(col)
		return nil
	})
	r.outs = append(r.outs, func(context.Context, *call) (chunk.Column, error) { return numberColumn(a.name, m.counts, nil), nil })
	return nil
}

func (m *countMeasure) begin(groups, cells int) {
	m.counts, m.cells = make([]int64, groups), make([]int64, cells)
}

func (m *countMeasure) count(lo, hi int) int64 {
	n := int64(hi - lo)
	if m.missing == nil {
		return n
	}
	for _, row := range m.at.rows[lo:hi] {
		if m.missing(int(row)) {
			n--
		}
	}
	return n
}

func (m *countMeasure) whole(_ context.Context, _ *aggScratch, g, lo, hi int) error {
	m.counts[g] = m.count(lo, hi)
	return nil
}

func (m *countMeasure) cell(_ context.Context, _ *aggScratch, k, lo, hi int) error {
	m.cells[k] = m.count(lo, hi)
	return nil
}

func (m *countMeasure) join(_ context.Context, g, from, to int) error {
	for _, n := range m.cells[from:to] {
		m.counts[g] += n
	}
	return nil
}
