package engine

import (
	"context"
	"reflect"
	"runtime"
	"slices"
	"time"
)

// binding is a context that tasks of a queue were submitted with. Usually all
// tasks have the same one, or there is one for each request. Tasks that wait are
// done as soon as their context ends. All but ctx is guarded as the queue is.
type binding struct {
	ctx   context.Context
	queue *queue

	task   *taskContext // what tasks receive; made for the first one that runs
	newest *Node        // of the tasks that wait
	n      int          // how many wait
	last   bool         // the queue's last one, and used again
	stop   func() bool  // ends the watch over ctx

	deadline time.Time // of ctx; zero: none
}

// bind returns the binding for a context.
func (q *queue) bind(ctx context.Context) *binding {
	if b := q.last; b != nil && canCompare(ctx) && b.ctx == ctx {
		return b
	}
	q.unbind()
	b := &binding{ctx: ctx, queue: q, last: true}
	b.deadline, _ = ctx.Deadline()
	q.last = b
	return b
}

// unbind lets go of the last context: a queue without tasks must not be kept in
// memory by a context that lives on.
func (q *queue) unbind() {
	if b := q.last; b != nil {
		q.last, b.last = nil, false
		b.unwatch()
	}
}

// canCompare reports whether contexts of this type can be compared with ==, which
// panics for a struct that contains a slice.
func canCompare(ctx context.Context) bool {
	return reflect.TypeOf(ctx).Kind() == reflect.Pointer || reflect.ValueOf(ctx).Comparable()
}

// over reports whether the context has ended or its deadline has passed, which a
// timer may report late.
func (b *binding) over() bool {
	return b.ctx.Err() != nil || !b.deadline.IsZero() && !time.Now().Before(b.deadline)
}

// add counts a task that waits, and watches the context from the first one on.
func (b *binding) add(n *Node) {
	if n.older = b.newest; n.older != nil {
		n.older.newer = n
	}
	b.newest = n
	b.n++
	if b.stop == nil && b.ctx.Done() != nil {
		b.stop = context.AfterFunc(b.ctx, func() { b.queue.ended(b) })
		b.queue.watched[b] = true
	}
}

// remove counts off a task that no longer waits.
func (b *binding) remove(n *Node) {
	if n.newer == nil {
		b.newest = n.older
	} else {
		n.newer.older = n.older
	}
	if n.older != nil {
		n.older.newer = n.newer
	}
	n.older, n.newer = nil, nil
	b.n--
	b.unwatch()
}

// unwatch stops watching a context that no task waits with and that is not
// likely to be used again.
func (b *binding) unwatch() {
	if b.stop != nil && b.n == 0 && !b.last {
		b.stop()
		b.stop = nil
		delete(b.queue.watched, b)
	}
}

// contextEnded drops the tasks that wait with a context that has ended.
func (p *Pool) contextEnded(b *binding) {
	p.mu.Lock()
	gone := p.unqueue(b)
	p.mu.Unlock()
	drop(gone, causeOf(b.ctx))
	p.dispatch()
}

// unqueue removes the tasks of a binding from the queue, for the caller to drop.
// Called with p.mu held.
func (p *Pool) unqueue(b *binding) (gone []*Node) {
	for n := b.newest; n != nil; n = b.newest {
		p.queue.remove(n)
		p.waits.Add(-1)
		gone = append(gone, n)
	}
	if p.queue.last == b {
		p.queue.unbind()
	}
	slices.Reverse(gone)
	return p.seize(gone)
}

// sweep makes space in a full queue: it drops the tasks whose context has just
// ended. It reports whether there were any. Called with p.mu held, which it
// releases for a while if there are.
func (p *Pool) sweep() (found bool) {
	for b := range p.queue.watched {
		if b.n == 0 || !b.over() {
			continue
		}
		found = true
		gone := p.unqueue(b)
		p.mu.Unlock()
		drop(gone, causeOf(b.ctx))
		p.mu.Lock()
	}
	return found
}

// taskContext is the context that tasks receive, without the worker in it. It is like
// the context that they were submitted with, and ends with the pool as well. It
// does not end with the task, since other tasks may have been submitted with contexts
// derived from it. It lives as long as it is referenced.
type taskContext struct {
	context.Context // ends with either
	values          context.Context
}

// Value first asks the context that ends with the pool, in which context.Cause finds
// the cause.
func (c *taskContext) Value(key any) any {
	if v := c.Context.Value(key); v != nil {
		return v
	}
	return c.values.Value(key)
}

func (c *taskContext) Deadline() (time.Time, bool) { return c.values.Deadline() }

// taskContext returns what tasks of the binding receive. Called by the runner that
// has taken one of them.
func (p *Pool) taskContext(b *binding) context.Context {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b.task != nil {
		return b.task
	}
	if b.ctx.Done() == nil {
		b.task = &taskContext{p.ctx, b.ctx}
		return b.task
	}
	both, cancel := context.WithCancelCause(context.Background())
	b.task = &taskContext{both, b.ctx}
	// The cleanup does not cancel: in a bubble of testing/synctest its goroutine must not
	// close the channel of both.
	for _, stop := range [...]func() bool{endWith(b.ctx, cancel), endWith(p.ctx, cancel)} {
		runtime.AddCleanup(b.task, func(stop func() bool) { stop() }, stop)
	}
	return b.task
}

// endWith calls cancel when ctx ends, unless stop is called before.
func endWith(ctx context.Context, cancel context.CancelCauseFunc) (stop func() bool) {
	return context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })
}
