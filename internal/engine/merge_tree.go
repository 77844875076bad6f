package engine

import "sync/atomic"

// tree merges the values of the cells of a grid pairwise: neighbors first, then
// neighboring pairs, and so on. Its shape follows from the number of
// cells alone, and so does every bit of the result. Six cells:
//
//	      ┌─────0..5─────┐
//	  ┌─0..3─┐           │
//	0..1   2..3         4..5
//	0  1   2  3         4  5
//
// A merge is identified by the first cell of its right half, which is unique to it.
// Its result replaces the value of its left half, so that the total is the value
// of cell 0.
type tree[A any] struct {
	merge func(a, b A) A
	// keep reports whether the value of the left half of a merge is kept in the first
	// node of the right half, for a scan. Otherwise that node is cleared.
	keep  bool
	nodes []node[A]
}

// node is the value of a cell, and later of larger and larger parts of the grid that
// begin with that cell. It belongs to the worker that runs the cell or the merge.
type node[A any] struct {
	acc A
	// half reports whether one half of the merge whose right half begins here is
	// done. The worker that completes the other half finds it set, and merges.
	half atomic.Bool
}

func newTree[A any](cells int, merge func(a, b A) A) *tree[A] {
	return &tree[A]{merge: merge, nodes: make([]node[A], cells)}
}

// total returns the merged value of all cells.
func (t *tree[A]) total() A { return t.nodes[0].acc }

// climb calls join for every merge for which only cell k was missing, the lowest
// first, until join returns false. Cells come in blocks whose size is a power of two. One
// goroutine runs the cells of a block in order, so that merges within it need no
// synchronization.
func (t *tree[A]) climb(block, k int, join func(left, right int) bool) {
	for cell, size := k, 1; size < len(t.nodes); size *= 2 {
		left, right := cell, cell+size
		if cell&size != 0 {
			left, right = cell-size, cell
		}
		if right >= len(t.nodes) {
			continue // the last cells of a grid have no right neighbor
		}
		second := cell == right
		if size >= block {
			second = t.nodes[right].half.Swap(true)
		}
		if !second || !join(left, right) {
			return
		}
		cell = left
	}
}

// mergeInto merges the node at right into the one at left.
func (t *tree[A]) mergeInto(left, right int) {
	l, r := &t.nodes[left], &t.nodes[right]
	acc := t.merge(l.acc, r.acc)
	if t.keep {
		r.acc = l.acc
	} else {
		r.acc = *new(A)
	}
	l.acc = acc
}
