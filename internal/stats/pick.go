package stats

import (
	"context"

	"github.com/parframe/parframe/internal/keys"
)

// picks picks rows of ranges: the first, the last, the least and the greatest.
type picks struct {
	order   *keys.Order // of the rows of the ranges, for the least and greatest
	missing func(row int) bool
	rows    []int32
	outs    []*picked
}

type picked struct {
	Statistic
	rows  []int32 // of the column, -1 for none
	cells []int32 // places among the rows of the ranges, -1 for none
}

func (p *picks) begin(ranges, cells int) {
	for _, o := range p.outs {
		o.rows, o.cells = make([]int32, ranges), make([]int32, cells)
	}
}

// row returns the row of the column that is row k of the ranges, -1 for -1.
func (p *picks) row(k int) int32 {
	if p.rows == nil || k < 0 {
		return int32(k)
	}
	return p.rows[k]
}

// pick returns the place of the wanted row, -1 for none.
func (p *picks) pick(s Statistic, lo, hi int) int32 {
	gone := func(k int) bool { return p.missing != nil && p.missing(int(p.row(k))) }
	switch s {
	case First:
		for k := lo; k < hi; k++ {
			if !gone(k) {
				return int32(k)
			}
		}
		return -1
	case Last:
		for k := hi - 1; k >= lo; k-- {
			if !gone(k) {
				return int32(k)
			}
		}
		return -1
	}
	best, o := -1, p.order
	for k := lo; k < hi; k++ {
		switch {
		case o.Missing(k):
		case best < 0,
			s == Min && o.Words[k] <= o.Words[best] && o.Compare(k, best) < 0,
			s == Max && o.Words[k] >= o.Words[best] && o.Compare(k, best) > 0:
			best = k
		}
	}
	return int32(best)
}

func (p *picks) whole(_ context.Context, _ *Scratch, g, lo, hi int) error {
	for _, o := range p.outs {
		o.rows[g] = p.row(int(p.pick(o.Statistic, lo, hi)))
	}
	return nil
}

func (p *picks) cell(_ context.Context, _ *Scratch, k, lo, hi int) error {
	for _, o := range p.outs {
		o.cells[k] = p.pick(o.Statistic, lo, hi)
	}
	return nil
}

func (p *picks) join(_ context.Context, g, from, to int) error {
	for _, o := range p.outs {
		best := int32(-1)
		for _, k := range o.cells[from:to] {
			switch {
			case k < 0:
			case best < 0, o.Statistic == Last,
				o.Statistic == Min && p.order.Compare(int(k), int(best)) < 0,
				o.Statistic == Max && p.order.Compare(int(k), int(best)) > 0:
				best = k
			}
		}
		o.rows[g] = p.row(int(best))
	}
	return nil
}

// counter counts values that are not missing, of any type.
type counter struct {
	values[int64]
	rows    []int32
	missing func(row int) bool
	cells   []int64
}

func (p *counter) begin(ranges, cells int) {
	p.vals, p.cells = make([]int64, ranges), make([]int64, cells)
}

func (p *counter) count(lo, hi int) int64 {
	n := int64(hi - lo)
	if p.missing == nil {
		return n
	}
	for k := lo; k < hi; k++ {
		row := k
		if p.rows != nil {
			row = int(p.rows[k])
		}
		if p.missing(row) {
			n--
		}
	}
	return n
}

func (p *counter) whole(_ context.Context, _ *Scratch, g, lo, hi int) error {
	p.vals[g] = p.count(lo, hi)
	return nil
}

func (p *counter) cell(_ context.Context, _ *Scratch, k, lo, hi int) error {
	p.cells[k] = p.count(lo, hi)
	return nil
}

func (p *counter) join(_ context.Context, g, from, to int) error {
	for _, n := range p.cells[from:to] {
		p.vals[g] += n
	}
	return nil
}
