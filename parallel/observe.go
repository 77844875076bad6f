package parallel

import (
	"context"
	"runtime/pprof"
	"runtime/trace"
	"strconv"
	"sync"
	"time"
)

// Observer watches a call at work: start, chunks, failures, end. Its methods
// are called for chunks, never for items, and never two at once for one call;
// what they do delays the workers, so they should be quick. The rows of the
// chunks of a call that succeeds add up to N. Of [Scan], which goes over its
// items twice, the first time is told.
type Observer interface {
	// Start is called before the first item.
	Start(c CallInfo)
	// ChunkDone is called when a worker has finished a range of rows.
	ChunkDone(c ChunkInfo)
	// RowFailed is called for every failure that the call takes note of, in
	// the order in which they happen, not in that of the rows.
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
	Worker int // 0, 1, …: who did it
	Lo, Hi int // rows Lo..Hi, Hi not included
	Start  time.Time
	Took   time.Duration
}

// Summary describes a call that has ended.
type Summary struct {
	CallInfo
	Took    time.Duration
	Workers []WorkerStats
	Failed  int   // failures taken note of
	Err     error // what the call returns, but for the Failures of CollectAll
}

// WorkerStats is what one worker of a call did.
type WorkerStats struct {
	Worker int
	Chunks int
	Rows   int
	Busy   time.Duration // in the caller's function
}

// Observe lets o watch the call.
func Observe(o Observer) Option {
	opt := Option{name: "Observe", value: o}
	if o == nil {
		opt.err = errNilObserver
	}
	return opt
}

// observed is an Observer at work on one call; the methods of nil do nothing.
type observed struct {
	o     Observer
	begun time.Time

	held *Summary // not nil: the end is told later

	mu     sync.Mutex
	failed int
}

func (v *observed) start(j *job) {
	if v == nil {
		return
	}
	v.begun = time.Now()
	v.o.Start(v.info(j))
}

func (v *observed) info(j *job) CallInfo {
	c := CallInfo{Call: j.call, Width: j.width}
	if j.n > 0 {
		c.N = j.row(j.n)
	}
	return c
}

func (v *observed) chunk(w *worker, lo, hi int, start time.Time, took time.Duration) {
	w.stats.Chunks++
	w.stats.Busy += took
	lo, hi = w.job.row(lo), w.job.row(hi)
	w.stats.Rows += hi - lo
	if v == nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.o.ChunkDone(ChunkInfo{Worker: w.stats.Worker, Lo: lo, Hi: hi, Start: start, Took: took})
}

func (v *observed) rowFailed(row int, err error) {
	if v == nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.failed++
	v.o.RowFailed(row, err)
}

func (v *observed) end(j *job) {
	if v == nil {
		return
	}
	s := Summary{CallInfo: v.info(j), Took: time.Since(v.begun), Failed: v.failed, Err: j.result()}
	if j.failed != nil && j.failed.Err == errFound {
		s.Err = nil
	}
	for _, w := range j.workers {
		s.Workers = append(s.Workers, w.stats)
	}
	if v.held != nil {
		*v.held = s
		return
	}
	v.o.End(s)
}

// firstPass lets the observer of a call that works in several passes see the
// first one, which takes in every row, and the end of the whole.
func (p *Plan) firstPass() *observed {
	o, ok := p.values["Observe"].(Observer)
	if !ok {
		return nil
	}
	delete(p.values, "Observe")
	p.obs = &observed{o: o, held: &Summary{}}
	return p.obs
}

// endLater tells the end of a call in several passes.
func (v *observed) endLater(err error) {
	if v == nil {
		return
	}
	if v.held.Err == nil && err != nil {
		v.held.Failed++
	}
	v.held.Took, v.held.Err = time.Since(v.begun), err
	v.o.End(*v.held)
}

func nothing() {}

// label marks the worker's goroutine for profiles, on top of the caller's own
// labels, where somebody watches; profiles alone cannot be asked for.
func (v *observed) label(w *worker) (undo func()) {
	if v == nil && !trace.IsEnabled() {
		return nothing
	}
	before := w.Context
	labels := pprof.Labels("parallel", w.job.call, "worker", strconv.Itoa(w.stats.Worker))
	w.Context = pprof.WithLabels(before, labels)
	pprof.SetGoroutineLabels(w.Context)
	return func() { pprof.SetGoroutineLabels(before) }
}

// region marks a chunk in an execution trace, where one is written.
func (j *job) region(ctx context.Context) (end func()) {
	if !trace.IsEnabled() {
		return nothing
	}
	return trace.StartRegion(ctx, j.call).End
}
