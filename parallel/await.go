package parallel

import (
	"context"
	"fmt"
	"iter"
)

// AsCompleted yields the futures in the order in which they become ready,
// those that are ready first; one that is given twice is yielded once. If ctx
// ends before all are ready, the last element is a nil future and an error
// that says how many are not. Leaving the loop early frees everything.
func AsCompleted[R any](ctx context.Context, fs ...*Future[R]) iter.Seq2[*Future[R], error] {
	return func(yield func(*Future[R], error) bool) {
		fs := distinct(fs)
		finished := make(chan *Future[R], len(fs))
		for _, f := range fs {
			f.tellMe(finished)
			defer f.tellNoMore(finished)
		}
		for left := len(fs); left > 0; left-- {
			f, err := receive(ctx, finished, left, len(fs))
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}

// receive waits for the next ready future, with the worker's places lent.
func receive[R any](ctx context.Context, finished <-chan *Future[R], left, of int) (f *Future[R], err error) {
	select {
	case f = <-finished:
		return f, nil
	default:
	}
	lendPlaces(ctx, func() {
		select {
		case f = <-finished:
		case <-ctx.Done():
			err = fmt.Errorf("%d (of %d) futures unfinished: %w", left, of, context.Cause(ctx))
		}
	})
	return f, err
}

func distinct[R any](fs []*Future[R]) []*Future[R] {
	seen := make(map[*Future[R]]bool, len(fs))
	var once []*Future[R]
	for _, f := range fs {
		if !seen[f] {
			seen[f] = true
			once = append(once, f)
		}
	}
	return once
}

// WaitFirst waits until one of the futures is ready, and returns those that
// are and those that are not, each in the order given and without doubles. It
// is concurrent.futures.wait with FIRST_COMPLETED. No futures: returns at once.
// The error is the context's cause if that ends first.
func WaitFirst[R any](ctx context.Context, fs ...*Future[R]) (done, pending []*Future[R], err error) {
	return waitUntil(ctx, fs, func(*Future[R]) bool { return true })
}

// WaitFirstError waits until one of the futures has failed or was cancelled,
// or all are ready: FIRST_EXCEPTION. See [WaitFirst].
func WaitFirstError[R any](ctx context.Context, fs ...*Future[R]) (done, pending []*Future[R], err error) {
	return waitUntil(ctx, fs, func(f *Future[R]) bool { return f.err != nil })
}

// WaitAll waits until all futures are ready: ALL_COMPLETED. See [WaitFirst].
func WaitAll[R any](ctx context.Context, fs ...*Future[R]) (done, pending []*Future[R], err error) {
	return waitUntil(ctx, fs, func(*Future[R]) bool { return false })
}

func waitUntil[R any](ctx context.Context, fs []*Future[R], enough func(*Future[R]) bool) (done, pending []*Future[R], err error) {
	for f, e := range AsCompleted(ctx, fs...) {
		if err = e; e != nil || enough(f) {
			break
		}
	}
	for _, f := range distinct(fs) {
		if f.Ready() {
			done = append(done, f)
		} else {
			pending = append(pending, f)
		}
	}
	return done, pending, err
}
