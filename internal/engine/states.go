package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// StateMaker makes and ends the state of a worker: a buffer, a connection.
type StateMaker struct {
	Init func(ctx context.Context, worker int) (any, error)
	Exit func(state any) error // nil: nothing to end
}

// state is one worker as users see it: a number and a value. One
// goroutine at a time has it.
type state struct {
	id    int // of all that were ever made
	num   int // among those that are alive: the number that observers see
	value any
	tasks int
}

// spend counts a task, and reports whether the state is spent by it.
func (s *state) spend(quota int) bool {
	s.tasks++
	return s.spent(quota)
}

// spent reports whether the state has served its quota of tasks and must be
// replaced. A quota of 0 means that there is none.
func (s *state) spent(quota int) bool { return quota > 0 && s.tasks >= quota }

// states are the workers of a pool or of a call. They are made when there is
// something to do, and an idle one is used before another is made. A
// function that waits keeps its state. So there is one for each function that has begun
// and not returned, and states beyond the width end with their function.
type states struct {
	maker *StateMaker // nil: they have a number only
	ctx   context.Context
	tasks bool // they run tasks: an initializer keeps its slot

	mu     sync.Mutex
	idle   []*state // the last one used comes last
	nextID int
	alive  int    // made, or about to be, and not ended
	ending int    // how many of these are in their exit function
	nums   []bool // which of their numbers are in use
	broken error
	errs   []error // of exit functions
}

func newStates(maker *StateMaker, ctx context.Context, first int) *states {
	return &states{maker: maker, ctx: ctx, nextID: first}
}

// take returns an idle state, or makes one for the goroutine with this holding.
// If that fails it returns nil, and failure returns why.
func (t *states) take(hold *holding, call *Call) *state {
	t.mu.Lock()
	if n := len(t.idle); n > 0 {
		s := t.idle[n-1]
		t.idle = t.idle[:n-1]
		t.mu.Unlock()
		return s
	}
	s := &state{id: t.nextID}
	t.nextID++
	t.alive++
	if s.num = slices.Index(t.nums, false); s.num < 0 {
		s.num = len(t.nums)
		t.nums = append(t.nums, true)
	}
	t.nums[s.num] = true
	t.mu.Unlock()
	if t.maker == nil {
		return s
	}
	err := apart(func() (err error) {
		// The function may call the library, on the slot of the worker.
		ctx := &Worker{Context: t.ctx, call: call, hold: hold, Row: -1, initializes: true}
		if t.tasks {
			// If it lent the slot another task would make another worker, and so on.
			ctx.hold = &holding{chain: hold.chain, held: true, neverLends: true}
		}
		s.value, err = t.maker.Init(ctx, s.id)
		return err
	})
	if err == nil {
		return s
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gone(s)
	if t.broken == nil {
		t.broken = fmt.Errorf("%w: worker %d: %w", ErrBroken, s.id, err)
	}
	return nil
}

// failure returns why a state could not be made.
func (t *states) failure() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.broken
}

// give takes a state back.
func (t *states) give(s *state) {
	t.mu.Lock()
	t.idle = append(t.idle, s)
	t.mu.Unlock()
}

// giveUpTo takes a state back if no more than most are alive and it is not spent.
// Otherwise it reports false, and the caller must end the state.
func (t *states) giveUpTo(s *state, most int, spent bool) (kept bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if kept = !spent && t.alive-t.ending <= most; kept {
		t.idle = append(t.idle, s)
	} else {
		t.ending++
	}
	return kept
}

// surplus removes idle states until at most most are alive, for the caller to end.
func (t *states) surplus(most int) (gone []*state) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.idle) > 0 && t.alive-t.ending > most {
		gone = append(gone, t.idle[0])
		t.idle = t.idle[1:]
		t.ending++
	}
	return gone
}

// exit calls the exit function of a state that is counted as ending.
func (t *states) exit(s *state) {
	var err error
	if t.maker != nil && t.maker.Exit != nil {
		err = apart(func() error { return t.maker.Exit(s.value) })
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gone(s)
	t.ending--
	if err != nil {
		t.errs = append(t.errs, fmt.Errorf("worker %d: exit: %w", s.id, err))
	}
}

// gone removes a state from the counts. Called with t.mu held.
func (t *states) gone(s *state) {
	t.alive--
	t.nums[s.num] = false
}

// exitAll ends all states, concurrently, and returns the errors of their exit functions.
func (t *states) exitAll() error {
	gone := t.surplus(0)
	aside(len(gone), func(i int) error {
		t.exit(gone[i])
		return nil
	})
	return t.failures()
}

// failures returns the errors of exit functions so far.
func (t *states) failures() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return errors.Join(t.errs...)
}

// apart runs code of the user's that belongs to no row, on a goroutine of the engine's.
// A panic or Goexit in it is an error.
func apart(fn func() error) error {
	err := aside(1, func(int) error { return fn() })
	if re, ok := err.(*RowError); ok {
		return re.Err
	}
	return err
}

// aside runs fn for each of 0..n concurrently, on goroutines of the engine's.
func aside(n int, fn func(i int) error) error {
	c := &Call{ctx: context.Background(), slots: newSlots(max(n, 1)), most: max(n, 1)}
	p := c.ownPhase(n, func(w *Worker, lo, hi int) (int, error) { return hi, fn(lo) })
	p.pace.fixed, p.eager = 1, true
	return p.run()
}
