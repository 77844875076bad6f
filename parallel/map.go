package parallel

import "context"

// Map calls fn once for every item and returns the results in the order of
// the items.
//
//	Map([]T, func(T) R) []R
//
// The result has the length of xs and is never nil without an error; with one
// it is nil, and the error is that of the lowest item that failed, as a
// [RowError]; with [CollectAll] and [Quarantine] see there. A call costs
// about 2 µs and an item a nanosecond over a plain loop's; see [Pure] and
// [Plain] for functions that need no context.
func Map[T, R any](ctx context.Context, xs []T, fn func(ctx context.Context, x T) (R, error), opts ...Option) ([]R, error) {
	return mapCall(ctx, "parallel.Map", xs, fn, opts)
}

// mapCall is Map under the name of the call that the user made.
func mapCall[T, R any](ctx context.Context, call string, xs []T, fn func(ctx context.Context, x T) (R, error), opts []Option) ([]R, error) {
	p, err := prepareItems[T](call, opts, fn == nil)
	if err != nil {
		return nil, err
	}
	return mapItems(ctx, p, xs, fn)
}

// prepareItems is Prepare for calls that run a function for each item.
func prepareItems[T any](call string, opts []Option, nilFunc bool) (*Plan, error) {
	p, err := Prepare(call, opts, itemOptions...)
	switch {
	case err != nil:
		return nil, err
	case nilFunc:
		return nil, p.nilFunc()
	}
	return p, checkQuarantine[T](p)
}

func mapItems[T, R any](ctx context.Context, p *Plan, xs []T, fn func(ctx context.Context, x T) (R, error)) ([]R, error) {
	fn = withPolicy(p, fn)
	var results []R
	if p.tally == nil {
		results = uncleared[R](len(xs)) // without an error every item is written
	} else {
		results = make([]R, len(xs))
	}
	err := p.run(ctx, len(xs), func(w *worker, lo, hi int) error {
		in := xs[lo:hi]
		out := results[lo:hi]
		out = out[:len(in)] // one bounds check for all items
		for i, x := range in {
			w.row = lo + i
			r, err := fn(w, x)
			if err != nil {
				return err
			}
			out[i] = r
		}
		return nil
	}, false)
	if err != nil {
		return nil, err
	}
	return settle(p, xs, results)
}

// Pure makes a function that needs no context and cannot fail fit [Map]:
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

// Plain makes a function that needs no context fit [Map]:
//
//	numbers, err := parallel.Map(ctx, texts, parallel.Plain(strconv.Atoi))
//
// See [Pure] for one that cannot fail. Plain of a nil function is nil.
func Plain[T, R any](fn func(T) (R, error)) func(context.Context, T) (R, error) {
	if fn == nil {
		return nil
	}
	return func(_ context.Context, x T) (R, error) { return fn(x) }
}
