package parallel

import (
	"context"
	"sync/atomic"

	"github.com/parframe/parframe/internal/engine"
)

// ForEach calls fn once for every item.
//
//	ForEach([]T, func(T)) error
//
// Calls overlap in time and begin in about the order of the items. The error
// is the one of the lowest item that failed, as a [RowError].
func ForEach[T any](ctx context.Context, xs []T, fn func(ctx context.Context, x T) error, opts ...ItemOption) (err error) {
	c, err := itemCall[T]("parallel.ForEach", opts, fn == nil, engine.ItemOptions)
	if err != nil {
		return err
	}
	if err = c.Begin(ctx, len(xs)); err != nil {
		return err
	}
	defer c.End(&err)
	if !c.Unpoliced() || c.Partial != nil {
		once := fn
		do := marking(newMarks(c, len(xs)), engine.Policed(c, func(ctx context.Context, x T) (none, error) { return none{}, once(ctx, x) }))
		fn = func(ctx context.Context, x T) error {
			_, err := do(ctx, x)
			return err
		}
	}
	err = c.Items(len(xs), func(w *engine.Worker, lo, hi int) (int, error) {
		return w.Run(lo, hi, func(lo, hi int) (int, error) { return eachSome(w, lo, xs[lo:hi], fn) })
	})
	if err != nil {
		return err
	}
	_, err = settle(c, xs, []none(nil))
	return err
}

type none struct{}

// eachSome is [mapSome] for a function without results.
//
//go:noinline
func eachSome[T any](w *engine.Worker, lo int, in []T, fn func(context.Context, T) error) (int, error) {
	for i, x := range in {
		w.Row = lo + i
		if err := fn(w, x); err != nil {
			return lo + i, err
		}
		if atomic.LoadUint32(&w.Asked) != 0 {
			return lo + i + 1, nil
		}
	}
	return lo + len(in), nil
}
