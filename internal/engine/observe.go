package engine

import (
	"context"
	"fmt"
	"runtime/debug"
	"runtime/pprof"
	"runtime/trace"
	"strconv"
	"sync"
	"time"
)

// Observer observes a running call. It is documented in package parallel.
type Observer interface {
	// Start is called before the first item.
	Start(c CallInfo)
	// ChunkDone is called when a worker has finished a range of rows.
	ChunkDone(c ChunkInfo)
	// RowFailed is called for every failure that the call records, in
	// the order in which they happen, not in the order of the rows.
	RowFailed(row int, err error)
	// End is called when all workers have ended.
	End(s Summary)
}

// CallInfo describes a call that begins.
type CallInfo struct {
	Call  string // "parallel.Map"
	N     int    // rows; 0 for a Stream, whose source may be endless
	Width int    // most workers at once
}

// ChunkInfo describes a range of rows that is done.
type ChunkInfo struct {
	Worker int // number of the worker: 0, 1, …
	Lo, Hi int // rows Lo..Hi, Hi not included
	Start  time.Time
	Took   time.Duration
}

// Summary describes a call that has ended.
type Summary struct {
	CallInfo
	Took    time.Duration
	Workers []WorkerStats
	Failed  int   // failures that were recorded
	Err     error // what the call returns
}

// WorkerStats is what one worker of a call did.
type WorkerStats struct {
	Worker int
	Chunks int
	Rows   int
	Busy   time.Duration // in the caller's function, or in work of the library's own
}

// observed is an Observer of one call. The methods of a nil observed do nothing.
// An observer that panics is not called again, and the call returns the panic as an error
// at its end.
type observed struct {
	o     Observer
	begun time.Time
	info  CallInfo
	told  bool // a phase reports its rows; used between phases only

	mu     sync.Mutex
	failed int
	rows   int // reported
	broken error

	posted posts // of tasks

	workers workerSums
}

// workerSums adds up what workers did over all phases of a call.
type workerSums struct {
	mu  sync.Mutex
	all []WorkerStats // by the number of the worker
}

func (t *workerSums) add(stats ...WorkerStats) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range stats {
		t.all = addStats(t.all, s)
	}
}

// posts are calls of an observer's methods that are still to be made.
type posts struct {
	mu   sync.Mutex
	all  []post
	busy bool      // a goroutine makes the calls
	idle sync.Cond // signals that it is done
}

type post struct {
	method string
	fn     func()
}

// call calls a method of the observer, one at a time, on a goroutine of its
// own, so that a Goexit in it does not end a worker. The method may call the library, on the
// slots that are lent meanwhile. hold is the holding of the worker, or nil.
func (v *observed) call(hold *holding, method string, fn func()) {
	if hold == nil {
		v.callOne(method, fn)
	} else {
		hold.lend(context.Background(), func() { v.callOne(method, fn) })
	}
}

func (v *observed) callOne(method string, fn func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.broken != nil {
		return
	}
	over := make(chan struct{})
	Aside(func() {
		defer close(over)
		returned := false
		defer func() {
			if returned {
				return
			}
			var err error = ErrGoexit
			if p := recover(); p != nil {
				err = &PanicError{Value: p, Stack: debug.Stack()}
			}
			v.broken = fmt.Errorf("observer: %s: %w", method, err)
		}()
		fn()
		returned = true
	})
	<-over
}

// post calls methods of the observer for a task, one after the other. If another goroutine
// makes such calls it leaves them to that goroutine: a pool whose tasks
// waited with their slots lent would begin more and more of them.
func (v *observed) post(hold *holding, calls ...post) {
	p := &v.posted
	p.mu.Lock()
	p.all = append(p.all, calls...)
	busy := p.busy
	p.busy = true
	p.mu.Unlock()
	if busy {
		return
	}
	made := make(chan struct{})
	Aside(func() {
		v.callPosted()
		close(made)
		for v.callPosted() {
		}
	})
	hold.lend(context.Background(), func() { <-made })
}

// callPosted makes the calls that were posted so far, and reports whether there
// were any.
func (v *observed) callPosted() bool {
	p := &v.posted
	p.mu.Lock()
	calls := p.all
	p.all = nil
	if len(calls) == 0 {
		p.busy = false
		p.idle.Broadcast()
	}
	p.mu.Unlock()
	for _, c := range calls {
		v.callOne(c.method, c.fn)
	}
	return len(calls) > 0
}

// awaitPosted waits until all that was posted has been called.
func (v *observed) awaitPosted() {
	p := &v.posted
	p.mu.Lock()
	for p.busy {
		p.idle.Wait()
	}
	p.mu.Unlock()
}

