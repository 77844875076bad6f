package parallel

import (
	"context"
	"sync/atomic"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/unset"
)

// Map calls fn once for every item and returns the results in the order of
// the items.
//
//	Map([]T, func(T) R) []R
//
// Without an error the result has the length of xs and is not nil. With an error
// it is nil, and the error is the one of the lowest item that failed, as a
// [RowError]. [CollectAll], [Quarantine] and [Partial] return results after a failure or
// the end of ctx. Over a plain loop a call costs about 2 µs and an item a nanosecond.
// [Pure] adapts a function that needs no context and cannot fail, and [Plain] one that
// needs no context and can fail.
func Map[T, R any](ctx context.Context, xs []T, fn func(ctx context.Context, x T) (R, error), opts ...ItemOption) ([]R, error) {
	return mapCall(ctx, "parallel.Map", xs, fn, opts)
}

// mapCall is Map with the name of the call that the user made.
func mapCall[T, R any](ctx context.Context, call string, xs []T, fn func(ctx context.Context, x T) (R, error), opts []ItemOption) ([]R, error) {
	c, err := itemCall[T](call, opts, fn == nil, engine.ItemOptions)
	if err != nil {
		return nil, err
	}
	return mapItems(ctx, c, xs, fn)
}

func mapItems[T, R any](ctx context.Context, c *engine.Call, xs []T, fn func(ctx context.Context, x T) (R, error)) (results []R, err error) {
	if err = c.Begin(ctx, len(xs)); err != nil {
		return nil, err
	}
	defer c.End(&err)
	done := newMarks(c, len(xs))
	fn = marking(done, engine.Policed(c, fn))
	if c.Collects() || done != nil {
		results = make([]R, len(xs))
	} else {
		results = unset.Make[R](len(xs)) // without an error every item is written
	}
	err = c.Items(len(xs), func(w *engine.Worker, lo, hi int) (int, error) {
		return w.Run(lo, hi, func(lo, hi int) (int, error) {
			return mapSome(w, lo, xs[lo:hi], results[lo:hi], fn)
		})
	})
	switch {
	case done.partial(c, err):
		return results, err
	case err != nil:
		return nil, err
	}
	return settle(c, xs, results)
}

// mapSome is the innermost loop, with few variables so that they stay in
// registers. It returns the index after the last item that is done.
//
//go:noinline
func mapSome[T, R any](w *engine.Worker, lo int, in []T, out []R, fn func(context.Context, T) (R, error)) (int, error) {
	out = out[:len(in)] // one bounds check for all items
	for i, x := range in {
		w.Row = lo + i
		r, err := fn(w, x)
		if err != nil {
			return lo + i, err
		}
		out[i] = r
		if atomic.LoadUint32(&w.Asked) != 0 {
			return lo + i + 1, nil
		}
	}
	return lo + len(in), nil
}

// Pure adapts a function that needs no context and cannot fail to [Map]:
//
//	roots, err := parallel.Map(ctx, xs, parallel.Pure(math.Sqrt))
//
// A panic in fn is still reported as an error. Pure of a nil function is nil.
func Pure[T, R any](fn func(T) R) func(context.Context, T) (R, error) {
	if fn == nil {
		return nil
	}
	return func(_ context.Context, x T) (R, error) { return fn(x), nil }
}

// Plain adapts a function that needs no context to [Map]:
//
//	numbers, err := parallel.Map(ctx, texts, parallel.Plain(strconv.Atoi))
//
// [Pure] adapts a function that cannot fail. Plain of a nil function is nil.
func Plain[T, R any](fn func(T) (R, error)) func(context.Context, T) (R, error) {
	if fn == nil {
		return nil
	}
	return func(_ context.Context, x T) (R, error) { return fn(x) }
}
