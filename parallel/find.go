package parallel

import (
	"context"
	"errors"
)

// errFound stops a search as a failure stops a call: what lies above the
// match is given up, what lies below goes on and may still match.
var errFound = errors.New("found")

// Find returns the index of the first item for which match says true, and -1
// if there is none.
//
//	Find([]T, func(T) bool) int
//
// It is the index that a loop finds that stops there: match is called for
// every item below it, and for few above. An error below the match is
// returned, as a [RowError] with -1; one above it is not, since the loop would
// not have got there.
func Find[T any](ctx context.Context, xs []T, match func(ctx context.Context, x T) (bool, error), opts ...Option) (int, error) {
	return find(ctx, "parallel.Find", xs, match, true, opts)
}

// Any says whether match says true for one of the items; see [Find].
//
//	Any([]T, func(T) bool) bool
func Any[T any](ctx context.Context, xs []T, match func(ctx context.Context, x T) (bool, error), opts ...Option) (bool, error) {
	i, err := find(ctx, "parallel.Any", xs, match, true, opts)
	return i >= 0, err
}

// All says whether match says true for all items, as it does for none; see [Find].
//
//	All([]T, func(T) bool) bool
func All[T any](ctx context.Context, xs []T, match func(ctx context.Context, x T) (bool, error), opts ...Option) (bool, error) {
	i, err := find(ctx, "parallel.All", xs, match, false, opts)
	return i < 0 && err == nil, err
}

// find returns the index of the first item for which match gives want.
func find[T any](ctx context.Context, call string, xs []T, match func(context.Context, T) (bool, error), want bool, opts []Option) (int, error) {
	p, err := Prepare(call, opts, "ChunkSize", "ChunkBy", "Partitions", "FailFast", "Retry", "Timeout", "SoftDeadline")
	if err != nil {
		return -1, err
	}
	if match == nil {
		return -1, p.nilFunc()
	}
	match = withPolicy(p, match)
	err = p.run(ctx, len(xs), func(w *worker, lo, hi int) error {
		for i, x := range xs[lo:hi] {
			w.row = lo + i
			yes, err := match(w, x)
			if err != nil {
				return err
			}
			if yes == want {
				return errFound
			}
		}
		return nil
	}, false)
	if row, ok := err.(*RowError); ok && row.Err == errFound {
		return row.Row, nil
	}
	return -1, err
}
