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
	mu    sync.Mutex
	held  []*gate
	ended bool // the goroutine is gone: what comes back late is given back
}

// has says whether a place of the gate is held just now.
func (p *places) has(g *gate) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Contains(p.held, g)
}

func (p *places) push(g *gate) {
	p.mu.Lock()
	p.held = append(p.held, g)
	p.mu.Unlock()
}

// drop gives back a place, the one that was pushed last.
func (p *places) drop(g *gate) {
	p.mu.Lock()
	i := len(p.held) - 1
	ours := i >= 0 && p.held[i] == g
	if ours {
		p.held = p.held[:i]
	}
	p.mu.Unlock()
	if ours {
		g.leave()
	}
}

// end gives back all places when the goroutine ends.
func (p *places) end() {
	p.mu.Lock()
	held := p.held
	p.held, p.ended = nil, true
	p.mu.Unlock()
	for _, g := range held {
		g.leave()
	}
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
		late := p.ended // a goroutine of the user's own outlived the function
		if !late {
			p.held = append(held, p.held...)
		}
		p.mu.Unlock()
		if late {
			for _, g := range held {
				g.leave()
			}
		}
	}()
	wait()
}
