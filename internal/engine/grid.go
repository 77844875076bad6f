package engine

import (
	"math"
	"math/bits"
	"sync/atomic"
)

// maxCells bounds the grid of a reduction or scan: 1,024 cells feed 128 cores with
// 8 each; more would only make more values to merge.
const maxCells = 1024

// grid cuts n items into cells. The cut must follow from n and what the caller
// says: the order in which values are combined depends on it, and with it every
// bit of a float sum.
type grid struct {
	n, cells int
	items    bool // a cell may be one item, which costs nothing: merging is the work
	coarse   bool // claim cells one by one, and start all workers at once
	parts    bool // cells are the caller's partitions, and errors say which
	// rows has the first row of each cell; nil: cells are of equal size, as [Split] has them.
	rows []int
	// size is that of the shorter cells then, and longer how many hold one row more.
	size, longer int
	// block is how many cells are claimed together at least. It follows from the
	// width too, which must not show: all else does not depend on it.
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

// blockFor returns how many cells are claimed together at least. Where cells cost
// nothing it is two of them and what merges them, which is the work that is measured.
// Where there are few for each worker, it takes its part of the tree at
// once: were it to go up the tree after each pair, others would have pairs left to
// merge when it could go on. 64 slow items take 16 workers 7 steps so, and else 8.
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
// the cells from..to that a worker has claimed, and returns up to where it came: to,
// unless [Worker.leaves]. This is all that reductions
// need of a call, beside [Worker.blame], [Worker.halted] and [Call.Once].
func (c *Call) cells(g *grid, run func(w *Worker, from, to int) (done int, err error)) error {
	p := c.newPhase(0, nil)
	if g.n == 0 {
		return p.run() // for those who watch, and for the end of the context
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

// blame makes the failure that is under way one of cell k, which begins at row,
// whatever w has claimed.
func (w *Worker) blame(k, row int) {
	w.Row, w.unit, w.first, w.last = row, k, row, row
}

// halted reports whether w must begin nothing more, as the context has ended or
// a row below its own has failed. err is why, if it is the context.
func (w *Worker) halted() (halted bool, err error) {
	if w.Err() == nil && !w.phase.expired.Load() {
		return false, nil
	}
	if w.phase.ended() {
		err = w.phase.cause()
	}
	return true, err
}

// whole is [Worker.Run] for rows that are not left to others, though the worker is
// asked to end early: it returns why it must not go on, if it did not come to hi.
func (w *Worker) runWhole(lo, hi int, some func(lo, hi int) (done int, err error)) (err error) {
	for lo < hi && err == nil {
		if lo, err = w.RunAll(lo, min(lo+max(w.step, 1), hi), some); err == nil && lo < hi {
			err = w.Stopped()
		}
	}
	return err
}

// leaves reports whether w is to leave cell k and those above it to others.
func (w *Worker) leaves(g *grid, k int) bool {
	return k%g.block == 0 && (w.endsChunk || atomic.LoadUint32(&w.Asked) != 0)
}

// combine runs cell over every cell of g, and merges the results in t.
//
// Merges run on the worker that brings the second of two halves, at once, before
// it begins another cell. So few results wait for their other half: for each
// cell that is still running, at most one for each level of the tree.
//
// A merge that fails is a failure of the first row of its right half. The error is
// that of the lowest row in any case: all that a merge needs lies on both sides
// of that row without a gap, so no failure above it has kept it from running.
func combine[A any](c *Call, g grid, t *tree[A], cell func(w *Worker, k, lo, hi int) (A, error)) error {
	m := &combining[A]{g: &g, t: t, cell: cell}
	m.failed.Store(math.MaxInt64)
	return c.cells(m.g, m.runCells)
}

// combining is combine at work.
type combining[A any] struct {
	g    *grid
	t    *tree[A]
	cell func(w *Worker, k, lo, hi int) (A, error)
	// failed is the lowest cell that did not come to its end, or whose merge as the
	// first of a right half did not. Nothing above it begins any more.
	failed atomic.Int64
}

// run runs the cells from..to, and the merges that they make possible.
func (c *combining[A]) runCells(w *Worker, from, to int) (k int, err error) {
	at, merging, done := from, false, false
	defer func() {
		if !done {
			if merging {
				w.blame(at, c.g.row(at))
			}
			lower(&c.failed, at)
		}
	}()
	halted := false
	join := func(left, right int) bool {
		if int64(right) >= c.failed.Load() {
			return false
		}
		at, merging = right, true
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
		at, merging = k, false
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
