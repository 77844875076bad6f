package engine

import "runtime/debug"

// feed reads the source, on a goroutine of its own.
func (s *stream[T, R]) feed() {
	clean, cut := false, false
	var failure error
	defer func() {
		if v := recover(); v != nil {
			failure = &PanicError{Value: v, Stack: debug.Stack()}
		} else if !clean {
			failure = ErrGoexit
		}
		s.mu.Lock()
		if failure != nil {
			s.end = sourceError(s.pulled, failure)
		}
		s.fed, s.cut, s.feeding = true, cut, false
		s.wakeAll()
		s.mu.Unlock()
	}()
	for x, err := range s.source {
		if failure = err; err != nil {
			break
		}
		if cut = !s.put(x); cut {
			break
		}
	}
	clean = true
}

// put stores an item and waits until there is space for the next one, before
// the source produces it. It reports whether to go on.
func (s *stream[T, R]) put(x T) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.entryFor(s.pulled)
	q := s.entry(id)
	q.num, q.in = s.pulled, x
	s.ids[s.pulled%len(s.ids)] = id
	s.pulled++
	s.callWorker(false)
	for s.ctx.Err() == nil && s.tooFar() {
		s.hasSpace.Wait()
	}
	return s.ctx.Err() == nil
}

// entryFor returns the entry for the item that is pulled next. There is one, since there
// are at least as many entries as items that are not yielded. Called with s.mu held.
func (s *stream[T, R]) entryFor(num int) (id int) {
	switch n := len(s.free); {
	case !s.unordered:
		id = num % len(s.ids)
	case n > 0:
		id, s.free = s.free[n-1], s.free[:n-1]
	default:
		id = s.made
		s.made++
	}
	if block := &s.entries[id/entryBlock]; *block == nil {
		*block = make([]entry[T, R], entryBlock)
	}
	return id
}

// tooFar reports whether the next item would be beyond the bound. full makes the
// loop wake the feeder. It is set before the check, so that no wake is missed.
func (s *stream[T, R]) tooFar() bool {
	s.full.Store(true)
	if int64(s.pulled)-s.yielded.Load() >= s.limit.Load() {
		return true
	}
	s.full.Store(false)
	return false
}

// backlog returns how many items wait for a worker. Called with s.mu held.
func (s *stream[T, R]) backlog() int { return s.pulled - s.taken + len(s.left) }

// callWorker wakes or starts a worker for items that wait. Unless must is set,
// it leaves cheap items to the workers that are busy, and checks later whether
// these are held up. Called with s.mu held.
func (s *stream[T, R]) callWorker(must bool) {
	busy := s.workers - s.parked
	switch {
	case busy > 0 && !must && s.pace.most > 0 && s.backlog() <= busy*s.pace.items(streamWork):
		s.armWatch()
	case s.parked > 0:
		s.parked--
		s.hasWork.Signal()
	case s.workers >= s.call.width():
	case s.workers == 0 || must:
		// The worker waits for its slot itself, so that the source goes on.
		s.startWorker(true)
	case !s.p.slots.tryAcquire():
		s.armWatch()
	default:
		s.startWorker(false)
	}
}
