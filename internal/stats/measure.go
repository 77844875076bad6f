package stats

import (
	"context"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/keys"
)

// CellRows is the most rows of a range that are measured in one piece. What is
// merged follows from the length of the range alone. 65,536 rows are 0.1 ms of
// work and half a megabyte of scratch.
const CellRows = 1 << 16

// A Measure computes statistics of one column for ranges of its rows. Want
// chooses them, Read and Begin prepare it, and Whole measures a range. Ranges of more than
// CellRows rows are cut into cells, which are measured by Cell and then joined by
// Join. Whole, Cell and Join can be called from several goroutines, each with
// its own Scratch. Result has the results, a row for each range.
type Measure struct {
	field arrow.Field
	parts []part
	wants []want
	rows  []int32 // which row of the column each row of the ranges is; nil: the same
}

// A Want is a statistic that is asked for. Q is for Quantile, from 0 to 1.
type Want struct {
	Statistic
	Q float64
}

// want is a Want with the type and the results of the statistic.
type want struct {
	Want
	typ arrow.DataType
	out result
}

// part computes some of the statistics of a measure.
type part interface {
	begin(ranges, cells int)
	whole(ctx context.Context, s *Scratch, g, lo, hi int) error
	cell(ctx context.Context, s *Scratch, k, lo, hi int) error
	join(ctx context.Context, g, from, to int) error
}

// Scratch is memory that one goroutine uses at a time.
type Scratch struct {
	ints     []int64
	uints    []uint64
	floats   []float64
	decimals []wide
	selected []uint64 // for quantiles
	words    []uint64
	accs     accumulators
	stamps   map[*distinct][]int32
}

// accumulators has one of each kind.
type accumulators struct {
	floatSum     floatSum
	floatMoments floatMoments
	int128       int128
	intMoments   intMoments
	wideSum      wideSum
	wideMoments  wideMoments
}

// result has the results of a statistic: a column, or rows to pick.
type result struct {
	column func(name string) chunk.Column
	picked func() []int32
}

// NewMeasure returns a measure of the column's statistics.
func NewMeasure(field arrow.Field) *Measure { return &Measure{field: field} }

// Want asks for a statistic and returns its number for Result. If the type of
// the column has no such statistic, the error is an errkind.ErrType.
func (m *Measure) Want(w Want) (int, error) {
	typ, err := Result(w.Statistic, m.field)
	if err != nil {
		return 0, err
	}
	m.wants = append(m.wants, want{Want: w, typ: typ})
	return len(m.wants) - 1, nil
}

// Read reads the column. If rows is not nil, row k of the ranges is row rows[k]
// of the column; gather returns the column in that order.
func (m *Measure) Read(w keys.Workers, col chunk.Column, rows []int32, gather func() (chunk.Column, error)) error {
	m.rows = rows
	var exact, floats, picks []int // numbers of wants; floats are the quantiles of decimals
	for i, want := range m.wants {
		c := classOf(m.field.Type)
		switch s := want.Statistic; {
		case s == Distinct:
			d, err := newDistinct(w, col, rows)
			if err != nil {
				return err
			}
			m.parts = append(m.parts, d)
			m.wants[i].out.column = d.column
		case s == Count && c != floating:
			n := &counter{rows: rows, missing: keys.Missing(col)}
			n.typ = m.wants[i].typ
			m.parts = append(m.parts, n)
			m.wants[i].out.column = n.column
		case s == First || s == Last, (s == Min || s == Max) && !c.word():
			picks = append(picks, i)
		case c == decimal && s == Quantile:
			floats = append(floats, i)
		default:
			exact = append(exact, i)
		}
	}
	if len(exact)+len(floats)+len(picks) == 0 {
		return nil
	}
	ordered := slices.ContainsFunc(picks, func(i int) bool { return m.wants[i].Statistic == Min || m.wants[i].Statistic == Max })
	var moved chunk.Column
	if ordered || len(exact)+len(floats) > 0 {
		var err error
		if moved, err = gather(); err != nil {
			return err
		}
	}
	if len(picks) > 0 {
		if err := m.pick(w, col, moved, picks); err != nil {
			return err
		}
	}
	m.number(moved, exact, floats)
	return nil
}

// pick adds the part that picks rows.
func (m *Measure) pick(w keys.Workers, col, moved chunk.Column, wants []int) error {
	p := &picks{rows: m.rows, missing: keys.Missing(col)}
	for _, i := range wants {
		want := &m.wants[i]
		o := &picked{Statistic: want.Statistic}
		p.outs = append(p.outs, o)
		want.out.picked = func() []int32 { return o.rows }
		if p.order != nil || want.Statistic == First || want.Statistic == Last {
			continue
		}
		var err error
		if p.order, err = keys.OrderOf(w, moved); err != nil {
			return err
		}
	}
	m.parts = append(m.parts, p)
	return nil
}

