package engine

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// holding is the slots that one goroutine holds: one of its own call, and one of each
// nested call with a width of its own. While the
// function that runs there waits for other work, it lends all of them, so that this
// work can run. So waiting for one's own pool never deadlocks, at any
// width and depth.
//
// A function may start goroutines that wait with the context that it received.
// The engine cannot see whether the function itself waits for them; it usually does.
// So the slots are lent as long as at least one goroutine waits and no nested
// call runs on them. The last goroutine to return takes them again.
type holding struct {
	chain []*slots // ascending by id: all goroutines take slots in this order

	mu       sync.Mutex
	held     bool
	running  bool // a nested call runs on the slots
	retaking bool // a goroutine is about to take the slots again
	waiting  int  // how many goroutines wait
	ended    bool // the goroutine is gone

	outer    *holding // of a nested call: the holding of the function that made it
	ownSlots bool     // of a nested call that took slots of its own, beside those of outer

	neverLends bool // slots are not lent: an initializer runs there

	used atomic.Bool // the function has waited, or made a nested call
}

// holdingOf returns a holding of a slot that is taken already.
func holdingOf(s *slots) *holding { return &holding{chain: []*slots{s}, held: true} }

// has reports whether s is among the slots.
func (h *holding) has(s *slots) bool {
	return slices.Contains(h.chain, s)
}

func (h *holding) giveBack() {
	for i := len(h.chain) - 1; i >= 0; i-- {
		h.chain[i].release()
	}
}

// retake takes the slots, in the same order for all goroutines, so
// that two goroutines cannot wait for each other. If ctx ends it takes
// them beyond the width: the goroutine must go on.
func (h *holding) retake(ctx context.Context) {
	for _, s := range h.chain {
		if s.acquire(ctx, true) != nil {
			s.force()
		}
	}
}

// lend calls wait, and lends the slots to others meanwhile.
func (h *holding) lend(ctx context.Context, wait func()) {
	if h.neverLends {
		wait()
		return
	}
	h.used.Store(true)
	h.mu.Lock()
	h.waiting++
	give := h.held && !h.running
	if give {
		h.held = false
	}
	h.mu.Unlock()
	if give {
		h.giveBack()
	}
	defer h.returned(ctx)
	wait()
}

// returned is the end of lend: the last goroutine to return takes the slots.
func (h *holding) returned(ctx context.Context) {
	h.mu.Lock()
	h.waiting--
	if h.waiting > 0 || h.held || h.running || h.retaking || h.ended {
		h.mu.Unlock()
		return
	}
	h.retaking = true
	h.mu.Unlock()
	h.retake(ctx)
	h.retaken()
}

// retaken follows retake. It releases the slots at once if another goroutine has begun
// to wait meanwhile, or if the goroutine that held them has ended.
func (h *holding) retaken() {
	h.mu.Lock()
	h.retaking = false
	h.held = !h.ended && h.waiting == 0
	back := !h.held
	h.mu.Unlock()
	if back {
		h.giveBack()
	}
}

// occupy returns a holding of the slots for a nested call, which may run on it until
// endNested is called. It is a holding of its own, since functions of the nested call lend
// the slots too when they wait. If another nested call runs on the slots, made by a
// goroutine that the function started, occupy waits for other slots. extra is one more
// slot, of a call with a width of its own; nil: none.
func (h *holding) occupy(ctx context.Context, extra *slots) (on *holding, err error) {
	h.used.Store(true)
	h.mu.Lock()
	other := h.ended || h.running || h.retaking
	switch {
	case other:
		h.waiting++ // until this call ends, so that the slots are lent when the other call has ended
		h.mu.Unlock()
		if on, err = h.occupyOwnSlots(ctx); err != nil {
			return nil, err
		}
	case h.held:
		h.held, h.running = false, true
		h.mu.Unlock()
		on = &holding{chain: h.chain, held: true, outer: h, neverLends: h.neverLends}
	default: // lent: other goroutines wait, and this one has something to do
		h.retaking = true
		h.mu.Unlock()
		h.retake(ctx)
		h.mu.Lock()
		h.retaking, h.running = false, true
		h.mu.Unlock()
		on = &holding{chain: h.chain, held: true, outer: h}
	}
	if extra != nil {
		extra.force()
		on.chain = append(on.chain[:len(on.chain):len(on.chain)], extra)
	}
	return on, nil
}

