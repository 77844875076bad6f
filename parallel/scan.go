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
	return scan(c, xs, identity, op)
}

func scan[T any](c *engine.Call, xs []T, identity T, op func(a, b T) T) ([]T, error) {
	out := make([]T, len(xs))
	cells := engine.GridCells(len(xs))
	// First pass: totals within each cell.
	err := c.Cells(len(xs), func(w *engine.Worker, k, lo, hi int) error {
		acc := identity
		for i, x := range xs[lo:hi] {
			w.Row = lo + i
			acc = op(acc, x)
			out[lo+i] = acc
			if err := w.Stopped(i); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	if err != nil || cells < 2 {
		return nilOn(out, err)
	}
	// What comes into each cell from the left: one task, since op is user code.
	carry := make([]T, cells)
	err = c.Once(func(w *engine.Worker) error {
		carry[0] = identity
		for k := 1; k < cells; k++ {
			w.Row = engine.Cell(len(xs), k)
			carry[k] = out[w.Row-1]
			if k > 1 {
				carry[k] = op(carry[k-1], carry[k])
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = c.Cells(len(xs), func(w *engine.Worker, k, lo, hi int) error {
		if k == 0 {
			return nil
		}
		in := carry[k]
		for i := lo; i < hi; i++ {
			w.Row = i
			out[i] = op(in, out[i])
			if err := w.Stopped(i); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	return nilOn(out, err)
}

func nilOn[T any](out []T, err error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	return out, nil
}
