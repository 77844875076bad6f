package parallel

import "context"

// ForEach calls fn once for every item.
//
//	ForEach([]T, func(T)) error
//
// Calls overlap in time and begin in about the order of the items. The error
// is that of the lowest item that failed, as a [RowError].
func ForEach[T any](ctx context.Context, xs []T, fn func(ctx context.Context, x T) error, opts ...Option) error {
	p, err := prepareItems[T]("parallel.ForEach", opts, fn == nil)
	if err != nil {
		return err
	}
	do := withPolicy(p, func(ctx context.Context, x T) (none, error) { return none{}, fn(ctx, x) })
	err = p.run(ctx, len(xs), func(w *worker, lo, hi int) error {
		for i, x := range xs[lo:hi] {
			w.row = lo + i
			if _, err := do(w, x); err != nil {
				return err
			}
		}
		return nil
	}, false)
	if err != nil {
		return err
	}
	_, err = settle(p, xs, []none(nil))
	return err
}

type none struct{}
