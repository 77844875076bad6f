package parallel

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
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
	call  string
	ctx   context.Context
	n     int // units
	run   body
	rowOf func(unit int) int // nil: a unit is a row
	parts bool               // units are partitions, and errors say which
	whole bool               // run wants to see claimed chunks whole
	eager bool               // start all workers at once: units are coarse
	gate  *gate
	joins *Pool // the pool that the call was made On, from outside of it
	width int   // most workers at once
	seed  uint64
	obs   *observed  // nil: nobody watches
	tally *collector // nil: the first failure ends the call
	soft  *softWatch // nil: no soft deadline

	mu      sync.Mutex
	pace    pace
	next    int    // first unclaimed unit
	left    []span // units of chunks whose worker was ended by Goexit
	live    int    // workers that have not left
	short   bool   // a worker left units of its chunk undone, told to stop
	workers []*worker
	failed  *RowError // the lowest so far
	broken  error     // the pool's worker could not be made
	over    atomic.Bool
	done    chan struct{} // closed when live is 0 again
}

type span struct{ lo, hi int }

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
	if j.n == 0 {
		return nil
	}
	if j.ctx.Err() != nil {
		return context.Cause(j.ctx)
	}
	j.done = make(chan struct{})
	j.obs.start(j)
	defer j.obs.end(j)
	defer j.soft.start(j)()
	outer := workerOf(j.ctx)
	switch {
	case serial:
		j.runHere(&places{}, nil)
	case outer == nil:
		if err := j.gate.enter(j.ctx, false); err != nil {
			return err
		}
		j.start()
		j.await()
	case j.gate == outer.job.gate || outer.holds(j.gate):
		j.runHere(outer.places, outer.seat)
	case j.gate.pool == nil:
		// A width of its own: this goroutine counts in it too.
		j.gate.enter(context.Background(), true)
		outer.places.push(j.gate)
		defer outer.places.drop(j.gate)
		j.runHere(outer.places, outer.seat)
	default:
		// Another pool: its place is waited for without holding one here.
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
	w := j.hire(held)
	if w.seat = at; at == nil && j.gate.pool != nil {
		defer w.rise()
		w.sit()
	}
	var late *time.Timer
	var fired chan struct{}
	if j.width > 1 && j.n > 1 {
		if j.eager {
			j.escalate()
		} else if j.gate.free() {
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
func (j *job) await() {
	if j.width > 1 && j.n > 1 {
		if !j.eager {
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
	more := j.wanted()
	j.mu.Unlock()
	j.startUpTo(more)
}

// wanted returns how many workers to start now: never more than two at once,
// since each of them starts two in turn. Called with j.mu held.
func (j *job) wanted() int {
	rest := j.n - j.next
	if rest <= 0 || j.live == 0 || j.live >= j.width || j.stopped() {
		return 0
	}
	more := rest
	if !j.eager {
		more = j.pace.helpers(rest)
	}
	return min(more, j.width-j.live, 2)
}

// stopped says whether nothing more is to be claimed. Called with j.mu held.
func (j *job) stopped() bool {
	return j.failed != nil || j.broken != nil || j.ctx.Err() != nil
}

func (j *job) startUpTo(n int) {
	for ; n > 0 && j.gate.try(); n-- {
		j.start()
	}
}

// start runs one more worker; its place in the gate is taken already. This is
// the only place where a call starts a goroutine.
func (j *job) start() {
	held := &places{held: []*gate{j.gate}}
	w := j.hire(held)
	if w == nil {
		j.gate.leave()
		return
	}
	w.roams = true
	go func() {
		// Deferred one by one, since runtime.Goexit must get through them.
		defer j.leave(w)
		defer func() {
			if len(held.held) > 0 {
				held.drop(j.gate)
			}
		}()
		if j.gate.pool != nil {
			defer w.rise()
			w.sit()
		}
		w.loop()
	}()
}

// hire adds a worker, unless the job ended meanwhile.
func (j *job) hire(held *places) *worker {
	w := &worker{job: j, places: held}
	w.Context, w.cancel = context.WithCancelCause(j.ctx)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.live == 0 && len(j.workers) > 0 {
		w.cancel(nil)
		return nil
	}
	j.live++
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

// loop claims chunks and runs them until none is left or something failed.
// A panic or a Goexit in the caller's function ends it: what is left of the
// chunk lies above the failure.
func (w *worker) loop() {
	j := w.job
	returned := false
	defer func() {
		if returned {
			return
		}
		// recover gives nil only after Goexit: a nil panic is a
		// *runtime.PanicNilError.
		if v := recover(); v != nil {
			j.fail(w, &PanicError{Value: v, Stack: debug.Stack()})
		} else if !j.goOn(w) {
			j.fail(w, ErrGoexit)
		}
	}()
	defer j.obs.label(w)()
	for {
		lo, hi, ok := j.claim(w)
		if !ok {
			break
		}
		if err := w.chunk(lo, hi); err != nil {
			j.fail(w, err)
			break
		}
		if !w.yield() {
			break
		}
	}
	returned = true
}

// chunk runs the claimed units. A chunk of the caller's own size is run in
// pieces of about a grain, so that a failure below it or the end of the
// context stops it early, unless the function wants to see it whole.
func (w *worker) chunk(lo, hi int) error {
	j := w.job
	for lo < hi {
		to := hi
		if j.pace.given() && !j.whole {
			j.mu.Lock()
			to = lo + j.pace.adapted(hi-lo, 1)
			j.mu.Unlock()
		}
		end := j.region(w)
		start := time.Now()
		err := j.run(w, lo, to)
		took := time.Since(start)
		end()
		if err != nil {
			return err
		}
		j.mu.Lock()
		j.pace.measured(to-lo, took)
		j.mu.Unlock()
		j.obs.chunk(w, lo, to, start, took)
		lo = to
		if lo < hi && w.Err() != nil {
			j.mu.Lock()
			j.short = true
			j.mu.Unlock()
			break
		}
	}
	return nil
}

// claim hands out the next chunk in ascending order, and starts further
// workers where the rest is worth it.
func (j *job) claim(w *worker) (lo, hi int, ok bool) {
	j.mu.Lock()
	if j.stopped() || j.next == j.n && len(j.left) == 0 {
		j.mu.Unlock()
		return 0, 0, false
	}
	if len(j.left) > 0 {
		lo, hi = j.left[0].lo, j.left[0].hi
		j.left = j.left[1:]
	} else {
		lo = j.next
		hi = j.pace.end(lo, j.n, j.width)
		j.next = hi
	}
	w.unit, w.upTo, w.first, w.last = lo, hi, j.row(lo), j.row(hi)-1
	w.lo, w.row = w.first, w.first
	more := j.wanted()
	j.mu.Unlock()
	j.startUpTo(more)
	return lo, hi, true
}

func (j *job) row(unit int) int {
	if j.rowOf != nil {
		return j.rowOf(unit)
	}
	return unit
}

// fail records the failure at w.row if it is the lowest so far, and cancels
// the workers above it. Those below go on undisturbed: one of them may fail
// too, and then its error is the one that a loop would have met first.
func (j *job) fail(w *worker, err error) {
	row := min(max(w.row, w.first), w.last)
	ended := j.ctxEnded(err)
	if !ended && err != errFound {
		j.obs.rowFailed(row, err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if ended {
		j.short = true
		return
	}
	if j.failed != nil && j.failed.Row <= row {
		return
	}
	j.failed = &RowError{Row: row, Partition: -1, Err: err}
	if j.parts {
		j.failed.Partition = w.unit
	}
	for _, other := range j.workers {
		if other.lo > row {
			other.cancel(j.failed)
		}
	}
}

// ctxEnded says whether err only tells that the function saw the context end:
// no failure of its row, and no reason to hide one of another row.
func (j *job) ctxEnded(err error) bool {
	end := j.ctx.Err()
	if end == nil {
		return false
	}
	if _, panicked := errors.AsType[*PanicError](err); panicked {
		return false // a bug, whatever its value
	}
	return errors.Is(err, end) || errors.Is(err, context.Cause(j.ctx))
}

// collect takes note of a failure after which the call goes on.
func (j *job) collect(row int, err error) {
	j.tally.add(row, err)
	j.obs.rowFailed(row, err)
}

// goOn lets a call that collects failures survive a Goexit: the row failed,
// the rest of the chunk is for another worker, whose place this one leaves.
func (j *job) goOn(w *worker) bool {
	if j.tally == nil || !w.roams {
		return false
	}
	j.collect(w.row, ErrGoexit)
	j.mu.Lock()
	if w.row+1 < w.upTo {
		j.left = append(j.left, span{w.row + 1, w.upTo})
		slices.SortFunc(j.left, func(a, b span) int { return a.lo - b.lo })
	}
	more := len(j.left) > 0 || j.next < j.n
	j.mu.Unlock()
	if more {
		j.gate.mu.Lock()
		j.gate.used++ // this one's place is free in a moment
		j.gate.mu.Unlock()
		j.start()
	}
	return true
}

// result is what the call returns: the lowest row's error, else the cause of
// the context's end if that left work undone.
func (j *job) result() error {
	switch {
	case j.failed != nil:
		return j.failed
	case j.broken != nil:
		return j.broken
	case j.next < j.n || len(j.left) > 0 || j.short:
		return context.Cause(j.ctx)
	}
	return nil
}
