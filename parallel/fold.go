package parallel

import (
	"context"

	"github.com/parframe/parframe/internal/engine"
)

// Fold adds every item to an accumulator of another type: zero makes an empty
// accumulator, add adds an item to it and returns it, and merge joins two
// neighbors, the left one first.
//
//	Fold([]T, func() A, func(A, T) A, func(A, A) A) A
//
// The algebra: merge is associative, zero() is neutral to it, and
// merge(a, add(zero(), x)) == add(a, x). Then the result is the one of the plain
// loop over one accumulator.
//
// Items are folded in a few cells with an accumulator each, which are merged in a
// fixed binary tree. The borders of the cells follow from len(xs) alone, so that the result
// is the same to the last bit for any number of workers, and with [Serial]. There
// are 8 cells for fewer than 32,768 items, and otherwise one for every 262,144 items, at
// least 4 and at most 64. This suits accumulators that are large compared with a cell, such
// as maps and histograms, for which a merge costs as much as adding the items. It also means
// that no more functions run at once than there are cells, however many workers there are.
// [Partitions] sets another number of cells, for items that take long or
// accumulators that are cheap to merge; then the borders follow from that number and
// len(xs). With [Commutative] there is one accumulator for each worker.
//
// add is called once for every item. It may change and return the accumulator
// that it received, and merge may change and return its left one. Accumulators are
// merged as soon as both exist. So beside the accumulators that are in use at most one for
// each worker and level of the tree is alive, and usually a few in all.
//
// Without items the result is zero(). The error is the one of the lowest item that failed,
// as a [RowError]. A panic in zero is an error of the first item of a cell, and a panic in
// merge is an error of the first item that was folded into its right argument.
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

// Commutative tells [Fold] that the result is the same to the last bit in any order:
// merge(a, b) equals merge(b, a), and items may be added in any order. This is true of
// counting and of the least item. It is not true of sums of floats, nor of lists
// of matches.
//
// There is one accumulator for each worker then, and workers claim items as in
// [Map]. This is best for large accumulators: 16 workers make 16 of
// them. A panic in merge is a [RowError] for the first item of one of the two
// accumulators; which one depends on timing.
func Commutative() engine.FoldOnly {
	return engine.FoldOnly{Setting: engine.NewSetting("Commutative", "Commutative", nil, func(c *engine.Config) { c.Commutes = true })}
}
