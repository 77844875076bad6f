package calltest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/parframe/parframe/parallel"
)

// Looks is a context that counts how often a call looks at it, and ends at one of
// these looks. The contexts of a call's workers are its children, whose looks do not
// count: what counts is each step of the call, each chunk that a worker claims, and
// each block of work on the caller's own goroutine.
type Looks struct {
	context.Context
	end   context.CancelCauseFunc
	last  int64 // the look at which it ends; 0: at none
	seen  atomic.Int64
	told  atomic.Int64 // chunks, to observers, since the end
	ended atomic.Bool
}

var errLook = errors.New("enough looks")

// newLooks returns a context that ends at the last-th look.
func newLooks(ctx context.Context, last int64) *Looks {
	l := &Looks{last: last}
	l.Context, l.end = context.WithCancelCause(ctx)
	return l
}

// Err counts.
func (l *Looks) Err() error {
	if l.seen.Add(1) == l.last {
		l.end(errLook)
		l.ended.Store(true)
	}
	return l.Context.Err()
}

// observer counts chunks that are told after the end.
func (l *Looks) observer() parallel.Option {
	return parallel.Observe(&Watcher{Chunk: func() {
		if l.ended.Load() {
			l.told.Add(1)
		}
	}})
}

// fewLooks is how often a call may look at a context that has ended: to find that out
// in each of its workers, and on its way out.
const fewLooks = 16

// EndAtAnyLook tests that a call whose context ends while it works returns the cause
// and starts nothing more. Every step starts with a look at the context, so only a few
// looks may follow, and only chunks that were under way may still be told. If late is
// set, the call reports finished chunks late, and their number is not checked.
func EndAtAnyLook(t *testing.T, name string, late bool, run func(ctx context.Context, opts ...parallel.Option) error) {
	t.Helper()
	for width, opts := range map[int][]parallel.Option{1: {parallel.Serial()}, 2: {parallel.Workers(2)}} {
		all := newLooks(t.Context(), 0)
		if err := run(all, opts...); err != nil {
			t.Fatal(name, err)
		}
		looks := all.seen.Load()
		if looks == 0 {
			t.Errorf("%s, %d workers: it does not look at its context", name, width)
		}
		for k := int64(1); k < looks; k += 1 + looks/30 {
			ctx := newLooks(t.Context(), k)
			err := run(ctx, append(opts, ctx.observer())...)
			ctx.end(nil)
			after := ctx.seen.Load() - k
			switch {
			case !ctx.ended.Load():
				// Two workers may look less often than they did before.
			case err == nil && int(after) > 2*width: // of workers that find nothing left
				t.Errorf("%s, %d workers, end at look %d of %d: no error, and %d looks more", name, width, k, looks, after)
			case err != nil && err != errLook:
				t.Errorf("%s, %d workers, end at look %d of %d: got %v, want the cause alone", name, width, k, looks, err)
			case after > fewLooks || !late && int(ctx.told.Load()) > width:
				t.Errorf("%s, %d workers, end at look %d of %d: %d looks more, and %d chunks told", name, width, k, looks, after, ctx.told.Load())
			}
		}
	}
}
