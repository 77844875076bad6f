package engine

import (
	"container/list"
	"context"
	"sync"
	"sync/atomic"
)

// slots bounds how many goroutines run the functions of a call and of all calls
// nested in it, or of the calls and tasks of a pool. A goroutine holds one slot
// while it runs a function, and lends it while it waits for others.
//
// If no slot is free there is one queue for all: of goroutines
// that wait for a slot, and of starters, which would start another goroutine on
// one. Slots are handed out in the order of the queue, so that calls
// and tasks of a pool take turns.
type slots struct {
	id    uint64 // ascending in the order in which slots are made
	freed func() // called after a slot was released; nil: not called

	mu    sync.Mutex
	width int
	used  int
	queue list.List    // of *waiter and starter, first come first served
	asked atomic.Int32 // how many wait, or hold a slot beyond the width; read without the lock
	spare atomic.Int32 // how many could be taken at once; read without the lock
	size  atomic.Int32 // width; read without the lock
}

// starter is a call or a pool that would run on more goroutines.
type starter interface {
	// granted is called with a slot taken for the starter, which starts a goroutine on it
	// or releases it.
	granted()
	// position returns the starter's position in the queue; guarded by slots.mu.
	position() *position
}

// position is a starter's position in the queue.
type position struct {
	element *list.Element // nil: not in the queue
	never   bool          // not to be queued again
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

// tryAcquire takes a slot if one is free and the queue is empty, and reports whether it did.
func (s *slots) tryAcquire() bool {
	if s.spare.Load() == 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.acquireLocked()
}

// acquireLocked is tryAcquire with s.mu held.
func (s *slots) acquireLocked() bool {
	if s.used >= s.width || s.queue.Len() > 0 {
		return false
	}
	s.used++
	s.count()
	return true
}

// tryAcquireOrAsk is tryAcquire, but if it takes no slot the
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

// freeFor reports whether a slot is free. If not, the starter is granted one
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

// ask adds the starter to the queue, unless it is in it already.
// Called with s.mu held.
func (s *slots) ask(who starter) {
	t := who.position()
	if t.element == nil && !t.never {
		t.element = s.queue.PushBack(who)
		s.count()
	}
}

// request is ask without the lock.
func (s *slots) request(who starter) {
	s.mu.Lock()
	s.ask(who)
	s.mu.Unlock()
	s.handOut()
}

// forget removes the starter, which has ended, from the queue for good.
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

// count updates the fields that are read without the lock. Called with s.mu held.
func (s *slots) count() {
	s.asked.Store(clampInt32(s.queue.Len() + max(0, s.used-s.width)))
	s.size.Store(clampInt32(s.width))
	spare := s.width - s.used
	if s.queue.Len() > 0 {
		spare = 0
	}
	s.spare.Store(clampInt32(max(spare, 0)))
}

// acquire waits for a slot until ctx ends. With first the caller goes to the head of
// the queue: it has lent its slot.
func (s *slots) acquire(ctx context.Context, first bool) error {
	s.mu.Lock()
	if s.used < s.width && (first || s.queue.Len() == 0) {
		s.used++
		s.count()
		s.mu.Unlock()
		return nil
	}
	me := &waiter{got: make(chan struct{})}
	var element *list.Element
	if first {
		element = s.queue.PushFront(me)
	} else {
		element = s.queue.PushBack(me)
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
		s.queue.Remove(element)
		s.count()
		s.mu.Unlock()
	}
	return context.Cause(ctx)
}

// force takes a slot even beyond the width. It is for a goroutine whose context ended
// while it waited for its own slot: it must return rather than hang.
func (s *slots) force() {
	s.mu.Lock()
	s.used++
	s.count()
	s.mu.Unlock()
}

// release releases a slot, for the first in the queue.
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

// releaseLocked is release with the pool's lock held. The caller must call
// handOut after it has unlocked the pool.
func (s *slots) releaseLocked() {
	s.mu.Lock()
	s.used--
	s.count()
	s.mu.Unlock()
}

// handOut gives free slots to the queue, as long as there are both.
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

// resize changes the width. Slots that are held remain held.
func (s *slots) resize(width int) {
	s.mu.Lock()
	s.width = width
	s.count()
	s.mu.Unlock()
	s.handOut()
}

// free reports whether tryAcquire would succeed now.
func (s *slots) free() bool { return s.spare.Load() > 0 }

// contested reports whether anything waits for a slot, or more slots are held than
// the width allows.
func (s *slots) contested() bool { return s.asked.Load() > 0 }

// currentWidth returns the width, without the lock.
func (s *slots) currentWidth() int { return int(s.size.Load()) }
