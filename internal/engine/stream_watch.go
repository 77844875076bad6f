package engine

import "time"

// watch checks a stream from time to time while items may be held up.
// The cost of the items before decides how many items a worker claims, and whether a
// worker is started at all. So if a slow item comes after cheap ones,
// items wait behind it that a free worker could run.
type watch struct {
	timer   *time.Timer // made when it is first armed
	armed   bool
	over    bool
	batches []*batch // of all workers
	taken   int      // the stream's at the last check
}

// heldUp is how long a worker may be at one item before others take over the rest of
// its batch.
const heldUp = time.Millisecond

// armWatch makes the watch check soon. Called with s.mu held.
func (s *stream[T, R]) armWatch() {
	switch {
	case s.watch.armed || s.watch.over:
		return
	case s.watch.timer == nil:
		s.watch.timer = time.AfterFunc(heldUp, s.check)
	default:
		s.watch.timer.Reset(heldUp)
	}
	s.watch.armed = true
}

// endWatch ends the watch. Its last check may still be running. Called with s.mu held.
func (s *stream[T, R]) endWatch() {
	s.watch.over = true
	if s.watch.armed && s.watch.timer.Stop() {
		s.watch.armed = false
	}
}

// check takes the rest of their batch from workers that have been at one item since the
// last check, and calls workers for items that are not claimed.
func (s *stream[T, R]) check() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watch.armed = false
	if s.watch.over {
		s.hasDone.Signal()
		return
	}
	again, gaveBack := false, len(s.left) > 0
	for _, b := range s.watch.batches {
		at := int(b.at.Load())
		if at >= len(b.ids) {
			continue
		}
		if now := [2]int{b.serial, at}; at == 0 || b.seen != now {
			b.seen = now
			again = true
			continue
		}
		rest := b.takeRest()
		s.left = append(s.left, rest...)
		s.handOver(b, len(b.ids)-len(rest)-1, 0)
		s.pace.measured(1, heldUp)
		gaveBack = true
	}
	if stuck := s.taken == s.watch.taken; gaveBack || stuck {
		for range min(s.backlog(), s.call.width()) {
			s.callWorker(true)
		}
	}
	s.watch.taken = s.taken
	if again || s.backlog() > 0 && s.workers < s.call.width() {
		s.armWatch()
	}
}
