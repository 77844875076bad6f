package parallel

import (
	"context"

	"github.com/parframe/parframe/internal/engine"
)

// Pool bounds how many functions run at once over many calls: everything made
// [On] it and everything submitted to it shares its width. It is what
// multiprocessing.Pool and concurrent.futures.Executor are in Python, with
// goroutines for processes: nothing is pickled, and an idle pool costs
// nothing, since its goroutines end when there is nothing to do.
//
// A call or task that waits for work of its own pool, at any depth, never
// deadlocks: while it waits it lends its slot. It must wait with the context
// that its function received, by which it is known.
//
// A pool that is not needed any more may simply be forgotten, unless it has
// workers with an exit function, which Wait calls.
//
// All methods may be called at any time and by any goroutine.
type Pool struct{ engine *engine.Pool }

// PoolStats counts the tasks of a pool:
//
//	Width    int // most functions at once
//	Running  int // tasks that run now
//	Queued   int // tasks that wait
//	Done     int // tasks that returned no error
//	Failed   int // tasks that returned an error, or panicked
//	Canceled int // tasks that never ran: canceled, dropped, or their context ended
type PoolStats = engine.PoolStats

// NewPool makes a pool. Options: [Workers], the width, runtime.GOMAXPROCS(0)
// without it; [Queue]; [WorkerState]; [MaxTasksPerWorker]; [Seed]; [Observe],
// which watches the tasks.
//
// It starts nothing: workers are made when there is something to do.
func NewPool(opts ...PoolOption) (*Pool, error) {
	c, err := engine.ConfigurePool("parallel.NewPool", engine.Collect(opts, PoolOption.ForPools))
	if err != nil {
		return nil, err
	}
	return &Pool{engine.NewPool(c)}, nil
}

// Queue bounds how many tasks may wait in a pool: [Submit] blocks while the
// queue is full, [TrySubmit] returns ErrFull. With 0 a task is taken only if it
// can run at once. Without this option any number may wait.
func Queue(n int) engine.PoolOnly {
	return engine.PoolOnly{Setting: engine.IntSetting("Queue", n, 0, func(c *engine.Config) { c.Queue = n })}
}

// MaxTasksPerWorker replaces a worker of a pool, with its state, after n
// tasks; a chunk of a call counts as a task.
func MaxTasksPerWorker(n int) engine.PoolOnly {
	return engine.PoolOnly{Setting: engine.IntSetting("MaxTasksPerWorker", n, 1, func(c *engine.Config) { c.MaxTasks = n })}
}

// Width returns how many functions run at once at most; 0 for a Pool that
// NewPool did not make.
func (p *Pool) Width() int {
	if p == nil || p.engine == nil {
		return 0
	}
	return p.engine.Width()
}

// Stats returns the counters: every task that was submitted is in one of them.
// A task is counted as ended before its future is ready.
func (p *Pool) Stats() PoolStats {
	if p == nil || p.engine == nil {
		return PoolStats{}
	}
	return p.engine.Stats()
}

// Resize changes the width, for tasks that wait and calls that run already, too:
// a call that had the whole of a smaller width uses more when it claims its next
// chunk. Functions that run beyond a smaller width finish.
func (p *Pool) Resize(n int) error {
	if p == nil || p.engine == nil {
		return engine.NotNil("parallel.Pool.Resize")
	}
	return p.engine.Resize(n)
}

// Close lets everything that was submitted finish, and takes nothing new:
// what is submitted now gives ErrClosed. It does not wait; see Wait.
// Running tasks and calls may still make nested calls, and submit tasks.
// Closing twice is fine.
func (p *Pool) Close() {
	if p != nil && p.engine != nil {
		p.engine.Close()
	}
}

// Terminate takes nothing new, drops what waits, which gives ErrTerminated,
// and ends the context of what runs with the same cause. It does not wait for
// functions that do not look at their context; see Wait.
func (p *Pool) Terminate() {
	if p != nil && p.engine != nil {
		p.engine.Terminate()
	}
}

// Wait waits, after Close or Terminate, until all functions have returned and
// all workers have ended; before that it gives ErrRunning at once. Its error
// joins what the workers' exit functions returned, and is the context's cause
// if ctx ends first. A worker of the pool cannot wait for its own end: error.
func (p *Pool) Wait(ctx context.Context) error {
	if p == nil || p.engine == nil {
		return engine.NotNil("parallel.Pool.Wait")
	}
	return p.engine.Wait(ctx)
}
