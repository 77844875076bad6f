package engine

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Pool bounds how many functions run at once over many calls: everything made
// on it and everything submitted to it shares its slots. It is documented in package
// parallel.
type Pool struct {
	slots    *slots
	ctx      context.Context // ends with Terminate
	cancel   context.CancelCauseFunc
	states   *states
	quota    int   // tasks after which a worker is replaced, 0: never
	most     int   // tasks that may wait, -1: any number
	tasks    *Call // the call that the workers of tasks belong to
	borrowed bool  // of NewTasks: slots, states and observer belong to a call
	quiet    chan struct{}
	queued   position // in the queue of the slots; guarded by slots.mu

	waits       atomic.Int64 // queue.n, read without the lock
	ends        atomic.Bool  // stage is not open, read without the lock
	asksForSlot atomic.Bool  // the pool is in the queue of its slots

	mu      sync.Mutex
	stage   stage
	broken  error
	over    bool // closed, and nothing runs
	queue   queue
	blocked list.List // of *blocked, which wait for space in the queue
	polling int       // runners that look for work, and runners about to be started
	runners int       // goroutines that run tasks
	calls   int       // running calls On the pool
	begun   int       // tasks that were given to a worker
	stopped int       // tasks that were canceled or dropped in the queue
	counts  []*ended  // of the running runners
	past    PoolStats // sums of the runners that have ended
}

type stage int

const (
	open stage = iota
	closed
	terminated
)

// PoolStats counts the tasks of a pool.
type PoolStats struct {
	Width    int // most functions at once
	Running  int // tasks that run now
	Queued   int // tasks that wait
	Done     int // tasks that returned no error
	Failed   int // tasks that returned an error, or panicked
	Canceled int // tasks that never ran: canceled, dropped, or their context ended
}

// NewPool makes a pool with a configuration.
func NewPool(c Config) *Pool {
	width := c.Workers
	if width == 0 {
		width = runtime.GOMAXPROCS(0)
	}
	p := &Pool{slots: newSlots(width), quota: c.MaxTasks, most: c.Queue, quiet: make(chan struct{})}
	p.slots.freed = p.dispatch
	p.queue = newQueue(p.contextEnded)
	p.ctx, p.cancel = context.WithCancelCause(context.Background())
	p.states = newStates(c.State, p.ctx, 0)
	p.states.tasks = true
	p.tasks = &Call{Name: "parallel.Submit", ctx: p.ctx, slots: p.slots, owner: p, most: width, seed: c.Seed}
	if c.Observer != nil {
		p.tasks.obs = &observed{o: c.Observer}
		p.tasks.obs.start(p.tasks.info())
	}
	return p
}

// Width returns how many functions run at once at most.
func (p *Pool) Width() int { return p.slots.currentWidth() }

// Stats returns the counters: every task that was submitted is in one of them.
func (p *Pool) Stats() PoolStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.past
	for _, c := range p.counts {
		s.add(c)
	}
	s.Width, s.Queued = p.slots.currentWidth(), p.queue.n
	s.Running = p.begun - s.Done - s.Failed - s.Canceled
	s.Canceled += p.stopped
	return s
}

func (s *PoolStats) add(c *ended) {
	s.Done += int(c.done.Load())
	s.Failed += int(c.failed.Load())
	s.Canceled += int(c.skipped.Load())
}

// Resize changes the width.
func (p *Pool) Resize(n int) error {
	if n < 1 {
		return fmt.Errorf("parallel.Pool.Resize: %w: width %d: want 1 or more", ErrOption, n)
	}
	p.slots.resize(n)
	for _, s := range p.states.surplus(n) {
		p.states.exit(s)
	}
	p.dispatch()
	return nil
}

// Close refuses new work and lets everything that was submitted finish.
func (p *Pool) Close() { p.shut(closed, nil) }

// Terminate refuses new work, drops tasks that wait, and ends the context of running
// functions.
func (p *Pool) Terminate() { p.shut(terminated, ErrTerminated) }

// shut moves the pool to a later stage. If cause is not nil, tasks that wait are
// dropped with it.
func (p *Pool) shut(to stage, cause error) {
	var dropped []*Node
	p.mu.Lock()
	p.stage = max(p.stage, to)
	p.ends.Store(true)
	if cause != nil {
		dropped = p.emptied()
	}
	p.rejectBlocked()
	p.mu.Unlock()
	if cause != nil {
		p.cancel(cause)
	}
	drop(dropped, cause)
	p.dispatch()
}

// emptied removes all tasks from the queue, for the caller to drop. Called with
// p.mu held.
func (p *Pool) emptied() []*Node {
	all := p.queue.all()
	p.waits.Store(0)
	return p.seize(all)
}

// seize begins tasks that are no longer in the queue, and counts them. It
// returns the tasks that had not begun, for the caller to drop.
// Called with p.mu held.
func (p *Pool) seize(all []*Node) []*Node {
	ours := slices.DeleteFunc(all, func(n *Node) bool { return !n.task.Begin() })
	p.stopped += len(ours)
	return ours
}

// drop fails tasks that seize has begun.
func drop(ours []*Node, err error) {
	for _, n := range ours {
		n.task.Fail(err)
		n.task.Settle()
	}
}

