package engine

import (
	"math/bits"
	"runtime/debug"
	"time"
)

// loop claims chunks and runs them until none is left or something failed.
// A panic or a Goexit in the caller's function ends it: what is left of the
// chunk lies above the failure.
func (w *Worker) loop() {
	p := w.phase
	returned := false
	defer func() {
		if returned {
			return
		}
		// recover gives nil only after Goexit: a nil panic is a
		// *runtime.PanicNilError.
		switch v := recover(); {
		case v != nil:
			p.fail(w, &PanicError{Value: v, Stack: debug.Stack()})
		case p.tally != nil && w.roams:
			p.goOn(w)
		default:
			p.fail(w, ErrGoexit)
		}
	}()
	defer w.label()()
	if p.call.owner != nil {
		w.since = time.Now()
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

// chunk runs the claimed units. A chunk of the caller's own size is run in
// parts of about a grain, so that a failure below it or the end of the context
// stops it early, unless the function wants to see it whole.
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
		w.until = p.row(lo)
		w.began, w.at0 = start, max(w.until, w.from)
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
				p.watchEnd()
				p.watch()
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

// goesOn is asked by a worker that has not run all of its chunk: either it was
// asked to end early, or it comes to the next part of it. If it is to end, the
// rest of the chunk is somebody else's, or nobody's.
func (w *Worker) goesOn(lo, hi int) bool {
	p := w.phase
	asked := w.asked() || w.leave
	w.leave = false
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

// stepBy takes over how many rows the worker runs between two looks at its
// context; a unit has about that many rows. Called with phase.mu held.
func (w *Worker) stepBy(p *pace, rows int) {
	w.cost = p.cost / float64(rows)
	if p.most > 0 {
		w.setSteps()
	} else {
		w.eachRow()
	}
}

// measure takes the rows of the first chunk so far for what a row costs: it may be
// a large one. From then on the phase is watched, since they may be cheap ones.
func (w *Worker) measure(done int) {
	p := w.phase
	if p == nil || done-w.at0 < 64 {
		return
	}
	p.mu.Lock()
	p.watchEnd()
	p.watch()
	p.mu.Unlock()
	w.cost = max(float64(time.Since(w.began))/float64(done-w.at0), 0.1)
	w.setSteps()
}

// setSteps sets how many rows are run between two looks, by what a row costs.
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
// workers where the rest is worth it.
func (p *phase) claim(w *Worker) (lo, hi int, ok bool) {
	p.mu.Lock()
	lo, hi, ok = p.nextChunk(w)
	if !ok {
		p.claiming--
		p.lookSoon()
		p.mu.Unlock()
		return 0, 0, false
	}
	w.unit, w.upTo, w.first, w.last = lo, hi, p.row(lo), p.row(hi)-1
	w.lo, w.Row = w.first, w.first
	w.asked()
	w.leave = false
	w.stepBy(&p.pace, max(1, (w.last-w.first+1)/(hi-lo)))
	if w.last-w.first < smallChunk {
		w.eachRow()
	} else {
		p.watchEnd()
	}
	w.chunks++
	p.lookSoon()
	more := p.wanted()
	p.mu.Unlock()
	p.startUpTo(more)
	return lo, hi, true
}

// nextChunk takes what was given back before it takes what is new. After a
// failure what was given back below it is run still. Called with p.mu held.
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
			hi = p.pace.end(lo, hi, p.width)
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
	hi = p.pace.end(lo, p.n, p.width)
	p.next = hi
	return lo, hi, true
}

// stopped reports whether nothing more is to be claimed, except what was given
// back below a failure. Called with p.mu held.
func (p *phase) stopped() bool { return p.failed != nil || p.broken != nil || p.ended() }

// exhausted reports whether all is claimed. Called with p.mu held.
func (p *phase) exhausted() bool { return p.next == p.n && len(p.left) == 0 }

// ready reports whether the worker has the states that its function may ask
// for, after making them where that is due. They are made when there is
// something to do: none is made for nothing.
func (w *Worker) ready() bool {
	if pool := w.call.owner; pool != nil && w.state == nil && !w.call.Serial && !w.call.early {
		if w.state = pool.states.take(w.hold, w.call); w.state == nil {
			w.phase.breakDown(pool.breakDown(pool.states.failure()))
			return false
		}
	}
	if w.call.states != nil && w.own == nil && !w.phase.own {
		if w.own = w.call.states.take(w.hold, w.call); w.own == nil {
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

// brokenBy returns what breakDown was told.
func (p *phase) brokenBy() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.broken
}

// giveState gives the state of the pool's worker back to the pool.
func (w *Worker) giveState() {
	if s := w.state; s != nil {
		w.state = nil
		w.call.owner.giveState(w.hold, s)
	}
}

// giveOwn gives the state of the call's worker back to the call.
func (w *Worker) giveOwn() {
	if s := w.own; s != nil {
		w.own = nil
		w.call.states.give(s)
	}
}

// turn is how long a goroutine keeps its slot when others wait for one.
const turn = 200 * time.Microsecond

// yield is called between two chunks by a goroutine that runs on a slot of a
// pool. It replaces a worker that has done its number of tasks, and lets those
// go first who wait for a slot. It reports whether to go on; if not, the slot
// is given back.
func (w *Worker) yield() bool {
	s, pool := w.phase.slots, w.call.owner
	if pool == nil || w.call.Serial {
		return true
	}
	if w.roams && w.state != nil && w.state.spend(pool.quota) {
		w.giveState()
	}
	if !s.contested() || time.Since(w.since) < turn {
		return true
	}
	defer func() { w.since = time.Now() }()
	switch {
	case !w.roams:
		w.hold.pass(w.phase.ctx, s)
		return true
	case w.retire():
		w.giveState()
		s.wish(w.phase) // narrower now than it would be
		w.hold.end()
		return false
	}
	w.giveState()
	return w.hold.swap(w.phase.ctx)
}

// retire reports whether the worker is to end rather than to wait for its slot:
// a call must not wait at its end for workers that find nothing to do when their
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
