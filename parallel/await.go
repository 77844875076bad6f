package parallel

import (
	"context"
	"fmt"
	"iter"

	"github.com/parframe/parframe/internal/engine"
)

// AsCompleted yields the futures in the order in which they become ready,
// beginning with those that are ready already. A future that is given twice is yielded
// once, and a nil one is left out. If ctx ends before all are ready, the last element is a
// nil future and an error that says how many are not. Leaving the loop early frees
// everything.
func AsCompleted[R any](ctx context.Context, fs ...*Future[R]) iter.Seq2[*Future[R], error] {
	return func(yield func(*Future[R], error) bool) {
		open := distinct(fs)
		total := len(open)
		for f := range open {
			if err := f.mayWait(ctx); err != nil {
				yield(nil, fmt.Errorf("%d (of %d) futures unfinished: %w", total, total, err))
				return
			}
		}
		finished := make(chan *Future[R], total)
		for f := range open {
			f.notify(finished)
		}
		defer func() {
			for f := range open {
				f.stopNotify(finished)
			}
		}()
		for len(open) > 0 {
			f, err := receive(ctx, finished, len(open), total)
			delete(open, f) // so that a yielded future can be collected
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}

// receive waits for the next ready future, with the worker's slot lent.
func receive[R any](ctx context.Context, finished <-chan *Future[R], left, of int) (f *Future[R], err error) {
	select {
	case f = <-finished:
		return f, nil
	default:
	}
	engine.Block(ctx, func() {
		select {
		case f = <-finished:
		case <-ctx.Done():
			err = fmt.Errorf("%d (of %d) futures unfinished: %w", left, of, context.Cause(ctx))
		}
	})
	return f, err
}

// distinct returns the set of the futures that are not nil.
func distinct[R any](fs []*Future[R]) map[*Future[R]]bool {
	set := make(map[*Future[R]]bool, len(fs))
	for _, f := range fs {
		if f != nil {
			set[f] = true
		}
	}
	return set
}

// WaitFirst waits until one of the futures is ready. It returns the ready futures
// and the pending ones, each in the order given and without duplicates. It
// is concurrent.futures.wait with FIRST_COMPLETED. Without futures it returns at once.
// If ctx ends first the error wraps the context's cause.
func WaitFirst[R any](ctx context.Context, fs ...*Future[R]) (done, pending []*Future[R], err error) {
	return waitUntil(ctx, fs, func(*Future[R]) bool { return true })
}

// WaitFirstError waits until one of the futures has failed or was canceled,
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
	seen := make(map[*Future[R]]bool, len(fs))
	for _, f := range fs {
		if f == nil || seen[f] {
			continue
		}
		if seen[f] = true; f.Ready() {
			done = append(done, f)
		} else {
			pending = append(pending, f)
		}
	}
	return done, pending, err
}
