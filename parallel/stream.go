package parallel

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Stream runs fn over the items of a source that may be endless, and yields
// the results while it goes on: Pool.imap of multiprocessing, with a bound on
// how far the source is read ahead.
//
//	Stream(Seq[T], func(T) R) Seq[R]
//
// Results come in the order of the items, or as they are ready with
// [Unordered]. An item's error, or panic, takes its place, as a [RowError]
// with the item's number, and does not end the stream. An error that the
// source yields ends the stream, and so does a panic or Goexit of the source: it
// comes last, after the results of all items before it. When ctx ends, the last
// element is its cause, and results under way are dropped.
//
// Nothing starts before the first range. The source is read by one goroutine,
// at most [Lookahead] items beyond the one that the loop is at. Leaving the loop early
// stops everything, and returns when the running functions have: a source
// that blocks must watch a context for that. The stream may be ranged over
// again if the source may.
//
// Inside another call's function whose workers are all busy the items are run
// by the loop's own goroutine.
func Stream[T, R any](ctx context.Context, source iter.Seq2[T, error], fn func(ctx context.Context, x T) (R, error), opts ...Option) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		p, err := Prepare("parallel.Stream", opts, "Unordered", "Lookahead", "Retry", "Timeout", "SoftDeadline")
		if err == nil && (fn == nil || source == nil) {
			err = p.nilFunc()
		}
		var j *job
		if err == nil {
			j, err = p.job(ctx, 0)
		}
		if err != nil {
			yield(*new(R), err)
			return
		}
		j.stream = true
		leave, ownWorkers, err := j.enterStream(p.serial())
		if err != nil {
			yield(*new(R), err)
			return
		}
		defer leave()
		s := &stream[T, R]{job: j, source: source, fn: withPolicy(p, fn), yield: yield}
		_, s.unordered = p.values["Unordered"]
		s.bound = p.int("Lookahead", 0)
		defer j.obs.end(j)
		j.obs.start(j)
		defer j.soft.start(j)()
		if ownWorkers {
			s.parallel()
		} else {
			s.here()
		}
	}
}

// Unordered makes a [Stream] yield results as they are ready.
func Unordered() Option { return Option{name: "Unordered", value: true} }

// Lookahead bounds how many items a [Stream] reads from its source beyond the
// one that the loop is at. Without it the bound is twice the width, and more
// for items so cheap that the whole takes less than a millisecond, up to 1,024.
func Lookahead(n int) Option {
	o := intOption("Lookahead", n, 1)
	if n > farthest {
		o.err = fmt.Errorf("want %d or less", farthest)
	}
	return o
}

// farthest bounds Lookahead: what is read ahead is in memory.
const farthest = 1 << 20

