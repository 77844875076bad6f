package engine

import (
	"context"
	"errors"
	"slices"
	"time"
)

// ErrFound stops a search as a failure stops a call: what lies above the
// match is given up, what lies below goes on and may still match.
var ErrFound = errors.New("found")

// fail records the failure at w.Row if it is the lowest so far, and cancels
// the workers above it. Those below go on undisturbed: one of them may fail
// too, and then its error is the one that a loop would have met first.
func (p *phase) fail(w *Worker, err error) {
	row := min(max(w.Row, w.first), w.last)
	ended := p.ctxEnded(err)
	if !ended && w.Err() != nil && onlyEnd(err, w.Err(), context.Cause(w)) {
		return // it saw that a lower row has failed
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

// ctxEnded reports whether err only tells that the function saw the context
// end: no failure of its row, and no reason to hide one of another row.
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

// OnlyEnd reports whether err only tells that ctx, which has ended, has.
func OnlyEnd(err error, ctx context.Context) bool {
	return onlyEnd(err, ctx.Err(), context.Cause(ctx))
}

// onlyEnd reports whether err is one of the ends of a context.
func onlyEnd(err, end, cause error) bool {
	if _, panicked := As[*PanicError](err); panicked {
		return false // a bug, whatever its value
	}
	return Is(err, end) || cause != nil && Is(err, cause)
}

// collect takes note of a failure after which the call goes on.
func (p *phase) collect(w *Worker, err error) {
	p.tally.add(&RowError{Row: w.Row, Partition: -1, Err: err})
	p.obs.rowFailed(w.hold, w.Row, err)
}

// goOn lets a call that collects failures survive a Goexit: the row failed,
// the rest of the chunk is for another worker, whose slot this one leaves.
func (p *phase) goOn(w *Worker) {
	p.collect(w, ErrGoexit)
	p.rowsDone(w, w.at0, w.Row+1, w.began, time.Since(w.began))
	if w.Row >= w.last {
		p.replace(w, nil)
		return
	}
	rest := span{w.Row + 1, w.upTo, 0}
	if p.parts {
		rest = span{w.unit, w.upTo, w.Row + 1}
	}
	p.replace(w, &rest)
}

// replace starts another worker for one whose goroutine ends, if there is
// something to do: rest is what it leaves of its chunk.
func (p *phase) replace(w *Worker, rest *span) {
	p.mu.Lock()
	p.claiming--
	if rest != nil {
		p.insert(*rest)
	}
	more := !p.exhausted() && !p.stopped()
	p.mu.Unlock()
	if more {
		p.slots.force() // this one's slot is free in a moment
		p.start(0)
	}
}

// lowest returns the errors by row.
func lowest(errs []*RowError) {
	slices.SortFunc(errs, func(a, b *RowError) int { return a.Row - b.Row })
}
