package engine

import (
	"runtime"
	"slices"
	"sync/atomic"
	"time"
)

// ended counts the tasks that a runner has finished, before their futures
// are ready. Only the runner writes it, which is cheaper than a lock.
type ended struct {
	_                     [64]byte
	done, failed, skipped atomic.Int64
	_                     [64]byte
}

// expectRunner counts a runner that is about to be started as one that polls:
// the task that it will take does not count as waiting. Called with p.mu held.
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
	began time.Time // when it began, if there is an observer
}

// startRunner starts a goroutine that runs tasks. Its slot is taken already,
// and expectRunner was called.
func (p *Pool) startRunner() {
	r := &runner{pool: p, hold: holdingOf(p.slots), count: &ended{}}
	p.mu.Lock()
	p.counts = append(p.counts, r.count)
	p.mu.Unlock()
	go func() {
		// Deferred one by one, since they must all run after runtime.Goexit in a task.
		// Then the slot is still held, and another goroutine runs the tasks that wait.
		defer p.runnerEnded(r.count)
		defer r.hold.end()
		defer r.giveState()
		defer r.settleLeft()
		r.runTasks()
	}()
}

// settleLeft settles a task that ended its goroutine.
func (r *runner) settleLeft() {
	if t := r.runs; t != nil {
		r.observeTask(t)
		r.settled(t)
	}
}

func (r *runner) giveState() {
	if s := r.state; s != nil {
		r.state = nil
		r.pool.takeBackState(r.hold, s)
	}
}

// runTasks runs tasks until none comes for a while, and releases the slot.
func (r *runner) runTasks() {
	p := r.pool
	r.since = time.Now()
	p.mu.Lock()
	p.polling-- // it no longer counts as expected
	for {
		n := r.nextTask()
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
		r.taskBegins(n)
		t.Run(w)
		r.runs = nil
		r.observeTask(t)
		r.settled(t)
		if !r.yield() {
			return
		}
		p.mu.Lock()
	}
}

// settled counts a task that ran, and publishes its result.
func (r *runner) settled(t Task) {
	if t.Failed() {
		r.count.failed.Add(1)
	} else {
		r.count.done.Add(1)
	}
	t.Settle()
}

// worker returns the worker that the task receives as its context, or why the task must not
// run.
func (r *runner) worker(n *Node) (*Worker, error) {
	b := n.b
	if r.w == nil || r.w.binding != b || r.hold.waits() {
		if r.hold.waits() { // a goroutine that an earlier task left behind
			r.hold = r.hold.renewed()
		}
		r.w = &Worker{Context: r.pool.taskContext(b), call: r.pool.tasks, hold: r.hold, binding: b, bound: b.ctx, started: true}
		r.w.done = r.w.Context.Done()
	}
	if r.state == nil {
		if r.state = r.pool.states.take(r.hold, r.pool.tasks); r.state == nil {
			return nil, r.pool.breakDown(r.pool.states.failure())
		}
	}
	switch { // the task's context ends a moment after either of them
	case b.over():
		return nil, causeOf(b.ctx)
	case r.pool.ctx.Err() != nil:
		return nil, causeOf(r.pool.ctx)
	}
	r.w.poolState = r.state
	return r.w, nil
}

// nextTask removes a task from the queue and begins it. If none comes for a while it
// releases the slot and returns nil. Called with p.mu held, which it releases.
func (r *runner) nextTask() *Node {
	p := r.pool
	for {
		for p.queue.n == 0 {
			if r.poll() {
				continue
			}
			p.mu.Unlock()
			r.giveState() // before the slot is free, so that the next goroutine on it finds the state
			p.mu.Lock()
			p.admitBlocked()
			if p.queue.n == 0 {
				p.queue.unbind()
				r.hold.endQuietly() // from now on Submit sees a free slot
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
// start a goroutine for each. In a closed pool poll does not wait. Called with p.mu held.
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

// yield is called between two tasks. It replaces a worker that has run its
// number of tasks. If calls wait for a slot it reports false: the
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
		p.askForSlot()
	}
	p.mu.Unlock()
	return false
}

// contested reports whether others than the pool wait for one of its slots.
func (p *Pool) contested() bool {
	n := p.slots.asked.Load()
	return n > 1 || n == 1 && !p.asksForSlot.Load()
}

// Aside runs fn on a goroutine of its own. It is for functions that are called with a
// result: they may block, or wait for the pool that called them.
func Aside(fn func()) { go fn() }

// taskBegins records the task that is about to run.
func (r *runner) taskBegins(n *Node) {
	r.runs, r.num = n.task, n.num
	if r.pool.tasks.obs != nil {
		r.began = time.Now()
	}
}

// observeTask tells the observer that a task has ended.
func (r *runner) observeTask(t Task) {
	v := r.pool.tasks.obs
	if v == nil {
		return
	}
	i := ChunkInfo{Worker: r.state.num, Lo: r.num, Hi: r.num + 1, Start: r.began, Took: time.Since(r.began)}
	v.workers.add(WorkerStats{Worker: i.Worker, Chunks: 1, Rows: 1, Busy: i.Took})
	calls := make([]post, 0, 2)
	if e, ok := t.(interface{ Err() error }); ok && t.Failed() {
		err := e.Err()
		calls = append(calls, post{"RowFailed", func() { v.rowFailedNow(i.Lo, err) }})
	}
	v.post(r.hold, append(calls, post{"ChunkDone", func() {
		v.rows++
		v.o.ChunkDone(i)
	}})...)
}

// takeBackState takes a worker's state back, or ends it. It lends the slot while it ends
// the state.
func (p *Pool) takeBackState(hold *holding, s *state) {
	if !p.states.giveUpTo(s, p.slots.currentWidth(), s.spent(p.quota)) {
		hold.lend(p.ctx, func() { p.states.exit(s) })
	}
}

// runnerEnded adds the counts of a runner to the sums.
func (p *Pool) runnerEnded(c *ended) {
	p.mu.Lock()
	p.runners--
	p.past.add(c)
	p.counts = slices.DeleteFunc(p.counts, func(other *ended) bool { return other == c })
	p.mu.Unlock()
	p.dispatch()
}
