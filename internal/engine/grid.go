package engine

import (
	"math"
	"math/bits"
	"sync/atomic"
)

// maxCells bounds the grid of a reduction or scan: 1,024 cells are 8 for each of 128
// cores; more cells would only make more values to merge.
const maxCells = 1024

// grid cuts n items into cells. The cut must follow from n and the caller's options
// alone: the order in which values are combined depends on it, and so does every
// bit of a float sum.
type grid struct {
	n, cells int
	items    bool // a cell may be one item, which costs nothing: the work is in the merges
	coarse   bool // claim cells one by one, and start all workers at once
	parts    bool // cells are the caller's partitions, and errors say which
	// rows has the first row of each cell; nil: cells are of equal size, as in [Split].
	rows []int
	// Then size is the size of the shorter cells, and longer the number of cells that hold
	// one row more.
	size, longer int
	// block is how many cells are claimed together at least. It depends on the
	// width too; nothing else here does, and results must not depend on it.
	block int
}

// newGrid returns a grid of cells of equal size.
func newGrid(n, cells int) grid {
	return grid{n: n, cells: cells, size: n / max(cells, 1), longer: n % max(cells, 1)}
}

// fineGrid is the grid of a reduction or scan.
func fineGrid(n int) grid {
	g := newGrid(n, min(n, maxCells))
	g.items = true
	return g
}

// row returns the first row of cell k, and n for k == cells.
func (g *grid) row(k int) int {
	switch {
	case k >= g.cells:
		return g.n
	case g.rows != nil:
		return g.rows[k]
	}
	return k*g.size + min(k, g.longer)
}

// blockFor returns how many cells are claimed together at least. If cells cost
// nothing, it is two cells, whose merge is the work that is measured.
// If there are few cells for each worker, a worker claims its whole part of the tree at
// once: if it went up the tree after each pair, other workers would still have pairs to
// merge when it could go on. So 64 slow items take 16 workers 7 steps instead of 8.
func (g *grid) blockFor(width int) int {
	if !g.items || g.cells < g.n {
		return 1
	}
	each := g.cells / min(width, g.cells)
	if each >= 16 {
		each /= 32 // enough of them to balance
	}
	return 1 << (bits.Len(uint(max(2, each))) - 1)
}

// cells claims the cells of g in ascending order and runs them: run is called with
// the cells from..to that a worker has claimed. It returns the cell after the last one that
// is done, which is to unless [Worker.leaves] stopped it. Reductions need nothing else of a
// call, beside [Worker.blame], [Worker.halted] and [Call.Once].
func (c *Call) cells(g *grid, run func(w *Worker, from, to int) (done int, err error)) error {
	p := c.newPhase(0, nil)
	if g.n == 0 {
		return p.run() // for observers, and for the end of the context
	}
	g.block = g.blockFor(p.width)
	p.n = (g.cells-1)/g.block + 1
	p.rowOf = func(unit int) int { return g.row(unit * g.block) }
	p.body = func(w *Worker, from, to int) (int, error) {
		done, err := run(w, from*g.block, min(to*g.block, g.cells))
		if done < g.cells {
			to = done / g.block
		}
		return to, err
	}
	p.parts = g.parts
	if g.coarse {
		p.eager, p.whole = true, true
		p.pace.fixed = 1
	}
	return p.run()
}

// blame attributes a failure that is about to be reported to cell k, which begins at row,
// whatever w has claimed.
func (w *Worker) blame(k, row int) {
	w.Row, w.unit, w.first, w.last = row, k, row, row
}

// halted reports whether w must begin nothing more, since the context has ended or
// a row below its own has failed. If the context has ended, err is its cause.
func (w *Worker) halted() (halted bool, err error) {
	if w.Err() == nil && !w.phase.expired.Load() {
		return false, nil
	}
	if w.phase.ended() {
		err = w.phase.cause()
	}
	return true, err
}

// runWhole is [Worker.Run] for rows that must not be left to other workers, even if the
// worker is asked to end its chunk early. If it does not reach hi it returns why.
func (w *Worker) runWhole(lo, hi int, some func(lo, hi int) (done int, err error)) (err error) {
	for lo < hi && err == nil {
		if lo, err = w.RunAll(lo, min(lo+max(w.step, 1), hi), some); err == nil && lo < hi {
			err = w.Stopped()
		}
	}
	return err
}

// leaves reports whether w is to leave cell k and the cells above it to other workers.
func (w *Worker) leaves(g *grid, k int) bool {
	return k%g.block == 0 && (w.endsChunk || atomic.LoadUint32(&w.Asked) != 0)
}

// combine runs cell over every cell of g, and merges the results in t.
//
// The worker that completes the second of two halves merges them at once, before
// it begins another cell. So few results wait for their other half: for each
// cell that is still running, at most one for each level of the tree.
//
// A merge that fails is a failure of the first row of its right half. The error is
// the one of the lowest row in any case: the halves of a merge lie on both sides
// of that row without a gap, so no failure above the row has kept the merge from running.
func combine[A any](c *Call, g grid, t *tree[A], cell func(w *Worker, k, lo, hi int) (A, error)) error {
	m := &combining[A]{g: &g, t: t, cell: cell}
	m.failed.Store(math.MaxInt64)
	return c.cells(m.g, m.runCells)
}

// combining is a running [combine].
type combining[A any] struct {
	g    *grid
	t    *tree[A]
	cell func(w *Worker, k, lo, hi int) (A, error)
	// failed is the lowest cell that failed, or whose merge as the first cell of a right
	// half failed. No cell and no merge above it begins.
	failed atomic.Int64
}

// runCells runs the cells from..to, and the merges that they complete.
func (c *combining[A]) runCells(w *Worker, from, to int) (k int, err error) {
	current, merging, done := from, false, false
	defer func() {
		if !done {
			if merging {
				w.blame(current, c.g.row(current))
			}
			lower(&c.failed, current)
		}
	}()
	halted := false
	join := func(left, right int) bool {
		if int64(right) >= c.failed.Load() {
			return false
		}
		current, merging = right, true
		if halted, err = w.halted(); !halted {
			c.t.mergeInto(left, right)
		}
		return !halted
	}
	lo := c.g.row(from)
	for k = from; k < to && int64(k) < c.failed.Load(); k++ {
		if k > from && w.leaves(c.g, k) {
			done = true
			return k, nil
		}
		current, merging = k, false
		w.Row = lo
		hi := c.g.row(k + 1)
		if c.t.nodes[k].acc, err = c.cell(w, k, lo, hi); err != nil {
			return k, err
		}
		if c.t.climb(c.g.block, k, join); halted {
			return k, err
		}
		lo = hi
	}
	done = true
	return to, nil
}

// lower sets v to k unless it is lower already.
func lower(v *atomic.Int64, k int) {
	for {
		old := v.Load()
		if old <= int64(k) || v.CompareAndSwap(old, int64(k)) {
			return
		}
	}
}
