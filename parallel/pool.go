package parallel

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// Pool bounds how many functions run at once over many calls: everything made
// [On] it and everything submitted to it shares its width. It is what
// multiprocessing.Pool and concurrent.futures.Executor are in Python, with
// goroutines for processes: nothing is pickled, and an idle pool costs
// nothing, since its goroutines end when there is nothing to do.
//
// A call or task that waits for work of its own pool, at any depth, never
// deadlocks: while it waits it lends its place.
//
// All methods may be called at any time and by any goroutine.
type Pool struct {
	gate   *gate
	ctx    context.Context // ends with Terminate
	cancel context.CancelCauseFunc
	state  *workerState
	quota  int // tasks after which a worker is replaced, 0: never
	bound  int // tasks that may wait, -1: any number
	tasks  job // what the workers of tasks belong to
	quiet  chan struct{}
	ended  sync.Once

	waits atomic.Int64 // len(queue), for runners that poll

	mu      sync.Mutex
	phase   phase
	broken  error
	queue   queue
	dead    int             // cancelled tasks in the queue
	room    []chan struct{} // who waits for room in the queue
	polling int             // runners that look for work
	runners int             // goroutines that run tasks
	calls   int             // calls On the pool that run
	seats   int             // workers made and not ended
	ending  int             // of these, workers in their exit function
	idle    []*seat         // the last one used comes last
	nextID  int
	stats   PoolStats
	exits   []any
	exitErr []error
}

type phase int

const (
	open phase = iota
	closed
	terminated
)

// PoolStats counts the tasks of a pool.
type PoolStats struct {
	Width     int // most functions at once
	Running   int // tasks that run now
	Queued    int // tasks that wait
	Done      int // tasks that returned no error
	Failed    int // tasks that returned an error, or panicked
	Cancelled int // tasks that never ran: cancelled, dropped, or their context ended
}

// task is what the queue holds: a *Future[R].
type task interface {
	run(w *worker) outcome
	drop(err error) bool
	context() context.Context
}

type outcome int

const (
	succeeded outcome = iota
	failed
	skipped   // its context had ended
	cancelled // counted by the one who cancelled it
)

// NewPool makes a pool. Options: [Workers], the width, runtime.GOMAXPROCS(0)
// without it; [Queue]; [WorkerState]; [WorkerExit]; [MaxTasksPerWorker];
// [Seed].
//
// It starts nothing: workers are made when there is something to do.
func NewPool(opts ...Option) (*Pool, error) {
	plan, err := Prepare("parallel.NewPool", opts, "Queue", "WorkerState", "WorkerExit", "MaxTasksPerWorker")
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"Serial", "On", "Observe"} {
		if _, ok := plan.values[name]; ok {
			return nil, fmt.Errorf("parallel.NewPool: %w: %s has no meaning here", ErrOption, name)
		}
	}
	p := &Pool{gate: newGate(plan.int("Workers", runtime.GOMAXPROCS(0))), quiet: make(chan struct{})}
	p.gate.pool = p
	p.ctx, p.cancel = context.WithCancelCause(context.Background())
	p.quota = plan.int("MaxTasksPerWorker", 0)
	p.bound = plan.int("Queue", -1)
	p.state, err = newWorkerState(plan)
	if err != nil {
		return nil, err
	}
	seed, _ := plan.values["Seed"].(uint64)
	p.tasks.call, p.tasks.ctx, p.tasks.gate, p.tasks.seed = "parallel.Submit", p.ctx, p.gate, seed
	return p, nil
}

// Queue bounds how many tasks may wait in a pool: [Submit] blocks while the
// queue is full, [TrySubmit] says ErrFull. With 0 a task is taken only if it
// can run at once. Without this option any number may wait.
func Queue(n int) Option { return intOption("Queue", n, 0) }

// MaxTasksPerWorker replaces a worker of a pool, with its state, after n
// tasks; a chunk of a call counts as a task.
func MaxTasksPerWorker(n int) Option { return intOption("MaxTasksPerWorker", n, 1) }

// Width returns how many functions run at once at most.
func (p *Pool) Width() int { return p.gate.size() }

// Stats returns the counters, all taken at one moment.
func (p *Pool) Stats() PoolStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	s.Width, s.Queued = p.gate.size(), p.queue.len()-p.dead
	return s
}

