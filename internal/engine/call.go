package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
)

// Call is one call of a user's at work: made once, with its options checked,
// and then run in phases, one after the other. The phase that runs the user's
// function ([Call.Range], [Call.Items], [Call.Parts], …) is observed, retried
// and cut as the options say; phases that are the library's own ([Call.Own],
// [Call.Each]) share its width, pool, context and labels, and nothing else.
//
//	c, err := engine.NewCall("frame.MapRows", engine.Collect(opts, RowOption.ForRows), engine.ItemOptions)
//	if err != nil { return nil, err }
//	if err := c.Begin(ctx, f.Rows()); err != nil { return nil, err }
//	defer c.End(&err)
//	err = c.Range(f.Rows(), func(w *engine.Worker, lo, hi int) (done int, err error) { … })
type Call struct {
	Name string
	Config

	ctx      context.Context
	rows     int // what the user would count
	slots    *slots
	owner    *Pool // of the slots; nil: they are those of a call
	most     int   // what Workers allows of a pool's width, which may change
	outer    *Worker
	joins    *Pool // the pool that the call was made On, from outside of it
	leave    func()
	seed     uint64
	obs      *observed  // nil: nobody watches
	states   *states    // nil: workers have no state of the call's
	tally    *collector // not nil: the call goes on after failures
	gathered *collector // not nil: so it does, and its bodies say which
	early    bool       // made by an initializer: its workers have no state
	begun    bool
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

// NilFunc is the error of a call that was given no function.
func (c *Call) NilFunc() error { return c.Wrap(ErrNilFunc) }

// Context returns the context of the call that has begun: phases run with it.
func (c *Call) Context() context.Context { return c.ctx }

// Begin takes note of the context and of how many rows the user would count.
// It fails without a context, and where the pool takes nothing any more; then
// there is nothing to end.
//
// Without a width of its own a nested call works within that of the call
// around it, so that three levels of Map on 64 cores run 64 functions at once
// and not 64³. One that names its own Workers gets them: functions that wait
// are often started from a few that compute.
func (c *Call) Begin(ctx context.Context, rows int) error {
	switch {
	case ctx == nil:
		return c.Wrap(errNilContext)
	case rows < 0:
		return c.Wrap(fmt.Errorf("%w: %d rows", ErrOption, rows))
	}
	c.ctx, c.rows, c.most = ctx, rows, math.MaxInt
	c.outer = workerOf(ctx)
	c.early = c.outer != nil && (c.outer.makes || c.outer.call.early)
	if c.Workers > 0 {
		c.most = c.Workers
	}
	switch {
	case c.Serial:
		c.slots = newSlots(1)
	case c.Pool != nil:
		c.slots, c.owner = c.Pool.slots, c.Pool
		if c.outer == nil || !c.outer.runsOn(c.slots) {
			if err := c.join(); err != nil {
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

// join makes the pool take note of the call, whose context ends with the pool.
func (c *Call) join() error {
	pool := c.Pool
	if err := pool.begin(); err != nil {
		return c.Wrap(err)
	}
	ctx, cancel := context.WithCancelCause(c.ctx)
	stop := context.AfterFunc(pool.ctx, func() { cancel(context.Cause(pool.ctx)) })
	c.ctx, c.joins = ctx, pool
	c.leave = func() { stop(); cancel(nil); pool.finish() }
	return nil
}

// End ends the call that Begin has begun: workers' states are closed, the
// observer is told, the pool is left. *err is what the call returns; what went
// wrong in here is joined to it, and results are not lost for it.
func (c *Call) End(err *error) {
	if !c.begun {
		return
	}
	c.begun = false
	if c.leave != nil {
		defer c.leave()
	}
	if c.states != nil {
		if e := c.states.endAll(); e != nil {
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

// width returns the most workers at once just now: that of a pool may change.
func (c *Call) width() int { return min(c.slots.now(), c.most) }

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
