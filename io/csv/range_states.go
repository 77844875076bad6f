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

// rangeStates passes states along the ranges of one read, or turns along the cells
// of one write, in order. A range counts its own text, gets the state at its
// start, enters the state at its end, and only then parses. So the chain is a few
// microseconds a range, while the parsing runs on every core.
//
// Waiting cannot deadlock: ranges are claimed in ascending order, so all below
// a waiting one run already and none of them waits for one above; and after a
// failure the context of all above it ends.
type rangeStates struct {
	mu     sync.Mutex
	wake   *sync.Cond
	states []state // states[k] holds at the start of range k
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

// enter says that s holds at the start of range k. All who say so say the same.
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
