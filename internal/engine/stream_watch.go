package engine

import "time"

// watch looks after a stream from time to time while items may be held up.
// How many items a worker claims, and whether a worker is started at all,
// follows the cost of the items before: when a slow one comes after cheap ones,
// others wait behind it that a free worker could run.
type watch struct {
	timer   *time.Timer // made when it is first armed
	armed   bool
	over    bool
	batches []*batch // of all workers
	taken   int      // the stream's when it last looked
}

// held is how long a worker may be at one item before others take over what
// it has claimed beyond that.
const heldUp = time.Millisecond

// armWatch makes the watch look soon. Called with s.mu held.
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

// endWatch ends the watch; it may still be at its last look. Called with s.mu held.
func (s *stream[T, R]) endWatch() {
	s.watch.over = true
	if s.watch.armed && s.watch.timer.Stop() {
		s.watch.armed = false
	}
}

// look takes from workers that have stayed at one item since the last look what
// they have claimed beyond it, and calls workers for what nobody claimed.
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
