package parallel

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/parframe/parframe/internal/engine"
)

// Future is the result of a task that may not have run yet. It is AsyncResult in
// multiprocessing, and Future in concurrent.futures.
//
// All methods may be called at any time, any number of times and by any goroutine.
// A nil future and the zero Future are ready with an ErrOption.
type Future[R any] struct {
	state    atomic.Int32
	canceled atomic.Bool
	mu       sync.Mutex
	fn       func(ctx context.Context) (R, error) // fn and pool are nil once the task has ended,
	pool     *engine.Pool                         // so that a result keeps neither alive
	node     engine.Node
	value    R // value and err are written by the goroutine that began the task, until ready
	err      error
	waiters  *waiters[R] // made for the first one: most futures have none before they are ready
}

// waiters are notified when a result is ready.
type waiters[R any] struct {
	onDone []func(R, error)
	chans  []chan<- *Future[R] // of AsCompleted, sent to after done is closed
	done   chan struct{}       // closed when ready; nil if no goroutine waits
	scope  *Scope              // of the task; nil if it has none
}

const (
	pending  int32 = iota
	running        // or dropped, and about to be settled
	settling       // the result is known, and OnDone's functions run
	ready
)

// Submit adds fn to the queue of the pool and returns at once, unless the queue is
// full. Then it waits for space until ctx ends. Tasks begin in the order in
// which they were submitted.
//
//	Submit(Pool, func() R) Future[R]
//
// fn receives a context like ctx that also ends with Terminate, and for which
// [Index] is the number of the task. If ctx ends before fn
// begins, fn never runs, and the future is ready at once with the context's cause.
// A closed pool returns ErrClosed and no future, except to functions that still run on it.
// A panic in fn is a [PanicError].
//
// A task may submit further tasks with the context that it received, or with one derived
// from it. They do not end when the task returns. They end with the context that the task
// was submitted with, or with the derived one.
func Submit[R any](ctx context.Context, pool *Pool, fn func(ctx context.Context) (R, error)) (*Future[R], error) {
	return submit(ctx, pool, "parallel.Submit", fn, true)
}

// TrySubmit is [Submit] without waiting: it returns ErrFull if the pool's queue is
// full.
func TrySubmit[R any](ctx context.Context, pool *Pool, fn func(ctx context.Context) (R, error)) (*Future[R], error) {
	return submit(ctx, pool, "parallel.TrySubmit", fn, false)
}

func submit[R any](ctx context.Context, pool *Pool, call string, fn func(ctx context.Context) (R, error), wait bool) (*Future[R], error) {
	switch {
	case ctx == nil:
		return nil, fmt.Errorf("%s: %w: nil context", call, ErrOption)
	case pool == nil || pool.engine == nil:
		return nil, engine.NotNil(call)
	case fn == nil:
		return nil, fmt.Errorf("%s: %w", call, ErrNilFunc)
	}
	f := &Future[R]{fn: fn, pool: pool.engine}
	if err := pool.engine.Submit(ctx, (*task[R])(f), wait); err != nil {
		return nil, fmt.Errorf("%s: %w", call, err)
	}
	return f, nil
}

// MapAsync is [Map] as a task of the pool: it returns at once, and uses
// as many of the pool's workers as are free. It takes the options of Map except On,
// since the pool is an argument.
//
//	MapAsync(Pool, []T, func(T) R) Future[[]R]
func MapAsync[T, R any](ctx context.Context, pool *Pool, xs []T, fn func(ctx context.Context, x T) (R, error), opts ...ItemOption) (*Future[[]R], error) {
	return mapAsync(ctx, "parallel.MapAsync", pool, xs, fn, opts)
}

func mapAsync[T, R any](ctx context.Context, call string, pool *Pool, xs []T, fn func(ctx context.Context, x T) (R, error), opts []ItemOption) (*Future[[]R], error) {
	c, err := itemCall[T](call, opts, fn == nil, engine.ItemOptions)
	switch {
	case err != nil:
		return nil, err
	case c.Pool != nil:
		return nil, c.Wrap(fmt.Errorf("%w: On has no effect here: the pool is an argument", ErrOption))
	case pool == nil || pool.engine == nil:
		return nil, engine.NotNil(call)
	}
	c.Pool = pool.engine // so that Workers stays within the pool's width
	return submit(ctx, pool, call, func(ctx context.Context) ([]R, error) { return mapItems(ctx, c, xs, fn) }, true)
}

