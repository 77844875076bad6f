package engine

import (
	"context"
	"errors"
	"slices"
	"time"
)

// ErrFound stops a search as a failure stops a call: items above the
// match are given up, items below it go on and may still match.
var ErrFound = errors.New("found")

// fail records the failure at w.Row if it is the lowest so far, and cancels
// the workers above it. Workers below it go on undisturbed: one of them may fail
// too, and then its error is the one that a loop would have met first.
func (p *phase) fail(w *Worker, err error) {
	row := min(max(w.Row, w.first), w.last)
	ended := p.ctxEnded(err)
	if !ended && w.Err() != nil && onlyEnd(err, w.Err(), context.Cause(w)) {
		return // it only saw that a lower row has failed
	}
	if !ended && err != ErrFound {
		p.obs.rowFailed(w.hold, row, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if ended {
		p.short = true
		return
	}
	if p.failed != nil && p.failed.Row <= row {
		return
	}
	p.failed = &RowError{Row: row, Partition: -1, Err: err}
	if p.parts {
		p.failed.Partition = w.unit
	}
	for _, other := range p.workers {
		if other.lo > row {
			other.cancel(p.failed)
			other.ask()
		}
	}
}

// ctxEnded reports whether err only means that the function saw the context
// end. Then its row has not failed, and err must not hide the failure of another row.
func (p *phase) ctxEnded(err error) bool {
	end := p.ctx.Err()
	if end == nil && p.expired.Load() {
		end = context.DeadlineExceeded
	}
	if end == nil {
		return false
	}
	return onlyEnd(err, end, context.Cause(p.ctx))
}

// OnlyEnd reports whether err only means that ctx, which has ended, has ended.
func OnlyEnd(err error, ctx context.Context) bool {
	return onlyEnd(err, ctx.Err(), context.Cause(ctx))
}

// onlyEnd reports whether err is the end of a context or its cause.
func onlyEnd(err, end, cause error) bool {
	if _, panicked := As[*PanicError](err); panicked {
		return false // a bug, whatever its value
	}
	return Is(err, end) || cause != nil && Is(err, cause)
}

// collect records a failure after which the call goes on.
func (p *phase) collect(w *Worker, err error) {
	p.tally.add(&RowError{Row: w.Row, Partition: -1, Err: err})
	p.obs.rowFailed(w.hold, w.Row, err)
}

// goOn lets a call that collects failures go on after a Goexit. The row has failed;
// another worker runs the rest of the chunk, on the slot that this one releases.
func (p *phase) goOn(w *Worker) {
	p.collect(w, ErrGoexit)
	p.rowsDone(w, w.beganRow, w.Row+1, w.chunkBegan, time.Since(w.chunkBegan))
	if w.Row >= w.last {
		p.replace(w, nil)
		return
	}
	rest := span{w.Row + 1, w.unitEnd, 0}
	if p.parts {
		rest = span{w.unit, w.unitEnd, w.Row + 1}
	}
	p.replace(w, &rest)
}

// replace starts another worker for one whose goroutine ends, if there is
// something to do. rest, if not nil, is the part of its chunk that it has not run.
func (p *phase) replace(w *Worker, rest *span) {
	p.mu.Lock()
	p.claiming--
	if rest != nil {
		p.insert(*rest)
	}
	more := !p.exhausted() && !p.stopped()
	p.mu.Unlock()
	if more {
		p.slots.force() // this worker releases its own slot in a moment
		p.start(0)
	}
}

// sortByRow sorts the errors by row.
func sortByRow(errs []*RowError) {
	slices.SortFunc(errs, func(a, b *RowError) int { return a.Row - b.Row })
}
