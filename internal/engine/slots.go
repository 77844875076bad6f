package engine

import (
	"container/list"
	"context"
	"sync"
	"sync/atomic"
)

// slots bounds how many goroutines run the functions of a call, of all calls
// nested in it, and of the calls and tasks of a pool. A goroutine holds one slot
// while it runs a function and gives it back while it waits for others.
//
// Whoever finds no slot free stands in the one line of the slots: goroutines
// that wait for a slot, and starters, which would start another goroutine if
// they had one. Slots are handed out in the order of that line, so that calls
// and tasks of one pool take turns.
type slots struct {
	id    uint64 // ascending in the order of their making
	freed func() // called when a slot was given back; nil: nobody is to know

	mu    sync.Mutex
	width int
	used  int
	queue list.List    // of *waiter and starter, first come first served
	asked atomic.Int32 // how many wait, or have a slot too many: to look at without the lock
	spare atomic.Int32 // how many could be taken at once, likewise
	size  atomic.Int32 // width, likewise
}

// starter is a call or a pool that would run on more goroutines.
type starter interface {
	// granted is called with a slot taken for it. It starts a goroutine on it,
	// or gives it back.
	granted()
	// ticket is where the starter keeps its position in the line; guarded by slots.mu.
	position() *position
}

// ticket is a starter's position in the line.
type position struct {
	element *list.Element // nil: not in the line
	never   bool          // never again
}

// waiter is a goroutine that waits for a slot; got is closed with the slot.
type waiter struct{ got chan struct{} }

var slotsIDs atomic.Uint64

func newSlots(width int) *slots {
	s := &slots{id: slotsIDs.Add(1), width: width}
	s.count()
	return s
}

func clampInt32(n int) int32 { return int32(min(n, 1<<31-1)) }

// try takes a slot if one is free and nobody waits for it.
func (s *slots) tryAcquire() bool {
	if s.spare.Load() == 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.acquireLocked()
}

// take is try for one who holds s.mu.
func (s *slots) acquireLocked() bool {
	if s.used >= s.width || s.queue.Len() > 0 {
		return false
	}
	s.used++
	s.count()
	return true
}

// tryOrAsk takes a slot if one is free and nobody waits for it; otherwise the
// starter is granted one when its turn comes.
func (s *slots) tryAcquireOrAsk(who starter) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.acquireLocked() {
		return true
	}
	s.ask(who)
	return false
}

// freeFor reports whether a slot is free; otherwise the starter is granted one
// when its turn comes.
func (s *slots) freeFor(who starter) bool {
	if s.free() {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used < s.width && s.queue.Len() == 0 {
		return true
	}
	s.ask(who)
	return false
}

// ask puts the starter at the end of the line, unless it stands there already.
// Called with s.mu held.
func (s *slots) ask(who starter) {
	t := who.position()
	if t.element == nil && !t.never {
		t.element = s.queue.PushBack(who)
		s.count()
	}
}

// wish is ask for one who does not hold the lock.
func (s *slots) request(who starter) {
	s.mu.Lock()
	s.ask(who)
	s.mu.Unlock()
	s.handOut()
}

// forget takes the starter, which is at its end, off the line for good.
func (s *slots) forget(who starter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := who.position()
	t.never = true
	if t.element != nil {
		s.queue.Remove(t.element)
		t.element = nil
		s.count()
	}
}

// count keeps up what is looked at without the lock. Called with s.mu held.
func (s *slots) count() {
	s.asked.Store(clampInt32(s.queue.Len() + max(0, s.used-s.width)))
	s.size.Store(clampInt32(s.width))
	spare := s.width - s.used
	if s.queue.Len() > 0 {
		spare = 0
	}
	s.spare.Store(clampInt32(max(spare, 0)))
}

// enter waits for a slot until ctx ends. first puts the caller at the head of
// the line: it had a slot and gave it back for a while.
func (s *slots) acquire(ctx context.Context, first bool) error {
	s.mu.Lock()
	if s.used < s.width && (first || s.queue.Len() == 0) {
		s.used++
		s.count()
		s.mu.Unlock()
		return nil
	}
	me := &waiter{got: make(chan struct{})}
	var at *list.Element
	if first {
		at = s.queue.PushFront(me)
	} else {
		at = s.queue.PushBack(me)
	}
	s.count()
	s.mu.Unlock()
	select {
	case <-me.got:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	select {
	case <-me.got: // the slot came at the same time
		s.mu.Unlock()
		s.release()
	default:
		s.queue.Remove(at)
		s.count()
		s.mu.Unlock()
	}
	return context.Cause(ctx)
}

// force takes a slot beyond the width, for one whose context ended while it
// waited for its own slot: it must return rather than hang.
func (s *slots) force() {
	s.mu.Lock()
	s.used++
	s.count()
	s.mu.Unlock()
}

// leave gives a slot back, to who stands first in the line.
func (s *slots) release() {
	s.mu.Lock()
	s.used--
	s.count()
	more := s.used < s.width && s.queue.Len() > 0
	s.mu.Unlock()
	if more {
		s.handOut()
	}
	if s.freed != nil {
		s.freed()
	}
}

// leaveQuietly is leave for one who holds the pool's lock. The caller calls
// handOut when it has released it.
func (s *slots) releaseLocked() {
	s.mu.Lock()
	s.used--
	s.count()
	s.mu.Unlock()
}

// handOut gives free slots to those in the line, as long as there are both.
func (s *slots) handOut() {
	for {
		s.mu.Lock()
		if s.used >= s.width || s.queue.Len() == 0 {
			s.mu.Unlock()
			return
		}
		s.used++
		next := s.queue.Remove(s.queue.Front())
		switch who := next.(type) {
		case *waiter:
			close(who.got)
			s.count()
			s.mu.Unlock()
		case starter:
			who.position().element = nil
			s.count()
			s.mu.Unlock()
			who.granted()
		}
	}
}

// resize changes the width; who has a slot keeps it.
func (s *slots) resize(width int) {
	s.mu.Lock()
	s.width = width
	s.count()
	s.mu.Unlock()
	s.handOut()
}

// free reports whether try would have taken a slot just now.
func (s *slots) free() bool { return s.spare.Load() > 0 }

// contested reports whether somebody waits for a slot, or more are in use than
// the width allows.
func (s *slots) contested() bool { return s.asked.Load() > 0 }

// now returns the width.
func (s *slots) currentWidth() int { return int(s.size.Load()) }
