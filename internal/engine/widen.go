package engine

import (
	"context"
	"runtime"
	"time"
)

// How a phase widens. It begins with one worker. A worker that claims a
// chunk starts two others if the remaining work is worth it, and so on. A phase
// whose first chunk takes long is widened whatever an item costs. If no slot
// is free the phase joins the queue of the slots and is granted one later.

// await waits for the workers of an outermost call, and starts further workers
// if the first one is slow. Polling is cheap for the few
// microseconds that this takes, and a timer would fire up to 1 ms late on an
// idle machine. It counts rounds rather than time, which stands still in a
// testing/synctest bubble.
func (p *phase) await(wide, eager bool) {
	if p.n > 1 {
		if !wide || !eager {
			for range 100 {
				if p.over.Load() {
					break
				}
				runtime.Gosched()
			}
		}
		if !p.over.Load() {
			p.escalate(wide)
		}
	}
	<-p.done
}

// escalate is called if the first worker is not back soon enough to measure an item. It
// watches the phase, and with wide starts further workers whatever an item costs.
func (p *phase) escalate(wide bool) {
	p.mu.Lock()
	p.eager = p.eager || wide
	p.watchWorkers()
	p.mu.Unlock()
	if wide {
		p.widen()
	}
}

// granted is called with a slot taken for the phase, which had found none free.
// If no chunk is measured yet, the phase takes as many slots as it can: its first chunk has
// been running for a while.
func (p *phase) granted() {
	p.mu.Lock()
	p.eager = p.eager || p.pace.most == 0
	p.width = p.call.width()
	p.watchWorkers()
	more := p.wanted()
	p.mu.Unlock()
	if more == 0 {
		p.slots.release()
		return
	}
	p.start(1)
	p.startUpTo(more - 1)
}

// widen starts the workers that the phase wants by now.
func (p *phase) widen() {
	p.mu.Lock()
	p.width = p.call.width()
	more := p.wanted()
	p.mu.Unlock()
	p.startUpTo(more)
}

// wanted returns how many workers to start now: at most two,
// since each of them starts two in turn. It counts them in coming. Called with p.mu held.
func (p *phase) wanted() int {
	rest, free := p.rest(), p.width-p.claiming-p.coming
	if rest <= 0 || p.live == 0 || free <= 0 || p.stopped() {
		return 0
	}
	more := rest
	if !p.eager {
		more = p.pace.helpers(rest)
	}
	more = max(min(more, free, 2), 0)
	p.coming += more
	return more
}

// rest returns how many units are not claimed. Called with p.mu held.
func (p *phase) rest() int {
	n := p.n - p.next
	for _, s := range p.left {
		n += s.hi - s.lo
	}
	return n
}

// startUpTo starts n workers, which are counted in coming, or as many as there
// are slots for.
func (p *phase) startUpTo(n int) {
	for n > 0 {
		if p.slots.tryAcquire() {
			p.start(1)
			n--
			continue
		}
		// The workers are counted off before the phase is in the queue: a slot that is
		// granted at once must not find workers in coming that do not come.
		p.mu.Lock()
		p.coming -= n
		p.mu.Unlock()
		if !p.slots.tryAcquireOrAsk(p) {
			return
		}
		p.mu.Lock()
		n = p.wanted()
		p.mu.Unlock()
		if n == 0 {
			p.slots.release()
			return
		}
		p.start(1)
		n--
	}
}

// A phase that has run for a while checks its workers every look. While
// no worker claims anything it does so less and less often, down to every seldom.
const (
	look   = 2 * time.Millisecond
	seldom = 64 * look
)

// A phase that may take long learns of the end of its context at once. A phase that has
// claimed only chunks of up to smallChunk rows, and has worked for less than unwatched, does
// not: its workers look at the context before each row, which is cheaper for so few.
const (
	unwatched  = 50 * time.Microsecond
	smallChunk = 8
)

// watchContext makes workers look at the context as soon as it has ended. Called with
// p.mu held.
func (p *phase) watchContext() {
	if p.unwatch == nil && !p.watchdogStopped && p.ctx.Done() != nil {
		p.unwatch = context.AfterFunc(p.ctx, p.askAll)
	}
}

// watchWorkers begins to check workers: a worker that is held up in a chunk must give
// the rest of it back. Called with p.mu held.
func (p *phase) watchWorkers() {
	if p.watchdog == nil && !p.watchdogStopped && p.width > 1 && p.pace.fixed == 0 {
		p.watchdogPeriod = look
		p.watchdog = time.AfterFunc(look, p.checkWorkers)
	}
}

// stopWatching ends what watchContext and watchWorkers began. A check that is running may
// still finish.
func (p *phase) stopWatching() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watchdogStopped = true
	if p.unwatch != nil {
		p.unwatch()
	}
	if p.watchdog != nil {
		p.watchdog.Stop()
	}
}

// askAll makes all workers look at their context.
func (p *phase) askAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.workers {
		w.ask()
	}
}

// checkWorkers asks workers that have been at one chunk since the last check,
// which is longer than any chunk should take, to give back the units that they have not
// begun, if all other units are claimed.
func (p *phase) checkWorkers() {
	if p.over.Load() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.exhausted() {
		for _, w := range p.workers {
			if w.chunks > 0 && w.chunks == w.seen {
				w.ask()
			}
		}
	}
	still := true
	for _, w := range p.workers {
		still = still && w.seen == w.chunks
		w.seen = w.chunks
	}
	if p.live == 0 || p.stopped() {
		return
	}
	if still {
		p.watchdogPeriod = min(2*p.watchdogPeriod, seldom)
	}
	p.watchdog.Reset(p.watchdogPeriod)
}

// checkSoon makes checks frequent again, since a worker claims. Called with p.mu held.
func (p *phase) checkSoon() {
	if p.watchdogPeriod > look && p.watchdog.Stop() {
		p.watchdogPeriod = look
		p.watchdog.Reset(look)
	}
}

// giveBack returns units of the worker's chunk, for other workers: they
// turned out to cost far more than the units before.
func (p *phase) giveBack(w *Worker, lo, hi int) {
	p.mu.Lock()
	p.insert(span{lo, hi, 0})
	p.pace.restart()
	p.eager = true
	p.mu.Unlock()
	p.widen()
}

// insert adds a span to the units that were given back, in ascending order. Called with
// p.mu held.
func (p *phase) insert(s span) {
	i := len(p.left)
	for i > 0 && p.left[i-1].lo > s.lo {
		i--
	}
	p.left = append(p.left, span{})
	copy(p.left[i+1:], p.left[i:])
	p.left[i] = s
}
