package engine

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"
)

// Func is a function of the user's that is called for an item.
type Func[T, R any] = func(ctx context.Context, x T) (R, error)

// Retry says how often a function that failed is called again.
type Retry struct {
	N       int // more times
	Backoff func(attempt int, err error) time.Duration
	When    func(error) bool // nil: for all errors but panics
}

// Limiter is what bounds the rate of calls: *rate.Limiter is one.
type Limiter interface {
	Wait(ctx context.Context) error
}

// TimeoutError says that an item took longer than Timeout allows.
type TimeoutError struct{ Limit time.Duration }

// Error names the limit.
func (e *TimeoutError) Error() string { return fmt.Sprintf("took longer than %v", e.Limit) }

// Is makes a TimeoutError a kind of context.DeadlineExceeded.
func (e *TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// Timeout tells net.Error's users what it is.
func (e *TimeoutError) Timeout() bool { return true }

// Policed returns fn with the policies of the call around it, or fn itself
// where there are none, so that nobody pays for what was not asked for. The
// context that it is called with must be the [Worker] of a phase of the call.
func Policed[T, R any](c *Call, fn Func[T, R]) Func[T, R] {
	return Collected(c, Called(c, fn))
}

// Called is the part of [Policed] that is about each call of the function, for
// items that take several calls: [Collected] is for the item then.
func Called[T, R any](c *Call, fn Func[T, R]) Func[T, R] {
	if c.Timeout > 0 {
		fn = timed(c.Timeout, fn)
	}
	if c.Limit != nil {
		fn = limited(c.Limit, fn)
	}
	if c.Retry != nil {
		fn = retried(*c.Retry, contained(fn))
	}
	if c.Soft != nil {
		fn = softWatched(fn)
	}
	return fn
}

// Collected is the part of [Policed] that goes on after an item failed.
func Collected[T, R any](c *Call, fn Func[T, R]) Func[T, R] {
	if c.tally != nil {
		fn = collected(contained(fn))
	}
	return fn
}

// Unpoliced reports whether [Policed] returns functions as they are.
func (c *Call) Unpoliced() bool {
	return c.Timeout == 0 && c.Limit == nil && c.Retry == nil && c.Soft == nil && c.tally == nil
}

func timed[T, R any](d time.Duration, fn Func[T, R]) Func[T, R] {
	return func(ctx context.Context, x T) (R, error) {
		late := &TimeoutError{d}
		ctx, cancel := context.WithTimeoutCause(ctx, d, late)
		defer cancel()
		r, err := fn(ctx, x)
		if err != nil && context.Cause(ctx) == error(late) {
			err = fmt.Errorf("%w: %w", late, err)
		}
		return r, err
	}
}

// limited waits for the limiter before each call; others have the slot
// meanwhile.
func limited[T, R any](limit Limiter, fn Func[T, R]) Func[T, R] {
	return func(ctx context.Context, x T) (r R, err error) {
		Block(ctx, func() { err = limit.Wait(ctx) })
		if err != nil {
			return r, err
		}
		return fn(ctx, x)
	}
}

func retried[T, R any](rule Retry, fn Func[T, R]) Func[T, R] {
	again := func(err error) bool {
		_, panicked := As[*PanicError](err)
		return !panicked
	}
	if rule.When != nil {
		again = rule.When
	}
	return func(ctx context.Context, x T) (R, error) {
		w := ctx.(*Worker)
		defer func() { w.attempt = 0 }()
		for {
			r, err := fn(ctx, x)
			if err == nil || w.attempt >= rule.N || over(w) {
				return r, err
			}
			on, e := goesAgain(w, rule, again, err)
			switch {
			case e != nil:
				return r, errors.Join(err, e)
			case !on:
				return r, err
			}
			w.attempt++
		}
	}
}

// goesAgain waits as the rule says, and reports whether to try again. A panic
// in the user's predicate or backoff is the error that it returns.
func goesAgain(w *Worker, rule Retry, again func(error) bool, err error) (on bool, failure error) {
	defer func() {
		if v := recover(); v != nil {
			failure = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	w.hold.lend(w, func() { // they may call the library, too
		if !again(err) {
			return
		}
		if rule.Backoff != nil && !over(w) {
			sleep(w, rule.Backoff(w.attempt+1, err))
		}
		on = !over(w)
	})
	return on, nil
}

// over reports whether ctx has ended, or its deadline has passed: timers may be
// late.
func over(ctx context.Context) bool {
	end, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && !time.Now().Before(end)
}

// sleep waits for d, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// contained turns a panic into an error for the policies that go on after it.
func contained[T, R any](fn Func[T, R]) Func[T, R] {
	return func(ctx context.Context, x T) (r R, err error) {
		defer func() {
			if v := recover(); v != nil {
				err = &PanicError{Value: v, Stack: debug.Stack()}
			}
		}()
		return fn(ctx, x)
	}
}

// Exponential returns how long to wait before the next attempt: twice as long
// as before the last one, up to most, less a random part of up to a half.
func Exponential(first, most time.Duration, attempt int) time.Duration {
	d := min(first, most)
	for ; attempt > 1 && d > 0 && d < most; attempt-- {
		d = most - max(most-d-d, 0)
	}
	if d <= 1 {
		return d
	}
	return d - rand.N(d/2)
}
