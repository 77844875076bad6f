package parallel

import (
	"context"
	"slices"
	"sync"
)

// places is what one goroutine holds of the gates around it: its own call's,
// and those of the calls that it is nested in. A worker that waits for other
// work lends them all while it waits, so that this work can run: that is why
// waiting for one's own pool never deadlocks, at any width and depth.
//
// The mutex is for user code that hands its context to goroutines of its own.
type places struct {
	mu   sync.Mutex
	held []*gate
}

func (p *places) push(g *gate) {
	p.mu.Lock()
	p.held = append(p.held, g)
	p.mu.Unlock()
}

// drop gives back the place that was pushed last.
func (p *places) drop(g *gate) {
	p.mu.Lock()
	if i := len(p.held) - 1; i >= 0 && p.held[i] == g {
		p.held = p.held[:i]
	}
	p.mu.Unlock()
	g.leave()
}

// leaveQuietly gives the one place back for one who holds the pool's lock.
func (p *places) leaveQuietly(g *gate) {
	p.mu.Lock()
	p.held = nil
	p.mu.Unlock()
	g.leaveQuietly()
}

// lend gives all places back, runs wait, and takes them again before it
// returns. It takes them in the order of the gates' numbers, the same for all
// goroutines, so that two that come back cannot wait for each other.
func (p *places) lend(wait func()) {
	p.mu.Lock()
	held := p.held
	p.held = nil
	p.mu.Unlock()
	for _, g := range held {
		g.leave()
	}
	defer func() {
		if len(held) == 0 {
			return
		}
		for _, g := range slices.SortedFunc(slices.Values(held), func(a, b *gate) int { return int(a.id) - int(b.id) }) {
			g.enter(context.Background(), true)
		}
		p.mu.Lock()
		p.held = held
		p.mu.Unlock()
	}()
	wait()
}
