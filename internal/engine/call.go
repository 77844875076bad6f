package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
)

// Call is one call of the user's. It is made once, with its options checked,
// and then runs phases, one after the other. A phase that runs the user's
// function ([Call.Range], [Call.Items], [Call.Parts], …) is observed, retried
// and cut as the options say. A phase of the library's own work ([Call.Own],
// [Call.Each]) shares the call's width, pool, context and labels, and nothing else.
//
//	c, err := engine.NewCall("frame.MapRows", engine.Collect(opts, RowOption.ForRows), engine.ItemOptions)
//	if err != nil { return nil, err }
//	if err := c.Begin(ctx, f.Rows()); err != nil { return nil, err }
//	defer c.End(&err)
//	err = c.Range(f.Rows(), func(w *engine.Worker, lo, hi int) (done int, err error) { … })
type Call struct {
	Name string
	Config

	ctx           context.Context
	rows          int // rows that the user would count
	slots         *slots
	owner         *Pool // of the slots; nil: they belong to a call
	most          int   // limit of the option Workers; math.MaxInt without it
	outer         *Worker
	leave         func()
	seed          uint64
	obs           *observed  // nil: the call has no observer
	states        *states    // of the call's workers; nil: they have none
	tally         *collector // not nil: the call goes on after failures
	gathered      *collector // not nil: likewise, and its bodies report the failures
	inInitializer bool       // an initializer made the call: its workers have no state
	begun         bool
}

// NewCall checks the options of the named call: see [Configure].
func NewCall(name string, given []Setting, accepted ...[]string) (*Call, error) {
	c := &Call{Name: name}
	var err error
	if c.Config, err = Configure(name, given, accepted...); err != nil {
		return nil, err
	}
	if c.Collect > 0 || c.Quarantine != nil {
		c.tally = &collector{most: c.Collect}
	}
	return c, nil
}

// Wrap puts the call's name in front of an error.
func (c *Call) Wrap(err error) error { return fmt.Errorf("%s: %w", c.Name, err) }

// NilFunc returns the error of a call with a nil function.
func (c *Call) NilFunc() error { return c.Wrap(ErrNilFunc) }

// Context returns the context that phases run with. The call must have begun.
func (c *Call) Context() context.Context { return c.ctx }

// Begin sets the context and how many rows the user would count.
// It fails if the context is nil or the pool takes no new work. Then
// there is nothing to end.
//
// Without a width of its own a nested call works within the width of the call
// around it, so that three levels of Map on 64 cores run 64 functions at once
// and not 64³. A nested call that names its own Workers gets them: functions that wait
// are often started from a few functions that compute.
func (c *Call) Begin(ctx context.Context, rows int) error {
	switch {
	case ctx == nil:
		return c.Wrap(errNilContext)
	case rows < 0:
		return c.Wrap(fmt.Errorf("%w: %d rows", ErrOption, rows))
	}
	c.ctx, c.rows, c.most = ctx, rows, math.MaxInt
	c.outer = workerOf(ctx)
	c.inInitializer = c.outer != nil && (c.outer.initializes || c.outer.call.inInitializer)
	if c.Workers > 0 {
		c.most = c.Workers
	}
	switch {
	case c.Serial:
		c.slots = newSlots(1)
	case c.Pool != nil:
		c.slots, c.owner = c.Pool.slots, c.Pool
		if c.outer == nil || !c.outer.runsOn(c.slots) {
			if err := c.joinPool(); err != nil {
				return err
			}
		}
	case c.Workers > 0:
		c.slots = newSlots(c.Workers)
	case c.outer != nil:
		c.slots, c.owner = c.outer.call.slots, c.outer.call.owner
	default:
		c.slots = newSlots(runtime.GOMAXPROCS(0))
	}
	switch {
	case c.Seeded:
		c.seed = c.Config.Seed
	case c.outer != nil:
		c.seed = c.outer.nestedSeed()
	}
	if c.State != nil {
		c.states = newStates(c.State, c.ctx, 0)
	}
	if c.Observer != nil {
		c.obs = &observed{o: c.Observer}
		c.obs.start(c.info())
	}
	c.begun = true
	return nil
}

// info describes the call for observers.
func (c *Call) info() CallInfo { return CallInfo{Call: c.Name, N: c.rows, Width: c.width()} }

// joinPool counts the call as one of its pool, and makes its context end with the pool.
func (c *Call) joinPool() error {
	pool := c.Pool
	if err := pool.callBegan(); err != nil {
		return c.Wrap(err)
	}
	ctx, cancel := context.WithCancelCause(c.ctx)
	stop := context.AfterFunc(pool.ctx, func() { cancel(context.Cause(pool.ctx)) })
	c.ctx = ctx
	c.leave = func() { stop(); cancel(nil); pool.callEnded() }
	return nil
}

// End ends the call that Begin has begun: it ends workers' states, calls the observer,
// and leaves the pool. *err is what the call returns. End joins its own errors to it; they
// do not invalidate the results.
func (c *Call) End(err *error) {
	if !c.begun {
		return
	}
	c.begun = false
	if c.leave != nil {
		defer c.leave()
	}
	if c.states != nil {
		if e := c.states.exitAll(); e != nil {
			*err = errors.Join(*err, c.Wrap(e))
		}
	}
	if c.obs == nil {
		return
	}
	if e := c.obs.end(*err); e != nil {
		*err = errors.Join(*err, c.Wrap(e))
	}
}

// width returns how many workers may run at once now: the width of a pool may change.
func (c *Call) width() int { return min(c.slots.currentWidth(), c.most) }

// Width returns how many functions of the call may run at once.
func (c *Call) Width() int { return c.width() }

// runsOn reports whether the call of the worker, or one around it, runs on the
// slots.
func (w *Worker) runsOn(s *slots) bool {
	for ; w != nil; w = w.call.outer {
		if w.call.slots == s {
			return true
		}
	}
	return false
}
