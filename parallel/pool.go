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
// deadlocks: it lends its slot while it waits. It must wait with the context
// that its function received, which identifies it.
//
// A pool that is no longer needed need not be closed, unless its workers have
// an exit function, which is called only when a pool has been closed.
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

// NewPool makes a pool. [Workers] sets its width, which is otherwise
// runtime.GOMAXPROCS(0). Other options are [Queue], [WorkerState], [MaxTasksPerWorker],
// [Seed], and [Observe], which observes the tasks.
//
// It starts nothing: workers are made when there is something to do.
func NewPool(opts ...PoolOption) (*Pool, error) {
	c, err := engine.ConfigurePool("parallel.NewPool", engine.Collect(opts, PoolOption.ForPools))
	if err != nil {
		return nil, err
	}
	return &Pool{engine.NewPool(c)}, nil
}

// Queue bounds how many tasks may wait in a pool. While the queue is full [Submit]
// blocks and [TrySubmit] returns ErrFull. With 0 a task is accepted only if it
// can run at once. Without this option any number may wait.
func Queue(n int) engine.PoolOnly {
	return engine.PoolOnly{Setting: engine.IntSetting("Queue", n, 0, func(c *engine.Config) { c.Queue = n })}
}

// MaxTasksPerWorker replaces a worker of a pool, with its state, after n
// tasks; a chunk of a call counts as a task.
func MaxTasksPerWorker(n int) engine.PoolOnly {
	return engine.PoolOnly{Setting: engine.IntSetting("MaxTasksPerWorker", n, 1, func(c *engine.Config) { c.MaxTasks = n })}
}

// Width returns how many functions run at once at most. It is 0 for a Pool that
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

// Resize changes the width, also for tasks that wait and for calls that run: a
// call widens when it claims its next chunk. Functions that run beyond a smaller width
// finish.
func (p *Pool) Resize(n int) error {
	if p == nil || p.engine == nil {
		return engine.NotNil("parallel.Pool.Resize")
	}
	return p.engine.Resize(n)
}

// Close lets everything that was submitted finish. New work is refused with
// ErrClosed, except that running tasks and calls may still make nested calls and submit
// tasks. Close does not wait; see Wait. It may be called more than once.
func (p *Pool) Close() {
	if p != nil && p.engine != nil {
		p.engine.Close()
	}
}

// Terminate refuses new work, drops tasks that wait, and ends the context of
// running functions, all with ErrTerminated. It does not wait for running functions; see
// Wait.
func (p *Pool) Terminate() {
	if p != nil && p.engine != nil {
		p.engine.Terminate()
	}
}

// Wait waits, after Close or Terminate, until all functions have returned and
// all workers have ended. Before Close or Terminate it returns ErrRunning at once. Its
// error joins the errors of the workers' exit functions, or is the context's cause
// if ctx ends first. In a function that runs on the pool, and in calls nested in it, Wait
// would wait for itself: it returns an error at once.
func (p *Pool) Wait(ctx context.Context) error {
	if p == nil || p.engine == nil {
		return engine.NotNil("parallel.Pool.Wait")
	}
	return p.engine.Wait(ctx)
}
