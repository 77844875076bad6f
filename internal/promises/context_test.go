package promises

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

// profile defines how long the function takes at each of n items.
type profile struct {
	name string
	n    int
	cost func(i, n int) time.Duration
	slow int // the item at which the context ends, or begins to end
}

const ms = time.Millisecond

var profiles = []profile{
	{"flat", 400, func(int, int) time.Duration { return ms / 10 }, 20},
	{"rising", 400, func(i, n int) time.Duration { return time.Duration(i) * ms / time.Duration(n) }, 100},
	{"cliff", 3000, func(i, n int) time.Duration {
		if i < n/2 {
			return 0
		}
		return ms
	}, 1510},
	{"neighborhood", 3000, func(i, n int) time.Duration {
		if i < n/2 || i >= n/2+50 {
			return 0
		}
		return ms
	}, 1505},
}

// tooLong is the time of a call from which on a worker may begin at most one more.
const tooLong = 10 * time.Microsecond

// After the end of the context each worker begins at most one more call of a function
// that takes long, however long the calls before it took.
func TestEndOfContext(t *testing.T) {
	for _, op := range withFunctions() {
		t.Run(op.name, func(t *testing.T) {
			for _, p := range profiles {
				if p.n > 400 && testing.Short() {
					p.n, p.slow = p.n/4, p.slow/4
				}
				for _, timed := range []bool{false, true} {
					within(t, p.name, func() { endOfContext(t, op, p, timed) })
				}
			}
		})
	}
}

func endOfContext(t *testing.T, op operation, p profile, timed bool) {
	const width = 2
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	var over atomic.Bool // the end is known to everybody
	end := func() {
		cancel(errCause)
		over.Store(true)
	}
	var begun, late atomic.Int32
	var ending atomic.Bool
	err := op.run(ctx, p.n, func(_ context.Context, i int) error {
		cost := p.cost(i, p.n)
		begun.Add(1)
		if over.Load() && cost >= tooLong {
			late.Add(1)
		}
		// A blind function is not called at each item.
		if i >= p.slow && ending.CompareAndSwap(false, true) {
			if timed {
				time.AfterFunc(ms, end)
			} else {
				end()
			}
		}
		if cost > 0 {
			time.Sleep(cost)
		}
		return nil
	}, place{workers: width})
	ended := ctx.Err() != nil
	cancel(nil)
	what := p.name
	if timed {
		what += ", by a timer"
	}
	switch {
	case !ending.Load():
		t.Errorf("%s: the function was not called at the item where the context ends", what)
	case !ended: // the call was faster than the timer
		return
	case err == nil && int(begun.Load()) < p.n && !op.blind:
		t.Errorf("%s: no error after %d of %d calls", what, begun.Load(), p.n)
	case err != nil && !errors.Is(err, errCause):
		t.Errorf("%s: got error %v, want the cause", what, err)
	}
	if late.Load() > width {
		t.Errorf("%s: %d calls of the function began after the end of the context, on %d workers", what, late.Load(), width)
	}
}
