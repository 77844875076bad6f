package engine

import (
	"sync/atomic"
	"time"
)

// Scan returns the running totals of the items, on the grid and the tree of
// [Reduce]. The call must have begun.
func Scan[T any](c *Call, xs []T, op func(a, b T) T) ([]T, error) {
	s := &scanning[T]{op: op, xs: xs, out: make([]T, len(xs)), grid: fineGrid(len(xs))}
	if err := s.scan(c); err != nil {
		return nil, err
	}
	return s.out, nil
}

// scanning is a running [Scan].
type scanning[T any] struct {
	op   func(a, b T) T
	xs   []T
	out  []T
	grid grid
	// cells holds the totals of cells, and later for each cell the total of all cells on
	// its left, and at 0 the total of all.
	cells []node[T]
}

func (s *scanning[T]) scan(c *Call) error {
	g := &s.grid
	if g.n == 0 {
		return c.cells(g, nil)
	}
	t := newTree(g.cells, s.op)
	t.keep = true
	s.cells = t.nodes
	err := combine(c, *g, t, s.within)
	if err == nil {
		err = s.descend(c)
	}
	if err != nil {
		return err
	}
	if g.cells < g.n {
		return c.cells(g, s.onto)
	}
	for k := range s.out {
		s.out[k] = s.until(k)
	}
	return nil
}

// within computes the running totals of a cell, and returns the last of them.
func (s *scanning[T]) within(w *Worker, _, lo, hi int) (T, error) {
	acc := s.xs[lo]
	s.out[lo] = acc
	err := w.runWhole(lo+1, hi, func(lo, hi int) (done int, err error) {
		acc, done = scanSome(w, acc, lo, s.xs[lo:hi], s.out[lo:hi], s.op)
		return done, nil
	})
	return acc, err
}

// scanSome is [reduceSome] with the running totals.
//
//go:noinline
func scanSome[T any](w *Worker, acc T, lo int, xs, out []T, op func(a, b T) T) (T, int) {
	out = out[:len(xs)]
	for i, x := range xs {
		w.Row = lo + i
		acc = op(acc, x)
		out[i] = acc
		if atomic.LoadUint32(&w.Asked) != 0 {
			return acc, lo + i + 1
		}
	}
	return acc, lo + len(xs)
}

// addSome combines in, the total of the cells on the left, with running totals.
//
//go:noinline
func addSome[T any](w *Worker, in T, lo int, out []T, op func(a, b T) T) int {
	for i, x := range out {
		w.Row = lo + i
		out[i] = op(in, x)
		if atomic.LoadUint32(&w.Asked) != 0 {
			return lo + i + 1
		}
	}
	return lo + len(out)
}

// descend computes for each cell the total of all cells on its left.
//
// The tree has kept the total of each left half at the first cell of the right half. The
// cells on the left of a left half are the cells on the left of the larger part that
// contains it, so their total is known when the merges of larger parts are done. So
// for each right half it is enough to combine these two totals, from the largest parts to
// the smallest, and all merges of one size can be done at the same time. A part that begins
// with cell 0 has no cells on its left.
func (s *scanning[T]) descend(c *Call) error {
	l := level{size: 1}
	for 3*2*l.size < len(s.cells) {
		l.size *= 2
	}
	l, err := s.descendAlone(c, l)
	for ; err == nil && l.size > 0; l = l.below() {
		err = s.descendLevel(c, l)
	}
	return err
}

// level is the merges of parts of size cells that do not begin with cell 0. The first done
// of them are done.
type level struct{ size, done int }

// right returns the first cell of the right half of merge i.
func (l level) right(i int) int { return (2*i + 3) * l.size }

// count returns how many merges of this level a grid has.
func (l level) count(cells int) int { return max(0, (cells-1-l.size)/(2*l.size)) }

func (l level) below() level { return level{size: l.size / 2} }

// slow is the time after which several workers share the rest of a descent. In less time
// the start of a phase for each level of the tree costs more than it saves.
const slow = 50 * time.Microsecond

// descendAlone descends on one worker, until that has taken long. It
// returns the level that it has reached.
func (s *scanning[T]) descendAlone(c *Call, l level) (level, error) {
	if l.count(len(s.cells)) == 0 {
		return level{}, nil
	}
	err := c.Once(func(w *Worker) error {
		start := time.Now()
		done, look := 0, 1 // merges done, and when to look at the clock
		for l.size > 0 {
			if l.done == l.count(len(s.cells)) {
				l = l.below()
				continue
			}
			if done == look {
				look += 1 + done/16
				if halted, err := w.halted(); halted || time.Since(start) > slow {
					return err
				}
			}
			s.carry(w, l, l.done)
			l.done++
			done++
		}
		return nil
	})
	return l, err
}

// descendLevel does the remaining merges of one level, on all workers.
func (s *scanning[T]) descendLevel(c *Call, l level) error {
	p := c.newPhase(l.count(len(s.cells))-l.done, func(w *Worker, from, to int) (int, error) {
		for i := from; i < to; i++ {
			if halted, err := w.halted(); halted {
				return i, err
			}
			s.carry(w, l, l.done+i)
		}
		return to, nil
	})
	p.rowOf = func(i int) int { return s.grid.row(l.right(l.done+i) - l.size) }
	return p.run()
}

// carry computes the total of all cells on the left of the right half of merge i.
func (s *scanning[T]) carry(w *Worker, l level, i int) {
	right := l.right(i)
	w.Row = s.grid.row(right - l.size)
	s.cells[right].acc = s.op(s.cells[right-l.size].acc, s.cells[right].acc)
}

// until returns the total of cells 0 to k.
func (s *scanning[T]) until(k int) T {
	if k+1 < len(s.cells) {
		return s.cells[k+1].acc
	}
	return s.cells[0].acc
}

// onto combines the total of all cells on the left with the running totals of each of the
// cells from..to. The last running total of a cell is already known: it is the total on the
// left of the next cell.
func (s *scanning[T]) onto(w *Worker, from, to int) (int, error) {
	for k := from; k < to; k++ {
		if k > from && w.leaves(&s.grid, k) {
			return k, nil
		}
		lo, hi := s.grid.row(k), s.grid.row(k+1)
		s.out[hi-1] = s.until(k)
		if k == 0 {
			continue
		}
		in := s.cells[k].acc
		err := w.runWhole(lo, hi-1, func(lo, hi int) (int, error) {
			return addSome(w, in, lo, s.out[lo:hi], s.op), nil
		})
		if err != nil {
			return k, err
		}
	}
	return to, nil
}
