package parallel

import (
	"context"
	"sync/atomic"

	"github.com/parframe/parframe/internal/engine"
)

// Find returns the index of the first item for which match returns true, or -1
// if there is none.
//
//	Find([]T, func(T) bool) int
//
// It is the index at which a loop would stop: match is called for
// every item below it, and for few above. If match fails below the index, Find returns
// -1 and the error, as a [RowError]. An error above the index is not returned, since the
// loop would not have reached it.
func Find[T any](ctx context.Context, xs []T, match func(ctx context.Context, x T) (bool, error), opts ...ItemOption) (int, error) {
	return find(ctx, "parallel.Find", xs, match, true, opts)
}

// Any reports whether match returns true for one of the items; see [Find].
//
//	Any([]T, func(T) bool) bool
func Any[T any](ctx context.Context, xs []T, match func(ctx context.Context, x T) (bool, error), opts ...ItemOption) (bool, error) {
	i, err := find(ctx, "parallel.Any", xs, match, true, opts)
	return i >= 0, err
}

// All reports whether match returns true for every item. It is true without items. See
// [Find].
//
//	All([]T, func(T) bool) bool
func All[T any](ctx context.Context, xs []T, match func(ctx context.Context, x T) (bool, error), opts ...ItemOption) (bool, error) {
	i, err := find(ctx, "parallel.All", xs, match, false, opts)
	return i < 0 && err == nil, err
}

// find returns the index of the first item for which match returns want.
func find[T any](ctx context.Context, call string, xs []T, match func(context.Context, T) (bool, error), want bool, opts []ItemOption) (found int, err error) {
	c, err := itemCall[T](call, opts, match == nil, engine.SearchOptions)
	if err != nil {
		return -1, err
	}
	if err = c.Begin(ctx, len(xs)); err != nil {
		return -1, err
	}
	defer c.End(&err)
	match = engine.Policed(c, match)
	err = c.Items(len(xs), func(w *engine.Worker, lo, hi int) (int, error) {
		return w.Run(lo, hi, func(lo, hi int) (int, error) { return findSome(w, lo, xs[lo:hi], match, want) })
	})
	if row, ok := err.(*RowError); ok && row.Err == engine.ErrFound {
		return row.Row, nil
	}
	return -1, err
}

// findSome is [mapSome] for a search. It ends where match returns want.
//
//go:noinline
func findSome[T any](w *engine.Worker, lo int, in []T, match func(context.Context, T) (bool, error), want bool) (int, error) {
	for i, x := range in {
		w.Row = lo + i
		yes, err := match(w, x)
		if err != nil {
			return lo + i, err
		}
		if yes == want {
			return lo + i, engine.ErrFound
		}
		if atomic.LoadUint32(&w.Asked) != 0 {
			return lo + i + 1, nil
		}
	}
	return lo + len(in), nil
}
