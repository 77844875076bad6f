package engine

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

// Stream runs fn over the items of a source, and yields the results. The call
// must have begun.
func Stream[T, R any](c *Call, source iter.Seq2[T, error], fn Func[T, R], yield func(R, error) bool) {
	p := c.newPhase(0, nil)
	p.stream = true
	s := &stream[T, R]{call: c, p: p, source: source, fn: Policed(c, fn), yield: yield, unordered: c.Unordered, bound: c.Lookahead}
	defer p.watchSoft()()
	defer c.keep(p)
	if c.Serial {
		s.runSerial()
	} else {
		s.parallel()
	}
}

// Farthest bounds Lookahead, since items that are read ahead are in memory.
const Farthest = 1 << 20

// stream is one range over a Stream.
//
// Items are numbered. Each item is in an entry: the feeder fills it, a worker
// claims a few entries at a time, in order, and the loop empties them. If the results
// must be in order, item i has entry i%len. Otherwise it has any free entry, so that a slow
// item does not keep the items behind it waiting. An entry belongs to the feeder until
// pulled passes it, then to the worker that claimed it, and after done was
// set under the lock to the loop.
type stream[T, R any] struct {
	call      *Call
	p         *phase
	source    iter.Seq2[T, error]
	fn        func(context.Context, T) (R, error)
	yield     func(R, error) bool
	unordered bool
	bound     int // 0: follows the measured speed

	ctx     context.Context
	stop    context.CancelCauseFunc
	began   time.Time
	yielded atomic.Int64
	limit   atomic.Int64
	entries [][]entry[T, R]

	mu       sync.Mutex
	hasWork  sync.Cond // for workers
	hasSpace sync.Cond // for the feeder
	hasDone  sync.Cond // for the loop
	ids      []int     // entries of items taken..pulled, by i%len
	left     []int     // entries of items that were claimed and given back
	free     []int     // unordered: entries without an item
	made     int       // unordered: how many entries are in use or free
	pulled   int
	taken    int
	finished []int // unordered: entries of finished items that are not yielded yet
	workers  int
	spare    []int // numbers of workers whose goroutines have ended
	hired    int   // how many numbers workers have
	parked   int   // of the workers, how many wait for work and were not woken
	feeding  bool  // the feeder runs
	fed      bool  // the source has ended
	cut      bool  // it was stopped before its end
	end      error // of the source
	full     atomic.Bool
	pace     pace
	watch    watch
}

type entry[T, R any] struct {
	num  int // of the item
	in   T
	out  R
	err  error
	done bool
}

const (
	entryBlock = 64
	mostAhead  = 1024
	streamWork = 50 * time.Microsecond // what a worker claims at once
)

var errLeft = errors.New("the loop was left")

func (s *stream[T, R]) entry(id int) *entry[T, R] {
	return &s.entries[id/entryBlock][id%entryBlock]
}

// runSerial runs the items one after the other on the loop's goroutine.
func (s *stream[T, R]) runSerial() {
	w := s.p.hire(&holding{}, 0)
	if outer := s.call.outer; outer != nil {
		w.hold, w.poolState = outer.hold, outer.poolState
	}
	defer w.cancel(nil)
	i := 0
	if s.p.ctx.Err() != nil {
		s.yield(*new(R), context.Cause(s.p.ctx))
		return
	}
	for x, err := range guarded(s.source) {
		switch {
		case s.p.ctx.Err() != nil:
			s.yield(*new(R), context.Cause(s.p.ctx))
			return
		case err != nil:
			s.yield(*new(R), sourceError(i, err))
			return
		}
		start := s.clock()
		r, err := s.one(w, i, x)
		if s.p.obs != nil {
			s.p.chunkDone(w, i, i+1, start, time.Since(start))
		}
		if err != nil && s.p.ctxEnded(err) {
			s.yield(*new(R), context.Cause(s.p.ctx))
			return
		}
		if !s.yield(r, err) {
			return
		}
		i++
	}
}

// clock returns the time if the stream is observed.
func (s *stream[T, R]) clock() (now time.Time) {
	if s.p.obs != nil {
		now = time.Now()
	}
	return now
}

// guarded yields a panic of the source as its last error. It does not recover a panic of
// the loop's body.
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

// one runs fn on one item. A panic is returned as the item's error.
func (s *stream[T, R]) one(w *Worker, i int, x T) (r R, err error) {
	w.Row = i
	defer func() {
		if v := recover(); v != nil {
			err = s.failure(w, i, &PanicError{Value: v, Stack: debug.Stack()})
		}
	}()
	if r, err = s.fn(w, x); err != nil {
		return *new(R), s.failure(w, i, err)
	}
	return r, nil
}

func (s *stream[T, R]) failure(w *Worker, i int, err error) error {
	s.p.obs.rowFailed(w.hold, i, err)
	return &RowError{Row: i, Partition: -1, Err: err}
}

// parallel reads the source, runs the items on workers, and yields the results.
func (s *stream[T, R]) parallel() {
	s.ctx, s.stop = context.WithCancelCause(s.p.ctx)
	s.p.ctx = s.ctx // so that leaving the loop ends the functions' contexts
	s.began = time.Now()
	s.hasWork.L, s.hasSpace.L, s.hasDone.L = &s.mu, &s.mu, &s.mu
	ahead := s.bound
	if ahead == 0 {
		s.limit.Store(s.leastAhead())
		ahead = int(max(mostAhead, s.leastAhead()))
	} else {
		s.limit.Store(int64(ahead))
	}
	s.entries = make([][]entry[T, R], (ahead+entryBlock-1)/entryBlock)
	s.ids = make([]int, len(s.entries)*entryBlock)
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

// tearDown ends everything, and waits for the running functions and for the source.
func (s *stream[T, R]) tearDown() {
	s.stop(errLeft)
	s.mu.Lock()
	s.wakeAll()
	s.endWatch()
	s.wait(func() bool { return s.workers == 0 && !s.feeding && !s.watch.armed })
	s.mu.Unlock()
}

// leastAhead is the bound for slow items without the option Lookahead: each worker has
// a next item ready.
func (s *stream[T, R]) leastAhead() int64 { return 2 * int64(min(s.call.width(), Farthest/2)) }

// wakeAll wakes the workers, the feeder and the loop. Called with s.mu held.
func (s *stream[T, R]) wakeAll() {
	s.parked = 0
	s.hasWork.Broadcast()
	s.hasSpace.Broadcast()
	s.hasDone.Broadcast()
}