// Resize changes the width. Functions that run beyond a smaller one finish.
func (p *Pool) Resize(n int) error {
	if n < 1 {
		return fmt.Errorf("parallel.Pool.Resize: %w: width %d: want 1 or more", ErrOption, n)
	}
	p.gate.resize(n)
	p.retireSurplus()
	p.kick()
	return nil
}

// Close lets everything that was submitted finish, and takes nothing new:
// what is submitted now gives ErrClosed. It does not wait; see Wait.
// Running tasks and calls may still make nested calls. Closing twice is fine.
func (p *Pool) Close() { p.shut(closed) }

// Terminate takes nothing new, drops what waits, which gives ErrTerminated,
// and ends the context of what runs with the same cause. It does not wait for
// functions that do not look at their context; see Wait.
func (p *Pool) Terminate() {
	dropped := p.shut(terminated)
	p.cancel(ErrTerminated)
	p.dropAll(dropped, ErrTerminated)
	p.kick()
}

// cancelled counts a task that was cancelled in the queue.
func (p *Pool) cancelled() {
	p.mu.Lock()
	p.stats.Cancelled++
	p.dead++
	p.makeRoom()
	p.mu.Unlock()
}

func (p *Pool) shut(to phase) (dropped []task) {
	p.mu.Lock()
	p.phase = max(p.phase, to)
	if to == terminated {
		dropped = p.emptied()
	}
	for _, c := range p.room {
		close(c)
	}
	p.room = nil
	p.mu.Unlock()
	p.kick()
	return dropped
}

// emptied takes all tasks from the queue. Called with p.mu held.
func (p *Pool) emptied() []task {
	all := p.queue.all()
	p.dead = 0
	p.waits.Store(0)
	return all
}

func (p *Pool) dropAll(tasks []task, err error) {
	n := 0
	for _, t := range tasks {
		if t.drop(err) {
			n++
		}
	}
	p.mu.Lock()
	p.stats.Cancelled += n
	p.mu.Unlock()
}

// Wait waits, after Close or Terminate, until all functions have returned and
// all workers have ended; before that it gives ErrRunning at once. Its error
// joins what the workers' exit functions returned, and is the context's cause
// if ctx ends first. A worker of the pool cannot wait for its own end: error.
func (p *Pool) Wait(ctx context.Context) error {
	p.mu.Lock()
	running := p.phase == open
	p.mu.Unlock()
	if running {
		return fmt.Errorf("parallel.Pool.Wait: %w", ErrRunning)
	}
	if w := workerOf(ctx); w != nil && w.holds(p.gate) {
		return errors.New("parallel.Pool.Wait: called by a function that runs on the pool: it would wait for itself")
	}
	select {
	case <-p.quiet:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	p.ended.Do(func() {
		p.retireSurplus()
		p.cancel(ErrClosed) // frees what was derived from it
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	return errors.Join(p.exitErr...)
}

// begin takes note of a call On the pool.
func (p *Pool) begin() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.refusal(); err != nil {
		return err
	}
	p.calls++
	return nil
}

func (p *Pool) finish() {
	p.mu.Lock()
	p.calls--
	p.mu.Unlock()
	p.kick()
}

// refusal says why nothing new is taken. Called with p.mu held.
func (p *Pool) refusal() error {
	switch {
	case p.broken != nil:
		return p.broken
	case p.phase == terminated:
		return ErrTerminated
	case p.phase == closed:
		return ErrClosed
	}
	return nil
}

// breakDown drops everything: a worker could not be made.
func (p *Pool) breakDown(err error) {
	p.mu.Lock()
	if p.broken == nil {
		p.broken = err
	}
	dropped := p.emptied()
	p.mu.Unlock()
	p.cancel(err)
	p.dropAll(dropped, err)
}

// kick starts a runner if tasks wait and a place is free, and ends the pool
// when it is closed and nothing runs any more. It is called whenever a place
// may have become free.
func (p *Pool) kick() {
	p.mu.Lock()
	start := p.queue.len() > p.polling && p.gate.try()
	if start {
		p.runners++
	}
	if !start && p.gate.free() {
		p.makeRoom()
	}
	over := p.phase != open && p.queue.len() == 0 && p.calls == 0 && p.runners == 0 && p.ending == 0
	if over {
		select {
		case <-p.quiet:
		default:
			close(p.quiet)
		}
	}
	p.mu.Unlock()
	if start {
		p.startRunner()
	}
}