// number adds the parts that compute numbers: from the values as they are, or
// as floats.
func (m *Measure) number(col chunk.Column, exact, floats []int) {
	moments := slices.ContainsFunc(exact, func(i int) bool { return m.wants[i].Statistic == Var || m.wants[i].Statistic == Std })
	switch c := classOf(m.field.Type); {
	case len(exact) == 0:
	case c == decimal && moments:
		addNumbers[wide, wideMoments, momentsOfDecimals](m, exact, decimalsOf(col), decimalSpreads)
	case c == decimal:
		addNumbers[wide, wideSum, sumDecimals](m, exact, decimalsOf(col), decimalSums)
	case c == floating && moments:
		addNumbers[float64, floatMoments, momentsOfFloats](m, exact, viewOf[float64](col), floatSpreads)
	case c == floating:
		addNumbers[float64, floatSum, sumFloats](m, exact, viewOf[float64](col), floatSums)
	case c == unsigned && moments:
		addNumbers[uint64, intMoments, momentsOfInts[uint64]](m, exact, viewOf[uint64](col), intSpreads[uint64])
	case c == unsigned:
		addNumbers[uint64, int128, sumInts[uint64]](m, exact, viewOf[uint64](col), intSums[uint64])
	case moments:
		addNumbers[int64, intMoments, momentsOfInts[int64]](m, exact, viewOf[int64](col), intSpreads[int64])
	default:
		addNumbers[int64, int128, sumInts[int64]](m, exact, viewOf[int64](col), intSums[int64])
	}
	if len(floats) > 0 {
		addNumbers[float64, floatSum, sumFloats](m, floats, floatsOf(col), floatSums)
	}
}

// addNumbers adds a part for some of the wants.
func addNumbers[T comparable, A any, F folder[T, A]](m *Measure, wants []int, v *view[T], totals func(*want, arrow.Field) finishedBy[A]) {
	p := &numbers[T, A, F]{view: v, buffer: only[func(*Scratch) *[]T](
		func(s *Scratch) *[]int64 { return &s.ints }, func(s *Scratch) *[]uint64 { return &s.uints },
		func(s *Scratch) *[]float64 { return &s.floats }, func(s *Scratch) *[]wide { return &s.decimals },
	), memory: only[func(*Scratch) *A](
		func(s *Scratch) *floatSum { return &s.accs.floatSum }, func(s *Scratch) *floatMoments { return &s.accs.floatMoments },
		func(s *Scratch) *int128 { return &s.accs.int128 }, func(s *Scratch) *intMoments { return &s.accs.intMoments },
		func(s *Scratch) *wideSum { return &s.accs.wideSum }, func(s *Scratch) *wideMoments { return &s.accs.wideMoments },
	)}
	if s, ok := any(p.fold).(spoiler[A]); ok {
		p.spoilt = s.spoilt
	}
	for _, i := range wants {
		m.wants[i].out.column = p.want(&m.wants[i], m.field, totals)
	}
	m.parts = append(m.parts, p)
}

// Begin prepares results for that many ranges, and memory for that many cells.
func (m *Measure) Begin(ranges, cells int) {
	for _, p := range m.parts {
		p.begin(ranges, cells)
	}
}

// Whole measures range g, which is rows lo to hi.
func (m *Measure) Whole(ctx context.Context, s *Scratch, g, lo, hi int) error {
	for _, p := range m.parts {
		if err := p.whole(ctx, s, g, lo, hi); err != nil {
			return err
		}
	}
	return nil
}

// Cell measures cell k, which is rows lo to hi.
func (m *Measure) Cell(ctx context.Context, s *Scratch, k, lo, hi int) error {
	for _, p := range m.parts {
		if err := p.cell(ctx, s, k, lo, hi); err != nil {
			return err
		}
	}
	return nil
}

// Join makes range g of the cells from to to.
func (m *Measure) Join(ctx context.Context, g, from, to int) error {
	for _, p := range m.parts {
		if err := p.join(ctx, g, from, to); err != nil {
			return err
		}
	}
	return nil
}

// Result returns the i-th statistic that was asked for, as a column of that
// name or, if rows is not nil, as the rows of the column that have the
// values: -1 for null.
func (m *Measure) Result(i int, name string) (col chunk.Column, rows []int32) {
	if o := m.wants[i].out; o.picked != nil {
		return chunk.Column{}, o.picked()
	}
	return m.wants[i].out.column(name), nil
}
