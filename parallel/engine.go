package parallel

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// body runs the caller's function over the units lo..hi of a job, keeping
// w.row at the row it is at.
type body func(w *worker, lo, hi int) error

// job is one call at work: n units, claimed in ascending order from one place.
//
// A unit is an item, or a partition or grid cell of several; rowOf gives its
// first row. Everything that the promises of the package rest on is here:
// claims ascend, so whatever lies below a failure is running already and
// finishes, and nothing above it starts any more.
type job struct {
	call   string
	ctx    context.Context
	n      int // units
	run    body
	rowOf  func(unit int) int // nil: a unit is a row
	parts  bool               // units are partitions, and errors say which
	whole  bool               // run wants to see claimed chunks whole
	eager  bool               // start all workers at once: units are coarse
	stream bool               // of a Stream, which claims items itself
	gate   *gate
	joins  *Pool // the pool that the call was made On, from outside of it
	width  int   // most workers at once
	most   int   // what Workers allows of a pool's width, which may change
	seed   uint64
	obs    *observed  // nil: nobody watches
	tally  *collector // nil: the first failure ends the call
	soft   *softWatch // nil: no soft deadline

	mu       sync.Mutex
	pace     pace
	next     int    // first unclaimed unit
	left     []span // units of chunks whose worker was ended by Goexit
	live     int    // workers that have not left
	coming   int    // workers about to be started
	claiming int    // workers that will claim again; may count some of a job that is at its end
	short    bool   // a worker left units of its chunk undone, told to stop
	workers  []*worker
	failed   *RowError // the lowest so far
	broken   error     // the pool's worker could not be made
	over     atomic.Bool
	done     chan struct{} // closed when live is 0 again
	asks     bool          // the gate offers it places that are left over; guarded by gate.mu
	gone     bool          // and never again; guarded by gate.mu
}

// span is a range of units whose rows before from are done.
type span struct{ lo, hi, from int }

// do runs the job to its end: no goroutine of it is left when do returns, or
// when the caller's goroutine is ended by runtime.Goexit inside a nested call.
func (j *job) do(serial bool) error {
	if j.joins != nil {
		if err := j.joins.begin(); err != nil {
			return fmt.Errorf("%s: %w", j.call, err)
		}
		defer j.joins.finish()
		ctx, cancel := context.WithCancelCause(j.ctx)
		pool := j.joins.ctx
		stop := context.AfterFunc(pool, func() { cancel(context.Cause(pool)) })
		defer cancel(nil)
		defer stop()
		j.ctx = ctx
	}
	j.obs.start(j)
	defer j.obs.end(j)
	if j.n == 0 {
		return nil
	}
	if j.ctx.Err() != nil {
		return context.Cause(j.ctx)
	}
	j.done = make(chan struct{})
	if j.n > 1 {
		defer j.gate.forget(j)
	}
	defer j.soft.start(j)()
	outer := workerOf(j.ctx)
	switch {
	case serial && outer == nil:
		j.runHere(&places{}, nil)
	case serial:
		j.runHere(outer.places, outer.seat)
	case outer == nil:
		if err := j.gate.enter(j.ctx, false); err != nil {
			return err
		}
		wide, eager := j.width > 1 && j.n > 1, j.eager
		j.start(0)
		j.await(wide, eager)
	case j.gate == outer.job.gate || outer.places.has(j.gate):
		j.runHere(outer.places, outer.seat)
	case j.gate.pool == nil:
		// A width of its own: this goroutine counts in it too.
		j.gate.enter(context.Background(), true)
		outer.places.push(j.gate)
		defer outer.places.drop(j.gate)
		j.runHere(outer.places, outer.seat)
	default:
		// A pool of which this goroutine holds no place: one is waited for
		// without holding others.
		var err error
		outer.places.lend(func() {
			if err = j.gate.enter(j.ctx, false); err == nil {
				own := &places{held: []*gate{j.gate}}
				defer own.drop(j.gate)
				j.runHere(own, nil)
			}
		})
		if err != nil {
			return err
		}
	}
	return j.result()
}

// holds says whether a call around the worker runs on the gate's pool.
func (w *worker) holds(g *gate) bool {
	for ; w != nil; w = workerOf(w.job.ctx) {
		if w.job.gate == g {
			return true
		}
	}
	return false
}

