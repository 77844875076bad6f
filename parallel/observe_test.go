package parallel_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// recorder is an Observer that records its calls, without a lock: the race detector and
// busy find two methods that run at once.
type recorder struct {
	t      testing.TB
	busy   atomic.Bool
	events []string
	starts []parallel.CallInfo
	chunks []parallel.ChunkInfo
	failed []int
	ends   []parallel.Summary
}

func (r *recorder) enter(event string) func() {
	if r.busy.Swap(true) {
		r.t.Errorf("%s while another method runs", event)
	}
	r.events = append(r.events, event)
	runtime.Gosched()
	return func() { r.busy.Store(false) }
}

func (r *recorder) Start(c parallel.CallInfo) {
	defer r.enter("start")()
	r.starts = append(r.starts, c)
}

func (r *recorder) ChunkDone(c parallel.ChunkInfo) {
	defer r.enter("chunk")()
	r.chunks = append(r.chunks, c)
}

func (r *recorder) RowFailed(row int, err error) {
	defer r.enter("failed")()
	r.failed = append(r.failed, row)
}

func (r *recorder) End(s parallel.Summary) {
	defer r.enter("end")()
	r.ends = append(r.ends, s)
}

// check holds what is true of every call that was observed.
func (r *recorder) check(what, call string) {
	r.t.Helper()
	n := len(r.events)
	if len(r.starts) != 1 || len(r.ends) != 1 || n < 2 || r.events[0] != "start" || r.events[n-1] != "end" {
		r.t.Fatalf("%s: events %v", what, r.events)
	}
	start, end := r.starts[0], r.ends[0]
	if start.Call != call || end.Call != call || end.Failed != len(r.failed) || end.N != start.N {
		r.t.Errorf("%s: %+v … %+v", what, start, end)
	}
	type sums struct{ chunks, rows int }
	told, counted := map[int]sums{}, map[int]sums{}
	busy := map[int]time.Duration{}
	for _, c := range r.chunks {
		s := told[c.Worker]
		told[c.Worker] = sums{s.chunks + 1, s.rows + c.Hi - c.Lo}
		busy[c.Worker] += c.Took
		if c.Lo > c.Hi || c.Took < 0 || c.Start.IsZero() {
			r.t.Errorf("%s: %+v", what, c)
		}
	}
	for k, w := range end.Workers {
		if w.Worker != k {
			r.t.Errorf("%s: worker %d is number %d", what, k, w.Worker)
		}
		if w.Chunks > 0 {
			counted[k] = sums{w.Chunks, w.Rows}
		}
		if w.Busy < busy[k] { // it may do more than is reported
			r.t.Errorf("%s: worker %d: chunks took %v, counter is %v", what, k, busy[k], w.Busy)
		}
	}
	if fmt.Sprint(told) != fmt.Sprint(counted) {
		r.t.Errorf("%s: chunks add up to %v, counters are %v", what, told, counted)
	}
}

// rows adds up the rows of the chunks, which must not overlap.
func (r *recorder) rows(what string) (n int) {
	chunks := slices.Clone(r.chunks)
	slices.SortFunc(chunks, func(a, b parallel.ChunkInfo) int { return a.Lo - b.Lo })
	for i, c := range chunks {
		if n += c.Hi - c.Lo; i > 0 && chunks[i-1].Hi > c.Lo {
			r.t.Errorf("%s: chunks %+v and %+v", what, chunks[i-1], c)
		}
	}
	return n
}

// TestObserver: an observer sees start, chunks and end of every operation in every
// setting. The rows of the chunks are all rows, each once, and the counters of the
// workers add up to them.
func TestObserver(t *testing.T) {
	for _, op := range operations {
		for _, n := range []int{0, 1, 2, 100, 1500} {
			for _, s := range settings(op, []int{1, 7, 1000}, []int{1, 7, 64}) {
				r := &recorder{t: t}
				_, err := op.run(t.Context(), n, noFault, append(slices.Clip(s.opts), parallel.Observe(r))...)
				if err != nil {
					t.Fatal(err)
				}
				what := fmt.Sprint(op.name, s, " of ", n)
				r.check(what, "parallel."+op.call())
				stream := op.call() == "Stream"
				// The chunk of the match is not reported, as for a failure.
				if got := r.rows(what); got != n && op.name != "Find" {
					t.Errorf("%s: %d rows in chunks", what, got)
				}
				if !stream && r.starts[0].N != n || r.ends[0].Err != nil || r.ends[0].Took < 0 {
					t.Errorf("%s: %+v", what, r.ends[0])
				}
			}
		}
	}
}

