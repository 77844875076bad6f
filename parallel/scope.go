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

// Scope is a set of tasks that end together: tasks may have results of different
// types, and may add tasks, as those do that walk a tree or crawl a site. It is
// errgroup.Group with a width, futures, panics as errors, and slots that are lent
// while a task waits for another.
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
	open  int // tasks that have not ended, and one for Wait
	first error
	count int // failures
	errs  []*RowError
	idle  chan struct{} // closed when open is 0
	once  sync.Once
	err   error // what Wait returns
}

// NewScope makes a scope. Its width is that of [Workers], or that of the pool
// that it is made [On], or that of the call whose function's context ctx is, and
// otherwise runtime.GOMAXPROCS(0). The first failure ends the context of all tasks,
// and those that have not begun are dropped; with [CollectAll] all run. Other
// options: [Observe], [Seed] and [WorkerState].
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

// Go adds a task to the scope. It never waits; tasks begin in the order in which
// they were added. fn receives the scope's context, which ends with the first
// failure and with the scope; [Index] in it is the number of the task. After the
// scope has ended, and for a nil scope or function, the future is ready at once
// with an error.
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
	f.pool, f.ears = s.tasks, &ears[R]{scope: s}
	if err := s.tasks.Submit(s.ctx, (*task[R])(f), true); err != nil && (*task[R])(f).Begin() {
		(*task[R])(f).Fail(fmt.Errorf("parallel.Go: %w", err))
		(*task[R])(f).Settle()
	}
	return f
}

// refusal counts a task, or says why it is none.
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

// ended takes note of the end of a task; of one without a scope it takes none.
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

// failed takes note of a failure. Called with s.mu held.
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

// onlyEnd reports whether err only tells that the scope's context has ended.
// Called with s.mu held.
func (s *Scope) onlyEnd(err error) bool {
	return s.ctx.Err() != nil && engine.OnlyEnd(err, s.ctx)
}

func (s *Scope) trim(most int) {
	slices.SortFunc(s.errs, func(a, b *RowError) int { return cmp.Compare(a.Row, b.Row) })
	s.errs = s.errs[:min(len(s.errs), most)]
}

// Wait waits until all tasks have ended, those too that were added meanwhile, and
// ends the scope; to call it again returns the same. It returns the error that came
// first, with [CollectAll] a [Failures], or the cause of the end of the context
// that the scope was made with. A function that made the scope lends its slot
// meanwhile. A task of the scope must not call it.
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
