package parallel

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// itemOptions are what calls that run a function for each item accept beside
// the options of the engine.
var itemOptions = []string{"ChunkSize", "ChunkBy", "Partitions", "FailFast", "CollectAll", "Quarantine", "Retry", "Timeout", "SoftDeadline"}

// Retry runs the function for an item again after it failed, n more times at
// most, and waits backoff(1), backoff(2), … before each; nil waits not at all.
// With when only the errors for which it says true are worth another try;
// without it all are, but for panics and the end of the call's context. The
// last error counts. A worker that waits keeps its place.
func Retry(n int, backoff func(attempt int) time.Duration, when ...func(error) bool) Option {
	o := intOption("Retry", n, 0)
	if len(when) > 1 {
		o.err = errors.New("want one predicate at most")
	}
	o.value = retry{n, backoff, when}
	return o
}

type retry struct {
	n       int
	backoff func(int) time.Duration
	when    []func(error) bool
}

// Exponential returns a backoff for [Retry] that doubles from first, up to most.
func Exponential(first, most time.Duration) func(attempt int) time.Duration {
	return func(attempt int) time.Duration {
		d := first
		for ; attempt > 1 && d > 0; attempt-- {
			if d > most/2 {
				return most
			}
			d *= 2
		}
		return min(d, most)
	}
}

// Timeout bounds every item's time: the context that the function receives
// ends after d, with a [TimeoutError] as its cause. Go cannot stop a function
// that does not look at its context. An error that the function returns after
// d is joined with the TimeoutError; a result that it returns late is kept.
// With [Retry] each attempt has the whole of d.
func Timeout(d time.Duration) Option {
	o := Option{name: "Timeout", value: d}
	if d <= 0 {
		o.err = errors.New("want more than 0")
	}
	return o
}

// TimeoutError says that an item took longer than [Timeout] allows.
// errors.Is takes it for context.DeadlineExceeded.
type TimeoutError struct{ Limit time.Duration }

// Error names the limit.
func (e *TimeoutError) Error() string { return fmt.Sprintf("took longer than %v", e.Limit) }

// Is makes a TimeoutError a kind of context.DeadlineExceeded.
func (e *TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// Timeout tells net.Error's users what it is.
func (e *TimeoutError) Timeout() bool { return true }

// withPolicy returns fn with the plan's policies around it, or fn itself
// where there are none, so that nobody pays for what was not asked for.
func withPolicy[T, R any](p *Plan, fn func(context.Context, T) (R, error)) func(context.Context, T) (R, error) {
	if d, ok := p.values["Timeout"].(time.Duration); ok {
		fn = timed(d, fn)
	}
	if r, ok := p.values["Retry"].(retry); ok {
		fn = retried(r, contained(fn))
	}
	if p.tally != nil {
		fn = collected(p.tally, contained(fn))
	}
	if p.soft != nil {
		fn = softWatched(fn)
	}
	return fn
}

func timed[T, R any](d time.Duration, fn func(context.Context, T) (R, error)) func(context.Context, T) (R, error) {
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

func retried[T, R any](rule retry, fn func(context.Context, T) (R, error)) func(context.Context, T) (R, error) {
	again := func(err error) bool {
		_, panicked := errors.AsType[*PanicError](err)
		return !panicked
	}
	if len(rule.when) > 0 && rule.when[0] != nil {
		again = rule.when[0]
	}
	return func(ctx context.Context, x T) (R, error) {
		for attempt := 1; ; attempt++ {
			r, err := fn(ctx, x)
			if err == nil || attempt > rule.n || ctx.Err() != nil || !again(err) {
				return r, err
			}
			if rule.backoff != nil && !sleep(ctx, rule.backoff(attempt)) {
				return r, err
			}
		}
	}
}

// sleep waits for d and says whether ctx was still alive then.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// contained turns a panic into an error for the policies that go on after it.
func contained[T, R any](fn func(context.Context, T) (R, error)) func(context.Context, T) (R, error) {
	return func(ctx context.Context, x T) (r R, err error) {
		defer func() {
			if v := recover(); v != nil {
				err = &PanicError{Value: v, Stack: debug.Stack()}
			}
		}()
		return fn(ctx, x)
	}
}

func collected[T, R any](tally *collector, fn func(context.Context, T) (R, error)) func(context.Context, T) (R, error) {
	return func(ctx context.Context, x T) (R, error) {
		r, err := fn(ctx, x)
		if err == nil {
			return r, nil
		}
		w := ctx.(*worker)
		if w.job.ctxEnded(err) {
			return r, err // the call ends here; the row did not fail
		}
		w.job.collect(w.row, err)
		return *new(R), nil
	}
}
