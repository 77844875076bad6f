package engine

import (
	"math/bits"
	"runtime/debug"
	"time"
)

// loop claims chunks and runs them until none is left or something failed.
// A panic or a Goexit in the caller's function ends it: the remaining rows of the
// chunk lie above the failure.
func (w *Worker) loop() {
	p := w.phase
	returned := false
	defer func() {
		if returned {
			return
		}
		// recover returns nil only after Goexit: the value of panic(nil) is a
		// *runtime.PanicNilError.
		switch v := recover(); {
		case v != nil:
			p.fail(w, &PanicError{Value: v, Stack: debug.Stack()})
		case p.tally != nil && w.started:
			p.goOn(w)
		default:
			p.fail(w, ErrGoexit)
		}
	}()
	defer w.label()()
	if p.call.owner != nil {
		w.slotSince = time.Now()
	}
	for {
		lo, hi, ok := p.claim(w)
		if !ok || !w.ready() {
			break
		}
		if err := w.chunk(lo, hi); err != nil {
			p.fail(w, err)
			break
		}
		if !w.yield() {
			break
		}
	}
	returned = true
}

// chunk runs the claimed units. A chunk of the caller's size is run in
// parts of about a grain, so that a failure below it or the end of the context
// stops it early, unless the body must see it whole.
func (w *Worker) chunk(lo, hi int) error {
	p := w.phase
	for lo < hi {
		to := hi
		if p.pace.fixed > 0 && !p.whole {
			p.mu.Lock()
			to = lo + p.pace.adapted(hi-lo, 1)
			w.stepBy(&p.pace, 1)
			p.mu.Unlock()
		}
		end := p.region(w)
		start := time.Now()
		w.clockRow = p.row(lo)
		w.chunkBegan, w.beganRow = start, max(w.clockRow, w.from)
		done, err := p.body(w, lo, to)
		took := time.Since(start)
		end()
		if err != nil {
			return err
		}
		if done > lo {
			p.mu.Lock()
			p.pace.measured(done-lo, took)
			if p.spent += took; p.spent > unwatched {
				p.watchContext()
				p.watchWorkers()
			}
			p.mu.Unlock()
			p.chunkDone(w, lo, done, start, took)
		}
		lo = done
		if (done < to || lo < hi) && !w.goesOn(lo, hi) {
			break
		}
	}
	return nil
}

// goesOn reports whether a worker that has run its chunk up to lo goes on with the rest,
// lo..hi: it was asked to end early, or it comes to the next part. If it reports false,
// the rest was given back for other workers, or is not run at all.
func (w *Worker) goesOn(lo, hi int) bool {
	p := w.phase
	asked := w.asked() || w.endsChunk
	w.endsChunk = false
	switch {
	case w.Err() != nil || p.expired.Load():
		p.mu.Lock()
		p.short = true
		p.mu.Unlock()
		return false
	case asked && p.pace.fixed == 0 && !p.whole:
		p.giveBack(w, lo, hi)
		return false
	}
	return true
}

// stepBy sets how many rows the worker runs between two looks at its
// context, by the cost of a unit of about rows rows. Called with phase.mu held.
func (w *Worker) stepBy(p *pace, rows int) {
	w.cost = p.cost / float64(rows)
	if p.most > 0 {
		w.setSteps()
	} else {
		w.eachRow()
	}
}

// measure estimates the cost of a row from the rows up to done of the first chunk, which
// may be a large one. From then on the phase is watched, since these may be cheap rows.
func (w *Worker) measure(done int) {
	p := w.phase
	if p == nil || done-w.beganRow < 64 {
		return
	}
	p.mu.Lock()
	p.watchContext()
	p.watchWorkers()
	p.mu.Unlock()
	w.cost = max(float64(time.Since(w.chunkBegan))/float64(done-w.beganRow), 0.1)
	w.setSteps()
}

// setSteps sets how many rows are run between two looks, by the cost of a row.
func (w *Worker) setSteps() {
	w.step, w.block = w.rowsIn(looks, 1024), w.rowsIn(blockLooks, 1<<20)
	w.Every = 1<<(bits.Len(uint(min(w.step, fewest)))-1) - 1
}

// eachRow makes the worker look after each row.
func (w *Worker) eachRow() { w.step, w.block, w.Every = 1, 1, 0 }

// rowsIn returns how many rows make d of work, between 1 and most.
func (w *Worker) rowsIn(d time.Duration, most float64) int {
	return int(max(1, min(float64(d)/max(w.cost, 0.001), most)))
}

