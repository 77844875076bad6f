package parallel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parframe/parframe/internal/engine"
)

// Option is an option that every call of the library takes: where the work
// runs, and who observes it. [Workers], [On], [Serial] and [Observe] make one. Of
// two options of the same name the later one counts. Only [NewPool] and [NewScope]
// refuse some of them, with [ErrOption].
type Option interface {
	ItemOption
	FoldOption
	StreamOption
	PoolOption
	ForAny(engine.Mark) engine.Setting
	ForRows(engine.Mark) engine.Setting
	ForParts(engine.Mark) engine.Setting
	ForGota(engine.Mark) engine.Setting
}

// ItemOption is an option of calls that run a function for each item of a
// slice: any [Option], and [ChunkSize], [Partitions], [Seed],
// [WorkerState], [Retry], [Timeout], [SoftDeadline], [Limit], [CollectAll],
// [Quarantine] and [Partial]. [Range] and the searches [Find], [Any] and [All]
// refuse the options that they cannot honor, with [ErrOption]. Calls of package frame
// that run a function for each row, value, group or window take all of these
// except Quarantine, beside their own.
type ItemOption interface {
	ForItems(engine.Mark) engine.Setting
}

// FoldOption is an option of [Fold]: any [Option], [Partitions],
// [Commutative], [Seed] and [WorkerState].
type FoldOption interface {
	ForFolds(engine.Mark) engine.Setting
}

// StreamOption is an option of [Stream]: any [Option], [Unordered],
// [Lookahead], [Seed], [WorkerState], [Retry], [Timeout], [SoftDeadline] and [Limit].
type StreamOption interface {
	ForStreams(engine.Mark) engine.Setting
}

// PoolOption is an option of [NewPool]: [Workers], [Observe], [Queue],
// [MaxTasksPerWorker], [WorkerState] and [Seed].
type PoolOption interface {
	ForPools(engine.Mark) engine.Setting
}

// Options makes one option of several, for functions that receive options and
// pass them on.
func Options(opts ...Option) Option {
	return engine.Common{Setting: engine.Settings(engine.Collect(opts, Option.ForAny))}
}

// Workers sets how many functions may run at once: n goroutines for an
// outermost call. The default is runtime.GOMAXPROCS(0) at the call. More
// workers than cores are legal, and useful for functions that wait.
func Workers(n int) Option {
	return engine.Common{Setting: engine.IntSetting("Workers", n, 1, func(c *engine.Config) { c.Workers = n })}
}

// On makes the call share the width of the pool with everything else that
// runs on it. [Workers] limits the call itself, but not calls nested in it, to a part of
// that width. With [Serial] the call does not use the pool.
func On(pool *Pool) Option {
	var err error
	if pool == nil || pool.engine == nil {
		err = errors.New("want a pool that NewPool made")
	}
	return engine.Common{Setting: engine.NewSetting("On", "On", err, func(c *engine.Config) { c.Pool = pool.engine })}
}

// Serial runs the call on the caller's goroutine, in order. The result is the
// same as without it; a debugger, a profile or a stack trace is easier to read.
func Serial() Option {
	return engine.Common{Setting: engine.NewSetting("Serial", "Serial", nil, func(c *engine.Config) { c.Serial = true })}
}

// ChunkSize makes a worker claim n items at once. Without it the size follows
// the measured cost of an item, which is right for almost everything.
func ChunkSize(n int) engine.Chunked {
	return engine.Chunked{Setting: engine.IntSetting("ChunkSize", n, 1, func(c *engine.Config) { c.ChunkSize = n })}
}

// Partitions cuts the input into n equal consecutive ranges, at most one per
// item: the first len%n of them hold one item more than the others, as
// numpy.array_split has it.
func Partitions(n int) engine.Parted {
	return engine.Parted{Setting: engine.IntSetting("Partitions", n, 1, func(c *engine.Config) { c.Partitions = n })}
}

// Seed sets the seed of the generators that [Rand] returns. The default is 0;
// in a nested call it follows from the call around it.
func Seed(seed uint64) engine.PerWorker {
	return engine.PerWorker{Setting: engine.NewSetting("Seed", fmt.Sprintf("Seed(%d)", seed), nil, func(c *engine.Config) { c.Seed, c.Seeded = seed, true })}
}

// WorkerState gives every worker of a call or of a pool a state of its own, such as a
// buffer or a connection. init makes it, before the worker's first function.
// [State] returns it to the functions that run there. exit ends it: at the
// end of the call, or when the pool's worker is replaced, when the pool
// shrinks, and when the pool has been closed and nothing runs. exit may be nil.
//
// A state belongs to one running function at a time. There is one for each
// function that has begun and not returned: one for each worker, and in a pool
// whose tasks wait for tasks one more for each task that waits. The context that
// init receives ends with the call or the pool. In a pool, init keeps its slot
// even while it waits. So with its context it can neither submit to the pool nor wait for
// one of its tasks: this is an [ErrOption]. If init fails, the call fails. A pool is broken
// then: everything that waits, and everything new, fails with
// [ErrBroken]. Errors of exit are joined to the call's error, or returned by [Pool.Wait].
func WorkerState[S any](init func(ctx context.Context, worker int) (S, error), exit func(state S) error) engine.PerWorker {
	var err error
	maker := &engine.StateMaker{}
	if init == nil {
		err = ErrNilFunc
	}
	maker.Init = func(ctx context.Context, worker int) (any, error) { return init(ctx, worker) }
	if exit != nil {
		maker.Exit = func(state any) error { return exit(state.(S)) }
	}
	return engine.PerWorker{Setting: engine.NewSetting("WorkerState", "WorkerState", err, func(c *engine.Config) { c.State = maker })}
}