// task is a future as the pool's queue sees it.
type task[R any] Future[R]

// Node returns the node of the task in the queue.
func (t *task[R]) Node() *engine.Node { return &t.node }

// Begin reports whether the caller is the first to call it. Then it must run or fail the
// task, and settle it.
func (t *task[R]) Begin() bool { return t.state.CompareAndSwap(pending, running) }

// Run calls the function of a task that has begun.
func (t *task[R]) Run(ctx context.Context) {
	t.err = ErrGoexit // unless it returns
	defer func() {
		if v := recover(); v != nil {
			t.err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	t.value, t.err = t.fn(ctx)
}

// Fail sets the error of a task that has begun and is not to run.
func (t *task[R]) Fail(err error) { t.err = err }

// Failed reports whether a task that has run or was failed has an error.
func (t *task[R]) Failed() bool { return t.err != nil }

// Err returns the error.
func (t *task[R]) Err() error { return t.err }

// Settle publishes the result: first to OnDone's functions, then to Get.
func (t *task[R]) Settle() {
	f := (*Future[R])(t)
	f.mu.Lock()
	num := f.node.Num()
	f.fn, f.pool, f.node = nil, nil, engine.Node{}
	if f.waiters == nil {
		f.finish()
		return
	}
	scope := f.waiters.scope
	if len(f.waiters.onDone) > 0 {
		f.state.Store(settling)
		f.mu.Unlock()
		// The functions may block, wait for the pool, or submit to it.
		engine.Aside(func() { defer scope.ended(num, f.err); f.callOnDone() })
		return
	}
	f.finish()
	scope.ended(num, f.err)
}

// callOnDone calls OnDone's functions, including those that are added meanwhile, and then
// makes the result ready, even if one of them ends the goroutine.
func (f *Future[R]) callOnDone() {
	calledAll := false
	defer func() {
		if !calledAll {
			f.callOnDone()
		}
	}()
	for {
		f.mu.Lock()
		if len(f.waiters.onDone) == 0 {
			break
		}
		fn := f.waiters.onDone[0]
		f.waiters.onDone = f.waiters.onDone[1:]
		f.mu.Unlock()
		f.call(fn)
	}
	calledAll = true
	f.finish()
}

// finish makes the result ready and notifies the waiters. Called with f.mu held,
// which it releases.
func (f *Future[R]) finish() {
	defer f.mu.Unlock()
	f.state.Store(ready)
	if f.waiters == nil {
		return
	}
	if f.waiters.done != nil {
		close(f.waiters.done)
	}
	for _, c := range f.waiters.chans {
		c <- f // its buffer has space
	}
	f.waiters = nil
}

// call calls a function of OnDone's, and drops a panic in it.
func (f *Future[R]) call(fn func(R, error)) {
	defer func() { _ = recover() }()
	fn(f.value, f.err)
}

// Get waits for the result and returns it. If ctx ends first it returns the context's
// cause, and a later Get may still return the result. A function that runs on a pool
// must pass the context that it received: Get lends its slot meanwhile, so that it may
// wait for tasks of its own pool.
func (f *Future[R]) Get(ctx context.Context) (R, error) {
	if f.void() {
		return *new(R), errVoid
	}
	if err := f.mayWait(ctx); err != nil {
		return *new(R), fmt.Errorf("parallel.Future.Get: %w", err)
	}
	if !f.await(ctx) {
		return *new(R), context.Cause(ctx)
	}
	return f.value, f.err
}

var errVoid = fmt.Errorf("parallel.Future: %w: nil or zero Future; Submit and others make them", ErrOption)

// void reports whether f is nil or the zero Future.
func (f *Future[R]) void() bool { return f == nil || f.state.Load() == pending && f.noTask() }

func (f *Future[R]) noTask() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fn == nil && f.state.Load() == pending
}

// mayWait returns why the function that received ctx must not wait for the task, or nil
// if it may.
func (f *Future[R]) mayWait(ctx context.Context) error {
	switch {
	case f.Ready():
		return nil
	case ctx == nil:
		return fmt.Errorf("%w: nil context", ErrOption)
	}
	return f.poolOf().MayWait(ctx)
}

// Wait waits until the result is ready or ctx ends, and reports whether it is ready.
func (f *Future[R]) Wait(ctx context.Context) bool {
	return f.mayWait(ctx) == nil && f.await(ctx)
}

// await is Wait for a context that may wait.
func (f *Future[R]) await(ctx context.Context) bool {
	if f.Ready() {
		return true
	}
	var done chan struct{}
	if !f.addWaiter(func(w *waiters[R]) {
		if w.done == nil {
			w.done = make(chan struct{})
		}
		done = w.done
	}) {
		return true
	}
	engine.Block(ctx, func() {
		select {
		case <-done:
		case <-ctx.Done():
		}
	})
	return f.isReady()
}

// addWaiter calls add with the waiters and reports true, unless the result is ready.
func (f *Future[R]) addWaiter(add func(*waiters[R])) (ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.isReady() {
		return false
	}
	if f.waiters == nil {
		f.waiters = &waiters[R]{}
	}
	add(f.waiters)
	return true
}

// Ready reports whether the result is ready.
func (f *Future[R]) Ready() bool { return f.void() || f.isReady() }

func (f *Future[R]) isReady() bool { return f.state.Load() == ready }

// Successful reports whether the task ended without an error. Before the result is ready
// it returns ErrNotReady.
func (f *Future[R]) Successful() (bool, error) {
	if !f.Ready() {
		return false, ErrNotReady
	}
	return !f.void() && f.err == nil, nil
}

// Cancel keeps a task that has not begun from running, and reports whether the task is
// canceled. The error of a canceled task is ErrCanceled. A task that runs or has ended is
// not changed.
func (f *Future[R]) Cancel() bool {
	if f.void() {
		return false
	}
	t := (*task[R])(f)
	pool := f.poolOf()
	if pool == nil || !t.Begin() {
		return f.canceled.Load()
	}
	f.canceled.Store(true)
	t.Fail(ErrCanceled)
	pool.Withdraw(&f.node)
	t.Settle()
	return true
}

// poolOf returns the pool of a task that has not ended.
func (f *Future[R]) poolOf() *engine.Pool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.pool
}

