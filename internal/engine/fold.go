package engine

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// Folder is a fold over n rows: Zero makes an accumulator, Add adds rows lo..hi
// to one and returns how far it came, as a [Body] does, and Merge joins two
// neighbors.
type Folder[A any] struct {
	Zero  func() A
	Add   func(w *Worker, acc A, lo, hi int) (sum A, done int, err error)
	Merge func(a, b A) A
}

// Cell folds all of lo..hi, even if Add ends early because the worker was asked to end its
// chunk: a cell is not divided.
func (f Folder[A]) Cell(w *Worker, lo, hi int) (A, error) {
	acc, done, err := f.Add(w, f.Zero(), lo, hi)
	for err == nil && done < hi {
		if err = w.Stopped(); err == nil {
			w.clockRow = done
			acc, done, err = f.Add(w, acc, done, hi)
		}
	}
	return acc, err
}

// Fold runs the fold over n rows, in a few cells whose number follows from n or
// from the option Partitions, merged in a fixed tree. With the option Commutative
// there is one accumulator for each worker instead. Without rows the result is Zero(). The
// call must have begun.
func Fold[A any](c *Call, n int, f Folder[A]) (acc A, err error) {
	if n == 0 {
		err = c.Once(func(*Worker) error {
			acc = f.Zero()
			return nil
		})
		return acc, err
	}
	if c.Commutes {
		return foldAnyOrder(c, n, f)
	}
	g := newGrid(n, c.PartCount(foldCells(n), n))
	g.coarse, g.parts = c.Partitions > 0, c.Partitions > 0
	t := newTree(g.cells, f.Merge)
	err = combine(c, g, t, func(w *Worker, _, lo, hi int) (A, error) { return f.Cell(w, lo, hi) })
	if err != nil {
		return acc, err
	}
	return t.total(), nil
}

// foldCells returns in how many cells n items are folded. There are few, since each
// makes an accumulator that must be merged: in the benchmarks of fold_bench_test.go, at
// width 2, 4 cells take one and a half times as long as hand-written accumulators, 8 cells
// nearly twice, and 16 four to nine times. Few items are usually slow ones, and are shared
// among more workers.
func foldCells(n int) int {
	if n < fewFolded {
		return 8
	}
	return max(4, min(n/foldItems, 64))
}

const (
	fewFolded = 1 << 15
	foldItems = 1 << 18
)

// Reduce combines n rows on the fine grid and in a fixed tree: cell combines
// rows lo..hi, at least one of them, and op combines two neighbors. n must be 1 or more,
// and the call must have begun.
func Reduce[T any](c *Call, n int, cell func(w *Worker, lo, hi int) (T, error), op func(a, b T) T) (total T, err error) {
	g := fineGrid(n)
	t := newTree(g.cells, op)
	err = combine(c, g, t, func(w *Worker, _, lo, hi int) (T, error) { return cell(w, lo, hi) })
	if err != nil {
		return total, err
	}
	return t.total(), nil
}

// ReduceItems is [Reduce] of the items of a slice.
func ReduceItems[T any](c *Call, xs []T, op func(a, b T) T) (T, error) {
	return Reduce(c, len(xs), func(w *Worker, lo, hi int) (T, error) {
		acc := xs[lo]
		some := func(lo, hi int) (done int, err error) {
			acc, done = reduceSome(w, acc, lo, xs[lo:hi], op)
			return done, nil
		}
		err := w.runWhole(lo+1, hi, some)
		return acc, err
	}, op)
}

// reduceSome is the innermost loop, with few variables so that they stay in
// registers. It returns the row after the last one that is done.
//
//go:noinline
func reduceSome[T any](w *Worker, acc T, lo int, xs []T, op func(a, b T) T) (T, int) {
	for i, x := range xs {
		w.Row = lo + i
		acc = op(acc, x)
		if atomic.LoadUint32(&w.Asked) != 0 {
			return acc, lo + i + 1
		}
	}
	return acc, lo + len(xs)
}

// share is an accumulator of one worker, for any rows.
type share[A any] struct {
	acc   A
	first int // lowest row in it
}

// foldAnyOrder folds with as many accumulators as functions run at once.
func foldAnyOrder[A any](c *Call, n int, f Folder[A]) (A, error) {
	var mu sync.Mutex
	var idle []*share[A] // all of them, when no worker has one
	err := c.Items(n, func(w *Worker, lo, hi int) (int, error) {
		mu.Lock()
		var s *share[A]
		if last := len(idle) - 1; last >= 0 {
			s, idle = idle[last], idle[:last]
		}
		mu.Unlock()
		if s == nil {
			s = &share[A]{f.Zero(), lo}
		}
		acc, done, err := f.Add(w, s.acc, lo, hi)
		if err != nil {
			return lo, err
		}
		s.acc = acc
		s.first = min(s.first, lo)
		mu.Lock()
		idle = append(idle, s)
		mu.Unlock()
		return done, nil
	})
	if err != nil {
		return *new(A), err
	}
	return mergeShares(c, n, f, idle)
}

func mergeShares[A any](c *Call, n int, f Folder[A], shares []*share[A]) (A, error) {
	if len(shares) == 1 {
		return shares[0].acc, nil
	}
	slices.SortFunc(shares, func(a, b *share[A]) int { return cmp.Compare(a.first, b.first) })
	g := grid{n: n, cells: len(shares), coarse: true, rows: make([]int, len(shares))}
	t := newTree(len(shares), f.Merge)
	for k, s := range shares {
		g.rows[k] = s.first
	}
	err := combine(c, g, t, func(_ *Worker, k, _, _ int) (A, error) { return shares[k].acc, nil })
	if err != nil {
		return *new(A), err
	}
	return t.total(), nil
}

// FoldItems returns the Add of a [Folder] over a slice: it calls add for each item.
func FoldItems[T, A any](xs []T, add func(ctx context.Context, acc A, x T) (A, error)) func(w *Worker, acc A, lo, hi int) (A, int, error) {
	return func(w *Worker, acc A, lo, hi int) (A, int, error) {
		done, err := w.Run(lo, hi, func(lo, hi int) (done int, err error) {
			acc, done, err = foldSome(w, acc, lo, xs[lo:hi], add)
			return done, err
		})
		return acc, done, err
	}
}

// foldSome is [reduceSome] for a fold.
//
//go:noinline
func foldSome[T, A any](w *Worker, acc A, lo int, xs []T, add func(ctx context.Context, acc A, x T) (A, error)) (A, int, error) {
	for i, x := range xs {
		w.Row = lo + i
		var err error
		if acc, err = add(w, acc, x); err != nil {
			return acc, lo + i, err
		}
		if atomic.LoadUint32(&w.Asked) != 0 {
			return acc, lo + i + 1, nil
		}
	}
	return acc, lo + len(xs), nil
}