func (v *observed) start(info CallInfo) {
	v.posted.idle.L = &v.posted.mu
	v.begun = time.Now()
	v.info = info
	v.call(nil, "Start", func() { v.o.Start(v.info) })
}

// chunkDone reports that units lo..hi are done.
func (p *phase) chunkDone(w *Worker, lo, hi int, start time.Time, took time.Duration) {
	w.stats.Busy += took
	switch {
	case p.obs == nil:
	case p.toRows != nil:
		p.rowsDone(w, p.toRows(lo), p.toRows(hi), start, took)
	default:
		p.rowsDone(w, max(p.row(lo), w.from), p.row(hi), start, took)
	}
}

// rowsDone reports that rows lo..hi are done.
func (p *phase) rowsDone(w *Worker, lo, hi int, start time.Time, took time.Duration) {
	v := p.obs
	if v == nil || !p.tells {
		return
	}
	w.stats.Chunks++
	w.stats.Rows += hi - lo
	v.call(w.hold, "ChunkDone", func() {
		v.rows += hi - lo
		v.o.ChunkDone(ChunkInfo{Worker: w.stats.Worker, Lo: lo, Hi: hi, Start: start, Took: took})
	})
}

func (v *observed) rowFailed(hold *holding, row int, err error) {
	if v == nil {
		return
	}
	v.call(hold, "RowFailed", func() { v.rowFailedNow(row, err) })
}

func (v *observed) rowFailedNow(row int, err error) {
	v.failed++
	v.o.RowFailed(row, err)
}

// end reports the end of the call, and before it the rows, if no phase
// went over them as the user counts them. It returns the error of the observer itself.
func (v *observed) end(err error) error {
	v.awaitPosted()
	took := time.Since(v.begun)
	if err == nil && v.rows == 0 && v.info.N > 0 {
		v.workers.add(WorkerStats{Chunks: 1, Rows: v.info.N})
		v.workers.all[0].Busy = max(v.workers.all[0].Busy, took)
		v.call(nil, "ChunkDone", func() {
			v.o.ChunkDone(ChunkInfo{Hi: v.info.N, Start: v.begun, Took: took})
		})
	}
	if _, ok := err.(*RowError); ok && v.failed == 0 {
		v.failed++ // in a phase that does not report its failures
	}
	s := Summary{CallInfo: v.info, Took: took, Failed: v.failed, Err: err, Workers: v.workers.all}
	v.call(nil, "End", func() { v.o.End(s) })
	return v.broken
}

// addStats adds s to the sums of the worker with its number.
func addStats(all []WorkerStats, s WorkerStats) []WorkerStats {
	for len(all) <= s.Worker {
		all = append(all, WorkerStats{Worker: len(all)})
	}
	sum := &all[s.Worker]
	sum.Chunks += s.Chunks
	sum.Rows += s.Rows
	sum.Busy += s.Busy
	return all
}

func nothing() {}

// labeled adds labels for profiles to the worker's context, on top of the
// caller's, if the call is observed or traced: whether a profile is being taken cannot be
// found out. Called before the worker's goroutine runs.
func (p *phase) labeled(w *Worker) {
	if p.call.obs == nil && !trace.IsEnabled() {
		return
	}
	w.Context = pprof.WithLabels(w.Context, pprof.Labels("parallel", p.call.Name, "worker", strconv.Itoa(w.stats.Worker)))
	w.labels = true
}

// label sets the labels of the worker's goroutine until undo is called.
func (w *Worker) label() (undo func()) {
	if !w.labels {
		return nothing
	}
	pprof.SetGoroutineLabels(w.Context)
	return func() { pprof.SetGoroutineLabels(w.call.ctx) }
}

// region marks a chunk in the execution trace, if one is being written.
func (p *phase) region(ctx context.Context) (end func()) {
	if !trace.IsEnabled() {
		return nothing
	}
	return trace.StartRegion(ctx, p.call.Name).End
}

// Tell reports to the observer that rows i.Lo..i.Hi are done. It is for phases of the
// library's own that go over something else than rows, such as columns or ranges
// of bytes. A call reports its rows in this way or by [Call.OwnRows], not in both.
func (c *Call) Tell(i ChunkInfo) {
	if c.obs == nil || i.Hi == i.Lo {
		return
	}
	c.obs.workers.add(WorkerStats{Worker: i.Worker, Chunks: 1, Rows: i.Hi - i.Lo})
	c.obs.call(nil, "ChunkDone", func() {
		c.obs.rows += i.Hi - i.Lo
		c.obs.o.ChunkDone(i)
	})
}

// Watched reports whether the call has an observer.
func (c *Call) Watched() bool { return c.Observer != nil }
