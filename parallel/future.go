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

// Future is the result of a task that may not have run yet: AsyncResult in
// multiprocessing, Future in concurrent.futures.
//
// All methods may be called at any time, any number of times and by any goroutine.
// A future that no call returned, a nil one or the zero one, is ready with an
// ErrOption.
type Future[R any] struct {
	state    atomic.Int32
	canceled atomic.Bool
	mu       sync.Mutex
	fn       func(ctx context.Context) (R, error) // nil once the task has ended, like
	pool     *engine.Pool                         // the pool: a result holds on to nothing
	node     engine.Node
	value    R // value and err belong to the one who began the task, until it is ready
	err      error
	ears     *ears[R] // made when somebody listens: most futures are asked once, later
}

// ears are those who want to hear of a result.
type ears[R any] struct {
	onDone []func(R, error)
	told   []chan<- *Future[R] // the package's own, told after done
	done   chan struct{}       // nil: nobody waits
	scope  *Scope              // nil, or learns of the end
}

const (
	pending  int32 = iota
	running        // or dropped, and about to be settled
	settling       // the result is there, and OnDone's functions run
	ready
)

// Submit gives fn to the pool and returns at once, unless the pool's queue is
// full: then it waits for room until ctx ends. Tasks begin in the order in
// which they were submitted.
//
//	Submit(Pool, func() R) Future[R]
//
// fn receives a context like ctx that ends with Terminate as well, and in which
// [Index] is the number of the task. If ctx ends before fn
// begins, fn never runs, and the future is ready at once with the context's cause.
// A pool that is closed gives ErrClosed and no future, but to what runs on it
// still. A panic in fn is a [PanicError].
//
// A task may submit others with the context that it received, or with one
// derived from it. They do not end with it: their context ends with the one that
// it was submitted with itself, or the derived one.
func Submit[R any](ctx context.Context, pool *Pool, fn func(ctx context.Context) (R, error)) (*Future[R], error) {
	return submit(ctx, pool, "parallel.Submit", fn, true)
}

// TrySubmit is Submit for those who cannot wait: it gives ErrFull if the
// pool's queue is full.
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

// MapAsync is [Map] as a task of the pool: it returns at once, and works with
// as many of the pool's workers as are free. It takes Map's options but On,
// since the pool is given.
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

// Node is the task's place in the queue.
func (t *task[R]) Node() *engine.Node { return &t.node }

// Begin takes the task: whoever gets true runs or fails it, and settles it.
func (t *task[R]) Begin() bool { return t.state.CompareAndSwap(pending, running) }

