package parallel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/parframe/parframe/internal/engine"
)

// Scope is a set of tasks that end together. Tasks may have results of different
// types, and may add tasks, for example to walk a tree or to crawl a site. It is
// errgroup.Group with a width, futures, panics as errors, and slots that a task lends
// while it waits for another one.
//
//	s, err := parallel.NewScope(ctx, parallel.Workers(8))
//	…
//	user := parallel.Go(s, func(ctx context.Context) (User, error) { return load(ctx, id) })
//	mail := parallel.Go(s, func(ctx context.Context) ([]Mail, error) { return inbox(ctx, id) })
//	if err := s.Wait(); err != nil { … } // both are ready now
//
// Wait must be called: nothing else ends a scope.
type Scope struct {
	call   *engine.Call
	tasks  *engine.Pool
	ctx    context.Context // of the tasks
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	added int // tasks so far
	open  int // tasks that have not ended, plus one until Wait is called
	first error
	count int // failures
	errs  []*RowError
	idle  chan struct{} // closed when open is 0
	once  sync.Once
	err   error // what Wait returns
}

// NewScope makes a scope. [Workers] sets its width, or it shares the width of the pool
// that it is made [On], or of the call whose function received ctx. Otherwise the width is
// runtime.GOMAXPROCS(0). The first failure ends the context of all tasks,
// and tasks that have not begun are dropped; with [CollectAll] all run. Other
// options are [Observe], [Seed] and [WorkerState].
func NewScope(ctx context.Context, opts ...ItemOption) (*Scope, error) {
	c, err := engine.NewCall("parallel.NewScope", engine.Collect(opts, ItemOption.ForItems), []string{"CollectAll", "Seed", "WorkerState"})
	switch {
	case err != nil:
		return nil, err
	case c.Serial:
		return nil, c.Wrap(fmt.Errorf("%w: Serial has no effect here: a scope has tasks that run side by side", ErrOption))
	}
	if err := c.Begin(ctx, 0); err != nil {
		return nil, err
	}
	s := &Scope{call: c, tasks: engine.NewTasks(c), open: 1, idle: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancelCause(c.Context())
	return s, nil
}

// Go adds a task to the scope. It never waits. Tasks begin in the order in which
// they were added. fn receives a context that ends with the first
// failure and with the scope, and for which [Index] is the number of the task. If the
// scope has ended, or the scope or fn is nil, the future is ready at once with an error.
//
//	Go(Scope, func() R) Future[R]
func Go[R any](s *Scope, fn func(ctx context.Context) (R, error)) *Future[R] {
	f := &Future[R]{fn: fn}
	if err := s.refusal(fn == nil); err != nil {
		t := (*task[R])(f)
		t.Begin()
		t.Fail(err)
		t.Settle()
		return f
	}
	f.pool, f.waiters = s.tasks, &waiters[R]{scope: s}
	if err := s.tasks.Submit(s.ctx, (*task[R])(f), true); err != nil && (*task[R])(f).Begin() {
		(*task[R])(f).Fail(fmt.Errorf("parallel.Go: %w", err))
		(*task[R])(f).Settle()
	}
	return f
}

// refusal counts a new task, or returns why it is refused.
func (s *Scope) refusal(nilFunc bool) error {
	switch {
	case s == nil || s.tasks == nil:
		return fmt.Errorf("parallel.Go: %w: nil scope", ErrOption)
	case nilFunc:
		return fmt.Errorf("parallel.Go: %w", ErrNilFunc)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == 0 {
		return fmt.Errorf("parallel.Go: %w: the scope has ended", ErrClosed)
	}
	s.open++
	s.added++
	return nil
}

// ended records that task num has ended with err. A nil scope records nothing.
func (s *Scope) ended(num int, err error) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && !s.onlyEnd(err) {
		s.failed(num, err)
	}
	if s.open--; s.open == 0 {
		close(s.idle)
	}
}

// failed records a failure. Called with s.mu held.
func (s *Scope) failed(num int, err error) {
	s.count++
	if s.call.Collect == 0 {
		if s.first == nil {
			s.first = err
			s.cancel(err)
		}
		return
	}
	s.errs = append(s.errs, &RowError{Row: num, Partition: -1, Err: err})
	if most := s.call.Collect; len(s.errs) > 2*most+16 {
		s.trim(most)
	}
}

// onlyEnd reports whether err only means that the scope's context has ended.
// Called with s.mu held.
func (s *Scope) onlyEnd(err error) bool {
	return s.ctx.Err() != nil && engine.OnlyEnd(err, s.ctx)
}

func (s *Scope) trim(most int) {
	slices.SortFunc(s.errs, func(a, b *RowError) int { return cmp.Compare(a.Row, b.Row) })
	s.errs = s.errs[:min(len(s.errs), most)]
}

// Wait waits until all tasks have ended, including tasks that are added meanwhile, and
// ends the scope. Further calls return the same error. It is the first failure in time,
// or a [Failures] with [CollectAll], or the cause if the context
// that the scope was made with has ended. If a function of a call made the scope, Wait
// lends its slot meanwhile. A task of the scope must not call Wait.
func (s *Scope) Wait() error {
	if s == nil || s.tasks == nil {
		return fmt.Errorf("parallel.Scope.Wait: %w: nil scope", ErrOption)
	}
	s.once.Do(func() {
		s.mu.Lock()
		if s.open--; s.open == 0 {
			close(s.idle)
		}
		s.mu.Unlock()
		engine.Block(s.call.Context(), func() { <-s.idle })
		s.tasks.WaitClosed()
		s.err = s.result()
		s.cancel(errors.New("the scope has ended"))
		s.call.End(&s.err)
	})
	return s.err
}

func (s *Scope) result() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.first != nil:
		return s.first
	case s.count > 0:
		s.trim(s.call.Collect)
		return &Failures{Count: s.count, Of: s.added, Errs: s.errs}
	case s.call.Context().Err() != nil:
		return context.Cause(s.call.Context())
	}
	return nil
}
