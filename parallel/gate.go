package parallel

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// gate bounds how many goroutines of a call, and of all calls nested in it,
// run user code at once. A worker holds one place; a nested call works on its
// worker's place and asks for more only where some are free, so that depth
// does not multiply width. The calls and tasks of a [Pool] share its gate.
type gate struct {
	id   uint64
	pool *Pool // nil: the gate of one call

	mu      sync.Mutex
	width   int
	used    int
	waiting []*waiter    // first come, first served
	line    atomic.Int32 // len(waiting), to look at without the lock
	narrow  []*job       // calls that would use more places: asked when one is left over
	asking  atomic.Int32 // len(narrow), to look at without the lock
}

var gateIDs atomic.Uint64

func newGate(width int) *gate {
	return &gate{id: gateIDs.Add(1), width: width}
}

// waiter is somebody who waits for a place; got is closed with the place.
type waiter struct{ got chan struct{} }

// try takes a place if one is free and nobody waits for it.
func (g *gate) try() bool {
	g.mu.Lock()
	ok := g.used < g.width && len(g.waiting) == 0
	if ok {
		g.used++
	}
	g.mu.Unlock()
	return ok
}

// hasRoomFor says whether a place is free. If not, the call is asked again when
// one is left over.
func (g *gate) hasRoomFor(j *job) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.used < g.width && len(g.waiting) == 0 {
		return true
	}
	g.list(j)
	return false
}

// ask sees to it that the call is asked when a place is left over.
func (g *gate) ask(j *job) {
	g.mu.Lock()
	g.list(j)
	g.mu.Unlock()
}

// list is ask for one who holds g.mu.
func (g *gate) list(j *job) {
	if !j.asks && !j.gone {
		j.asks = true
		g.narrow = append(g.narrow, j)
		g.asking.Add(1)
	}
}

// forget sees to it that the call, which is at its end, is not asked any more.
func (g *gate) forget(j *job) {
	g.mu.Lock()
	defer g.mu.Unlock()
	j.gone = true
	if j.asks {
		g.dismiss(slices.Index(g.narrow, j))
	}
}

// dismiss takes a call off the list. Called with g.mu held.
func (g *gate) dismiss(i int) *job {
	j := g.narrow[i]
	j.asks = false
	g.narrow = slices.Delete(g.narrow, i, i+1)
	g.asking.Add(-1)
	return j
}

// offer asks the calls that found no place whether they still want one, as long
// as places are free, the one that waits longest first.
func (g *gate) offer() {
	for g.asking.Load() > 0 {
		g.mu.Lock()
		if g.used >= g.width || len(g.waiting) > 0 || len(g.narrow) == 0 {
			g.mu.Unlock()
			return
		}
		j := g.dismiss(0)
		g.mu.Unlock()
		j.offered()
	}
}

// enter waits for a place until ctx ends. first puts the caller at the head
// of those who wait: it had a place and lent it.
func (g *gate) enter(ctx context.Context, first bool) error {
	g.mu.Lock()
	if g.used < g.width && (first || len(g.waiting) == 0) {
		g.used++
		g.mu.Unlock()
		return nil
	}
	me := &waiter{got: make(chan struct{})}
	if first {
		g.waiting = slices.Insert(g.waiting, 0, me)
	} else {
		g.waiting = append(g.waiting, me)
	}
	g.line.Add(1)
	g.mu.Unlock()
	select {
	case <-me.got:
		return nil
	case <-ctx.Done():
	}
	g.mu.Lock()
	i := slices.Index(g.waiting, me)
	if i >= 0 {
		g.waiting = slices.Delete(g.waiting, i, i+1)
		g.line.Add(-1)
	}
	g.mu.Unlock()
	if i < 0 { // the place came at the same time
		g.leave()
	}
	return context.Cause(ctx)
}

// leave gives a place back, to whoever waits longest, then to the tasks of the
// pool, then to calls that would run wider.
func (g *gate) leave() {
	g.leaveQuietly()
	if g.pool != nil {
		g.pool.kick()
	} else {
		g.offer()
	}
}

// leaveQuietly is leave for one who holds the pool's lock.
func (g *gate) leaveQuietly() {
	g.mu.Lock()
	g.used--
	g.admit()
	g.mu.Unlock()
}

// admit hands free places to those who wait. Called with g.mu held.
func (g *gate) admit() {
	for g.used < g.width && len(g.waiting) > 0 {
		g.used++
		close(g.waiting[0].got)
		g.waiting = g.waiting[1:]
		g.line.Add(-1)
	}
}

// resize changes the width; who has a place keeps it.
func (g *gate) resize(width int) {
	g.mu.Lock()
	g.width = width
	g.admit()
	g.mu.Unlock()
}

// free says whether try would have taken a place just now.
func (g *gate) free() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.used < g.width && len(g.waiting) == 0
}

// contested says whether somebody waits for a place.
func (g *gate) contested() bool { return g.line.Load() > 0 }

// crowded says whether more goroutines have places than the width allows,
// which was larger when they came.
func (g *gate) crowded() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.used > g.width
}

// size returns the width.
func (g *gate) size() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.width
}
