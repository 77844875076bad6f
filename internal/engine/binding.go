package engine

import (
	"context"
	"reflect"
	"runtime"
	"slices"
	"time"
)

// binding is a context that tasks of a pool were submitted with: mostly all
// with one and the same, or one for each request. Its tasks that wait are done
// as soon as it ends. All but ctx is guarded by Pool.mu.
type binding struct {
	ctx  context.Context
	pool *Pool

	task   *taskContext // what tasks receive; made for the first one that runs
	newest *Node        // of the tasks that wait
	n      int          // how many wait
	last   bool         // the pool's last one, and used again
	stop   func() bool  // takes back the watch over ctx

	deadline time.Time // of ctx; zero: none
}

// bind returns the binding for a context. Called with p.mu held.
func (p *Pool) bind(ctx context.Context) *binding {
	if b := p.last; b != nil && canCompare(ctx) && b.ctx == ctx {
		return b
	}
	p.unbind()
	b := &binding{ctx: ctx, pool: p, last: true}
	b.deadline, _ = ctx.Deadline()
	p.last = b
	return b
}

// unbind lets go of the last context: a pool that does nothing must not be held
// by one that lives on. Called with p.mu held.
func (p *Pool) unbind() {
	if b := p.last; b != nil {
		p.last, b.last = nil, false
		b.rest()
	}
}

// canCompare reports whether == may be asked: of a context that is a struct with
// a slice somewhere inside it would panic.
func canCompare(ctx context.Context) bool {
	return reflect.TypeOf(ctx).Kind() == reflect.Pointer || reflect.ValueOf(ctx).Comparable()
}

// over reports whether the context has ended, or is about to say so.
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
		b.stop = context.AfterFunc(b.ctx, b.ended)
		b.pool.bound[b] = true
	}
}

// drop counts off a task that does not wait any more.
func (b *binding) drop(n *Node) {
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
	b.rest()
}

// rest stops watching a context that no task waits with, and that is not
// likely to be used again.
func (b *binding) rest() {
	if b.stop != nil && b.n == 0 && !b.last {
		b.stop()
		b.stop = nil
		delete(b.pool.bound, b)
	}
}

// ended drops the tasks that wait: their context has ended.
func (b *binding) ended() {
	p := b.pool
	p.mu.Lock()
	gone := b.unqueue()
	p.mu.Unlock()
	drop(gone, causeOf(b.ctx))
	p.dispatch()
}

// unqueue takes the tasks that wait out of the queue, for the caller to drop.
// Called with p.mu held.
func (b *binding) unqueue() (gone []*Node) {
	p := b.pool
	for n := b.newest; n != nil; n = b.newest {
		p.queue.remove(n)
		p.waits.Add(-1)
		gone = append(gone, n)
	}
	if p.last == b {
		p.unbind()
	}
	slices.Reverse(gone)
	return p.seize(gone)
}

// sweep makes space in a full queue: it drops the tasks whose context has ended
// just now. It reports whether there were any. Called with p.mu held, which it
// releases for a while then.
func (p *Pool) sweep() (found bool) {
	for b := range p.bound {
		if b.n == 0 || !b.over() {
			continue
		}
		found = true
		gone := b.unqueue()
		p.mu.Unlock()
		drop(gone, causeOf(b.ctx))
		p.mu.Lock()
	}
	return found
}

// taskContext is the context that tasks receive, without the worker in it. It is like
// the one that they were submitted with, and it ends with the pool as well. It
// does not end with the task, since others may have been derived from it by then
// and given to other tasks; it lives as long as somebody uses it.
type taskContext struct {
	context.Context // ends with either
	values          context.Context
}

// Value asks the context that ends with the pool first: by it context.Cause
// learns why.
func (c *taskContext) Value(key any) any {
	if v := c.Context.Value(key); v != nil {
		return v
	}
	return c.values.Value(key)
}

func (c *taskContext) Deadline() (time.Time, bool) { return c.values.Deadline() }

// context returns what tasks receive. Called by the runner that has taken a
// task of the binding.
func (b *binding) context() context.Context {
	p := b.pool
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
	// The cleanup does not cancel: the channel of both may be none that its
	// goroutine may close, in a bubble of testing/synctest.
	for _, stop := range [...]func() bool{endWith(b.ctx, cancel), endWith(p.ctx, cancel)} {
		runtime.AddCleanup(b.task, func(stop func() bool) { stop() }, stop)
	}
	return b.task
}

// endWith calls cancel when ctx ends, unless stop is called before.
func endWith(ctx context.Context, cancel context.CancelCauseFunc) (stop func() bool) {
	return context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })
}
