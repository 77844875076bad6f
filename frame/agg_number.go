package frame

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// numberMeasure measures a column of numbers: what sums, means, variances and
// quantiles have in common is done once.
type numberMeasure struct {
	col     chunk.Column
	rows    numberReader // of its values in the order of the groups
	own     arrow.Type   // INT64, UINT64 or FLOAT64: what they are summed in
	signed  bool
	moments bool // somebody wants the sum of squares
	ordered bool // somebody wants quantiles
	outs    []*numberOut
	cells   []numberState
}

type numberOut struct {
	agg    Agg
	floats []float64
	ints   []int64 // or uint64 as such
	none   []bool
}

// numberState is what a group or a cell of it comes to.
type numberState struct {
	n         int
	sum, comp float64 // Neumaier: the sum and what its roundings lost
	total     int128
	mean, m2  float64
	sorted    []float64 // of a cell
}

// numberMisfit says why the aggregation has no meaning for a type, if it has none.
func numberMisfit(a Agg, t arrow.DataType) error {
	switch chunk.Physical(t).ID() {
	case arrow.BOOL, arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64, arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64,
		arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64, arrow.NULL:
		return nil
	case arrow.DURATION:
		if a.kind == aggSum {
			return nil
		}
	}
	return fmt.Errorf("%s: %w: column %q is %v, want numbers or bool", a.name, ErrType, a.col, t)
}

func (r *aggRun) addNumber(a Agg, col chunk.Column) error {
	if err := numberMisfit(a, col.Field.Type); err != nil {
		return err
	}
	m := r.numbers[a.col]
	if m == nil {
		m = &numberMeasure{col: col}
		r.numbers[a.col] = m
		r.measures = append(r.measures, m)
		r.prepares = append(r.prepares, func(ctx context.Context, at *grouping) error {
			return m.prepare(ctx, r.c, at)
		})
	}
	o := &numberOut{agg: a}
	m.outs = append(m.outs, o)
	switch a.kind {
	case aggVar, aggStd:
		m.moments = true
	case aggQuantile:
		m.ordered = true
	}
	r.outs = append(r.outs, func(ctx context.Context, _ *call) (chunk.Column, error) { return m.column(o), context.Cause(ctx) })
	return nil
}

func (m *numberMeasure) prepare(ctx context.Context, c *call, at *grouping) error {
	col, err := c.gather(m.col, at.rows)
	if err != nil {
		return err
	}
	one, err := col.Flat(ctx)
	if err != nil {
		return err
	}
	m.rows = readNumbers(one)
	m.own, _ = wideOf(m.rows.c.Type)
	m.signed = !arrow.IsUnsignedInteger(chunk.Physical(m.col.Field.Type).ID())
	return nil
}

func (m *numberMeasure) begin(groups, cells int) {
	m.cells = make([]numberState, cells)
	for _, o := range m.outs {
		switch {
		case o.agg.kind == aggCount || o.agg.kind == aggSum && m.own != arrow.FLOAT64:
			o.ints = make([]int64, groups)
		case o.agg.kind == aggSum:
			o.floats = make([]float64, groups)
		default:
			o.floats, o.none = make([]float64, groups), make([]bool, groups)
		}
	}
}

// take measures rows lo..hi. The values stay in the scratch.
func (m *numberMeasure) take(w *aggScratch, lo, hi int) numberState {
	var s numberState
	if cap(w.floats) < hi-lo {
		w.floats = make([]float64, max(hi-lo, min(2*cap(w.floats), cellRows)))
	}
	w.floats = w.floats[:hi-lo]
	if m.own != arrow.FLOAT64 {
		if m.own == arrow.INT64 {
			x := seenRows(&m.rows, lo, hi, chunk.Values[int64](chunk.Bytes(w.floats)))
			s.n, s.total = len(x), sumWide(x)
		} else {
			x := seenRows(&m.rows, lo, hi, chunk.Values[uint64](chunk.Bytes(w.floats)))
			s.n, s.total = len(x), sumWide(x)
		}
		s.sum = s.total.float()
		if !m.moments && !m.ordered {
			return s
		}
	}
	w.floats = seenRows(&m.rows, lo, hi, w.floats)
	s.n = len(w.floats)
	if m.own == arrow.FLOAT64 {
		s.sum, s.comp = neumaier(w.floats)
	}
	if m.moments && s.n > 0 {
		s.mean = s.value() / float64(s.n)
		s.m2 = squares(w.floats, s.mean)
	}
	return s
}

// neumaier returns the sum of the values and what was lost in rounding.
func neumaier(values []float64) (sum, comp float64) {
	for _, x := range values {
		// Knuth's TwoSum, which needs no branch.
		t := sum + x
		b := t - sum
		comp += (sum - (t - b)) + (x - b)
		sum = t
	}
	return sum, comp
}

// squares returns the sum of squared distances from the mean, corrected for
// what the mean was rounded by (Chan, Golub, LeVeque 1983).
func squares(values []float64, mean float64) float64 {
	var s, d float64
	for _, x := range values {
		e := x - mean
		s += e * e
		d += e
	}
	return s - d*d/float64(len(values))
}

