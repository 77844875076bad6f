package parallel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parframe/parframe/internal/engine"
)

// Option is an option that every call of the library takes: where the work
// runs, and who watches. [Workers], [On], [Serial] and [Observe] make one. Of
// two options of the same name the later one counts. The only calls that refuse
// some of them, with [ErrOption], are [NewPool] and [NewScope].
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
// refuse with [ErrOption] what makes no sense for them. Calls of package frame that
// run a function for each row, value, group or window take all of these
// but Quarantine, beside their own.
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
// runs on it. With [Workers] the call itself, not what is nested in it, uses that
// much of it at most; with [Serial] it leaves the pool alone.
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

// Seed sets the seed of the generators that [Rand] gives. The default is 0,
// and in a nested call follows from the call around it.
func Seed(seed uint64) engine.PerWorker {
	return engine.PerWorker{Setting: engine.NewSetting("Seed", fmt.Sprintf("Seed(%d)", seed), nil, func(c *engine.Config) { c.Seed, c.Seeded = seed, true })}
}

// WorkerState gives every worker of a call or of a pool a state of its own, a
// buffer or a connection: init makes it, before the worker's first function,
// [State] gives it to the functions that run there, and exit ends it: at the
// end of the call; or when the pool's worker is replaced, when the pool
// shrinks, and when it has been closed and nothing runs any more. exit may be nil.
//
// A state belongs to one running function at a time. There are as many as
// functions have begun and not returned: one for each worker, and in a pool
// whose tasks wait for tasks one more for each that waits. The context that
// init receives ends with the call or the pool. Of a pool, init keeps the slot
// even where it waits: with its context it can neither submit to the pool nor wait for
// a task of it, which is an [ErrOption]. If init fails, so does the
// call; a pool is broken then: everything that waits, and everything new, gives
// [ErrBroken]. Errors of exit are joined to the call's, or come from [Pool.Wait].
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

// Retry runs the function for an item again after it failed, n more times at
// most, and waits backoff(attempt, err) before each, where attempt is 1 after the
// first failure and err is what it failed with, so that a server's Retry-After can
// be heeded; nil waits not at all. With when only the errors for which it
// returns true are worth another try; without it all errors are, except panics. The last
// error counts. No attempt begins after the end of the call's context.
// [Attempt] tells the function which one it is; a worker that waits lends its slot.
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

// Timeout bounds every item's time: the context that the function receives
// ends after d, with a [TimeoutError] as its cause. Go cannot stop a function
// that does not look at its context. An error that the function returns after
// d is joined with the TimeoutError; a result that it returns late is kept.
// With [Retry] each attempt has the whole of d.
func Timeout(d time.Duration) engine.PerCall {
	var err error
	if d <= 0 {
		err = errors.New("want more than 0")
	}
	return engine.PerCall{Setting: engine.NewSetting("Timeout", fmt.Sprintf("Timeout(%v)", d), err, func(c *engine.Config) { c.Timeout = d })}
}

// SoftDeadline calls report for every item that runs for longer than d, once,
// while it still runs: which row, for how long, and where it is. It stops
// nothing; see [Timeout]. report runs on a goroutine of its own, one call at
// a time, and the call does not wait for it; a panic in it is dropped.
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

// Limit calls l.Wait before each call of the function, to bound their rate;
// *rate.Limiter of golang.org/x/time/rate is one. A worker that waits lends its
// slot. An error of Wait is one of the item.
func Limit(l interface{ Wait(context.Context) error }) engine.PerCall {
	var err error
	if l == nil {
		err = errors.New("want a limiter, got nil")
	}
	return engine.PerCall{Setting: engine.NewSetting("Limit", "Limit", err, func(c *engine.Config) { c.Limit = l })}
}

// CollectAll lets the call go on after failures, where without it the first
// failure ends the call. The result has its full length, with zero values
// at the items that failed, and comes together with
// a [Failures] that holds the count, and the errors of the lowest most items.
func CollectAll(most int) engine.Lenient {
	return engine.Lenient{Setting: engine.IntSetting("CollectAll", most, 1, func(c *engine.Config) { c.Collect = most })}
}

// Quarantine lets the call go on after failures, and puts the items that
// failed into *rejected, in order, with their index and error. The result
// holds the results of the other items, in order: it is shorter than the input by
// len(*rejected). *rejected is replaced, and empty where nothing failed.
func Quarantine[T any](rejected *[]Rejected[T]) engine.ItemOnly {
	var err error
	if rejected == nil {
		err = errors.New("want a slice to fill, got nil")
	}
	return engine.ItemOnly{Setting: engine.NewSetting("Quarantine", "Quarantine", err, func(c *engine.Config) { c.Quarantine = rejected })}
}

// Partial gives what is done by the end of the context: the results in their
// full length, together with the context's cause as the error. *done becomes
// one bool for each item: whether its function has returned without an error. Where
// all of them have, the error is nil, even if the context has ended meanwhile. A
// row's error still means no results.
func Partial(done *[]bool) engine.Lenient {
	var err error
	if done == nil {
		err = errors.New("want a slice to fill, got nil")
	}
	return engine.Lenient{Setting: engine.NewSetting("Partial", "Partial", err, func(c *engine.Config) { c.Partial = done })}
}

// Observe lets o watch the call, or the tasks of a pool.
func Observe(o Observer) Option {
	var err error
	if o == nil {
		err = errors.New("want an Observer, got nil")
	}
	return engine.Common{Setting: engine.NewSetting("Observe", "Observe", err, func(c *engine.Config) { c.Observer = o })}
}

// Exponential returns a backoff for [Retry] that doubles from first, up to
// most, less a random part of up to a half, so that those that failed together
// do not come back together.
func Exponential(first, most time.Duration) func(attempt int, err error) time.Duration {
	return func(attempt int, _ error) time.Duration { return engine.Exponential(first, most, attempt) }
}
