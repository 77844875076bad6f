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
// The work is done in two passes over the same grid, so that the last result
// equals Reduce's to the last bit, and all are the same for any number of
// workers, and with [Serial]. op runs about twice per item.
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
	return engine.Scan(c, xs, identity, op)
}