// value is the compensated sum. Infinities leave NaN in the compensation.
func (s *numberState) value() float64 {
	if v := s.sum + s.comp; v == v {
		return v
	}
	return s.sum
}

func (m *numberMeasure) whole(ctx context.Context, w *aggScratch, g, lo, hi int) error {
	s := m.take(w, lo, hi)
	return m.finish(g, &s, func(q float64) float64 { return quantile(ctx, w.floats, q) })
}

func (m *numberMeasure) cell(_ context.Context, w *aggScratch, k, lo, hi int) error {
	s := m.take(w, lo, hi)
	if m.ordered {
		s.sorted = slices.Clone(w.floats)
		slices.Sort(s.sorted)
	}
	m.cells[k] = s
	return nil
}

func (m *numberMeasure) join(_ context.Context, g, from, to int) error {
	cells := m.cells[from:to]
	s := cells[0]
	for _, b := range cells[1:] {
		s = s.merge(&b)
	}
	return m.finish(g, &s, func(q float64) float64 { return quantileOf(cells, s.n, q) })
}

// merge joins two neighbouring parts.
func (s numberState) merge(b *numberState) numberState {
	if s.n == 0 || b.n == 0 {
		if s.n == 0 {
			s = *b
		}
		return s
	}
	sum, comp := neumaier([]float64{s.sum, b.sum})
	n := float64(s.n) + float64(b.n)
	d := b.mean - s.mean
	return numberState{
		n: s.n + b.n, sum: sum, comp: comp + s.comp + b.comp, total: s.total.plus(b.total),
		mean: s.mean + d*float64(b.n)/n,
		m2:   s.m2 + b.m2 + d*d*float64(s.n)*float64(b.n)/n,
	}
}

func (m *numberMeasure) finish(g int, s *numberState, quantile func(q float64) float64) error {
	for _, o := range m.outs {
		v, least := 0.0, 1
		switch o.agg.kind {
		case aggCount:
			o.ints[g] = int64(s.n)
			continue
		case aggSum:
			if m.own == arrow.FLOAT64 {
				o.floats[g] = s.value()
				continue
			}
			if !s.total.fits(m.signed) {
				return fmt.Errorf("%s: %w: the sum is about %.6g", o.agg.name, ErrValue, s.total.float())
			}
			o.ints[g] = int64(s.total.lo)
			continue
		case aggMean:
			v = s.value() / float64(s.n)
		case aggVar, aggStd:
			v, least = s.m2/float64(s.n-1), 2
			if o.agg.kind == aggStd {
				v = math.Sqrt(v)
			}
		case aggQuantile:
			if s.n > 0 {
				v = quantile(o.agg.q)
			}
		}
		if s.n < least {
			o.none[g] = true
			continue
		}
		o.floats[g] = v
	}
	return nil
}

func (a int128) fits(signed bool) bool {
	if signed {
		return a.hi == int64(a.lo)>>63
	}
	return a.hi == 0
}

func (m *numberMeasure) column(o *numberOut) chunk.Column {
	switch {
	case o.ints == nil:
		return numberColumn(o.agg.name, o.floats, o.none)
	case o.agg.kind == aggSum && chunk.Physical(m.col.Field.Type).ID() == arrow.DURATION:
		c := numberColumn(o.agg.name, o.ints, nil)
		c.Field.Type = m.col.Field.Type
		c.Chunks = slices.Clone(c.Chunks)
		for i, k := range c.Chunks {
			c.Chunks[i] = chunk.New(m.col.Field.Type, k.Len, nil, k.Bufs[1])
		}
		return c
	case o.agg.kind == aggSum && !m.signed:
		return numberColumn(o.agg.name, chunk.Values[uint64](chunk.Bytes(o.ints)), nil)
	}
	return numberColumn(o.agg.name, o.ints, nil)
}

// numberColumn wraps numbers, which are null where none says so. A column that
// may have nulls is given none, whether there are some or not.
func numberColumn[T int64 | uint64 | float64](name string, v []T, none []bool) chunk.Column {
	var typ arrow.DataType
	switch any(v).(type) {
	case []int64:
		typ = arrow.PrimitiveTypes.Int64
	case []uint64:
		typ = arrow.PrimitiveTypes.Uint64
	default:
		typ = arrow.PrimitiveTypes.Float64
	}
	c := chunk.Column{Field: arrow.Field{Name: name, Type: typ, Nullable: none != nil}, Len: len(v)}
	if len(v) == 0 {
		return c
	}
	var valid []uint64
	if none != nil {
		valid = make([]uint64, (len(v)+63)/64)
		for i, is := range none {
			if !is {
				valid[i>>6] |= 1 << (i & 63)
			}
		}
	}
	c.Chunks = []*chunk.Chunk{chunk.New(typ, len(v), valid, chunk.Bytes(v))}
	return c
}