// Run runs the function of a task that was begun.
func (t *task[R]) Run(ctx context.Context) {
	t.err = ErrGoexit // unless it returns
	defer func() {
		if v := recover(); v != nil {
			t.err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	t.value, t.err = t.fn(ctx)
}

// Fail is for a task that was begun and is not to run.
func (t *task[R]) Fail(err error) { t.err = err }

// Failed reports whether a task that ran, ran into an error.
func (t *task[R]) Failed() bool { return t.err != nil }

// Err returns that error.
func (t *task[R]) Err() error { return t.err }

// Settle makes the result known: to OnDone's functions first, then to Get.
func (t *task[R]) Settle() {
	f := (*Future[R])(t)
	f.mu.Lock()
	num := f.node.Num()
	f.fn, f.pool, f.node = nil, nil, engine.Node{}
	if f.ears == nil {
		f.finish()
		return
	}
	scope := f.ears.scope
	if len(f.ears.onDone) > 0 {
		f.state.Store(settling)
		f.mu.Unlock()
		// They may block, wait for the pool, or submit to it.
		engine.Aside(func() { defer scope.ended(num, f.err); f.tellAll() })
		return
	}
	f.finish()
	scope.ended(num, f.err)
}

// tellAll calls OnDone's functions, those that come meanwhile too, and ends
// the settling, even if one of them ends the goroutine.
func (f *Future[R]) tellAll() {
	told := false
	defer func() {
		if !told {
			f.tellAll()
		}
	}()
	for {
		f.mu.Lock()
		if len(f.ears.onDone) == 0 {
			break
		}
		fn := f.ears.onDone[0]
		f.ears.onDone = f.ears.onDone[1:]
		f.mu.Unlock()
		f.tell(fn)
	}
	told = true
	f.finish()
}

// finish makes the result ready for those who listen. Called with f.mu held,
// which it releases.
func (f *Future[R]) finish() {
	defer f.mu.Unlock()
	f.state.Store(ready)
	if f.ears == nil {
		return
	}
	if f.ears.done != nil {
		close(f.ears.done)
	}
	for _, c := range f.ears.told {
		c <- f // it has room
	}
	f.ears = nil
}

// tell calls a function of OnDone's; what it does wrong is its own affair.
func (f *Future[R]) tell(fn func(R, error)) {
	defer func() { _ = recover() }()
	fn(f.value, f.err)
}

// Get waits for the result. If ctx ends first it gives the context's cause,
// and a later Get may still give the result. A function that runs on a pool
// lends its slot while it waits, so it may wait for tasks of its own pool;
// it must pass the context that it received.
func (f *Future[R]) Get(ctx context.Context) (R, error) {
	if f.void() {
		return *new(R), errVoid
	}
	if err := f.waits(ctx); err != nil {
		return *new(R), fmt.Errorf("parallel.Future.Get: %w", err)
	}
	if !f.await(ctx) {
		return *new(R), context.Cause(ctx)
	}
	return f.value, f.err
}

var errVoid = fmt.Errorf("parallel.Future: %w: nil or zero Future; Submit and others make them", ErrOption)

// void reports whether no call has returned the future.
func (f *Future[R]) void() bool { return f == nil || f.state.Load() == pending && f.noTask() }

func (f *Future[R]) noTask() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fn == nil && f.state.Load() == pending
}

// waits returns why the function that received ctx must not wait for the task.
func (f *Future[R]) waits(ctx context.Context) error {
	switch {
	case f.Ready():
		return nil
	case ctx == nil:
		return fmt.Errorf("%w: nil context", ErrOption)
	}
	return f.poolOf().Waits(ctx)
}

// Wait waits until the result is there or ctx ends, and reports whether it is.
func (f *Future[R]) Wait(ctx context.Context) bool {
	return f.waits(ctx) == nil && f.await(ctx)
}

// await is Wait where ctx may wait.
func (f *Future[R]) await(ctx context.Context) bool {
	if f.Ready() {
		return true
	}
	var done chan struct{}
	if !f.listen(func(e *ears[R]) {
		if e.done == nil {
			e.done = make(chan struct{})
		}
		done = e.done
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

// listen adds to the ears, unless the result is there.
func (f *Future[R]) listen(add func(*ears[R])) (ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.isReady() {
		return false
	}
	if f.ears == nil {
		f.ears = &ears[R]{}
	}
	add(f.ears)
	return true
}

// Ready reports whether the result is there.
func (f *Future[R]) Ready() bool { return f.void() || f.isReady() }

func (f *Future[R]) isReady() bool { return f.state.Load() == ready }

// Successful reports whether the task ended without an error; before it ended
// that is ErrNotReady.
func (f *Future[R]) Successful() (bool, error) {
	if !f.Ready() {
		return false, ErrNotReady
	}
	return !f.void() && f.err == nil, nil
}

// Cancel keeps a task from running that has not begun: its result is
// ErrCanceled then, and Cancel returns true. One that runs or has ended is left
// alone, and Cancel returns false; it returns true again for a canceled one.
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

// OnDone calls fn with the result when it is there, once, and before any Get
// returns it; at once if it is there already. Several functions are called in
// the order in which they were given, one after the other, on a goroutine
// of their own: fn must not wait for this future, but may use the pool, wait for
// it and close it. [Pool.Wait] does not wait for fn. A panic in fn harms nothing.
// multiprocessing's callback and error_callback
// are one function here that looks at its error. A nil fn is not called.
func (f *Future[R]) OnDone(fn func(value R, err error)) {
	switch {
	case fn == nil:
	case f.void():
		defer func() { _ = recover() }()
		fn(*new(R), errVoid)
	case !f.listen(func(e *ears[R]) { e.onDone = append(e.onDone, fn) }):
		f.tell(fn)
	}
}

// tellMe sends the future to c when the result is there, at once if it is
// already. c must have room for it.
func (f *Future[R]) tellMe(c chan<- *Future[R]) {
	if f.void() || !f.listen(func(e *ears[R]) { e.told = append(e.told, c) }) {
		c <- f
	}
}

// tellNoMore takes back what tellMe said, so that waiting again and again for
// the first of many futures leaves nothing behind in the others.
func (f *Future[R]) tellNoMore(c chan<- *Future[R]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ears != nil {
		f.ears.told = slices.DeleteFunc(f.ears.told, func(other chan<- *Future[R]) bool { return other == c })
	}
}

// Do gives fn to the pool and waits for its result: Pool.apply of
// multiprocessing. If ctx ends first, Do returns when fn has, and the context's
// cause if fn had not begun.
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
