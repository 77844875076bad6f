package parallel

import (
	"context"

	"github.com/parframe/parframe/internal/engine"
)

// ForEach calls fn once for every item.
//
//	ForEach([]T, func(T)) error
//
// Calls overlap in time and begin in about the order of the items. The error
// is that of the lowest item that failed, as a [RowError].
func ForEach[T any](ctx context.Context, xs []T, fn func(ctx context.Context, x T) error, opts ...ItemOption) (err error) {
	c, err := itemCall[T]("parallel.ForEach", opts, fn == nil, engine.ItemOptions)
	if err != nil {
		return err
	}
	if err = c.Begin(ctx, len(xs)); err != nil {
		return err
	}
	defer c.End(&err)
	do := engine.Policed(c, func(ctx context.Context, x T) (none, error) { return none{}, fn(ctx, x) })
	done := newMarks(c, len(xs))
	err = c.Items(len(xs), func(w *engine.Worker, lo, hi int) (int, error) {
		return eachItem(w, xs, lo, hi, func(i int, x T) error {
			_, err := do(w, x)
			if done != nil {
				done[i] = err == nil
			}
			return err
		})
	})
	if err != nil {
		return err
	}
	_, err = settle(c, xs, []none(nil))
	return err
}

type none struct{}
