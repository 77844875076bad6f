package parallel

import (
	"runtime/debug"
	"time"
)

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
		if !ok || !w.seated() {
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
	if j.stopped() || j.exhausted() {
		j.mu.Unlock()
		return 0, 0, false
	}
	j.width = j.widthNow()
	w.from = 0
	if len(j.left) > 0 {
		lo, hi, w.from = j.left[0].lo, j.left[0].hi, j.left[0].from
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

// widthNow returns the width, which is that of the beginning but for a pool that
// was resized. Called with the lock of what the job belongs to held.
func (j *job) widthNow() int {
	if j.gate.pool != nil {
		return min(j.gate.size(), j.most)
	}
	return j.width
}

func (j *job) row(unit int) int {
	if j.rowOf != nil {
		return j.rowOf(unit)
	}
	return unit
}
