package parallel

import (
	"context"

	"github.com/parframe/parframe/internal/engine"
)

// Reduce combines all items with op, from left to right.
//
//	Reduce([]T, T, func(T, T) T) T
//
// op must be associative, op(op(a, b), c) == op(a, op(b, c)), and identity
// must be its neutral element; op need not be commutative. Then the result is
// that of the plain loop. For an op that is only nearly associative, such as
// the sum of floats, items are combined on a grid of at most 1,024 cells whose
// borders follow from len(xs) alone: the result is the same to the last bit
// for any number of workers, and with [Serial]. No items give identity.
//
// How often op runs is not specified. A panic in it is a [RowError] for the
// item that it was given, or for the first item of a cell while cells are merged.
func Reduce[T any](ctx context.Context, xs []T, identity T, op func(a, b T) T, opts ...Option) (acc T, err error) {
	c, err := engine.NewCall("parallel.Reduce", engine.Collect(opts, Option.ForAny))
	if err != nil {
		return acc, err
	}
	if op == nil {
		return acc, c.NilFunc()
	}
	if err = c.Begin(ctx, len(xs)); err != nil {
		return acc, err
	}
	defer c.End(&err)
	if len(xs) == 0 {
		return identity, c.Cells(0, nil, nil)
	}
	return engine.Grid(c, len(xs), func(w *engine.Worker, lo, hi int) (T, error) {
		acc := identity
		for i, x := range xs[lo:hi] {
			w.Row = lo + i
			acc = op(acc, x)
			if err := w.Stopped(i); err != nil {
				return acc, err
			}
		}
		return acc, nil
	}, op)
}
