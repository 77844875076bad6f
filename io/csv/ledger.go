package csv

import (
	"context"
	"sync"
)

// state is what must be known about the text before a range to read it.
type state struct {
	inside bool // it ends inside quotes
	line   int  // line ends in it
}

// ledger passes states along the ranges of one read, in order. A range counts
// its own text, waits for the state at its start, and enters the state at its
// end; only then does it parse. So the chain is a few microseconds a range,
// while the parsing runs on every core.
//
// It cannot deadlock: ranges are claimed in ascending order, so all below a
// waiting one run already and none of them waits for one above; and after a
// failure the context of all above it ends.
type ledger struct {
	mu     sync.Mutex
	wake   *sync.Cond
	states []state // states[k] holds at the start of range k
}

func newLedger() *ledger {
	l := &ledger{states: make([]state, 1)}
	l.wake = sync.NewCond(&l.mu)
	return l
}

// wait returns the state at the start of range k.
func (l *ledger) wait(ctx context.Context, k int) (state, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.states) <= k {
		stop := context.AfterFunc(ctx, func() {
			l.mu.Lock() // or it could fall between the check and the wait
			defer l.mu.Unlock()
			l.wake.Broadcast()
		})
		defer stop()
	}
	for len(l.states) <= k {
		if ctx.Err() != nil {
			return state{}, context.Cause(ctx)
		}
		l.wake.Wait()
	}
	return l.states[k], nil
}

// enter says that s holds at the start of range k, the next one.
func (l *ledger) enter(k int, s state) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.states = append(l.states[:k], s)
	l.wake.Broadcast()
}
