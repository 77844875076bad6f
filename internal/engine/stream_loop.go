package engine

import (
	"context"
	"time"
)

// drain yields results until all are yielded, or the loop is left. It returns the error
// to be yielded last: the source's error, or the cause of the context's end.
func (s *stream[T, R]) drain() error {
	buf := make([]entry[T, R], 0, entryBlock)
	next := 0
	progress := func() bool { return s.ctx.Err() != nil || s.hasNext(next) || s.fed && next == s.pulled }
	for {
		s.mu.Lock()
		s.wait(progress)
		switch {
		case s.fed && !s.cut && next == s.pulled:
			s.mu.Unlock()
			return s.end
		case s.ctx.Err() != nil:
			s.mu.Unlock()
			return context.Cause(s.ctx)
		}
		buf = s.collect(buf[:0], next)
		s.mu.Unlock()
		next += len(buf)
		for k := range buf {
			if k > 0 && s.ctx.Err() != nil {
				return context.Cause(s.ctx)
			}
			s.passed()
			if !s.yield(buf[k].out, buf[k].err) {
				return nil
			}
			buf[k] = entry[T, R]{}
		}
		s.pacing()
	}
}

// wait waits until ready returns true. If a function of a call runs the stream, its slots
// are lent meanwhile. wait and ready are called with s.mu held.
func (s *stream[T, R]) wait(ready func() bool) {
	if ready() {
		return
	}
	outer := s.call.outer
	if outer == nil {
		for !ready() {
			s.hasDone.Wait()
		}
		return
	}
	s.mu.Unlock() // taking the slots back may have to wait for workers of this stream
	outer.hold.lend(s.call.ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for !ready() {
			s.hasDone.Wait()
		}
	})
	s.mu.Lock()
}

func (s *stream[T, R]) hasNext(next int) bool {
	if s.unordered {
		return len(s.finished) > 0
	}
	return next < s.pulled && s.entry(next%len(s.ids)).done
}

// collect moves results into buf and frees their entries. Called with s.mu held.
func (s *stream[T, R]) collect(buf []entry[T, R], next int) []entry[T, R] {
	if s.unordered {
		n := min(len(s.finished), cap(buf))
		for _, id := range s.finished[:n] {
			buf = append(buf, *s.entry(id))
			*s.entry(id) = entry[T, R]{}
		}
		s.free = append(s.free, s.finished[:n]...)
		s.finished = append(s.finished[:0], s.finished[n:]...)
		return buf
	}
	for i := next; len(buf) < cap(buf) && s.hasNext(i); i++ {
		q := s.entry(i % len(s.ids))
		buf = append(buf, *q)
		*q = entry[T, R]{}
	}
	return buf
}

// passed counts an item that is yielded now, and wakes the feeder when
// half of the space is free again: waking it for every item costs more than
// most functions.
func (s *stream[T, R]) passed() {
	n := s.yielded.Add(1)
	if !s.full.Load() {
		return
	}
	s.mu.Lock()
	if space := s.limit.Load() - (int64(s.pulled) - n); space >= (s.limit.Load()+1)/2 {
		s.full.Store(false)
		s.hasSpace.Signal()
	}
	s.mu.Unlock()
}

// pacing adapts the bound, if the option Lookahead is not given, to the number of items that
// pass in a millisecond. So no more items are read ahead than the source, the functions and
// the loop process in that time, however large an item is.
func (s *stream[T, R]) pacing() {
	if s.bound > 0 {
		return
	}
	n := s.yielded.Load()
	perItem := float64(time.Since(s.began)) / float64(n)
	ahead := int64(float64(time.Millisecond) / max(perItem, 1))
	s.limit.Store(max(min(ahead, mostAhead), s.leastAhead()))
}
