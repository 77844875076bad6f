package parallel

import (
	"context"

	"github.com/parframe/parframe/internal/engine"
)

// Scan returns the running totals: the i-th result combines items 0 to i.
//
//	Scan([]T, T, func(T, T) T) []T
//
// The algebra is that of [Reduce]: op is associative, identity neutral to it.
// Results are the same to the last bit for any number of workers, and with
// [Serial], and the last one is Reduce's.
//
// The work is done on the grid and the tree of Reduce, once up and once down: op
// runs about twice per item, and is worth more than one worker for a few items too.
// A panic in it is a [RowError] for the item on its right, or for the first
// of the items that were combined to its right argument.
func Scan[T any](ctx context.Context, xs []T, identity T, op func(a, b T) T, opts ...Option) (out []T, err error) {
	c, err := engine.NewCall("parallel.Scan", engine.Collect(opts, Option.ForAny))
	if err != nil {
		return nil, err
	}
	if op == nil {
		return nil, c.NilFunc()
	}
	if err = c.Begin(ctx, len(xs)); err != nil {
		return nil, err
	}
	defer c.End(&err)
	return engine.Scan(c, xs, op)
}
