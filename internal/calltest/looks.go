package calltest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/parframe/parframe/parallel"
)

// Looks is a context that counts how often a call looks at it, and ends at one of these
// looks. The contexts of a call's workers are its children, whose looks do not count. A
// call looks at Looks itself at each step, for each chunk that a worker claims, and for
// each block of work on the caller's goroutine.
type Looks struct {
	context.Context
	end   context.CancelCauseFunc
	last  int64        // the look at which it ends, or 0 for none
	seen  atomic.Int64 // looks
	told  atomic.Int64 // chunks that observers saw after the end
	ended atomic.Bool
}

var errLook = errors.New("enough looks")

// newLooks returns a context that ends at the last-th look.
func newLooks(ctx context.Context, last int64) *Looks {
	l := &Looks{last: last}
	l.Context, l.end = context.WithCancelCause(ctx)
	return l
}

// Err counts a look, and ends the context at the last one.
func (l *Looks) Err() error {
	if l.seen.Add(1) == l.last {
		l.end(errLook)
		l.ended.Store(true)
	}
	return l.Context.Err()
}

// observer returns an option that counts the chunks that are reported after the end.
func (l *Looks) observer() parallel.Option {
	return parallel.Observe(&Watcher{Chunk: func() {
		if l.ended.Load() {
			l.told.Add(1)
		}
	}})
}

// fewLooks is how often a call may look at a context that has ended: each of its workers
// must find that out, and the call again before it returns.
const fewLooks = 16

// EndAtAnyLook tests that a call whose context ends while it works returns the cause and
// starts nothing more. Every step starts with a look at the context, so only a few looks
// may follow, and only chunks that have started may still be reported to observers. If late
// is set, the call reports finished chunks late, and their number is not checked.
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
				// Two workers may look less often than in the first run.
			case err == nil && int(after) > 2*width: // workers that find no work left look too
				t.Errorf("%s, %d workers, end at look %d of %d: no error, and %d looks more", name, width, k, looks, after)
			case err != nil && err != errLook:
				t.Errorf("%s, %d workers, end at look %d of %d: got %v, want the cause alone", name, width, k, looks, err)
			case after > fewLooks || !late && int(ctx.told.Load()) > width:
				t.Errorf("%s, %d workers, end at look %d of %d: %d looks more, and %d chunks told", name, width, k, looks, after, ctx.told.Load())
			}
		}
	}
}
