package engine

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Body runs the user's function over the units lo..hi, and keeps w.Row at the
// current row. It returns the unit after the last one that is done: hi, unless it was asked
// to end early ([Worker.Upto]) or failed.
type Body func(w *Worker, lo, hi int) (done int, err error)

// phase is one pass of a call over n units, which are claimed in ascending order from one
// counter. A unit is an item, or a partition or grid cell of several items; rowOf returns
// its first row.
//
// The promises of the library rest on the order of claims: since it is ascending, a unit
// below a failure is running already and finishes, or was given
// back and is claimed first; and no further unit above the failure starts.
type phase struct {
	call     *Call
	ctx      context.Context
	n        int // units
	body     Body
	rowOf    func(unit int) int // nil: a unit is a row
	toRows   func(unit int) int // not nil: what observers see instead of the row of a unit
	parts    bool               // units are partitions, and errors say which
	whole    bool               // body must see claimed chunks whole
	internal bool               // the library's own work: not observed, and ends with the first failure
	tells    bool               // observers see its rows
	stream   bool               // a stream, which claims items itself
	slots    *slots
	obs      *observed  // nil: not observed
	tally    *collector // nil: the first failure ends the phase
	soft     *Soft      // nil: no soft deadline

	deadline time.Time   // of ctx; zero: none
	expired  atomic.Bool // deadline has passed, though ctx has not ended

	mu              sync.Mutex
	pace            pace
	width           int           // most workers at once
	eager           bool          // start workers at once: units are coarse
	long            bool          // a unit may take long: its worker learns of the end of the context at once
	next            int           // first unclaimed unit
	left            []span        // ascending: units that were claimed and given back
	live            int           // workers that have not left
	coming          int           // workers about to be started
	claiming        int           // workers that will claim again
	spent           time.Duration // in chunks, by all workers
	short           bool          // a worker was told to stop and left rows undone
	workers         []*Worker
	past            []WorkerStats // of workers that were dismissed
	failed          *RowError     // the lowest so far
	broken          error         // why a worker's state could not be made
	watchdog        *time.Timer
	watchdogPeriod  time.Duration // of care
	unwatch         func() bool
	watchdogStopped bool
	over            atomic.Bool
	done            chan struct{} // closed when live is 0 again

	queued position // in the queue of the slots; guarded by slots.mu
}

// span is a range of units. Its rows before from are done.
type span struct{ lo, hi, from int }

// newPhase returns a phase of the call that runs the user's function.
func (c *Call) newPhase(n int, body Body) *phase {
	p := c.ownPhase(n, body)
	p.internal, p.obs, p.tally, p.soft = false, c.obs, c.tally, c.Soft
	if c.obs != nil {
		// Of several phases that go over the rows the first one reports them.
		p.tells, c.obs.told = !c.obs.told, true
	}
	return p
}

// ownPhase returns a phase for work of the library's own.
func (c *Call) ownPhase(n int, body Body) *phase {
	return &phase{call: c, ctx: c.ctx, n: n, body: body, internal: true, slots: c.slots, width: c.width()}
}

func (p *phase) position() *position { return &p.queued }

// row returns the first row of a unit.
func (p *phase) row(unit int) int {
	if p.rowOf != nil {
		return p.rowOf(unit)
	}
	return unit
}

// run runs the phase. None of its goroutines is left when run returns,
// or when runtime.Goexit in a nested call ends the caller's goroutine.
func (p *phase) run() error {
	if p.ended() {
		return p.cause()
	}
	if p.n == 0 {
		return nil
	}
	p.deadline, _ = p.ctx.Deadline()
	p.done = make(chan struct{})
	if p.n > 1 || p.long {
		defer p.slots.forget(p)
	}
	defer p.stopWatching()
	if p.long {
		p.mu.Lock()
		p.watchContext()
		p.mu.Unlock()
	}
	defer p.watchSoft()()
	if err := p.onSlots(); err != nil {
		return err
	}
	return p.result()
}

// ended reports whether the context of the phase has ended.
func (p *phase) ended() bool { return p.expired.Load() || p.ctx.Err() != nil }

// cause returns why the context has ended.
func (p *phase) cause() error {
	if err := context.Cause(p.ctx); err != nil {
		return err
	}
	return context.DeadlineExceeded
}

// onSlots runs the phase on a slot: an outermost call runs it on goroutines of its
// own, and a nested call runs it on the caller's goroutine and slot, without waiting for
// another slot.
func (p *phase) onSlots() error {
	outer := p.call.outer
	switch {
	case p.call.Serial && outer == nil:
		p.runHere(&holding{}, nil)
	case p.call.Serial:
		p.runHere(outer.hold, outer.poolState)
	case outer == nil:
		if err := p.slots.acquire(p.ctx, false); err != nil {
			return err
		}
		wide, eager := p.width > 1 && p.n > 1, p.eager
		p.start(0)
		p.await(wide, eager)
	case outer.hold.has(p.slots):
		return p.nested(outer, nil)
	case p.call.owner == nil:
		// The call has a width of its own, in which this goroutine counts.
		return p.nested(outer, p.slots)
	default:
		return p.elsewhere(outer)
	}
	return nil
}

