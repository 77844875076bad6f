package parallel

import (
	"context"
	"reflect"
	"runtime"
	"sync/atomic"
)

// accept puts a task into the queue, and starts a runner for it if a place is
// free. With wait it blocks while the queue is full, and lends the caller's
// places meanwhile: the room may depend on them.
func (p *Pool) accept(ctx context.Context, t task, wait bool) error {
	room, err := p.offer(t, wait)
	if room == nil {
		return err
	}
	lendPlaces(ctx, func() {
		for room != nil {
			select {
			case <-room:
				room, err = p.offer(t, wait)
			case <-ctx.Done():
				p.passRoom(room)
				room, err = nil, context.Cause(ctx)
			}
		}
	})
	return err
}

// offer tries to put a task into the queue. If that is full, and the caller
// can wait, it returns a channel that is closed when it may try again.
func (p *Pool) offer(t task, wait bool) (room chan struct{}, err error) {
	p.mu.Lock()
	if err := p.refusal(); err != nil {
		p.mu.Unlock()
		return nil, err
	}
	// A runner that looks for work takes the task sooner than a new one, and
	// on a worker that is warm.
	start := p.queue.len() >= p.polling && p.gate.try()
	switch {
	case start || p.bound < 0 || p.queue.len()-p.dead < p.bound+p.polling:
		p.queue.push(t)
		p.waits.Add(1)
	case wait:
		room = make(chan struct{})
		p.room = append(p.room, room)
	default:
		err = ErrFull
	}
	if start {
		p.expectRunner()
	}
	p.mu.Unlock()
	if start {
		p.startRunner()
	}
	return room, err
}

// passRoom gives the room that came too late to the next who waits.
func (p *Pool) passRoom(mine chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, c := range p.room {
		if c == mine {
			p.room = append(p.room[:i:i], p.room[i+1:]...)
			return
		}
	}
	p.makeRoom()
}

// makeRoom wakes one who waits for room. Called with p.mu held.
func (p *Pool) makeRoom() {
	if len(p.room) > 0 {
		close(p.room[0])
		p.room = p.room[1:]
	}
}

// makeAllTryAgain wakes all who wait for room. Called with p.mu held.
func (p *Pool) makeAllTryAgain() {
	for _, c := range p.room {
		close(c)
	}
	p.room = nil
}

// lendPlaces runs wait with the places of the worker that ctx belongs to lent.
func lendPlaces(ctx context.Context, wait func()) {
	if w := workerOf(ctx); w != nil {
		w.places.lend(wait)
	} else {
		wait()
	}
}

// ended counts the tasks that a runner is through with, before their futures
// are ready. Only the runner writes it, which is cheaper than a lock.
type ended struct{ done, failed, skipped atomic.Int64 }

// expectRunner counts a runner that is about to be started, as one that looks
// for work: the task that it will take does not wait. Called with p.mu held.
func (p *Pool) expectRunner() {
	p.runners++
	p.polling++
}

// startRunner starts a goroutine that runs tasks; its place is taken already,
// and it is expected.
func (p *Pool) startRunner() {
	home := &worker{job: &p.tasks, roams: true, places: &places{held: []*gate{p.gate}}}
	home.Context = p.ctx
	count := &ended{}
	p.mu.Lock()
	p.counts = append(p.counts, count)
	p.mu.Unlock()
	go func() {
		// Deferred, since runtime.Goexit in a task must get through it: then
		// the place is still held, and what waits is for another goroutine.
		defer func() {
			home.rise()
			home.places.end()
			p.runnerEnded(count)
			p.kick()
		}()
		p.runTasks(home, count)
	}()
}

// runTasks runs tasks until none is left for a while, and gives the place back.
func (p *Pool) runTasks(home *worker, count *ended) {
	var w *worker
	var t task // the one that runs
	defer func() {
		w.release()
		if t != nil { // Goexit in it
			count.failed.Add(1)
			t.settle()
		}
	}()
	p.mu.Lock()
	p.polling-- // it is here, and finds what it was started for
	for {
		next, ctx, num := p.next(home)
		if next == nil {
			return
		}
		if !w.boundTo(ctx) {
			w.release()
			w = home.bind(ctx)
		}
		if !home.seated() {
			next.fail(p.refused())
			count.skipped.Add(1)
			next.settle()
			return
		}
		if w.Err() != nil {
			next.fail(context.Cause(w))
			count.skipped.Add(1)
			next.settle()
			p.mu.Lock()
			continue
		}
		w.seat, w.row = home.seat, num
		t = next
		t.run(w)
		t = nil
		if next.failed() {
			count.failed.Add(1)
		} else {
			count.done.Add(1)
		}
		next.settle()
		if !home.yield() {
			return
		}
		p.mu.Lock()
	}
}

// next takes a task from the queue, begun. If none comes for a while it gives
// the runner's place back. Called with p.mu held, which it releases.
func (p *Pool) next(home *worker) (t task, ctx context.Context, num int) {
	defer p.mu.Unlock()
	for {
		for p.queue.len() == 0 {
			if p.poll() {
				continue
			}
			p.mu.Unlock()
			home.rise() // before the place is free: who takes it finds the seat
			p.mu.Lock()
			if p.queue.len() == 0 {
				// Under the lock: whoever submits from now on sees a free place.
				home.places.leaveQuietly(p.gate)
				return nil, nil, 0
			}
		}
		q := p.queue.pop()
		p.waits.Add(-1)
		p.makeRoom()
		if ctx, ok := q.begin(); ok {
			p.begun++
			return q.task, ctx, q.num
		}
		p.buried(-1) // it was cancelled
	}
}

// poll looks for a task for a few microseconds. Ending the goroutine at once
// would make whoever submits small tasks one after the other start one for each.
// Called with p.mu held.
func (p *Pool) poll() (found bool) {
	p.polling++
	p.makeRoom()
	p.mu.Unlock()
	for range 100 {
		if p.waits.Load() > 0 || p.gate.contested() {
			break
		}
		runtime.Gosched()
	}
	p.mu.Lock()
	p.polling--
	return p.queue.len() > 0
}

// bind returns a worker for tasks with that context, which ends with the pool
// as well. It is a new one, since contexts that were derived from the last
// one's may still be in use.
func (home *worker) bind(ctx context.Context) *worker {
	w := &worker{job: home.job, places: home.places, bound: ctx}
	bound, cancel := context.WithCancelCause(ctx)
	pool := home.Context
	stop := context.AfterFunc(pool, func() { cancel(context.Cause(pool)) })
	w.Context = bound
	w.cancel = func(cause error) { stop(); cancel(cause) }
	return w
}

// boundTo says whether the worker will do for a task with that context. Tasks
// are mostly submitted with one and the same: then binding costs nothing.
func (w *worker) boundTo(ctx context.Context) bool {
	return w != nil && w.Err() == nil && canCompare(ctx) && w.bound == ctx
}

// canCompare says whether == may be asked: of a context that is a struct with
// a slice somewhere inside it would panic.
func canCompare(ctx context.Context) bool {
	return reflect.TypeOf(ctx).Kind() == reflect.Pointer || reflect.ValueOf(ctx).Comparable()
}

func (w *worker) release() {
	if w != nil {
		w.cancel(nil)
	}
}
