package parallel

import (
	"context"
	"math"
	"sync"
)

// maxCells bounds the grid of a reduction. The borders follow from the length
// alone, so that the order in which values are combined, and with it every
// bit of a float sum, is the same for any number of workers. 1,024 cells feed
// 128 cores with 8 each; more would only make more accumulators to merge.
const maxCells = 1024

// gridCells returns the number of cells for n items.
func gridCells(n int) int { return min(n, maxCells) }

// cells runs fn over every cell of the grid over n items.
func (p *Plan) cells(ctx context.Context, n int, fn func(w *worker, k, lo, hi int) error) error {
	j, err := p.job(ctx, n)
	if err != nil {
		return err
	}
	j.n = gridCells(n)
	j.rowOf = func(k int) int { return splitAt(n, j.n, k) }
	j.run = func(w *worker, from, to int) error {
		for k := from; k < to; k++ {
			w.row = j.rowOf(k)
			if err := fn(w, k, w.row, j.rowOf(k+1)); err != nil {
				return err
			}
		}
		return nil
	}
	return j.do(p.serial())
}

// once runs fn where a panic and a Goexit are contained.
func (p *Plan) once(ctx context.Context, fn func(w *worker) error) error {
	j, err := p.job(ctx, 1)
	if err != nil {
		return err
	}
	j.rowOf = func(int) int { return 0 } // it takes in no row
	j.run = func(w *worker, _, _ int) error {
		w.last = math.MaxInt // fn says which row it is at
		return fn(w)
	}
	return j.do(p.serial())
}

// grid runs cell over every cell of the grid over n items and merges the
// results from left to right, as soon as those to the left are there: few
// accumulators are alive at once.
func grid[A any](ctx context.Context, p *Plan, n int, cell func(w *worker, lo, hi int) (A, error), merge func(a, b A) A) (A, error) {
	cells := gridCells(max(n, 0))
	m := merger[A]{merge: merge, ready: make([]*A, cells), rowOf: func(k int) int { return splitAt(n, cells, k) }}
	err := p.cells(ctx, n, func(w *worker, k, lo, hi int) error {
		a, err := cell(w, lo, hi)
		if err != nil {
			return err
		}
		m.put(w, k, a)
		return nil
	})
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

	mu    sync.Mutex
	busy  bool // somebody merges
	next  int  // first cell that is not in total
	ready []*A
	total A // belongs to the one who is busy
}

// put takes the result of cell k, and merges on w what can be merged. A failure
// in merge is one of the cell that was to be added, as in a loop over the cells,
// whichever cell w has claimed.
func (m *merger[A]) put(w *worker, k int, a A) {
	first, last := w.first, w.last
	m.mu.Lock()
	m.ready[k] = &a
	for !m.busy && m.next < len(m.ready) && m.ready[m.next] != nil {
		m.busy = true
		a, first := *m.ready[m.next], m.next == 0
		m.ready[m.next] = nil
		m.mu.Unlock()
		if first {
			m.total = a
		} else {
			// A panic here leaves busy set: nobody goes on with half a total.
			w.row = m.rowOf(m.next)
			w.first, w.last = w.row, w.row
			m.total = m.merge(m.total, a)
		}
		m.mu.Lock()
		m.busy = false
		m.next++
	}
	m.mu.Unlock()
	w.first, w.last = first, last
}