// TestObserverFailures: every failure that the call records is reported, and the end
// has the error that the call returns.
func TestObserverFailures(t *testing.T) {
	for kind, end := range endings {
		for _, op := range operations {
			if op.call() == "Stream" {
				continue // an item's failure is not a failure of the call
			}
			for _, s := range settings(op, []int{1, 7}, []int{7}) {
				if kind == "Goexit" && serial(s) {
					continue
				}
				r := &recorder{t: t}
				_, err := op.run(t.Context(), 100, func(ctx context.Context, i int) error {
					if i < 50 {
						return nil
					}
					return end(ctx, i)
				}, append(slices.Clip(s.opts), parallel.Observe(r))...)
				what := fmt.Sprint(kind, " ", op.name, s)
				r.check(what, "parallel."+op.call())
				if got := r.ends[0].Err; fmt.Sprint(got) != fmt.Sprint(err) || !errors.Is(err, got) && got != nil {
					t.Errorf("%s: the end says %v, the call %v", what, got, err)
				}
				if row := 54; kind != "success" && s.parts == 0 && !op.grid && !op.ranges && !slices.Contains(r.failed, row) || kind == "success" && len(r.failed) > 0 {
					t.Errorf("%s: failed rows %v", what, r.failed)
				}
			}
		}
	}
}

// TestObserverCollects: with CollectAll every failure is reported, and all rows are
// done.
func TestObserverCollects(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		r := &recorder{t: t}
		fn, bad := every5th(endings["error"])
		_, err := tolerant["Map"](t.Context(), indices(100), func(ctx context.Context, i int) error {
			time.Sleep(time.Millisecond)
			return fn(ctx, i)
		}, parallel.CollectAll(3), parallel.Workers(width), parallel.Observe(r))
		r.check("Map", "parallel.Map")
		slices.Sort(r.failed)
		if err == nil || !slices.Equal(r.failed, slices.DeleteFunc(indices(100), func(i int) bool { return !bad(i) })) || r.rows("Map") != 100 {
			t.Errorf("%v, failed %v", err, r.failed)
		}
	})
}

// TestObserverOfStream: ranges of items are reported, and failures in the order in
// which they happen.
func TestObserverOfStream(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		for name, opts := range streamings(newPool(t, parallel.Workers(width)), width) {
			if name == "serial" {
				continue
			}
			r := &recorder{t: t}
			fn, _ := every5th(endings["panic"])
			n := 0
			for range parallel.Stream(t.Context(), countTo(1000), func(ctx context.Context, i int) (int, error) { return i, fn(ctx, i) }, streams(append(opts, parallel.Observe(r)))...) {
				n++
			}
			r.check(name, "parallel.Stream")
			if n != 1000 || len(r.failed) != 200 || r.rows(name) != 1000 {
				t.Errorf("%s: %d items, %d failed, %d rows", name, n, len(r.failed), r.rows(name))
			}
		}
	})
}

// TestObserverOfSearch: a match is neither a failure nor an error.
func TestObserverOfSearch(t *testing.T) {
	r := &recorder{t: t}
	i, err := parallel.Find(t.Context(), indices(1000), parallel.Pure(func(x int) bool { return x == 700 }), parallel.Observe(r))
	r.check("Find", "parallel.Find")
	if i != 700 || err != nil || len(r.failed) != 0 || r.ends[0].Err != nil {
		t.Errorf("%d, %v, %+v", i, err, r.ends)
	}
	if rows := r.rows("Find"); rows == 0 || rows > 999 {
		t.Errorf("%d rows are told of which the first 701 were looked at, with the match in a chunk that is not told", rows)
	}
}

// TestObserverOfEndedContext: a call that never begins has a start and an end, too.
func TestObserverOfEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errBoom)
	for _, op := range operations {
		r := &recorder{t: t}
		_, err := op.run(ctx, 10, noFault, parallel.Observe(r))
		r.check(op.name, "parallel."+op.call())
		if op.call() != "Stream" && (err != errBoom || r.ends[0].Err != errBoom || len(r.chunks) != 0) {
			t.Errorf("%s: %v, %+v", op.name, err, r.ends)
		}
	}
}

func noFault2(context.Context, int) error { return nil }

// TestObserverTellsWorkersApart: each worker has counters of its own.
func TestObserverTellsWorkersApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{t: t}
		err := parallel.ForEach(t.Context(), indices(40), func(context.Context, int) error { time.Sleep(time.Second); return nil },
			parallel.Workers(4), parallel.Observe(r))
		r.check("ForEach", "parallel.ForEach")
		if err != nil || len(r.ends[0].Workers) != 4 || r.starts[0].Width != 4 || r.ends[0].Took < 10*time.Second {
			t.Errorf("%v, %+v", err, r.ends[0])
		}
		for _, w := range r.ends[0].Workers {
			if w.Rows != 10 || w.Busy != 10*time.Second {
				t.Errorf("%+v", w)
			}
		}
	})
}