// claim hands out the next chunk in ascending order, and starts further
// workers if the remaining work is worth it.
func (p *phase) claim(w *Worker) (lo, hi int, ok bool) {
	p.mu.Lock()
	lo, hi, ok = p.nextChunk(w)
	if !ok {
		p.claiming--
		p.checkSoon()
		p.mu.Unlock()
		return 0, 0, false
	}
	w.unit, w.unitEnd, w.first, w.last = lo, hi, p.row(lo), p.row(hi)-1
	w.lo, w.Row = w.first, w.first
	w.asked()
	w.endsChunk = false
	w.stepBy(&p.pace, max(1, (w.last-w.first+1)/(hi-lo)))
	if w.last-w.first < smallChunk {
		w.eachRow()
	} else {
		p.watchContext()
	}
	w.chunks++
	p.checkSoon()
	more := p.wanted()
	p.mu.Unlock()
	p.startUpTo(more)
	return lo, hi, true
}

// nextChunk returns units that were given back before new ones. After a
// failure, units below it that were given back are still run. Called with p.mu held.
func (p *phase) nextChunk(w *Worker) (lo, hi int, ok bool) {
	w.from = 0
	p.width = p.call.width()
	switch {
	case p.broken != nil || p.ended():
		return 0, 0, false
	case len(p.left) > 0 && (p.failed == nil || p.row(p.left[0].lo) < p.failed.Row):
		s := &p.left[0]
		lo, hi, w.from = s.lo, s.hi, s.from
		if s.from == 0 {
			hi = p.pace.chunkEnd(lo, hi, p.width)
		}
		if hi == s.hi {
			p.left = p.left[1:]
		} else {
			s.lo, s.from = hi, 0
		}
		return lo, hi, true
	case p.failed != nil || p.next == p.n:
		return 0, 0, false
	}
	lo = p.next
	hi = p.pace.chunkEnd(lo, p.n, p.width)
	p.next = hi
	return lo, hi, true
}

// stopped reports whether nothing more is to be claimed, except units that were given
// back below a failure. Called with p.mu held.
func (p *phase) stopped() bool { return p.failed != nil || p.broken != nil || p.ended() }

// exhausted reports whether all units are claimed. Called with p.mu held.
func (p *phase) exhausted() bool { return p.next == p.n && len(p.left) == 0 }

// ready makes the states that the worker's function may ask for, if it has none yet, and
// reports whether that succeeded. It is called when there is a chunk to run, so that no
// state is made that is not used.
func (w *Worker) ready() bool {
	if pool := w.call.owner; pool != nil && w.poolState == nil && !w.call.Serial && !w.call.inInitializer {
		if w.poolState = pool.states.take(w.hold, w.call); w.poolState == nil {
			w.phase.breakDown(pool.breakDown(pool.states.failure()))
			return false
		}
	}
	if w.call.states != nil && w.callState == nil && !w.phase.internal {
		if w.callState = w.call.states.take(w.hold, w.call); w.callState == nil {
			w.phase.breakDown(w.call.Wrap(w.call.states.failure()))
			return false
		}
	}
	return true
}

// breakDown ends a phase whose worker could not be made.
func (p *phase) breakDown(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken == nil {
		p.broken = err
	}
}

// brokenBy returns the error that breakDown was called with.
func (p *phase) brokenBy() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.broken
}

// giveState returns the state of the pool's worker to the pool.
func (w *Worker) giveState() {
	if s := w.poolState; s != nil {
		w.poolState = nil
		w.call.owner.takeBackState(w.hold, s)
	}
}

// giveOwn returns the state of the call's worker to the call.
func (w *Worker) giveOwn() {
	if s := w.callState; s != nil {
		w.callState = nil
		w.call.states.give(s)
	}
}

// turn is how long a goroutine keeps its slot if others wait for one.
const turn = 200 * time.Microsecond

// yield is called between two chunks. On a pool it replaces a worker that has run its
// number of tasks, and lets others that wait for a slot go first. It reports whether the
// worker goes on; if not, its slot has been released.
func (w *Worker) yield() bool {
	s, pool := w.phase.slots, w.call.owner
	if pool == nil || w.call.Serial {
		return true
	}
	if w.started && w.poolState != nil && w.poolState.spend(pool.quota) {
		w.giveState()
	}
	if !s.contested() || time.Since(w.slotSince) < turn {
		return true
	}
	defer func() { w.slotSince = time.Now() }()
	switch {
	case !w.started:
		w.hold.pass(w.phase.ctx, s)
		return true
	case w.retire():
		w.giveState()
		s.request(w.phase) // for a worker in its stead
		w.hold.end()
		return false
	}
	w.giveState()
	return w.hold.swap(w.phase.ctx)
}

// retire reports whether the worker ends rather than waits for a slot again:
// at its end a call must not wait for workers that would find nothing to do when their
// turn comes. Its last worker waits.
func (w *Worker) retire() bool {
	p := w.phase
	if p.stream {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.claiming < 2 && !p.stopped() && !p.exhausted() {
		return false
	}
	p.claiming--
	return true
}
