package parallel

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Future is the result of a task that may not have run yet: AsyncResult in
// multiprocessing, Future in concurrent.futures.
//
// All methods may be called at any time, any number of times and by any goroutine.
type Future[R any] struct {
	state atomic.Int32
	ctx   context.Context                      // nil once the task has ended, like fn:
	fn    func(ctx context.Context) (R, error) // a result holds on to nothing
	pool  *Pool
	value R
	err   error

	mu     sync.Mutex
	onDone []func(R, error)
	told   []func()      // the package's own, after done
	done   chan struct{} // made when somebody waits
}

const (
	pending int32 = iota
	running
	settling // the result is there, and OnDone's functions run
	ready
)

// Submit gives fn to the pool and returns at once, unless the pool's queue is
// full: then it waits for room until ctx ends. Tasks begin in the order in
// which they were submitted.
//
//	Submit(Pool, func() R) Future[R]
//
// fn receives ctx, which ends with Terminate as well; if ctx ends before fn
// begins, fn never runs and the future gives the cause. A pool that is closed
// gives ErrClosed and no future. A panic in fn is a [PanicError].
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
		return nil, fmt.Errorf("%s: %w", call, errNilContext)
	case pool == nil:
		return nil, fmt.Errorf("%s: %w: nil pool", call, ErrOption)
	case fn == nil:
		return nil, fmt.Errorf("%s: %w", call, ErrNilFunc)
	}
	f := &Future[R]{ctx: ctx, fn: fn, pool: pool}
	if err := pool.accept(ctx, f, wait); err != nil {
		return nil, fmt.Errorf("%s: %w", call, err)
	}
	return f, nil
}

// MapAsync is [Map] as a task of the pool: it returns at once, and works with
// as many of the pool's workers as are free.
//
//	MapAsync(Pool, []T, func(T) R) Future[[]R]
func MapAsync[T, R any](ctx context.Context, pool *Pool, xs []T, fn func(ctx context.Context, x T) (R, error), opts ...Option) (*Future[[]R], error) {
	p, err := Prepare("parallel.MapAsync", opts, itemOptions...)
	if err != nil {
		return nil, err
	}
	if fn == nil {
		return nil, p.nilFunc()
	}
	return submit(ctx, pool, "parallel.MapAsync", func(ctx context.Context) ([]R, error) {
		return Map(ctx, xs, fn, opts...)
	}, true)
}

func (f *Future[R]) context() context.Context { return f.ctx }

// run runs the task on the worker, unless it was cancelled meanwhile.
func (f *Future[R]) run(w *worker) outcome {
	if err := w.Err(); err != nil {
		if f.drop(context.Cause(w)) {
			return skipped
		}
	}
	if !f.state.CompareAndSwap(pending, running) {
		return cancelled
	}
	var value R
	err := ErrGoexit
	clean := false
	defer func() {
		if !clean {
			// After a Goexit recover gives nil: the goroutine ends, but not the pool.
			if v := recover(); v != nil {
				err = &PanicError{Value: v, Stack: debug.Stack()}
			}
			f.settle(value, err)
		}
	}()
	value, err = f.fn(w)
	clean = true
	f.settle(value, err)
	if err != nil {
		return failed
	}
	return succeeded
}

// drop settles a task that has not begun, and says whether it had not.
func (f *Future[R]) drop(err error) bool {
	if !f.state.CompareAndSwap(pending, running) {
		return false
	}
	f.settle(*new(R), err)
	return true
}

// settle makes the result known: to OnDone's functions first, then to Get.
func (f *Future[R]) settle(value R, err error) {
	f.mu.Lock()
	f.value, f.err, f.fn, f.ctx = value, err, nil, nil
	for len(f.onDone) > 0 {
		f.state.Store(settling)
		fns := f.onDone
		f.onDone = nil
		f.mu.Unlock()
		for _, fn := range fns {
			f.tell(fn)
		}
		f.mu.Lock()
	}
	f.state.Store(ready)
	if f.done != nil {
		close(f.done)
	}
	told := f.told
	f.told = nil
	f.mu.Unlock()
	for _, fn := range told {
		fn()
	}
}

// tell calls a function of OnDone's; what it does wrong is its own affair.
func (f *Future[R]) tell(fn func(R, error)) {
	defer func() { _ = recover() }()
	fn(f.value, f.err)
}

// Get waits for the result. If ctx ends first it gives the context's cause,
// and a later Get may still give the result. A function that runs on a pool
// lends its place while it waits, so it may wait for tasks of its own pool.
func (f *Future[R]) Get(ctx context.Context) (R, error) {
	if !f.Wait(ctx) {
		return *new(R), context.Cause(ctx)
	}
	return f.value, f.err
}

// Wait waits until the result is there or ctx ends, and says whether it is.
func (f *Future[R]) Wait(ctx context.Context) bool {
	if f.Ready() {
		return true
	}
	f.mu.Lock()
	if f.state.Load() == ready {
		f.mu.Unlock()
		return true
	}
	if f.done == nil {
		f.done = make(chan struct{})
	}
	done := f.done
	f.mu.Unlock()
	lendPlaces(ctx, func() {
		select {
		case <-done:
		case <-ctx.Done():
		}
	})
	return f.Ready()
}

// Ready says whether the result is there.
func (f *Future[R]) Ready() bool { return f.state.Load() == ready }

// Successful says whether the task ended without an error; before it ended
// that is ErrNotReady.
func (f *Future[R]) Successful() (bool, error) {
	if !f.Ready() {
		return false, ErrNotReady
	}
	return f.err == nil, nil
}

// Cancel keeps a task from running that has not begun: its result is
// ErrCancelled then, and Cancel says true. One that runs or has ended is left
// alone, and Cancel says false; it is true again for a cancelled one.
func (f *Future[R]) Cancel() bool {
	if f.drop(ErrCancelled) {
		f.pool.cancelled()
		return true
	}
	return f.Ready() && f.err == ErrCancelled
}

// OnDone calls fn with the result when it is there, once, and before any Get
// returns it; at once if it is there already. Several functions are called in
// the order in which they were given, one after the other, on the goroutine
// that ended the task: fn should be quick, and must not wait for this future.
// A panic in fn harms nothing. multiprocessing's callback and error_callback
// are one function here that looks at its error.
func (f *Future[R]) OnDone(fn func(value R, err error)) {
	f.mu.Lock()
	if f.state.Load() != ready {
		f.onDone = append(f.onDone, fn)
		f.mu.Unlock()
		return
	}
	f.mu.Unlock()
	f.tell(fn)
}

// tellMe calls fn when the result is there, at once if it is already.
func (f *Future[R]) tellMe(fn func()) {
	f.mu.Lock()
	if f.state.Load() != ready {
		f.told = append(f.told, fn)
		f.mu.Unlock()
		return
	}
	f.mu.Unlock()
	fn()
}

// Do gives fn to the pool and waits for its result: Pool.apply of
// multiprocessing. If ctx ends first, Do returns when fn has.
//
//	Do(Pool, func() R) R
func Do[R any](ctx context.Context, pool *Pool, fn func(ctx context.Context) (R, error)) (R, error) {
	f, err := submit(ctx, pool, "parallel.Do", fn, true)
	if err != nil {
		return *new(R), err
	}
	if !f.Wait(ctx) && !f.Cancel() {
		f.Wait(context.WithoutCancel(ctx))
	}
	return f.value, f.err
}