// runHere works on the job on the caller's own goroutine: in a nested call
// that goroutine holds a place already, and must not wait for another.
func (j *job) runHere(held *places, at *seat) {
	w := j.hire(held, 0)
	if w.seat = at; at == nil && j.gate.pool != nil {
		defer w.rise()
		w.sit()
	}
	var late *time.Timer
	var fired chan struct{}
	if j.width > 1 && j.n > 1 {
		if j.eager {
			j.escalate()
		} else if j.gate.hasRoomFor(j) {
			fired = make(chan struct{})
			late = time.AfterFunc(5*wake, func() { j.escalate(); close(fired) })
		}
	}
	// Deferred, since runtime.Goexit in the caller's function ends this
	// goroutine, and the helpers must be gone by then as well.
	defer func() {
		if late != nil && !late.Stop() {
			<-fired
		}
		j.leave(w)
		if !j.over.Load() {
			held.lend(func() { <-j.done })
		}
		<-j.done
	}()
	w.loop()
}

// await waits for the workers of an outermost call, and starts the others
// when the first one is slow. Goroutines that poll are cheap for the few
// microseconds that this takes, and a timer would fire up to 1 ms late on an
// idle machine. It counts rounds, not time, which stands still in a
// testing/synctest bubble.
func (j *job) await(wide, eager bool) {
	if wide {
		if !eager {
			for range 100 {
				if j.over.Load() {
					break
				}
				runtime.Gosched()
			}
		}
		if !j.over.Load() {
			j.escalate()
		}
	}
	<-j.done
}

// escalate starts further workers whatever an item costs: the first is not
// back soon enough to tell.
func (j *job) escalate() {
	j.mu.Lock()
	j.eager = true
	j.mu.Unlock()
	j.widen()
}

// wanted returns how many workers to start now: never more than two at once,
// since each of them starts two in turn. Called with j.mu held.
func (j *job) wanted() int {
	rest, room := j.n-j.next, j.width-j.claiming-j.coming
	if rest <= 0 || j.live == 0 || room <= 0 || j.stopped() {
		return 0
	}
	more := rest
	if !j.eager {
		more = j.pace.helpers(rest)
	}
	more = max(min(more, room, 2), 0)
	j.coming += more
	return more
}

// stopped says whether nothing more is to be claimed. Called with j.mu held.
func (j *job) stopped() bool {
	return j.failed != nil || j.broken != nil || j.ctx.Err() != nil
}

// exhausted says whether all is claimed. Called with j.mu held.
func (j *job) exhausted() bool { return j.next == j.n && len(j.left) == 0 }

// offered is called when a place was left over after the job had found none.
// Before its first chunk is measured it takes what it can get: that chunk has
// been running for a while.
func (j *job) offered() {
	j.mu.Lock()
	j.eager = j.eager || j.pace.most == 0
	j.mu.Unlock()
	j.widen()
}

// widen starts the workers that the job wants by now.
func (j *job) widen() {
	j.mu.Lock()
	j.width = j.widthNow()
	more := j.wanted()
	j.mu.Unlock()
	j.startUpTo(more)
}

// startUpTo starts n workers, which are counted in coming, or as many as there are
// places for.
func (j *job) startUpTo(n int) {
	for n > 0 {
		for ; n > 0 && j.gate.try(); n-- {
			j.start(1)
		}
		if n == 0 {
			return
		}
		// Counted off before the gate is told to ask: who comes to offer a place
		// must not find that others are coming who are not.
		j.mu.Lock()
		j.coming -= n
		j.mu.Unlock()
		if !j.gate.hasRoomFor(j) {
			return
		}
		j.mu.Lock()
		n = j.wanted()
		j.mu.Unlock()
	}
}

// start runs one more worker; its place in the gate is taken already. This is
// the only place where a call starts a goroutine.
//
// expected is 1 for one that is counted in coming.
func (j *job) start(expected int) {
	held := &places{held: []*gate{j.gate}}
	w := j.hire(held, expected)
	if w == nil {
		j.gate.leave()
		return
	}
	w.roams = true
	go func() {
		// Deferred one by one, since runtime.Goexit must get through them.
		defer j.leave(w)
		defer held.end()
		if j.gate.pool != nil {
			defer w.rise()
		}
		w.loop()
	}()
}

// hire adds a worker, unless the job ended meanwhile.
func (j *job) hire(held *places, expected int) *worker {
	w := &worker{job: j, places: held}
	w.Context, w.cancel = context.WithCancelCause(j.ctx)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.coming -= expected
	if j.live == 0 && len(j.workers) > 0 {
		w.cancel(nil)
		return nil
	}
	j.live++
	j.claiming++
	w.stats.Worker = len(j.workers)
	j.workers = append(j.workers, w)
	return w
}

// leave takes the worker off the job; the last one ends it.
func (j *job) leave(w *worker) {
	w.cancel(nil)
	j.mu.Lock()
	j.live--
	last := j.live == 0
	j.mu.Unlock()
	if last {
		j.over.Store(true)
		close(j.done)
	}
}
