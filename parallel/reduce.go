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
// the one of the plain loop. For an op that is only nearly associative, such as
// the sum of floats, the order of combining follows from len(xs) alone: the
// result is the same to the last bit for any number of workers, and with [Serial].
//
// Items are combined in at most 1,024 cells, and the cells in a fixed binary tree,
// both on all workers. So Reduce helps with a few items too if op takes long.
// n items take n-1 calls of op. Without items the result is identity, which is not used
// otherwise.
//
// A panic in op is a [RowError] for the item that is its right argument, or for the first
// of the items that were combined into it.
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
		return identity, c.Items(0, nil)
	}
	return engine.ReduceItems(c, xs, op)
}
