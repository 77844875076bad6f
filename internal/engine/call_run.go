package engine

import (
	"context"
	"math"
)

// Split returns the k-th of parts equal consecutive ranges of 0..n: the first
// n%parts ranges hold one row more than the others, as numpy.array_split does.
func Split(n, parts, k int) (lo, hi int) {
	return splitAt(n, parts, k), splitAt(n, parts, k+1)
}

// splitAt returns where the k-th range begins.
func splitAt(n, parts, k int) int {
	q, r := n/parts, n%parts
	return k*q + min(k, r)
}

// Items covers 0..n with chunks. If the options name a number of partitions, the chunks
// are these partitions. Otherwise their size is the option ChunkSize, or follows the cost
// of an item. A large chunk of the caller's size is run in parts.
func (c *Call) Items(n int, body Body) error { return c.cover(n, body, false) }

// Range is [Call.Items] for a body that sees a chunk of the caller's size whole.
func (c *Call) Range(n int, body Body) error { return c.cover(n, body, true) }

func (c *Call) cover(n int, body Body, whole bool) error {
	if c.Partitions > 0 {
		return c.Parts(n, c.Partitions, func(w *Worker, _, lo, hi int) error {
			return w.runToEnd(body, lo, hi)
		})
	}
	p := c.newPhase(n, body)
	p.whole, p.pace.fixed = whole, c.ChunkSize
	return p.run()
}

// runToEnd runs the body over all of lo..hi, even if the worker is asked to end its chunk
// early. It stops only if the call ends.
func (w *Worker) runToEnd(body Body, lo, hi int) error {
	for {
		done, err := body(w, lo, hi)
		if err != nil || done >= hi {
			return err
		}
		if w.asked(); w.Err() != nil || w.phase.expired.Load() {
			w.phase.cutShort()
			return nil
		}
		lo, w.clockRow = done, done
	}
}

// cutShort records that a worker left rows undone, since the call ends.
func (p *phase) cutShort() {
	p.mu.Lock()
	p.short = true
	p.mu.Unlock()
}

// PartCount returns into how many partitions n rows are cut: the number of the option, or
// def without the option. It is at most n, and at least 1 if n > 0.
func (c *Call) PartCount(def, n int) int {
	if c.Partitions > 0 {
		def = c.Partitions
	}
	return max(min(def, n), min(n, 1))
}

// Parts runs fn once for each of parts partitions of n rows, with the borders
// of [Split]. It is for functions that take long: workers start at
// once, and claim one partition at a time. A RowError has the partition's first
// row, which [Index] returns too, and its number. There are at most n partitions; if n is 0
// nothing runs.
func (c *Call) Parts(n, parts int, fn func(w *Worker, k, lo, hi int) error) error {
	parts = min(parts, n)
	p := c.newPhase(parts, nil)
	p.parts, p.eager, p.whole = true, true, true
	p.pace.fixed = 1
	p.rowOf = func(k int) int { return splitAt(n, parts, k) }
	p.body = func(w *Worker, k, hi int) (int, error) {
		return hi, fn(w, k, max(p.rowOf(k), w.from), p.rowOf(k+1))
	}
	return p.run()
}

// Once runs fn on one worker, where a panic and a Goexit are contained. fn calls the user's
// function, and keeps w.Row at the row that it is at.
func (c *Call) Once(fn func(w *Worker) error) error {
	p := c.newPhase(1, func(w *Worker, _, hi int) (int, error) {
		w.last = math.MaxInt - 1 // fn sets the row
		return hi, fn(w)
	})
	p.rowOf = func(int) int { return 0 } // it covers no row
	return p.run()
}

// Own runs work of the library's own over n rows, in ranges of size rows. If size is 0
// their size follows the cost of a row.
func (c *Call) Own(n, size int, fn func(w *Worker, lo, hi int) error) error {
	p := c.ownPhase(n, func(w *Worker, lo, hi int) (int, error) { return hi, fn(w, lo, hi) })
	p.pace.fixed, p.whole = size, true
	return p.run()
}

// OwnRows is [Call.Own] for work that goes over the rows that the user would count:
// observers see its ranges.
func (c *Call) OwnRows(n, size int, fn func(w *Worker, lo, hi int) error) error {
	p := c.newPhase(n, func(w *Worker, lo, hi int) (int, error) { return hi, fn(w, lo, hi) })
	p.internal, p.tally, p.soft = true, nil, nil
	p.pace.fixed, p.whole = size, true
	return p.run()
}

// Each runs work of the library's own for each of n things, such as columns, that cost
// more than a few microseconds each.
func (c *Call) Each(n int, fn func(w *Worker, i int) error) error {
	if n == 1 && c.outer == nil && c.owner == nil { // not worth a goroutine
		return c.alone(fn)
	}
	return c.Own(n, 0, func(w *Worker, lo, hi int) error {
		for i := lo; i < hi; i++ {
			if w.Err() != nil {
				return context.Cause(w)
			}
			if err := fn(w, i); err != nil {
				return err
			}
		}
		return nil
	})
}

// alone runs work of the library's own on the caller's goroutine.
func (c *Call) alone(fn func(w *Worker, i int) error) error {
	return fn(&Worker{Context: c.ctx, call: c, hold: &holding{}}, 0)
}
