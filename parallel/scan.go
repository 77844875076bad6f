package parallel

import (
	"context"

	"github.com/parframe/parframe/internal/engine"
)

// Scan returns the running totals: result i combines items 0 to i.
//
//	Scan([]T, T, func(T, T) T) []T
//
// As in [Reduce], op must be associative and identity neutral to it.
// Results are the same to the last bit for any number of workers, and with
// [Serial]. The last result is the one of Reduce.
//
// Scan uses the cells and the tree of Reduce, once up and once down. So op
// runs about twice per item, and if it takes long a Scan of a few items uses several
// workers too. A panic in op is a [RowError] for the item that is its right argument, or for
// the first of the items that were combined into it.
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
