package engine

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Stuck describes an item that has been running for longer than SoftDeadline.
type Stuck struct {
	Row     int
	Running time.Duration // so far
	Stack   []byte        // of the goroutine that runs it
}

// String returns the row, the time and the stack.
func (s Stuck) String() string {
	return fmt.Sprintf("row %d has been running for %v\n\n%s", s.Row, s.Running, s.Stack)
}

// Soft checks the workers of a phase from time to time, and reports items that have been
// running for too long.
type Soft struct {
	After  time.Duration
	Report func(Stuck)
}

// watched is the state of a worker that a Soft checks.
type watched struct {
	goroutine atomic.Int64
	begun     atomic.Pointer[begun] // nil: between two items
	reported  *begun                // written by the Soft alone
}

type begun struct {
	row int
	at  time.Time
}

func softWatched[T, R any](fn Func[T, R]) Func[T, R] {
	return func(ctx context.Context, x T) (R, error) {
		w := ctx.(*Worker)
		if w.watch.goroutine.Load() == 0 {
			w.watch.goroutine.Store(goroutineID())
		}
		w.watch.begun.Store(&begun{w.Row, time.Now()})
		defer w.watch.begun.Store(nil)
		return fn(ctx, x)
	}
}

// softRound is a Soft that checks one phase.
type softRound struct {
	*Soft
	watches func() []*watched // of the workers of the phase

	mu    sync.Mutex
	over  bool
	timer *time.Timer
}

// start checks from time to time what watches returns, until stop is called.
// A report that is running then is not waited for.
func (s *Soft) start(watches func() []*watched) (stop func()) {
	r := &softRound{Soft: s, watches: watches}
	r.mu.Lock()
	defer r.mu.Unlock()
	// A timer that starts itself again needs no goroutine in between.
	r.timer = time.AfterFunc(s.After, r.check)
	return func() {
		r.mu.Lock()
		r.over = true
		r.mu.Unlock()
		r.timer.Stop()
	}
}

// watchSoft reports items of the phase that exceed the soft deadline, if there is
// one, until stop is called.
func (p *phase) watchSoft() (stop func()) {
	if p.soft == nil {
		return nothing
	}
	return p.soft.start(func() []*watched {
		p.mu.Lock()
		defer p.mu.Unlock()
		all := make([]*watched, len(p.workers))
		for i, w := range p.workers {
			all[i] = &w.watch
		}
		return all
	})
}

// again starts the timer again, unless the phase is over.
func (r *softRound) again() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.over {
		r.timer.Reset(max(r.After/4, time.Millisecond))
	}
}

func (r *softRound) isOver() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over
}

// check reports each item that has exceeded the deadline and was not reported
// before. It takes the stacks of all of them at once.
func (r *softRound) check() {
	if r.isOver() {
		return
	}
	defer r.again() // deferred, since a report may end the goroutine
	var stuck []Stuck
	var ids []int64
	for _, w := range r.watches() {
		b := w.begun.Load()
		if b == nil || b == w.reported || time.Since(b.at) < r.After {
			continue
		}
		w.reported = b
		stuck = append(stuck, Stuck{Row: b.row, Running: time.Since(b.at)})
		ids = append(ids, w.goroutine.Load())
	}
	if len(stuck) == 0 {
		return
	}
	stacks := stacksOf(ids)
	for i := range stuck {
		stuck[i].Stack = stacks[ids[i]]
	}
	r.reportAll(stuck)
}

// reportAll reports one item after the other, even if a report ends the goroutine.
func (r *softRound) reportAll(stuck []Stuck) {
	defer func() {
		if len(stuck) > 0 {
			r.reportAll(stuck)
		}
	}()
	for len(stuck) > 0 {
		s := stuck[0]
		stuck = stuck[1:]
		r.report(s)
	}
}

// report calls the user's function; a panic in it is dropped.
func (r *softRound) report(s Stuck) {
	defer func() { _ = recover() }()
	r.Report(s)
}

// goroutineID parses the number of the running goroutine from its stack: the
// runtime offers no other way.
func goroutineID() int64 {
	var buf [64]byte
	fields := bytes.Fields(buf[:runtime.Stack(buf[:], false)])
	id, _ := strconv.ParseInt(string(fields[1]), 10, 64)
	return id
}

// stacksOf returns the stacks of goroutines by number. Goroutines that have ended are left
// out.
func stacksOf(ids []int64) map[int64][]byte {
	buf := make([]byte, 1<<16)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) || len(buf) >= 1<<28 {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	stacks := make(map[int64][]byte, len(ids))
	for stack := range bytes.SplitSeq(buf, []byte("\n\n")) {
		head, _, _ := bytes.Cut(bytes.TrimPrefix(stack, []byte("goroutine ")), []byte(" "))
		if id, err := strconv.ParseInt(string(head), 10, 64); err == nil && slices.Contains(ids, id) {
			stacks[id] = bytes.Clone(stack)
		}
	}
	return stacks
}
