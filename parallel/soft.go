package parallel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Stuck tells of an item that runs for longer than [SoftDeadline].
type Stuck struct {
	Row     int
	Running time.Duration // so far
	Stack   []byte        // of the goroutine that runs it
}

// String gives the row, the time and the stack.
func (s Stuck) String() string {
	return fmt.Sprintf("row %d has been running for %v\n\n%s", s.Row, s.Running, s.Stack)
}

// SoftDeadline calls report for every item that runs for longer than d, once,
// while it still runs: which row, for how long, and where it is. It stops
// nothing; see [Timeout]. report runs on a goroutine of its own, one call at
// a time; a panic in it is dropped.
func SoftDeadline(d time.Duration, report func(Stuck)) Option {
	o := Option{name: "SoftDeadline", value: &softWatch{after: d, report: report}}
	switch {
	case d <= 0:
		o.err = errors.New("want more than 0")
	case report == nil:
		o.err = ErrNilFunc
	}
	return o
}

// softWatch looks at the workers of a job from time to time.
type softWatch struct {
	after  time.Duration
	report func(Stuck)
}

// watched is what a worker shows to a softWatch.
type watched struct {
	goroutine int
	begun     atomic.Pointer[begun] // nil: between two items
	reported  *begun                // softWatch's own
}

type begun struct {
	row int
	at  time.Time
}

func softWatched[T, R any](fn func(context.Context, T) (R, error)) func(context.Context, T) (R, error) {
	return func(ctx context.Context, x T) (R, error) {
		w := ctx.(*worker)
		if w.watch.goroutine == 0 {
			w.watch.goroutine = goroutineID()
		}
		w.watch.begun.Store(&begun{w.row, time.Now()})
		defer w.watch.begun.Store(nil)
		return fn(ctx, x)
	}
}

// start watches the job until the function that it returns was called.
func (s *softWatch) start(j *job) (stop func()) {
	if s == nil {
		return func() {}
	}
	var mu sync.Mutex
	over := false
	var timer *time.Timer
	mu.Lock()
	defer mu.Unlock()
	// A timer that starts itself again, so that nothing waits in between.
	timer = time.AfterFunc(s.after, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			// Deferred, since report may end the goroutine.
			defer timer.Reset(max(s.after/4, time.Millisecond))
			s.look(j)
		}
	})
	return func() {
		mu.Lock()
		over = true
		mu.Unlock()
		timer.Stop()
	}
}

func (s *softWatch) look(j *job) {
	j.mu.Lock()
	workers := slices.Clone(j.workers)
	j.mu.Unlock()
	for _, w := range workers {
		b := w.watch.begun.Load()
		if b == nil || b == w.watch.reported || time.Since(b.at) < s.after {
			continue
		}
		w.watch.reported = b
		func() {
			defer func() { _ = recover() }()
			s.report(Stuck{Row: b.row, Running: time.Since(b.at), Stack: stackOf(w.watch.goroutine)})
		}()
	}
}

// goroutineID reads the number of the running goroutine off its stack: the
// runtime tells it in no other way.
func goroutineID() int {
	var buf [64]byte
	fields := bytes.Fields(buf[:runtime.Stack(buf[:], false)])
	id, _ := strconv.Atoi(string(fields[1]))
	return id
}

// stackOf returns the stack of a goroutine, nil if it is gone.
func stackOf(id int) []byte {
	buf := make([]byte, 1<<16)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) || len(buf) >= 1<<26 {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	head := []byte("goroutine " + strconv.Itoa(id) + " ")
	for stack := range bytes.SplitSeq(buf, []byte("\n\n")) {
		if bytes.HasPrefix(stack, head) {
			return bytes.Clone(stack)
		}
	}
	return nil
}
