package parallel

import (
	"context"

	"github.com/parframe/parframe/internal/engine"
)

// Fold adds every item to an accumulator of another type: zero makes an empty
// one, add takes in an item and returns the accumulator, and merge joins two
// neighbors, the left one first.
//
//	Fold([]T, func() A, func(A, T) A, func(A, A) A) A
//
// The algebra: merge is associative, zero() is neutral to it, and
// merge(a, add(zero(), x)) == add(a, x). Then the result is that of the plain
// loop over one accumulator.
//
// Items are folded in a few cells with an accumulator each, which are merged in a
// fixed binary tree. Their borders follow from len(xs) alone, so that the result
// is the same to the last bit for any number of workers, and with [Serial]:
// there are 8 for fewer than 32,768 items, else one for every 262,144, at least 4 and
// at most 64. That suits accumulators that are large beside a cell, such as maps and
// histograms, whose merging costs as much as adding. It also means that no more
// functions run at once than there are cells, however many workers there are:
// [Partitions] sets another number of cells, for items that take long or
// accumulators that are cheap to merge, and the result depends on that number
// alone. With [Commutative] there is one accumulator for each worker.
//
// add is called once for every item; it may change and return the accumulator
// that it received, and merge may change and return its left one. Accumulators are
// merged as soon as both are there: beside those that are worked on, at most one for each
// worker and level of the tree is alive, and mostly a few in all.
//
// No items give zero(). The error is that of the lowest item that failed, as a
// [RowError]; a panic in zero is one of the first item of a cell, a panic in merge
// one of the first item that was folded into its right argument.
func Fold[T, A any](ctx context.Context, xs []T, zero func() A, add func(ctx context.Context, acc A, x T) (A, error), merge func(a, b A) A, opts ...FoldOption) (acc A, err error) {
	c, err := engine.NewCall("parallel.Fold", engine.Collect(opts, FoldOption.ForFolds), engine.FoldOptions)
	if err != nil {
		return acc, err
	}
	if zero == nil || add == nil || merge == nil {
		return acc, c.NilFunc()
	}
	if err = c.Begin(ctx, len(xs)); err != nil {
		return acc, err
	}
	defer c.End(&err)
	return engine.Fold(c, len(xs), engine.Folder[A]{Zero: zero, Add: engine.FoldItems(xs, add), Merge: merge})
}

// Commutative tells [Fold] that the accumulators may be merged in any order, with
// the same result to the last bit: merge(a, b) equals merge(b, a), and items may be
// added in any order, as when counting, or for the least of all items. Sums of
// floats, and lists of what was found, are not of that kind.
//
// Then there is one accumulator for each worker, and workers claim items as in
// [Map], which is best for accumulators that are large: 16 workers make 16 of
// them. A panic in merge is a [RowError] for the first item of one of the two,
// which depends on timing.
func Commutative() engine.FoldOnly {
	return engine.FoldOnly{Setting: engine.NewSetting("Commutative", "Commutative", nil, func(c *engine.Config) { c.Commutes = true })}
}
