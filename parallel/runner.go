package parallel

import (
	"context"
	"reflect"
	"runtime"
)

// accept puts a task into the queue, and starts a runner for it if a place is
// free. With wait it blocks while the queue is full.
func (p *Pool) accept(ctx context.Context, t task, wait bool) error {
	for {
		p.mu.Lock()
		if err := p.refusal(); err != nil {
			p.mu.Unlock()
			return err
		}
		// A runner that looks for work takes the task sooner than a new one,
		// and on a worker that is warm.
		start := p.queue.len() >= p.polling && p.gate.try()
		if start {
			p.runners++
		}
		if start || p.bound < 0 || p.queue.len()-p.dead < p.bound+p.polling {
			p.queue.push(t)
			p.waits.Add(1)
			p.mu.Unlock()
			if start {
				p.startRunner()
			}
			return nil
		}
		if !wait {
			p.mu.Unlock()
			return ErrFull
		}
		room := make(chan struct{})
		p.room = append(p.room, room)
		p.mu.Unlock()
		var err error
		lendPlaces(ctx, func() {
			select {
			case <-room:
			case <-ctx.Done():
				err = context.Cause(ctx)
			}
		})
		if err != nil {
			p.passRoom(room)
			return err
		}
	}
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

// lendPlaces runs wait with the places of the worker that ctx belongs to lent.
func lendPlaces(ctx context.Context, wait func()) {
	if w := workerOf(ctx); w != nil {
		w.places.lend(wait)
	} else {
		wait()
	}
}

// startRunner starts a goroutine that runs tasks; its place is taken already,
// and it is counted.
func (p *Pool) startRunner() {
	home := &worker{job: &p.tasks, roams: true, places: &places{held: []*gate{p.gate}}}
	home.Context = p.ctx
	go func() {
		// Deferred, since runtime.Goexit in a task must get through it: then
		// the place is still held, and what waits is for another goroutine.
		defer func() {
			home.rise()
			if len(home.places.held) > 0 {
				home.places.drop(p.gate)
			}
			p.mu.Lock()
			p.runners--
			p.mu.Unlock()
			p.kick()
		}()
		if home.sit(); home.seat != nil {
			p.runTasks(home)
		}
	}()
}

// runTasks runs tasks until none is left for a while, and gives the place back.
func (p *Pool) runTasks(home *worker) {
	var w *worker
	ended := false // the last task is not counted yet
	last := skipped
	defer func() {
		w.release()
		if ended { // Goexit in the last task, or the pool ended
			p.mu.Lock()
			p.ran(last)
			p.mu.Unlock()
		}
	}()
	for {
		p.mu.Lock()
		if ended {
			p.ran(last)
			ended = false
		}
		t := p.queue.pop()
		if t.task == nil {
			p.mu.Unlock()
			if p.poll() {
				continue
			}
			p.mu.Lock()
			if p.queue.len() == 0 {
				// Under the lock: whoever submits from now on sees a free place.
				home.places.leaveQuietly(p.gate)
				p.mu.Unlock()
				return
			}
			p.mu.Unlock()
			continue
		}
		p.waits.Add(-1)
		p.makeRoom()
		p.stats.Running++
		p.mu.Unlock()
		if ctx := t.context(); !w.boundTo(ctx) {
			w.release()
			w = home.bind(ctx)
		}
		w.seat, w.row = home.seat, t.num
		last, ended = failed, true // what a Goexit makes of it
		last = t.run(w)
		if !home.yield() {
			return
		}
	}
}

// ran counts a task that was run. Called with p.mu held.
func (p *Pool) ran(o outcome) {
	p.stats.Running--
	switch o {
	case succeeded:
		p.stats.Done++
	case failed:
		p.stats.Failed++
	case skipped:
		p.stats.Cancelled++
	case cancelled:
		p.dead--
	}
}

// poll looks for a task for a few microseconds. Ending the goroutine at once
// would make whoever submits small tasks one after the other start one for each.
func (p *Pool) poll() bool {
	p.mu.Lock()
	p.polling++
	p.makeRoom()
	p.mu.Unlock()
	found := false
	for range 100 {
		if found = p.waits.Load() > 0; found || p.gate.contested() {
			break
		}
		runtime.Gosched()
	}
	p.mu.Lock()
	p.polling--
	p.mu.Unlock()
	return found
}

// bind returns a worker for tasks with that context, which ends with the pool
// as well. It is a new one, since contexts that were derived from the last
// one's may still be in use.
func (home *worker) bind(ctx context.Context) *worker {
	if ctx == nil { // the task was cancelled meanwhile
		ctx = home.Context
	}
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
	return w != nil && ctx != nil && w.Err() == nil && reflect.TypeOf(ctx).Comparable() && w.bound == ctx
}

func (w *worker) release() {
	if w != nil {
		w.cancel(nil)
	}
}
