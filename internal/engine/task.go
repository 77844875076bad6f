package engine

import (
	"container/list"
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
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
	if p.makes(ctx) {
		return errMakes
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
	start := p.queue.n >= p.polling && p.blocked.Len() == 0 && p.slotOrStand()
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
		if p.queue.n <= p.polling || !p.slotOrStand() {
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

// ended counts the tasks that a runner is through with, before their futures
// are ready. Only the runner writes it, which is cheaper than a lock.
type ended struct {
	_                     [64]byte
	done, failed, skipped atomic.Int64
	_                     [64]byte
}

// expectRunner counts a runner that is about to be started, as one that looks
// for work: the task that it will take does not wait. Called with p.mu held.
func (p *Pool) expectRunner() {
	p.runners++
	p.polling++
}

// runner is a goroutine that runs tasks of a pool.
type runner struct {
	pool  *Pool
	hold  *holding
	state *state
	since time.Time // since when it has its slot
	count *ended
	w     *Worker // for tasks of the same binding
	runs  Task
	num   int       // of the task that runs
	began time.Time // when it did, where somebody watches
}

// startRunner starts a goroutine that runs tasks; its slot is taken already,
// and it is expected.
func (p *Pool) startRunner() {
	r := &runner{pool: p, hold: holds(p.slots), count: &ended{}}
	p.mu.Lock()
	p.counts = append(p.counts, r.count)
	p.mu.Unlock()
	go func() {
		// Deferred one by one, since runtime.Goexit in a task must get through
		// them: then the slot is still held, and what waits is for another
		// goroutine.
		defer p.runnerEnded(r.count)
		defer r.hold.end()
		defer r.giveState()
		defer r.settleLeft()
		r.run()
	}()
}

// settleLeft settles a task that ended its goroutine.
func (r *runner) settleLeft() {
	if t := r.runs; t != nil {
		r.told(t)
		r.settled(t)
	}
}

func (r *runner) giveState() {
	if s := r.state; s != nil {
		r.state = nil
		r.pool.giveState(r.hold, s)
	}
}

// run runs tasks until none is left for a while, and gives the slot back.
func (r *runner) run() {
	p := r.pool
	r.since = time.Now()
	p.mu.Lock()
	p.polling-- // it is here, and finds what it was started for
	for {
		n := r.next()
		if n == nil {
			p.slots.handOut()
			return
		}
		t := n.task
		w, err := r.worker(n)
		if err != nil {
			t.Fail(err)
			r.count.skipped.Add(1)
			t.Settle()
			if p.refused() != nil && r.state == nil {
				return
			}
			p.mu.Lock()
			continue
		}
		w.Row = n.num
		r.begin(n)
		t.Run(w)
		r.runs = nil
		r.told(t)
		r.settled(t)
		if !r.yield() {
			return
		}
		p.mu.Lock()
	}
}

// settled counts a task that ran, and makes its result known.
func (r *runner) settled(t Task) {
	if t.Failed() {
		r.count.failed.Add(1)
	} else {
		r.count.done.Add(1)
	}
	t.Settle()
}

// worker returns the worker that the task receives as its context, or why it
// is not to run.
func (r *runner) worker(n *Node) (*Worker, error) {
	b := n.b
	if r.w == nil || r.w.binding != b || r.hold.waits() {
		if r.hold.waits() { // for a goroutine that an earlier task left behind
			r.hold = r.hold.renewed()
		}
		r.w = &Worker{Context: r.pool.taskContext(b), call: r.pool.tasks, hold: r.hold, binding: b, bound: b.ctx, roams: true}
		r.w.done = r.w.Context.Done()
	}
	if r.state == nil {
		if r.state = r.pool.states.take(r.hold, r.pool.tasks); r.state == nil {
			return nil, r.pool.breakDown(r.pool.states.failure())
		}
	}
	switch { // the second follows the first in a moment
	case b.over():
		return nil, causeOf(b.ctx)
	case r.pool.ctx.Err() != nil:
		return nil, causeOf(r.pool.ctx)
	}
	r.w.state = r.state
	return r.w, nil
}

// next takes a task from the queue, begun. If none comes for a while it gives
// the slot back. Called with p.mu held, which it releases.
func (r *runner) next() *Node {
	p := r.pool
	for {
		for p.queue.n == 0 {
			if r.poll() {
				continue
			}
			p.mu.Unlock()
			r.giveState() // before the slot is free: who takes it finds the state
			p.mu.Lock()
			p.admitBlocked()
			if p.queue.n == 0 {
				p.queue.unbind()
				r.hold.endQuietly() // whoever submits from now on sees a free slot
				p.mu.Unlock()
				return nil
			}
		}
		n := p.queue.pop()
		p.waits.Add(-1)
		starts := 0
		if p.blocked.Len() > 0 {
			starts = p.admit()
		}
		begun := n.task.Begin()
		if begun {
			p.begun++
		}
		p.mu.Unlock()
		for range starts {
			p.startRunner()
		}
		if begun {
			return n
		}
		p.mu.Lock()
	}
}

// poll waits a few microseconds for a task and reports whether there is one. If the
// goroutine ended at once, a caller that submits small tasks one after the other would
// start a goroutine for each. A closed pool does not wait. The caller must hold p.mu.
func (r *runner) poll() (found bool) {
	p := r.pool
	p.polling++
	p.admitBlocked()
	p.mu.Unlock()
	for range 100 {
		if p.waits.Load() > 0 || p.ends.Load() || p.slots.contested() {
			break
		}
		runtime.Gosched()
	}
	p.mu.Lock()
	p.polling--
	return p.queue.n > 0
}

// yield is called between two tasks. It replaces a worker that has done its
// number of tasks, and lets calls go first that wait for a slot; then the
// runner ends, and the tasks get the next slot in their turn.
func (r *runner) yield() bool {
	p := r.pool
	if r.state.spend(p.quota) {
		r.giveState()
	}
	if !p.contested() || time.Since(r.since) < turn {
		return true
	}
	p.mu.Lock()
	if p.queue.n > p.polling {
		p.stand()
	}
	p.mu.Unlock()
	return false
}

// contested reports whether others than the pool wait for one of its slots.
func (p *Pool) contested() bool {
	n := p.slots.asked.Load()
	return n > 1 || n == 1 && !p.lined.Load()
}

// Aside runs fn on a goroutine of its own: functions that are to hear of a
// result may block, or wait for the pool that they would keep from going on.
func Aside(fn func()) { go fn() }

// NotNil is the error of a call that needs a pool and got none.
func NotNil(call string) error { return fmt.Errorf("%s: %w: nil pool", call, ErrOption) }
