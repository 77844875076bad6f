package stats

import (
	"context"
	"slices"

	"github.com/parframe/parframe/internal/chunk"
)

// numbers computes statistics of values of T, and reads them once for all.
type numbers[T comparable, A any, F folder[T, A]] struct {
	view   *view[T]
	buffer func(*Scratch) *[]T
	fold   F
	memory func(*Scratch) *A // an accumulator to work on
	spoilt func(*A) bool     // nil unless F is a spoiler

	finished  []finishedBy[A]
	extremes  []*extremes[T]
	quantiles []selectedBy
	words     func(dst []uint64, x []T) // nil without quantiles
	cells     []cell[A]
}

// cell is what a cell of a range comes to.
type cell[A any] struct {
	tally[A]
	words []uint64 // sorted
}

// finishedBy has the results that are made of accumulators.
type finishedBy[A any] interface {
	begin(ranges int)
	put(g int, acc *A, n int) error
	column(name string) chunk.Column
}

// selectedBy has the results that are made of words, of all values in any order or
// in sorted parts.
type selectedBy interface {
	begin(ranges int)
	put(ctx context.Context, g int, words []uint64)
	putParts(g int, parts [][]uint64)
	column(name string) chunk.Column
}

func (p *numbers[T, A, F]) begin(ranges, cells int) {
	p.cells = make([]cell[A], cells)
	for _, o := range p.finished {
		o.begin(ranges)
	}
	for _, o := range p.extremes {
		o.begin(ranges)
		o.cells = make([]T, cells)
	}
	for _, o := range p.quantiles {
		o.begin(ranges)
	}
}

// take returns the values of rows lo..hi that are neither null nor NaN. If a statistic is
// made of accumulators and there are values, it stores what they are folded to in acc.
func (p *numbers[T, A, F]) take(s *Scratch, acc *A, lo, hi int) (x []T) {
	buf := p.buffer(s)
	folded := len(p.finished) > 0
	if p.view.dense && p.spoilt != nil && folded && lo < hi {
		x = p.view.rows(lo, hi, buf)
		if *acc = p.fold.many(x); !p.spoilt(acc) {
			return x
		}
	}
	x = p.view.seen(lo, hi, buf, &s.words)
	if folded && len(x) > 0 {
		*acc = p.fold.many(x)
	}
	return x
}

func (p *numbers[T, A, F]) whole(ctx context.Context, s *Scratch, g, lo, hi int) error {
	acc := p.memory(s)
	x := p.take(s, acc, lo, hi)
	for _, o := range p.finished {
		if err := o.put(g, acc, len(x)); err != nil {
			return err
		}
	}
	for _, o := range p.extremes {
		if o.none[g] = len(x) == 0; len(x) > 0 {
			o.vals[g] = o.of(x)
		}
	}
	if p.words == nil {
		return nil
	}
	words := sized(&s.selected, len(x))
	p.words(words, x)
	for _, o := range p.quantiles {
		o.put(ctx, g, words)
	}
	return nil
}

func (p *numbers[T, A, F]) cell(_ context.Context, s *Scratch, k, lo, hi int) error {
	c := &p.cells[k]
	x := p.take(s, &c.acc, lo, hi)
	if c.n = len(x); c.n > 0 {
		for _, o := range p.extremes {
			o.cells[k] = o.of(x)
		}
	}
	if p.words != nil {
		c.words = make([]uint64, len(x))
		p.words(c.words, x)
		slices.Sort(c.words)
	}
	return nil
}

func (p *numbers[T, A, F]) join(_ context.Context, g, from, to int) error {
	var all tally[A]
	var parts [][]uint64
	for k, c := range p.cells[from:to] {
		if c.n == 0 {
			continue
		}
		for _, o := range p.extremes {
			if v := o.cells[from+k]; all.n == 0 {
				o.vals[g] = v
			} else {
				o.vals[g] = o.of([]T{o.vals[g], v})
			}
		}
		all = joinTallies(p.fold, all, c.tally)
		parts = append(parts, c.words)
	}
	for _, o := range p.finished {
		if err := o.put(g, &all.acc, all.n); err != nil {
			return err
		}
	}
	for _, o := range p.extremes {
		o.none[g] = all.n == 0
	}
	for _, o := range p.quantiles {
		o.putParts(g, parts)
	}
	return nil
}
