package engine

import (
	"context"
	"sync"
)

// maxCells bounds the grid of a reduction. The borders follow from the length
// alone, so that the order in which values are combined, and with it every
// bit of a float sum, is the same for any number of workers. 1,024 cells feed
// 128 cores with 8 each; more would only make more accumulators to merge.
const maxCells = 1024

// gridCells returns the number of cells for n items.
func gridCells(n int) int { return min(n, maxCells) }

// GridCells returns the number of cells for n items.
func GridCells(n int) int { return gridCells(n) }

// Cell returns the first item of the k-th cell of n items.
func Cell(n, k int) int { return splitAt(n, gridCells(n), k) }

// Cells runs fn over every cell of the grid over n items. done, if there is
// one, learns which cells were run, several at a time, also when a later one
// of them fails.
func (c *Call) Cells(n int, fn func(w *Worker, k, lo, hi int) error, done func(w *Worker, from, to int)) error {
	p := c.newPhase(gridCells(n), nil)
	if n == 0 {
		return p.run()
	}
	q, r := n/p.n, n%p.n // splitAt with the division done once
	p.rowOf = func(k int) int { return k*q + min(k, r) }
	p.body = func(w *Worker, from, to int) (int, error) {
		k := from
		if done != nil {
			defer func() {
				row := w.Row
				done(w, from, k)
				w.Row = row
			}()
		}
		for lo := p.rowOf(from); k < to; k++ {
			hi := lo + q
			if k < r {
				hi++
			}
			w.Row = lo
			if err := fn(w, k, lo, hi); err != nil {
				return k, err
			}
			lo = hi
		}
		return to, nil
	}
	return p.run()
}

// stopEvery is how many items of a cell run between two looks at the context:
// often enough for items that are slow, too seldom to be felt by fast ones.
const stopEvery = 16

// Stopped says, at every 16th item, why a cell is not to go on.
func (w *Worker) Stopped(i int) error {
	if i%stopEvery == stopEvery-1 && w.Err() != nil {
		return context.Cause(w)
	}
	return nil
}

// Grid runs cell over every cell of the grid over n items and merges the
// results from left to right, as soon as those to the left are there: few
// accumulators are alive at once.
func Grid[A any](c *Call, n int, cell func(w *Worker, lo, hi int) (A, error), merge func(a, b A) A) (A, error) {
	cells := gridCells(max(n, 0))
	m := merger[A]{merge: merge, cells: make([]A, cells), ends: make([]int, cells), rowOf: func(k int) int { return splitAt(n, cells, k) }}
	err := c.Cells(n, func(w *Worker, k, lo, hi int) (err error) {
		m.cells[k], err = cell(w, lo, hi)
		return err
	}, m.put)
	if err != nil {
		return *new(A), err
	}
	return m.total, nil
}

// merger merges the results of cells in ascending order. Whoever brings the
// cell that is next merges all that have become ready behind it.
type merger[A any] struct {
	merge func(a, b A) A
	rowOf func(cell int) int
	cells []A // each written by the worker that ran it, before put

	mu   sync.Mutex
	busy bool  // somebody merges
	next int   // first cell that is not in total
	ends []int // where the ready cells end that begin here, 0: not ready
	// total belongs to the one who is busy.
	total A
}

// put takes the results of cells from..to, and merges on w what can be merged.
// A failure in merge is one of the cell that was to be added, as in a loop over
// the cells, whichever cells w has claimed.
func (m *merger[A]) put(w *Worker, from, to int) {
	if from == to {
		return
	}
	first, last := w.first, w.last
	m.mu.Lock()
	m.ends[from] = to
	for !m.busy && m.next < len(m.ends) && m.ends[m.next] > 0 {
		m.busy = true
		k, end := m.next, m.ends[m.next]
		m.mu.Unlock()
		// A panic here leaves busy set: nobody goes on with half a total.
		for ; k < end; k++ {
			if k == 0 {
				m.total = m.cells[0]
			} else {
				w.Row = m.rowOf(k)
				w.first, w.last = w.Row, w.Row
				m.total = m.merge(m.total, m.cells[k])
			}
			m.cells[k] = *new(A)
		}
		m.mu.Lock()
		m.busy = false
		m.next = end
	}
	m.mu.Unlock()
	w.first, w.last = first, last
}

// Scan returns the running totals of the items, in two passes over the grid.
func Scan[T any](c *Call, xs []T, identity T, op func(a, b T) T) ([]T, error) {
	out := make([]T, len(xs))
	cells := GridCells(len(xs))
	// First pass: totals within each cell.
	err := c.Cells(len(xs), func(w *Worker, k, lo, hi int) error {
		acc := identity
		for i, x := range xs[lo:hi] {
			w.Row = lo + i
			acc = op(acc, x)
			out[lo+i] = acc
			if err := w.Stopped(i); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	if err != nil || cells < 2 {
		return nilOn(out, err)
	}
	// What comes into each cell from the left: one task, since op is user code.
	carry := make([]T, cells)
	err = c.Once(func(w *Worker) error {
		carry[0] = identity
		for k := 1; k < cells; k++ {
			w.Row = Cell(len(xs), k)
			carry[k] = out[w.Row-1]
			if k > 1 {
				carry[k] = op(carry[k-1], carry[k])
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = c.Cells(len(xs), func(w *Worker, k, lo, hi int) error {
		if k == 0 {
			return nil
		}
		in := carry[k]
		for i := lo; i < hi; i++ {
			w.Row = i
			out[i] = op(in, out[i])
			if err := w.Stopped(i); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	return nilOn(out, err)
}

func nilOn[T any](out []T, err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	return out, nil
}
