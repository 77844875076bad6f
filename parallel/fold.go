package parallel

import (
	"context"

	"github.com/parframe/parframe/internal/engine"
)

// Fold adds every item to an accumulator of another type: zero makes an empty
// one, add takes in an item and returns the accumulator, and merge joins two
// neighbours, the left one first.
//
//	Fold([]T, func() A, func(A, T) A, func(A, A) A) A
//
// The algebra: merge is associative, zero() is neutral to it, and
// merge(a, add(zero(), x)) == add(a, x). Then the result is that of the plain
// loop over one accumulator. Items are folded on a grid of at most 1,024 cells
// whose borders follow from len(xs) alone, and the cells are merged from left
// to right, so that the result is the same to the last bit for any number of
// workers, and with [Serial].
//
// add is called once for every item; it may change and return the accumulator
// that it received, and merge may change and return its left one. No items give
// zero(). The error is that of the lowest item that failed, as a [RowError].
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
	if len(xs) == 0 {
		err = c.Once(func(*engine.Worker) error {
			acc = zero()
			return nil
		})
		return acc, err
	}
	return engine.Grid(c, len(xs), func(w *engine.Worker, lo, hi int) (A, error) {
		acc := zero()
		for i, x := range xs[lo:hi] {
			w.Row = lo + i
			var err error
			if acc, err = add(w, acc, x); err != nil {
				return acc, err
			}
			if err := w.Stopped(i); err != nil {
				return acc, err
			}
		}
		return acc, nil
	}, merge)
}
