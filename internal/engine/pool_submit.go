package engine

import (
	"container/list"
	"context"
	"fmt"
)

// blocked is a submit that waits for space in the queue of a pool. The goroutine that makes
// space adds the task to the queue on its behalf, so that the order is kept.
type blocked struct {
	node *Node
	err  error         // why the task was refused
	done chan struct{} // closed when the task is in the queue or refused
}

// Submit adds a task to the queue, and starts a runner for it if a slot is
// free. With wait it blocks while the queue is full, and lends the caller's
// slot meanwhile: the space may depend on it. A task whose context has ended is
// done at once.
func (p *Pool) Submit(ctx context.Context, t Task, wait bool) error {
	if p.inInitializer(ctx) {
		return errInitializer
	}
	n := t.Node()
	n.task = t
	bound := ctx
	if w, ok := ctx.(*Worker); ok && w.phase == nil && w.bound != nil {
		bound = w.bound // or the context of a chain of tasks, each submitting the next, would grow
	}
	p.mu.Lock()
	if err := p.refusalFor(ctx); err != nil {
		p.mu.Unlock()
		return err
	}
	if n.b = p.queue.bind(bound); n.b.over() {
		ours := p.seize([]*Node{n})
		p.mu.Unlock()
		drop(ours, causeOf(bound))
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
	element := p.blocked.PushBack(me)
	p.mu.Unlock()
	return p.waitForSpace(ctx, bound, me, element)
}

func (p *Pool) waitForSpace(ctx, bound context.Context, me *blocked, element *list.Element) error {
	Block(ctx, func() {
		select {
		case <-me.done:
			return
		case <-bound.Done():
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		select {
		case <-me.done: // the space came at the same time
		default:
			p.blocked.Remove(element)
			me.err = context.Cause(bound)
			me.node.b = nil
		}
	})
	return me.err
}

// fits reports whether the queue has space for one more. Called with p.mu held.
func (p *Pool) fits() bool {
	return p.blocked.Len() == 0 && (p.most < 0 || p.queue.n < p.most+p.polling)
}

// admit adds tasks of blocked submits to the queue as far as there
// is space, and expects runners for tasks that wait while slots are free. It
// returns how many runners the caller must start. Called with p.mu held.
func (p *Pool) admit() (starts int) {
	for {
		p.admitBlocked()
		if p.queue.n <= p.polling || !p.slotOrAsk() {
			return starts
		}
		p.expectRunner() // which may make space for one more task
		starts++
	}
}

// admitBlocked is admit without the runners.
func (p *Pool) admitBlocked() {
	for p.blocked.Len() > 0 {
		// If a slot is free the task needs no space: a runner takes it at once.
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

// rejectBlocked refuses the tasks of all blocked submits. Called with
// p.mu held.
func (p *Pool) rejectBlocked() {
	for p.blocked.Len() > 0 {
		me := p.blocked.Remove(p.blocked.Front()).(*blocked)
		me.err = p.refusal()
		me.node.b = nil
		close(me.done)
	}
}

// refusalFor is refusal, except that functions that run on a closed pool may still submit:
// their tasks are part of what was submitted. Called with p.mu held.
func (p *Pool) refusalFor(ctx context.Context) error {
	err := p.refusal()
	if err == ErrClosed && !p.over {
		if w := workerOf(ctx); w != nil && w.runsOn(p.slots) {
			return nil
		}
	}
	return err
}

// causeOf returns why ctx has ended, or the error of a deadline that has passed though ctx
// has not ended yet.
func causeOf(ctx context.Context) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return context.DeadlineExceeded
}

// NotNil returns the error of a call that needs a pool and got nil.
func NotNil(call string) error { return fmt.Errorf("%s: %w: nil pool", call, ErrOption) }
