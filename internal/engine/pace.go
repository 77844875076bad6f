package engine

import "time"

// How much work a worker claims at once. The figures come from
// BenchmarkGrain in pace_bench_test.go: claiming and measuring a chunk
// costs about 0.2 µs, waking another core 5 to 50 µs.
const (
	// grain is the work in a chunk: long enough that claiming it costs nothing in comparison,
	// short enough that a failure or the end of the context stops the call soon.
	grain = time.Millisecond
	// tail is the least work in a chunk near the end of the phase, where chunks are
	// small so that all workers finish together.
	tail = 50 * time.Microsecond
	// wake is the remaining work that is worth starting one more worker.
	wake = 20 * time.Microsecond
	// least is the work that is not worth dividing.
	least = 2 * time.Microsecond
	// growth bounds how much larger than any chunk measured so far the next one may
	// be: the first items may be cheap ones.
	growth = 4
)

// pace sizes chunks by the measured cost of an item, unless the caller chose
// their size. It is guarded by phase.mu, except fixed, which does not change.
type pace struct {
	fixed int     // > 0: items in a chunk
	cost  float64 // ns per item, 0 before the first measurement
	most  int     // largest chunk measured so far
}

// chunkEnd returns the end of the chunk that begins at lo.
func (p *pace) chunkEnd(lo, n, width int) int {
	if p.fixed > 0 {
		return lo + min(p.fixed, n-lo)
	}
	return lo + p.adapted(n-lo, width)
}

// adapted returns how many of the rest items make a chunk, at least 1. Unless the rest is
// not worth dividing, this is never more than the worker's fair share of
// it, however cheap the items were so far: if all that follow are slow, the workers still
// end together.
func (p *pace) adapted(rest, width int) int {
	if p.most == 0 {
		return 1
	}
	n := p.items(grain)
	if width > 1 {
		n = min(n, max(rest/(2*width), p.items(tail)), max(rest/width, p.items(least)))
	}
	return max(1, min(n, growth*p.most, rest))
}

// items returns how many items make d of work.
func (p *pace) items(d time.Duration) int {
	return int(min(float64(d)/max(p.cost, 0.1), 1<<30))
}

// measured records a chunk of n items that took d.
func (p *pace) measured(n int, d time.Duration) {
	cost := float64(d) / float64(n)
	if p.most > 0 {
		cost = (p.cost + cost) / 2
	}
	p.cost = cost
	p.most = max(p.most, n)
}

// restart forgets what items cost: the current ones turned out to cost far more.
func (p *pace) restart() { p.cost, p.most = 0, 0 }

// helpers returns how many more workers the rest of the work is worth.
func (p *pace) helpers(rest int) int {
	return int(min(p.cost*float64(rest)/float64(wake), float64(rest)))
}