// Source makes a sequence of values a source for [Stream].
func Source[T any](seq iter.Seq[T]) iter.Seq2[T, error] {
	if seq == nil {
		return nil
	}
	return func(yield func(T, error) bool) {
		for x := range seq {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// enterStream finds out where items run: on workers, or on this goroutine.
// The pool, if there is one, counts the stream as a call until leave.
func (j *job) enterStream(serial bool) (leave func(), ownWorkers bool, err error) {
	leave = nothing
	if j.joins != nil {
		if err := j.joins.begin(); err != nil {
			return nil, false, fmt.Errorf("%s: %w", j.call, err)
		}
		ctx, cancel := context.WithCancelCause(j.ctx)
		pool := j.joins.ctx
		stop := context.AfterFunc(pool, func() { cancel(context.Cause(pool)) })
		j.ctx = ctx
		leave = func() { stop(); cancel(nil); j.joins.finish() }
	}
	outer := workerOf(j.ctx)
	nested := outer != nil && (j.gate == outer.job.gate || outer.places.has(j.gate))
	if serial || nested && !j.gate.free() {
		return leave, false, nil
	}
	return leave, true, nil
}

// stream is one range over a Stream.
//
// Items are numbered. An item is in a slot: the feeder fills it, a worker
// claims a few at a time, in order, and the loop empties it. While the results
// are to be in order item i has slot i%len, else any that is free: a slow item
// must not keep those behind it waiting. A slot belongs to the feeder before
// pulled passes it, then to the worker that claimed it, and after done was
// set under the lock to the loop.
type stream[T, R any] struct {
	job       *job
	source    iter.Seq2[T, error]
	fn        func(context.Context, T) (R, error)
	yield     func(R, error) bool
	unordered bool
	bound     int // 0: follows the pace of the whole

	ctx     context.Context
	stop    context.CancelCauseFunc
	began   time.Time
	yielded atomic.Int64
	limit   atomic.Int64
	slots   [][]slot[T, R]

	mu       sync.Mutex
	hasWork  sync.Cond // for workers
	hasRoom  sync.Cond // for the feeder
	hasDone  sync.Cond // for the loop
	ids      []int     // of items taken..pulled, by i%len: their slots
	left     []int     // slots of items that were claimed and given back
	free     []int     // unordered: slots without an item
	made     int       // unordered: slots in use or free
	pulled   int
	taken    int
	finished []int // unordered: slots of finished items not yet yielded
	workers  int
	spare    []*worker // whose goroutines are gone
	parked   int       // of these, how many wait for work and are not called yet
	feeding  bool      // the feeder is there
	fed      bool      // the source has ended
	cut      bool      // before it would have by itself
	end      error     // of the source
	full     atomic.Bool
	pace     pace
	watch    watch
}

type slot[T, R any] struct {
	num  int // of the item
	in   T
	out  R
	err  error
	done bool
}

const (
	slotBlock  = 64
	mostAhead  = 1024
	streamWork = 50 * time.Microsecond // what a worker claims at once
)

var errLeft = errors.New("the loop was left")

func (s *stream[T, R]) at(id int) *slot[T, R] {
	return &s.slots[id/slotBlock][id%slotBlock]
}

// here runs the items one after the other on the loop's goroutine.
func (s *stream[T, R]) here() {
	w := s.job.hire(&places{}, 0)
	if outer := workerOf(s.job.ctx); outer != nil {
		w.places, w.seat = outer.places, outer.seat
	}
	defer w.cancel(nil)
	i := 0
	if s.job.ctx.Err() != nil {
		s.yield(*new(R), context.Cause(s.job.ctx))
		return
	}
	for x, err := range guarded(s.source) {
		switch {
		case s.job.ctx.Err() != nil:
			s.yield(*new(R), context.Cause(s.job.ctx))
			return
		case err != nil:
			s.yield(*new(R), sourceError(i, err))
			return
		}
		var start time.Time
		if s.job.obs != nil {
			start = time.Now()
		}
		r, err := s.one(w, i, x)
		if s.job.obs != nil {
			s.job.obs.chunk(w, i, i+1, start, time.Since(start))
		}
		if err != nil && s.job.ctxEnded(err) {
			s.yield(*new(R), context.Cause(s.job.ctx))
			return
		}
		if !s.yield(r, err) {
			return
		}
		i++
	}
}

// guarded yields a panic of the source as its last error. A panic of the
// loop's body passes through.
func guarded[T any](source iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		inBody, stopped := false, false
		defer func() {
			if inBody || stopped {
				return
			}
			if v := recover(); v != nil {
				yield(*new(T), &PanicError{Value: v, Stack: debug.Stack()})
			}
		}()
		source(func(x T, err error) bool {
			inBody = true
			stopped = !yield(x, err)
			inBody = false
			return !stopped
		})
		stopped = true
	}
}

func sourceError(i int, err error) error {
	return &RowError{Row: i, Partition: -1, Err: fmt.Errorf("source: %w", err)}
}

// one runs fn on one item; a panic is an error in the item's place.
func (s *stream[T, R]) one(w *worker, i int, x T) (r R, err error) {
	w.row = i
	defer func() {
		if v := recover(); v != nil {
			err = s.failure(i, &PanicError{Value: v, Stack: debug.Stack()})
		}
	}()
	if r, err = s.fn(w, x); err != nil {
		return *new(R), s.failure(i, err)
	}
	return r, nil
}

func (s *stream[T, R]) failure(i int, err error) error {
	s.job.obs.rowFailed(i, err)
	return &RowError{Row: i, Partition: -1, Err: err}
}

// parallel feeds workers from the source and yields what they make.
func (s *stream[T, R]) parallel() {
	s.ctx, s.stop = context.WithCancelCause(s.job.ctx)
	s.job.ctx = s.ctx // so that leaving the loop ends the functions' contexts
	s.began = time.Now()
	s.hasWork.L, s.hasRoom.L, s.hasDone.L = &s.mu, &s.mu, &s.mu
	ahead := s.bound
	if ahead == 0 {
		s.limit.Store(s.leastAhead())
		ahead = int(max(mostAhead, s.leastAhead()))
	} else {
		s.limit.Store(int64(ahead))
	}
	s.slots = make([][]slot[T, R], (ahead+slotBlock-1)/slotBlock)
	s.ids = make([]int, len(s.slots)*slotBlock)
	unwake := context.AfterFunc(s.ctx, func() {
		s.mu.Lock()
		s.wakeAll()
		s.mu.Unlock()
	})
	defer func() {
		s.tearDown()
		unwake()
	}()
	s.startFeeder()
	if end := s.drain(); end != nil {
		s.tearDown()
		s.yield(*new(R), end)
	}
}

// tearDown ends everything, and waits for the functions that run and for the source.
func (s *stream[T, R]) tearDown() {
	s.stop(errLeft)
	s.mu.Lock()
	s.wakeAll()
	s.endWatch()
	s.wait(func() bool { return s.workers == 0 && !s.feeding && !s.watch.armed })
	s.mu.Unlock()
}

// leastAhead is the bound for slow items when nobody gave one: enough for all
// workers to have the next item at hand.
func (s *stream[T, R]) leastAhead() int64 { return 2 * int64(min(s.job.width, farthest/2)) }

// wakeAll makes everybody look at what has changed. Called with s.mu held.
func (s *stream[T, R]) wakeAll() {
	s.parked = 0
	s.hasWork.Broadcast()
	s.hasRoom.Broadcast()
	s.hasDone.Broadcast()
}