// TestLabelsOfTheCallersGoroutine: a call that runs on the goroutine of its caller gives
// it back the labels that it had.
func TestLabelsOfTheCallersGoroutine(t *testing.T) {
	ctx := pprof.WithLabels(t.Context(), pprof.Labels("own", "mine"))
	pprof.SetGoroutineLabels(ctx)
	defer pprof.SetGoroutineLabels(t.Context())
	profile := func() string {
		var b strings.Builder
		if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	const worker = `"parallel":"parallel.ForEach"`
	err := parallel.ForEach(ctx, indices(3), func(context.Context, int) error {
		if !strings.Contains(profile(), worker) {
			t.Error("no labels within the call")
		}
		return nil
	}, parallel.Serial(), parallel.Observe(&recorder{t: t}))
	if err != nil {
		t.Fatal(err)
	}
	if after := profile(); strings.Contains(after, worker) || !strings.Contains(after, `"own":"mine"`) {
		t.Errorf("labels after the call:\n%s", after)
	}
}

// TestTraceAndLabels: while an execution trace is written, chunks are regions named
// after the call, and goroutines have labels on top of the caller's. Otherwise they
// have neither.
func TestTraceAndLabels(t *testing.T) {
	labels := func(ctx context.Context) string {
		call, _ := pprof.Label(ctx, "parallel")
		worker, _ := pprof.Label(ctx, "worker")
		own, _ := pprof.Label(ctx, "own")
		return call + " " + worker + " " + own
	}
	ctx := pprof.WithLabels(t.Context(), pprof.Labels("own", "mine"))
	all := func(want func(call string) string) {
		t.Helper()
		check := func(call string) func(context.Context, int) (int, error) {
			return func(ctx context.Context, i int) (int, error) {
				if got := labels(ctx); got != want(call) {
					t.Errorf("%s: labels %q; want %q", call, got, want(call))
				}
				return i, nil
			}
		}
		if _, err := parallel.Map(ctx, indices(5), check("parallel.Map"), parallel.Workers(1)); err != nil {
			t.Error(err)
		}
		for _, err := range parallel.Stream(ctx, countTo(5), check("parallel.Stream"), parallel.Workers(1)) {
			if err != nil {
				t.Error(err)
			}
		}
	}
	all(func(string) string { return "  mine" })
	var buf bytes.Buffer
	if err := trace.Start(&buf); err != nil {
		t.Skip(err) // another trace is being written
	}
	all(func(call string) string { return call + " 0 mine" })
	trace.Stop()
	for _, name := range []string{"parallel.Map", "parallel.Stream"} {
		if !strings.Contains(buf.String(), name) {
			t.Errorf("no region %s in %d bytes of trace", name, buf.Len())
		}
	}
	r := &recorder{t: t}
	_, err := parallel.Map(ctx, indices(5), func(ctx context.Context, i int) (int, error) {
		if got := labels(ctx); got != "parallel.Map 0 mine" {
			t.Errorf("observed: labels %q", got)
		}
		return i, nil
	}, parallel.Workers(1), parallel.Observe(r))
	if err != nil {
		t.Error(err)
	}
}

// TestObserverOfCallsThatEndEarly: if a call does not go over all rows, the chunks and
// the counters have only rows that it went over, each once.
func TestObserverOfCallsThatEndEarly(t *testing.T) {
	const n, at = 3000, 700
	for _, op := range operations {
		if op.blind || op.ranges || op.most > 0 && op.most < n {
			continue
		}
		for _, width := range []int{1, 3} {
			for _, how := range []string{"failure", "end of the context"} {
				what := fmt.Sprintf("%s, width %d, %s", op.name, width, how)
				ctx, cancel := context.WithCancelCause(t.Context())
				begun := make([]atomic.Int32, n)
				r := &recorder{t: t}
				_, err := op.run(ctx, n, func(_ context.Context, i int) error {
					begun[i].Add(1)
					switch {
					case i != at:
					case how == "failure":
						return errBoom
					default:
						cancel(errBoom)
					}
					return nil
				}, parallel.Workers(width), parallel.Observe(r))
				cancel(nil)
				r.check(what, "parallel."+op.call())
				if err == nil {
					continue // the call was done before it saw the end
				}
				if err != nil && !errors.Is(err, errBoom) {
					t.Errorf("%s: %v", what, err)
				}
				rows := 0
				for i, told := range r.told(what, n) {
					if told && begun[i].Load() == 0 && !op.grid {
						t.Errorf("%s: row %d is told, but was not begun", what, i)
					}
					if told {
						rows++
					}
				}
				if rows == n {
					t.Errorf("%s: all rows are told", what)
				}
			}
		}
	}
}

// told returns which rows are in the chunks.
func (r *recorder) told(what string, n int) []bool {
	r.rows(what)
	told := make([]bool, n)
	for _, c := range r.chunks {
		for i := c.Lo; i < c.Hi; i++ {
			told[i] = true
		}
	}
	return told
}

// TestObserverOfPartial: the rows of the chunks are the rows that are done.
func TestObserverOfPartial(t *testing.T) {
	for _, width := range []int{1, 3} {
		ctx, cancel := context.WithCancelCause(t.Context())
		var done []bool
		r := &recorder{t: t}
		_, err := parallel.Map(ctx, indices(3000), func(_ context.Context, i int) (int, error) {
			if i == 700 {
				cancel(errBoom)
			}
			return i, nil
		}, parallel.Workers(width), parallel.Partial(&done), parallel.Observe(r))
		cancel(nil)
		r.check("Partial", "parallel.Map")
		if err != errBoom || !slices.Equal(r.told("Partial", 3000), done) {
			t.Errorf("width %d: %v; %d rows are told of %d that are done", width, err, r.rows("Partial"), len(done))
		}
	}
}
