package engine

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Body runs the user's function over the units lo..hi, keeping w.Row at the
// row it is at. It returns up to where it came: hi, unless it was asked to end
// early ([Worker.Upto]) or failed.
type Body func(w *Worker, lo, hi int) (done int, err error)

// phase is one pass of a call over n units, claimed in ascending order from one
// counter. A unit is an item, or a partition or grid cell of several; rowOf gives
// its first row.
//
// Everything that the promises of the library rest on is here: claims ascend, so
// whatever lies below a failure is running already and finishes, or was given
// back and is claimed first; and nothing above it starts any more.
type phase struct {
	call     *Call
	ctx      context.Context
	n        int // units
	body     Body
	rowOf    func(unit int) int // nil: a unit is a row
	toRows   func(unit int) int // not nil: what observers see instead of rows
	parts    bool               // units are partitions, and errors say which
	whole    bool               // body wants to see claimed chunks whole
	internal bool               // the library's own work: not observed, never collected
	tells    bool               // its rows are those that observers see
	stream   bool               // of a stream, which claims items itself
	slots    *slots
	obs      *observed  // nil: nobody watches
	tally    *collector // nil: the first failure ends the phase
	soft     *Soft      // nil: no soft deadline

	deadline time.Time   // of ctx; zero: none
	expired  atomic.Bool // it has passed, though ctx does not say so

	mu              sync.Mutex
	pace            pace
	width           int           // most workers at once
	eager           bool          // start workers at once: units are coarse
	long            bool          // a unit may last: its worker learns of the end of the context at once
	next            int           // first unclaimed unit
	left            []span        // ascending: units that were claimed and given back
	live            int           // workers that have not left
	coming          int           // workers about to be started
	claiming        int           // workers that will claim again
	spent           time.Duration // by the workers, in chunks
	short           bool          // a worker left units of its chunk undone, told to stop
	workers         []*Worker
	past            []WorkerStats // of workers that were dismissed
	failed          *RowError     // the lowest so far
	broken          error         // a worker's state could not be made
	watchdog        *time.Timer
	watchdogPeriod  time.Duration // of care
	unwatch         func() bool
	watchdogStopped bool
	over            atomic.Bool
	done            chan struct{} // closed when live is 0 again

	queued position // in the line of the slots; guarded by slots.mu
}

// span is a range of units whose rows before from are done.
type span struct{ lo, hi, from int }

// newPhase returns a phase of the call that runs the user's function.
func (c *Call) newPhase(n int, body Body) *phase {
	p := c.ownPhase(n, body)
	p.internal, p.obs, p.tally, p.soft = false, c.obs, c.tally, c.Soft
	if c.obs != nil {
		// Of several phases that go over the rows the first one tells them.
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

// run runs the phase to its end: no goroutine of it is left when run returns,
// or when the caller's goroutine is ended by runtime.Goexit in a nested call.
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

// onSlots runs the phase where there is a slot for it: on goroutines of its
// own in an outermost call, on the caller's goroutine in a nested one, whose
// slot it uses and which must not wait for another.
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
		// A width of its own: this goroutine counts in it too.
		return p.nested(outer, p.slots)
	default:
		return p.elsewhere(outer)
	}
	return nil
}

// nested works on the caller's goroutine, on the slots that it holds; extra
// are those of a call that has a width of its own.
func (p *phase) nested(outer *Worker, extra *slots) error {
	on, err := outer.hold.occupy(p.ctx, extra)
	if err != nil {
		return err
	}
	defer on.endNested(p.ctx)
	p.runHere(on, outer.poolState)
	return nil
}

// elsewhere works on a pool of which the caller's goroutine holds no slot: one
// is waited for without holding others.
func (p *phase) elsewhere(outer *Worker) (err error) {
	outer.hold.lend(p.ctx, func() {
		if err = p.slots.acquire(p.ctx, false); err == nil {
			own := holdingOf(p.slots)
			defer own.end()
			p.runHere(own, nil)
		}
	})
	return err
}

// here works on the phase on the caller's own goroutine.
func (p *phase) runHere(hold *holding, at *state) {
	w := p.hire(hold, 0)
	if w.poolState = at; at == nil && p.call.owner != nil && !p.call.Serial {
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
	// goroutine, and the helpers must be gone by then as well.
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

// start runs one more worker; its slot is taken already. This is the only
// place where a call starts a goroutine. expected is 1 for one that is counted
// in coming.
func (p *phase) start(expected int) {
	hold := holdingOf(p.slots)
	w := p.hire(hold, expected)
	if w == nil {
		p.slots.release()
		return
	}
	w.started = true
	go func() {
		// Deferred one by one, since runtime.Goexit must get through them.
		defer p.workerLeft(w)
		defer hold.end()
		defer w.giveState()
		defer w.giveOwn()
		w.loop()
	}()
}

// hire adds a worker, unless the phase ended meanwhile.
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

// hireAs adds the worker of that number.
func (p *phase) hireAs(hold *holding, num int) *Worker {
	w := &Worker{call: p.call, phase: p, hold: hold}
	w.Context, w.cancel = context.WithCancelCause(p.ctx)
	w.done = w.Context.Done()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.addWorker(w, num)
	return w
}

// add takes note of a worker. Called with p.mu held.
func (p *phase) addWorker(w *Worker, num int) {
	w.stats.Worker = num
	p.labeled(w)
	p.live++
	p.workers = append(p.workers, w)
}

// dismiss forgets a worker and keeps only what it did, so that an endless stream in
// which some items end their goroutines does not gather workers.
func (p *phase) dismiss(w *Worker) {
	w.cancel(nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live--
	p.workers = slices.DeleteFunc(p.workers, func(other *Worker) bool { return other == w })
	p.past = addStats(p.past, w.stats)
}

// leave takes the worker off the phase; the last one ends it.
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

// result is what the phase returns: the lowest row's error, else the cause of
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

// keep keeps what the workers of a phase did, for who watches.
func (c *Call) keep(p *phase) {
	if c.obs == nil {
		return
	}
	c.obs.workers.add(p.past...)
	for _, w := range p.workers {
		c.obs.workers.add(w.stats)
	}
}
