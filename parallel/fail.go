package parallel

import (
	"context"
	"errors"
	"slices"
)

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
	j.claiming--
	rest := span{w.row + 1, w.upTo, 0}
	if j.parts {
		rest = span{w.unit, w.upTo, w.row + 1}
	}
	if w.row < w.last {
		j.left = append(j.left, rest)
		slices.SortFunc(j.left, func(a, b span) int { return a.lo - b.lo })
	}
	more := !j.exhausted()
	j.mu.Unlock()
	if more {
		j.gate.mu.Lock()
		j.gate.used++ // this one's place is free in a moment
		j.gate.mu.Unlock()
		j.start(0)
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
