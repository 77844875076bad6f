package parallel

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
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
	ctx   context.Context
	n     int // units
	run   body
	rowOf func(unit int) int // nil: a unit is a row
	parts bool               // units are partitions, and errors say which
	whole bool               // run wants to see claimed chunks whole
	gate  *gate
	width int  // most workers at once
	eager bool // start the others at once: units are known to be coarse

	mu      sync.Mutex
	pace    pace
	next    int  // first unclaimed unit
	live    int  // workers that have not left
	short   bool // a worker left units of its chunk undone, told to stop
	workers []*worker
	failed  *RowError // the lowest so far
	over    atomic.Bool
	done    chan struct{} // closed when live is 0 again
}

// do runs the job to its end: no goroutine of it is left when do returns, or
// when the caller's goroutine is ended by runtime.Goexit inside a nested call.
func (j *job) do(serial bool) error {
	if j.n == 0 {
		return nil
	}
	if j.ctx.Err() != nil {
		return context.Cause(j.ctx)
	}
	j.done = make(chan struct{})
	outer := workerOf(j.ctx)
	if serial || outer != nil {
		j.runHere(serial)
	} else {
		j.gate.try()
		j.start()
		j.await()
	}
	return j.result()
}

// runHere works on the job on the caller's own goroutine: in a nested call
// that goroutine holds a place already, and must not wait for another.
func (j *job) runHere(serial bool) {
	w := j.hire()
	var late *time.Timer
	var fired chan struct{}
	if !serial && j.width > 1 && j.n > 1 {
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
	if rest <= 0 || j.live == 0 || j.live >= j.width || j.failed != nil {
		return 0
	}
	more := rest
	if !j.eager {
		more = j.pace.helpers(rest)
	}
	return min(more, j.width-j.live, 2)
}

func (j *job) startUpTo(n int) {
	for ; n > 0 && j.gate.try(); n-- {
		j.start()
	}
}

// start runs one more worker; its place in the gate is taken already. This is
// the only place where a call starts a goroutine.
func (j *job) start() {
	w := j.hire()
	if w == nil {
		j.gate.leave()
		return
	}
	go func() {
		// Deferred one by one, since runtime.Goexit must get through them.
		defer j.leave(w)
		defer j.gate.leave()
		w.loop()
	}()
}

// hire adds a worker, unless the job ended meanwhile.
func (j *job) hire() *worker {
	w := &worker{job: j}
	w.Context, w.cancel = context.WithCancelCause(j.ctx)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.live == 0 && len(j.workers) > 0 {
		w.cancel(nil)
		return nil
	}
	j.live++
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
		} else {
			j.fail(w, ErrGoexit)
		}
	}()
	for {
		lo, hi, ok := j.claim(w)
		if !ok {
			break
		}
		if err := w.chunk(lo, hi); err != nil {
			j.fail(w, err)
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
		if j.pace.fixed > 0 && !j.whole {
			j.mu.Lock()
			p := j.pace
			j.mu.Unlock()
			p.fixed = 0
			to = lo + p.size(hi-lo, 1)
		}
		start := time.Now()
		if err := j.run(w, lo, to); err != nil {
			return err
		}
		took := time.Since(start)
		j.mu.Lock()
		j.pace.measured(to-lo, took)
		j.mu.Unlock()
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
	if j.next == j.n || j.failed != nil || j.ctx.Err() != nil {
		j.mu.Unlock()
		return 0, 0, false
	}
	lo = j.next
	hi = lo + j.pace.size(j.n-lo, j.width)
	j.next = hi
	w.unit, w.first, w.last = lo, j.row(lo), j.row(hi)-1
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
	j.mu.Lock()
	defer j.mu.Unlock()
	end := j.ctx.Err()
	_, panicked := errors.AsType[*PanicError](err)
	if end != nil && !panicked && (errors.Is(err, end) || errors.Is(err, context.Cause(j.ctx))) {
		// The function saw the context end and said so: no failure of the row,
		// and no reason to hide one of another row. A panic is a bug whatever
		// its value.
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

// result is what the call returns: the lowest row's error, else the cause of
// the context's end if that left work undone.
func (j *job) result() error {
	if j.failed != nil {
		return j.failed
	}
	if j.next < j.n || j.short {
		return context.Cause(j.ctx)
	}
	return nil
}