// Withdraw removes a canceled task from the queue. Its canceler has begun it.
func (p *Pool) Withdraw(n *Node) {
	p.mu.Lock()
	p.stopped++
	if p.queue.has(n) {
		p.queue.remove(n)
		p.waits.Add(-1)
	}
	p.mu.Unlock()
	p.dispatch()
}

// Wait waits, after Close or Terminate, until all functions have returned and
// all workers have ended.
func (p *Pool) Wait(ctx context.Context) error {
	if ctx == nil {
		return fmt.Errorf("parallel.Pool.Wait: %w", errNilContext)
	}
	p.mu.Lock()
	running := p.stage == open
	p.mu.Unlock()
	if running {
		return fmt.Errorf("parallel.Pool.Wait: %w", ErrRunning)
	}
	if w := workerOf(ctx); w != nil && w.runsOn(p.slots) {
		return errors.New("parallel.Pool.Wait: called by a function that runs on the pool: it would wait for itself")
	}
	// A worker of another pool lends its slot: this pool may need it.
	Block(ctx, func() {
		select {
		case <-p.quiet:
		case <-ctx.Done():
		}
	})
	select {
	case <-p.quiet:
	default:
		return context.Cause(ctx)
	}
	return p.states.failures()
}

// callBegan counts a call On the pool, or returns why the pool refuses it.
func (p *Pool) callBegan() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.refusal(); err != nil {
		return err
	}
	p.calls++
	return nil
}

func (p *Pool) callEnded() {
	p.mu.Lock()
	p.calls--
	p.mu.Unlock()
	p.dispatch()
}

// refusal returns why the pool refuses new work, or nil if it does not. Called with p.mu
// held.
func (p *Pool) refusal() error {
	switch {
	case p.stage == terminated:
		return ErrTerminated
	case p.broken != nil:
		return p.broken
	case p.stage == closed:
		return ErrClosed
	}
	return nil
}

// inInitializer reports whether an initializer of the pool's workers received ctx, or a
// function of a call that it made. A task that it waited for would need a worker itself.
func (p *Pool) inInitializer(ctx context.Context) bool {
	for w := workerOf(ctx); w != nil; w = w.call.outer {
		if w.initializes && w.hold.neverLends && w.hold.has(p.slots) {
			return true
		}
	}
	return false
}

// MayWait returns why the function that received ctx must not wait for a task of
// the pool, or nil if it may.
func (p *Pool) MayWait(ctx context.Context) error {
	if p != nil && p.inInitializer(ctx) {
		return errInitializer
	}
	return nil
}

var errInitializer = fmt.Errorf("%w: an initializer of the pool's workers would wait for itself", ErrOption)

// refused is refusal without the lock.
func (p *Pool) refused() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refusal()
}

// breakDown drops everything, since a worker could not be made. It returns the error for
// calls and tasks that needed the worker.
func (p *Pool) breakDown(err error) error {
	p.mu.Lock()
	if p.stage == terminated {
		p.mu.Unlock()
		return ErrTerminated
	}
	if p.broken == nil {
		p.broken = err
	}
	err = p.broken
	dropped := p.emptied()
	p.rejectBlocked()
	p.mu.Unlock()
	p.cancel(err)
	drop(dropped, err)
	return err
}

func (p *Pool) position() *position { return &p.queued }

// granted is called with a slot taken for the pool's tasks, which had found
// none free.
func (p *Pool) granted() {
	p.mu.Lock()
	p.asksForSlot.Store(false)
	start := p.queue.n > p.polling
	if start {
		p.expectRunner()
		if p.queue.n > p.polling {
			p.askForSlot()
		}
	}
	p.mu.Unlock()
	if start {
		p.startRunner()
	} else {
		p.slots.release()
	}
}

// askForSlot adds the pool to the queue of its slots. Called with p.mu held.
func (p *Pool) askForSlot() {
	p.slots.mu.Lock()
	p.slots.ask(p)
	p.asksForSlot.Store(true)
	p.slots.mu.Unlock()
}

// dispatch gives space in the queue to blocked submits, starts runners for tasks that wait
// while slots are free, and ends the pool when it is closed and nothing runs. It is called
// whenever one of these may have become possible.
func (p *Pool) dispatch() {
	p.mu.Lock()
	starts := p.admit()
	over := p.stage != open && p.queue.n == 0 && p.calls == 0 && p.runners == 0
	ends := over && !p.over
	p.over = p.over || over
	p.mu.Unlock()
	for range starts {
		p.startRunner()
	}
	if ends {
		p.endWorkers()
	}
}

// slotOrAsk takes a slot for a runner and reports true, or makes the pool wait for one.
// Called with p.mu held.
func (p *Pool) slotOrAsk() bool {
	if p.asksForSlot.Load() && !p.slots.free() {
		return false
	}
	if p.slots.tryAcquireOrAsk(p) {
		return true
	}
	p.asksForSlot.Store(true)
	return false
}

// endWorkers ends the workers of a pool on which nothing runs, and then the pool.
func (p *Pool) endWorkers() {
	if p.borrowed {
		close(p.quiet)
		return
	}
	Aside(func() {
		_ = p.states.exitAll()
		if o := p.tasks.obs; o != nil {
			_ = o.end(nil)
		}
		p.cancel(ErrClosed) // frees what was derived from it
		close(p.quiet)
	})
}
