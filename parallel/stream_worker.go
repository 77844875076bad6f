package parallel

import (
	"context"
	"time"
)

// startFeeder starts the goroutine that reads the source.
func (s *stream[T, R]) startFeeder() {
	s.live = 1
	go s.feed()
}

// startWorker starts a goroutine for items; with queue it waits for its place
// itself, else it has one. Called with s.mu held.
func (s *stream[T, R]) startWorker(queue bool) {
	held := &places{}
	if !queue {
		held.held = []*gate{s.job.gate}
	}
	w := s.job.hire(held)
	w.roams = true
	s.live++
	go func() {
		// Deferred, since runtime.Goexit in fn must get through it.
		defer func() {
			w.rise()
			if len(held.held) > 0 {
				held.drop(s.job.gate)
			}
			s.job.leaveStream(w)
			s.mu.Lock()
			s.live--
			s.wakeAll()
			s.mu.Unlock()
		}()
		if queue {
			if s.job.gate.enter(s.ctx, false) != nil {
				return
			}
			held.push(s.job.gate)
		}
		if s.job.gate.pool != nil {
			if w.sit(); w.seat == nil {
				s.stop(s.job.broken)
				return
			}
		}
		defer s.job.obs.label(w)()
		s.work(w)
	}()
}

// leaveStream ends a worker's context.
func (j *job) leaveStream(w *worker) { w.cancel(nil) }

// work runs items until the source has ended and all are claimed.
func (s *stream[T, R]) work(w *worker) {
	var mine []int
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.ctx.Err() == nil {
		if s.taken == s.pulled {
			if s.fed {
				return
			}
			s.parked++
			s.hasWork.Wait()
			s.parked--
			continue
		}
		backlog := s.pulled - s.taken
		share := max(backlog/max(s.live-1, 1), 1)
		n := max(1, min(share, s.pace.items(streamWork), growth*s.pace.most))
		mine = mine[:0]
		for ; n > 0; n-- {
			mine = append(mine, s.ids[s.taken%len(s.ids)])
			s.taken++
		}
		s.mu.Unlock()
		s.run(w, mine)
		goOn := w.yield()
		s.mu.Lock()
		if !goOn {
			return
		}
	}
}

// run runs the items in the given slots and hands them to the loop.
func (s *stream[T, R]) run(w *worker, ids []int) {
	i := 0
	start := time.Now()
	defer func() {
		if i < len(ids) { // Goexit: the rest is for another goroutine
			q := s.at(ids[i])
			q.err = s.failure(q.num, ErrGoexit)
			s.handOver(ids[:i+1], time.Since(start))
			s.mu.Lock()
			s.orphans(ids[i+1:])
			s.mu.Unlock()
		}
	}()
	for ; i < len(ids); i++ {
		q := s.at(ids[i])
		if q.err == nil { // else the source's
			q.out, q.err = s.one(w, q.num, q.in)
		}
		q.in = *new(T)
	}
	took := time.Since(start)
	lo := s.at(ids[0]).num
	s.job.obs.chunk(w, lo, lo+len(ids), start, took)
	s.handOver(ids, took)
}

func (s *stream[T, R]) handOver(ids []int, took time.Duration) {
	s.mu.Lock()
	for _, id := range ids {
		s.at(id).done = true
	}
	if s.unordered {
		s.finished = append(s.finished, ids...)
	}
	s.pace.measured(len(ids), took)
	s.mu.Unlock()
	s.hasDone.Signal()
}

// orphans finds another goroutine for claimed items whose worker is at its
// end. Called with s.mu held.
func (s *stream[T, R]) orphans(ids []int) {
	if len(ids) == 0 {
		return
	}
	held := &places{}
	w := s.job.hire(held)
	w.roams = true
	s.live++
	go func() {
		defer func() {
			if len(held.held) > 0 {
				held.drop(s.job.gate)
			}
			w.cancel(nil)
			s.mu.Lock()
			s.live--
			s.wakeAll()
			s.mu.Unlock()
		}()
		if s.job.gate.enter(s.ctx, true) != nil {
			return
		}
		held.push(s.job.gate)
		s.run(w, ids)
	}()
}

// drain yields results until all are, the loop is left, or the context ends.
func (s *stream[T, R]) drain() {
	buf := make([]slot[T, R], 0, slotBlock)
	next := 0
	progress := func() bool { return s.ctx.Err() != nil || s.hasNext(next) || s.fed && next == s.pulled }
	for {
		s.mu.Lock()
		s.wait(progress)
		if s.ctx.Err() != nil {
			s.wait(s.allGone)
			s.mu.Unlock()
			s.yield(*new(R), context.Cause(s.ctx))
			return
		}
		buf = s.collect(buf[:0], next)
		s.mu.Unlock()
		if len(buf) == 0 {
			return
		}
		next += len(buf)
		for k := range buf {
			s.passed()
			if !s.yield(buf[k].out, buf[k].err) {
				return
			}
			buf[k] = slot[T, R]{}
		}
		s.pacing()
	}
}

func (s *stream[T, R]) allGone() bool { return s.live == 0 }

// wait waits until ready says true; a worker of a call around the stream
// lends its places meanwhile. Called with s.mu held, and ready is too.
func (s *stream[T, R]) wait(ready func() bool) {
	if ready() {
		return
	}
	outer := workerOf(s.job.ctx)
	if outer == nil {
		for !ready() {
			s.hasDone.Wait()
		}
		return
	}
	s.mu.Unlock() // taking the places back may have to wait for our own workers
	outer.places.lend(func() {
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
	return next < s.pulled && s.at(next%len(s.ids)).done
}

// collect moves results into buf and frees their slots. Called with s.mu held.
func (s *stream[T, R]) collect(buf []slot[T, R], next int) []slot[T, R] {
	if s.unordered {
		n := min(len(s.finished), cap(buf))
		for _, id := range s.finished[:n] {
			buf = append(buf, *s.at(id))
			*s.at(id) = slot[T, R]{}
		}
		s.free = append(s.free, s.finished[:n]...)
		s.finished = append(s.finished[:0], s.finished[n:]...)
		return buf
	}
	for i := next; len(buf) < cap(buf) && s.hasNext(i); i++ {
		q := s.at(i % len(s.ids))
		buf = append(buf, *q)
		*q = slot[T, R]{}
	}
	return buf
}

// passed counts an item that the loop gets now, and wakes the feeder when
// half of the room is free again: waking it for every item costs more than
// most functions.
func (s *stream[T, R]) passed() {
	n := s.yielded.Add(1)
	if !s.full.Load() {
		return
	}
	s.mu.Lock()
	if room := s.limit.Load() - (int64(s.pulled) - n); room >= (s.limit.Load()+1)/2 {
		s.full.Store(false)
		s.hasRoom.Signal()
	}
	s.mu.Unlock()
}

// pacing adapts the bound that nobody gave to what passes in a millisecond:
// then what is read ahead is never more than the source, the functions and
// the loop get through in that time, however large an item is.
func (s *stream[T, R]) pacing() {
	if s.bound > 0 {
		return
	}
	n := s.yielded.Load()
	perItem := float64(time.Since(s.began)) / float64(n)
	ahead := int64(float64(time.Millisecond) / max(perItem, 1))
	s.limit.Store(min(max(ahead, int64(2*s.job.width)), mostAhead))
}
