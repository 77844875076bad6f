package engine

import (
	"container/list"
	"context"
	"fmt"
)

// blocked is somebody who waits for space in the queue of a pool. Who makes space
// puts the task there in their stead, so that the order is kept.
type blocked struct {
	node *Node
	err  error         // why it was turned away
	done chan struct{} // closed when the task is in the queue, or turned away
}

// Submit puts a task into the queue, and starts a runner for it if a slot is
// free. With wait it blocks while the queue is full, and lends the caller's
// slot meanwhile: the space may depend on it. A task whose context has ended is
// done at once.
func (p *Pool) Submit(ctx context.Context, t Task, wait bool) error {
	if p.inInitializer(ctx) {
		return errInitializer
	}
	n := t.Node()
	n.task = t
	own := ctx
	if w, ok := ctx.(*Worker); ok && w.phase == nil && w.bound != nil {
		own = w.bound // or the context of tasks that submit the next one would grow
	}
	p.mu.Lock()
	if err := p.refusalFor(ctx); err != nil {
		p.mu.Unlock()
		return err
	}
	if n.b = p.queue.bind(own); n.b.over() {
		ours := p.seize([]*Node{n})
		p.mu.Unlock()
		drop(ours, causeOf(own))
		return nil
	}
	start := p.queue.n >= p.polling && p.blocked.Len() == 0 && p.slotOrAsk()
	if start || p.fits() || p.sweep() && p.fits() {
		p.queue.push(n)
		p.waits.Add(1)
		if start {
			p.expectRunner()
		}
		p.mu.Unlock()
		if start {
			p.startRunner()
		}
		return nil
	}
	if !wait {
		n.b = nil
		p.mu.Unlock()
		return ErrFull
	}
	me := &blocked{node: n, done: make(chan struct{})}
	at := p.blocked.PushBack(me)
	p.mu.Unlock()
	return p.waitForSpace(ctx, own, me, at)
}

func (p *Pool) waitForSpace(ctx, own context.Context, me *blocked, at *list.Element) error {
	Block(ctx, func() {
		select {
		case <-me.done:
			return
		case <-own.Done():
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		select {
		case <-me.done: // it came at the same time
		default:
			p.blocked.Remove(at)
			me.err = context.Cause(own)
			me.node.b = nil
		}
	})
	return me.err
}

// fits reports whether the queue has space for one more. Called with p.mu held.
func (p *Pool) fits() bool {
	return p.blocked.Len() == 0 && (p.most < 0 || p.queue.n < p.most+p.polling)
}

// admit puts tasks of those who wait for space into the queue as far as there
// is any, and expects runners for tasks that wait while slots are free. It
// returns how many the caller is to start. Called with p.mu held.
func (p *Pool) admit() (starts int) {
	for {
		p.admitBlocked()
		if p.queue.n <= p.polling || !p.slotOrAsk() {
			return starts
		}
		p.expectRunner() // which may make space for one more
		starts++
	}
}

// admitBlocked is admit without the runners.
func (p *Pool) admitBlocked() {
	for p.blocked.Len() > 0 {
		// With a slot free a task is as good as begun: a runner follows.
		if p.queue.n >= p.most+p.polling && !(p.queue.n == p.polling && p.slots.free()) {
			return
		}
		me := p.blocked.Remove(p.blocked.Front()).(*blocked)
		p.queue.push(me.node)
		p.waits.Add(1)
		close(me.done)
		if p.queue.n > p.polling && p.most == 0 {
			return
		}
	}
}

// rejectBlocked tells all who wait for space that there will be none. Called with
// p.mu held.
func (p *Pool) rejectBlocked() {
	for p.blocked.Len() > 0 {
		me := p.blocked.Remove(p.blocked.Front()).(*blocked)
		me.err = p.refusal()
		me.node.b = nil
		close(me.done)
	}
}

// refusalFor is refusal, but that what runs on a closed pool may still submit:
// it is part of what was submitted. Called with p.mu held.
func (p *Pool) refusalFor(ctx context.Context) error {
	err := p.refusal()
	if err == ErrClosed && !p.over {
		if w := workerOf(ctx); w != nil && w.runsOn(p.slots) {
			return nil
		}
	}
	return err
}

// causeOf returns why ctx has ended, or is about to.
func causeOf(ctx context.Context) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return context.DeadlineExceeded
}

// NotNil is the error of a call that needs a pool and got none.
func NotNil(call string) error { return fmt.Errorf("%s: %w: nil pool", call, ErrOption) }