// OnDone calls fn once with the result, before any Get returns it. If the result is ready
// already, OnDone calls fn at once. Several functions are called in
// the order in which they were given, one after the other, on a goroutine
// of their own. fn must not wait for this future, but may use the pool, wait for
// it and close it. [Pool.Wait] does not wait for fn. A panic in fn is dropped.
// One fn replaces callback and error_callback of multiprocessing: it looks at its error.
// A nil fn is not called.
func (f *Future[R]) OnDone(fn func(value R, err error)) {
	switch {
	case fn == nil:
	case f.void():
		defer func() { _ = recover() }()
		fn(*new(R), errVoid)
	case !f.addWaiter(func(w *waiters[R]) { w.onDone = append(w.onDone, fn) }):
		f.call(fn)
	}
}

// notify sends the future to c when the result is ready, at once if it is
// already. The buffer of c must have space for it.
func (f *Future[R]) notify(c chan<- *Future[R]) {
	if f.void() || !f.addWaiter(func(w *waiters[R]) { w.chans = append(w.chans, c) }) {
		c <- f
	}
}

// stopNotify undoes notify, so that waiting again and again for
// the first of many futures leaves nothing behind in the others.
func (f *Future[R]) stopNotify(c chan<- *Future[R]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.waiters != nil {
		f.waiters.chans = slices.DeleteFunc(f.waiters.chans, func(other chan<- *Future[R]) bool { return other == c })
	}
}

// Do runs fn as a task of the pool and returns its result. It is Pool.apply of
// multiprocessing. If ctx ends before fn begins, Do returns the context's cause. If ctx
// ends later, Do returns when fn has returned.
//
//	Do(Pool, func() R) R
func Do[R any](ctx context.Context, pool *Pool, fn func(ctx context.Context) (R, error)) (R, error) {
	f, err := submit(ctx, pool, "parallel.Do", fn, true)
	if err != nil {
		return *new(R), err
	}
	if !f.Wait(ctx) {
		if f.Cancel() {
			return *new(R), context.Cause(ctx)
		}
		f.Wait(context.WithoutCancel(ctx))
	}
	return f.value, f.err
}