// nested runs the phase on the caller's goroutine, on the slots that it holds. extra
// is the slots of a call with a width of its own, or nil.
func (p *phase) nested(outer *Worker, extra *slots) error {
	on, err := outer.hold.occupy(p.ctx, extra)
	if err != nil {
		return err
	}
	defer on.endNested(p.ctx)
	p.runHere(on, outer.poolState)
	return nil
}

// elsewhere runs the phase on a pool of which the caller's goroutine holds no slot. It
// waits for a slot of the pool while its own slots are lent.
func (p *phase) elsewhere(outer *Worker) (err error) {
	outer.hold.lend(p.ctx, func() {
		if err = p.slots.acquire(p.ctx, false); err == nil {
			hold := holdingOf(p.slots)
			defer hold.end()
			p.runHere(hold, nil)
		}
	})
	return err
}

// runHere runs the phase on the caller's goroutine, and on helpers where slots are free.
func (p *phase) runHere(hold *holding, s *state) {
	w := p.hire(hold, 0)
	if w.poolState = s; s == nil && p.call.owner != nil && !p.call.Serial {
		defer w.giveState()
	}
	defer w.giveOwn()
	var late *time.Timer
	var fired chan struct{}
	if p.width > 1 && p.n > 1 {
		if p.eager {
			p.widen()
		} else if p.slots.freeFor(p) {
			fired = make(chan struct{})
			late = time.AfterFunc(5*wake, func() { p.escalate(true); close(fired) })
		}
	}
	// Deferred, since runtime.Goexit in the caller's function ends this
	// goroutine, and the helpers must have ended before.
	defer func() {
		if late != nil && !late.Stop() {
			<-fired
		}
		p.workerLeft(w)
		if !p.over.Load() {
			hold.lend(p.ctx, func() { <-p.done })
		}
		<-p.done
	}()
	w.loop()
}

// start starts one more worker. Its slot is taken already. A call starts
// goroutines nowhere else. expected is 1 if the worker is counted
// in coming, and 0 otherwise.
func (p *phase) start(expected int) {
	hold := holdingOf(p.slots)
	w := p.hire(hold, expected)
	if w == nil {
		p.slots.release()
		return
	}
	w.started = true
	go func() {
		// Deferred one by one, since they must all run after runtime.Goexit.
		defer p.workerLeft(w)
		defer hold.end()
		defer w.giveState()
		defer w.giveOwn()
		w.loop()
	}()
}

// hire adds a worker. It returns nil if the phase has ended meanwhile.
func (p *phase) hire(hold *holding, expected int) *Worker {
	w := &Worker{call: p.call, phase: p, hold: hold}
	w.Context, w.cancel = context.WithCancelCause(p.ctx)
	w.done = w.Context.Done()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.coming -= expected
	if p.live == 0 && len(p.workers) > 0 {
		w.cancel(nil)
		return nil
	}
	p.claiming++
	p.addWorker(w, len(p.workers))
	return w
}

// hireAs adds a worker with that number.
func (p *phase) hireAs(hold *holding, num int) *Worker {
	w := &Worker{call: p.call, phase: p, hold: hold}
	w.Context, w.cancel = context.WithCancelCause(p.ctx)
	w.done = w.Context.Done()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.addWorker(w, num)
	return w
}

// addWorker adds a worker to the phase. Called with p.mu held.
func (p *phase) addWorker(w *Worker, num int) {
	w.stats.Worker = num
	p.labeled(w)
	p.live++
	p.workers = append(p.workers, w)
}

// dismiss removes a worker and keeps only its statistics, so that an endless stream in
// which some items end their goroutines does not accumulate workers.
func (p *phase) dismiss(w *Worker) {
	w.cancel(nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live--
	p.workers = slices.DeleteFunc(p.workers, func(other *Worker) bool { return other == w })
	p.past = addStats(p.past, w.stats)
}

// workerLeft counts a worker that has ended. The last one ends the phase.
func (p *phase) workerLeft(w *Worker) {
	w.cancel(nil)
	p.mu.Lock()
	p.live--
	last := p.live == 0
	p.mu.Unlock()
	if last {
		p.over.Store(true)
		close(p.done)
	}
}

// result returns the error of the phase: the one of the lowest row, or else the cause of
// the context's end if that left work undone.
func (p *phase) result() error {
	p.call.keep(p)
	switch {
	case p.failed != nil:
		return p.failed
	case p.broken != nil:
		return p.broken
	case p.next < p.n || len(p.left) > 0 || p.short:
		return p.cause()
	}
	return nil
}

// keep keeps the statistics of the workers of a phase, for the observer.
func (c *Call) keep(p *phase) {
	if c.obs == nil {
		return
	}
	c.obs.workers.add(p.past...)
	for _, w := range p.workers {
		c.obs.workers.add(w.stats)
	}
}
