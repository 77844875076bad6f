package parallel

import "context"

// Scan returns the running totals: the i-th result combines items 0 to i.
//
//	Scan([]T, T, func(T, T) T) []T
//
// The algebra is that of [Reduce]: op is associative, identity neutral to it.
// The work is done in two passes over the same grid, so that the last result
// equals Reduce's to the last bit, and all are the same for any number of
// workers, and with [Serial]. op runs about twice per item.
func Scan[T any](ctx context.Context, xs []T, identity T, op func(a, b T) T, opts ...Option) ([]T, error) {
	p, err := Prepare("parallel.Scan", opts)
	if err != nil {
		return nil, err
	}
	if op == nil {
		return nil, p.nilFunc()
	}
	if ctx == nil {
		return nil, p.nilContext()
	}
	obs := p.firstPass()
	out, err := scan(ctx, p, xs, identity, op)
	obs.endLater(err)
	return out, err
}

func scan[T any](ctx context.Context, p *Plan, xs []T, identity T, op func(a, b T) T) ([]T, error) {
	out := make([]T, len(xs))
	cells := gridCells(len(xs))
	// First pass: totals within each cell.
	err := p.cells(ctx, len(xs), func(w *worker, k, lo, hi int) error {
		acc := identity
		for i, x := range xs[lo:hi] {
			w.row = lo + i
			acc = op(acc, x)
			out[lo+i] = acc
			if err := w.stopped(i); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	p.obs = nil
	if err != nil || cells < 2 {
		return nilOn(out, err)
	}
	// What comes into each cell from the left: one task, since op is user code.
	carry := make([]T, cells)
	err = p.once(ctx, func(w *worker) error {
		carry[0] = identity
		for k := 1; k < cells; k++ {
			w.row = splitAt(len(xs), cells, k)
			carry[k] = out[w.row-1]
			if k > 1 {
				carry[k] = op(carry[k-1], carry[k])
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = p.cells(ctx, len(xs), func(w *worker, k, lo, hi int) error {
		if k == 0 {
			return nil
		}
		in := carry[k]
		for i := lo; i < hi; i++ {
			w.row = i
			out[i] = op(in, out[i])
			if err := w.stopped(i); err != nil {
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
