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

// Retry sets how often a function that failed is called again.
type Retry struct {
	N       int // more times
	Backoff func(attempt int, err error) time.Duration
	When    func(error) bool // nil: for all errors except panics
}

// Limiter bounds the rate of calls, as *rate.Limiter of golang.org/x/time/rate does.
type Limiter interface {
	Wait(ctx context.Context) error
}

// TimeoutError reports that an item took longer than Timeout allows.
type TimeoutError struct{ Limit time.Duration }

// Error returns the limit.
func (e *TimeoutError) Error() string { return fmt.Sprintf("took longer than %v", e.Limit) }

// Is reports whether target is context.DeadlineExceeded, of which a TimeoutError is a kind.
func (e *TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// Timeout returns true, as for a net.Error that is a timeout.
func (e *TimeoutError) Timeout() bool { return true }

// Policed returns fn wrapped in the policies of the call, or fn itself
// if there are none, so that policies cost nothing in calls without them. The
// result must be called with the [Worker] of a phase of the call as its context.
func Policed[T, R any](c *Call, fn Func[T, R]) Func[T, R] {
	return Collected(c, Called(c, fn))
}

// Called is the part of [Policed] that applies to each call of the function. If an item
// takes several calls, [Collected] applies to the item.
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

// Collected is the part of [Policed] that goes on after an item failed. It applies once to
// an item.
func Collected[T, R any](c *Call, fn Func[T, R]) Func[T, R] {
	if c.tally != nil {
		fn = collected(contained(fn))
	}
	return fn
}

// Unpoliced reports whether [Policed] returns functions unchanged.
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

// limited waits for the limiter before each call, and lends the slot
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

// goesAgain waits for the backoff of the rule, and reports whether to try again. A panic
// in the user's predicate or backoff is returned as failure.
func goesAgain(w *Worker, rule Retry, again func(error) bool, err error) (on bool, failure error) {
	defer func() {
		if v := recover(); v != nil {
			failure = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	w.hold.lend(w, func() { // the predicate and the backoff may call the library
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

// contained turns a panic into an error, for policies that go on after a panic.
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

// Exponential returns how long to wait after the given attempt: twice as long
// as after the one before, up to most, less a random part of up to a half.
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