func (h *holding) occupyOwnSlots(ctx context.Context) (*holding, error) {
	on := &holding{chain: h.chain, held: true, outer: h, ownSlots: true}
	for i, s := range on.chain {
		if err := s.acquire(ctx, false); err != nil {
			for _, had := range on.chain[:i] {
				had.release()
			}
			h.returned(ctx)
			return nil, err
		}
	}
	return on, nil
}

// endNested ends what occupy began. The function that made the nested call goes
// on with the slots, even if a goroutine that a function of the nested call left
// behind still waits.
func (h *holding) endNested(ctx context.Context) {
	outer := h.outer
	if h.ownSlots {
		h.end()
		outer.returned(ctx)
		return
	}
	h.mu.Lock()
	had := h.held
	h.held, h.ended = false, true
	h.mu.Unlock()
	for _, extra := range h.chain[len(outer.chain):] {
		if had {
			extra.release()
		}
	}
	if !had {
		outer.retake(ctx)
	}
	outer.mu.Lock()
	outer.running = false
	keep := !outer.held && !outer.ended && outer.waiting == 0
	if keep {
		outer.held = true
	}
	outer.mu.Unlock()
	if !keep {
		outer.giveBack()
	}
}

// end releases the slots when the goroutine ends.
func (h *holding) end() {
	h.mu.Lock()
	give := h.held
	h.held, h.ended = false, true
	h.mu.Unlock()
	if give {
		h.giveBack()
	}
}

// endQuietly is end with the pool's lock held.
func (h *holding) endQuietly() {
	h.mu.Lock()
	give := h.held
	h.held, h.ended = false, true
	h.mu.Unlock()
	if give {
		h.chain[0].releaseLocked()
	}
}

// swap releases the slot and waits for one at the end of the queue, so that
// others get their turn. If ctx ends meanwhile it reports false, and no slot is held.
func (h *holding) swap(ctx context.Context) bool {
	h.release()
	return h.acquire(ctx)
}

// acquire waits for the slot of a holding that has none, and release releases it.
// A goroutine calls them between two functions.
func (h *holding) acquire(ctx context.Context) bool {
	if h.chain[0].acquire(ctx, false) != nil {
		return false
	}
	h.mu.Lock()
	h.held = true
	h.mu.Unlock()
	return true
}

func (h *holding) release() {
	h.mu.Lock()
	give := h.held
	h.held = false
	h.mu.Unlock()
	if give {
		h.giveBack()
	}
}

// pass is swap for a nested call, which must go on in any case. It does nothing
// if the goroutine holds more than this slot, or has lent it.
func (h *holding) pass(ctx context.Context, s *slots) {
	h.mu.Lock()
	can := len(h.chain) == 1 && h.chain[0] == s && h.held
	h.mu.Unlock()
	if can && !h.swap(ctx) {
		s.force()
		h.mu.Lock()
		h.held = true
		h.mu.Unlock()
	}
}

// waits reports whether a goroutine waits with the slots lent, or has made a nested call
// that runs on them.
func (h *holding) waits() bool {
	if !h.used.Load() {
		return false // without the lock, for tasks that cost nothing
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.waiting > 0 || h.retaking || h.running
}

// renewed returns a holding of the same slots for the next function that the
// goroutine runs, after a function that has left a goroutine behind which waits.
func (h *holding) renewed() *holding {
	h.mu.Lock()
	had := h.held
	h.held, h.ended = false, true
	h.mu.Unlock()
	if !had {
		h.retake(context.Background())
	}
	return &holding{chain: h.chain, held: true}
}
