package parallel

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
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
// deadlocks: while it waits it lends its place. It must wait with the context
// that its function received, by which it is known.
//
// A pool that is not needed any more may simply be forgotten, unless it has
// workers with an exit function, which Wait calls.
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
	polling int             // runners that look for work, and those about to be started
	runners int             // goroutines that run tasks
	calls   int             // calls On the pool that run
	seats   int             // workers made and not ended
	ending  int             // of these, workers in their exit function
	idle    []*seat         // the last one used comes last
	nextID  int
	begun   int       // tasks that were given to a worker
	stopped int       // tasks that were cancelled or dropped in the queue
	counts  []*ended  // of the runners that live
	past    PoolStats // what runners counted that have ended
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
	begin() (ctx context.Context, ok bool)
	run(w *worker)
	fail(err error)
	failed() bool
	settle()
}

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

// Stats returns the counters: every task that was submitted is in one of them.
// A task is counted as ended before its future is ready.
func (p *Pool) Stats() PoolStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.past
	for _, c := range p.counts {
		s.add(c)
	}
	s.Width, s.Queued = p.gate.size(), p.queue.len()-p.dead
	s.Running = p.begun - s.Done - s.Failed - s.Cancelled
	s.Cancelled += p.stopped
	return s
}

func (s *PoolStats) add(c *ended) {
	s.Done += int(c.done.Load())
	s.Failed += int(c.failed.Load())
	s.Cancelled += int(c.skipped.Load())
}

// runnerEnded keeps what a runner counted.
func (p *Pool) runnerEnded(c *ended) {
	p.mu.Lock()
	p.runners--
	p.past.add(c)
	p.counts = slices.DeleteFunc(p.counts, func(other *ended) bool { return other == c })
	p.mu.Unlock()
}

// Resize changes the width, for tasks that wait and calls that run already, too:
// a call that had the whole of a smaller width uses more when it claims its next
// chunk. Functions that run beyond a smaller width finish.
func (p *Pool) Resize(n int) error {
	if n < 1 {
		return fmt.Errorf("parallel.Pool.Resize: %w: width %d: want 1 or more", ErrOption, n)
	}
	p.gate.resize(n)
	p.mu.Lock()
	p.makeAllTryAgain()
	p.mu.Unlock()
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
	p.stopped++
	p.buried(1)
	p.makeRoom()
	p.mu.Unlock()
}

// buried counts cancelled tasks that are in the queue still. Who cancels one
// comes here after somebody else may have taken it out: the sum is what counts.
// Called with p.mu held.
func (p *Pool) buried(n int) {
	if p.phase != terminated && p.broken == nil { // else the queue was emptied
		p.dead += n
	}
}

func (p *Pool) shut(to phase) (dropped []task) {
	p.mu.Lock()
	p.phase = max(p.phase, to)
	if to == terminated {
		dropped = p.emptied()
	}
	p.makeAllTryAgain()
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

// dropAll ends tasks that will not run, even if a function of OnDone's ends
// the goroutine.
func (p *Pool) dropAll(tasks []task, err error) {
	i := 0
	defer func() {
		if i < len(tasks) {
			p.dropAll(tasks[i+1:], err)
		}
	}()
	for ; i < len(tasks); i++ {
		if _, ok := tasks[i].begin(); ok {
			tasks[i].fail(err)
			p.mu.Lock()
			p.stopped++
			p.mu.Unlock()
			tasks[i].settle()
		}
	}
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
	// A worker of another pool lends its place: this one may need it.
	lendPlaces(ctx, func() {
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

// refused is refusal for one who does not hold the lock.
func (p *Pool) refused() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refusal()
}

// breakDown drops everything: a worker could not be made.
func (p *Pool) breakDown(err error) {
	p.mu.Lock()
	if p.broken == nil {
		p.broken = err
	}
	dropped := p.emptied()
	p.makeAllTryAgain()
	p.mu.Unlock()
	p.cancel(err)
	p.dropAll(dropped, err)
}

// kick starts runners for tasks that wait while places are free, offers what is
// left to the calls, and ends the pool when it is closed and nothing runs any
// more. It is called whenever places may have become free.
func (p *Pool) kick() {
	for p.kickOne() {
		p.startRunner()
	}
	p.gate.offer()
}

// kickOne takes a place for one more runner.
func (p *Pool) kickOne() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.queue.len() > p.polling && p.gate.try() {
		p.expectRunner()
		return true
	}
	if p.gate.free() {
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
	return false
}
