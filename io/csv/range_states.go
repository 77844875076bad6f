package csv

import (
	"context"
	"sync"
)

// state is what a range must know about the text before it.
type state struct {
	inside bool // the text ends inside quotes
	line   int  // line ends in the text
}

// rangeStates passes states from range to range of one read, in order. (A write uses it
// for the order of its parts alone.) A range counts the quotes of its own text, waits
// for the state at its start, enters the state at its end, and only then parses. So
// the part that runs in order takes a few microseconds per range, while the parsing
// runs on every core.
//
// Waiting cannot deadlock: ranges are claimed in ascending order, so all ranges below a
// waiting one run already, and none of them waits for one above it. After a failure,
// the context of all ranges above it ends.
type rangeStates struct {
	mu     sync.Mutex
	wake   *sync.Cond
	states []state // states[k] is the state at the start of range k
}

func newRangeStates() *rangeStates {
	l := &rangeStates{states: make([]state, 1)}
	l.wake = sync.NewCond(&l.mu)
	return l
}

// wait returns the state at the start of range k.
func (l *rangeStates) wait(ctx context.Context, k int) (state, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.states) <= k {
		stop := context.AfterFunc(ctx, func() {
			l.mu.Lock() // or the broadcast could come between the check and the wait
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

// enter records s as the state at the start of range k. All calls for a range must
// record the same state.
func (l *rangeStates) enter(k int, s state) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.states) == k {
		l.states = append(l.states, s)
		l.wake.Broadcast()
	}
}

// last returns the highest range up to k whose state is known.
func (l *rangeStates) last(k int) (int, state) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k = min(k, len(l.states)-1)
	return k, l.states[k]
}