// Retry calls the function for an item again after it failed, at most n more times.
// Before each attempt it waits for backoff(attempt, err), where attempt is 1 after the
// first failure and err is the error of that attempt, so that backoff can honor a
// server's Retry-After. With a nil backoff it does not wait. when reports whether an error is
// worth another attempt; without it every error is, except a panic. The error of the last
// attempt counts. After the end of the call's context Retry calls nothing more: neither
// the function nor backoff nor when. [Attempt] returns the number of the attempt. A worker
// lends its slot while it waits.
func Retry(n int, backoff func(attempt int, err error) time.Duration, when ...func(error) bool) engine.PerCall {
	rule := &engine.Retry{N: n, Backoff: backoff}
	s := engine.IntSetting("Retry", n, 0, func(c *engine.Config) { c.Retry = rule })
	switch {
	case len(when) > 1:
		s = engine.NewSetting("Retry", fmt.Sprintf("Retry(%d)", n), errors.New("want one predicate at most"), nil)
	case len(when) == 1:
		rule.When = when[0]
	}
	return engine.PerCall{Setting: s}
}

// Timeout bounds the time of every item: the context that the function receives
// ends after d, with a [TimeoutError] as its cause. Go cannot stop a function
// that does not look at its context. An error that the function returns after
// d is joined with the TimeoutError. A result that it returns late is kept.
// With [Retry] d is the time of one attempt.
func Timeout(d time.Duration) engine.PerCall {
	var err error
	if d <= 0 {
		err = errors.New("want more than 0")
	}
	return engine.PerCall{Setting: engine.NewSetting("Timeout", fmt.Sprintf("Timeout(%v)", d), err, func(c *engine.Config) { c.Timeout = d })}
}

// SoftDeadline calls report once for every item that runs for longer than d,
// while it still runs, with its row, its time so far and its stack. It stops
// nothing; see [Timeout]. report runs on a goroutine of its own, one call at
// a time, and the call does not wait for it. A panic in it is dropped.
func SoftDeadline(d time.Duration, report func(Stuck)) engine.PerCall {
	var err error
	switch {
	case d <= 0:
		err = errors.New("want more than 0")
	case report == nil:
		err = ErrNilFunc
	}
	soft := &engine.Soft{After: d, Report: report}
	return engine.PerCall{Setting: engine.NewSetting("SoftDeadline", fmt.Sprintf("SoftDeadline(%v)", d), err, func(c *engine.Config) { c.Soft = soft })}
}

// Limit calls l.Wait before each call of the function, to bound the rate of calls.
// *rate.Limiter of golang.org/x/time/rate is such an l. A worker lends its slot while it
// waits. An error of Wait is an error of the item.
func Limit(l interface{ Wait(context.Context) error }) engine.PerCall {
	var err error
	if l == nil {
		err = errors.New("want a limiter, got nil")
	}
	return engine.PerCall{Setting: engine.NewSetting("Limit", "Limit", err, func(c *engine.Config) { c.Limit = l })}
}

// CollectAll lets the call go on after failures. Without it the first
// failure ends the call. The result has its full length, with zero values
// for the items that failed, and comes together with
// a [Failures] that holds the count, and the errors of the lowest most items.
func CollectAll(most int) engine.Lenient {
	return engine.Lenient{Setting: engine.IntSetting("CollectAll", most, 1, func(c *engine.Config) { c.Collect = most })}
}

// Quarantine lets the call go on after failures, and puts the items that
// failed into *rejected, in order, with their index and error. The result
// holds the results of the other items, in order: it is shorter than the input by
// len(*rejected). *rejected is replaced, and is empty if nothing failed.
func Quarantine[T any](rejected *[]Rejected[T]) engine.ItemOnly {
	var err error
	if rejected == nil {
		err = errors.New("want a slice to fill, got nil")
	}
	return engine.ItemOnly{Setting: engine.NewSetting("Quarantine", "Quarantine", err, func(c *engine.Config) { c.Quarantine = rejected })}
}

// Partial makes a call whose context ends return the results that it has, in their
// full length, together with the context's cause as the error. *done is set to
// one bool for each item, which reports whether its function has returned without an error.
// If all have, the error is nil, even if the context has ended meanwhile. If a
// row fails there are no results.
func Partial(done *[]bool) engine.Lenient {
	var err error
	if done == nil {
		err = errors.New("want a slice to fill, got nil")
	}
	return engine.Lenient{Setting: engine.NewSetting("Partial", "Partial", err, func(c *engine.Config) { c.Partial = done })}
}

// Observe makes o observe the call, or the tasks of a pool.
func Observe(o Observer) Option {
	var err error
	if o == nil {
		err = errors.New("want an Observer, got nil")
	}
	return engine.Common{Setting: engine.NewSetting("Observe", "Observe", err, func(c *engine.Config) { c.Observer = o })}
}

// Exponential returns a backoff for [Retry] that doubles from first, up to
// most, less a random part of up to a half, so that calls that failed together
// are not repeated together.
func Exponential(first, most time.Duration) func(attempt int, err error) time.Duration {
	return func(attempt int, _ error) time.Duration { return engine.Exponential(first, most, attempt) }
}
