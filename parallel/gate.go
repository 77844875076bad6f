package parallel

import "sync"

// gate bounds how many goroutines of a call, and of all calls nested in it,
// run user code at once. A worker holds one place; a nested call works on its
// worker's place and asks for more only where some are free, so that depth
// does not multiply width.
type gate struct {
	mu    sync.Mutex
	width int
	used  int
}

// try takes a place if one is free.
func (g *gate) try() bool {
	g.mu.Lock()
	ok := g.used < g.width
	if ok {
		g.used++
	}
	g.mu.Unlock()
	return ok
}

// leave gives a place back.
func (g *gate) leave() {
	g.mu.Lock()
	g.used--
	g.mu.Unlock()
}

// free says whether try would have taken a place just now.
func (g *gate) free() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.used < g.width
}
