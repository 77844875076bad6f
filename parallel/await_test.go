package parallel_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestCancelKeepsWaitingTasksFromRunning: Cancel cancels a task that waits, and neither
// one that runs nor one that has ended. Get of a canceled task is ErrCanceled, and its
// function never runs.
func TestCancelKeepsWaitingTasksFromRunning(t *testing.T) {
	bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		var runs []*parallel.Future[int]
		for range width {
			runs = append(runs, submit(t, t.Context(), p, sleeper(time.Second, 7)))
		}
		waits := submit(t, t.Context(), p, func(context.Context) (int, error) { t.Error("a canceled task runs"); return 0, nil })
		synctest.Wait()
		if runs[0].Cancel() {
			t.Error("a running task was canceled")
		}
		for range 2 {
			if !waits.Cancel() || !waits.Ready() {
				t.Error("a waiting task was not canceled")
			}
		}
		if _, err := waits.Get(t.Context()); !errors.Is(err, parallel.ErrCanceled) {
			t.Error(err)
		}
		if ok, err := waits.Successful(); ok || err != nil {
			t.Errorf("a canceled task is successful: %v, %v", ok, err)
		}
		if x := get(t, runs[0]); x != 7 || runs[0].Cancel() {
			t.Error("a task was canceled after its end")
		}
		closeAndWait(t, p)
		wantStats(t, p, parallel.PoolStats{Done: width, Canceled: 1})
	})
}

// TestResultsBeforeTheTimeoutAreKept: results before the end of the context are
// delivered, in order, and the other items and tasks are canceled. This is
// map(timeout=…) of Python, by a Stream or by futures.
func TestResultsBeforeTheTimeoutAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, parallel.Workers(2))
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		var got []int
		var last error
		start := time.Now()
		for x, err := range parallel.Stream(ctx, countTo(100), func(ctx context.Context, i int) (int, error) { return sleeper(time.Second, i)(ctx) }, parallel.On(p)) {
			if last = err; err == nil {
				got = append(got, x)
			}
		}
		if !slices.Equal(got, indices(4)) || last != context.DeadlineExceeded || elapsed(start) != 2500*time.Millisecond {
			t.Errorf("%v, %v after %v", got, last, elapsed(start))
		}

		ctx, cancel = context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		var fs []*parallel.Future[int]
		for i := range 100 {
			fs = append(fs, submit(t, ctx, p, sleeper(time.Second, i)))
		}
		closeAndWait(t, p)
		wantStats(t, p, parallel.PoolStats{Done: 4, Failed: 2, Canceled: 94})
		for i, f := range fs {
			if x, err := f.Get(t.Context()); i < 4 && (x != i || err != nil) || i >= 4 && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("task %d: %d, %v", i, x, err)
			}
		}
	})
}

// TestSubmitContext: a task receives the values and the end of its context. A task
// whose context has ended before never runs.
func TestSubmitContext(t *testing.T) {
	type key struct{}
	bubbles(t, []int{1, 2}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		for i := range 20 {
			ctx, cancel := context.WithCancelCause(context.WithValue(t.Context(), key{}, i))
			f := submit(t, ctx, p, func(ctx context.Context) (any, error) {
				<-ctx.Done()
				return ctx.Value(key{}), context.Cause(ctx)
			})
			if width > 1 {
				submit(t, ctx, p, sleeper(time.Hour, 1))
			}
			late := submit(t, ctx, p, func(context.Context) (any, error) { t.Error("called"); return nil, nil })
			synctest.Wait()
			cancel(errBoom)
			if x, err := f.Get(t.Context()); x != any(i) || err != errBoom {
				t.Errorf("%v, %v", x, err)
			}
			if _, err := late.Get(t.Context()); err != errBoom {
				t.Errorf("late: %v", err)
			}
		}
	})
}

// oddContext cannot be compared with ==, which would panic.
type oddContext struct {
	context.Context
	any
}

func TestSubmitWithOddContexts(t *testing.T) {
	p := newPool(t, parallel.Workers(1))
	for i := range 10 {
		ctx := oddContext{t.Context(), []int{i}}
		if x := get(t, submit(t, ctx, p, value(i))); x != i {
			t.Error(x)
		}
	}
}

// TestTaskSubmitsAndLeaves: a task that nothing waits for does not end with the task
// that submitted it with its own context.
func TestTaskSubmitsAndLeaves(t *testing.T) {
	bubbles(t, []int{1, 2, 3}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		type key struct{}
		ctx := context.WithValue(t.Context(), key{}, "value")
		end := make(chan int)
		var chain func(depth int) func(ctx context.Context) (int, error)
		chain = func(depth int) func(ctx context.Context) (int, error) {
			return func(ctx context.Context) (int, error) {
				if ctx.Value(key{}) != "value" {
					t.Errorf("depth %d: the values are gone", depth)
				}
				if depth == 50 {
					end <- depth
					return 0, nil
				}
				if depth%10 == 0 { // between them are tasks with other contexts
					submit(t, t.Context(), p, sleeper(time.Millisecond, 0))
				}
				f := submit(t, ctx, p, chain(depth+1))
				f.OnDone(func(_ int, err error) {
					if err != nil {
						t.Errorf("depth %d: %v", depth, err)
					}
				})
				return 0, nil
			}
		}
		submit(t, ctx, p, chain(0))
		if depth := <-end; depth != 50 {
			t.Error(depth)
		}
		closeAndWait(t, p)
	})
}

// five returns five tasks, of which the one at index bad fails. They end in the order
// 2, 4, 1, 3, 0.
func five(t testing.TB, p *parallel.Pool, bad int) []*parallel.Future[int] {
	var fs []*parallel.Future[int]
	for i, at := range []int{5, 3, 1, 4, 2} {
		fs = append(fs, submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
			time.Sleep(time.Duration(at) * time.Second)
			if i == bad {
				return 0, errBoom
			}
			return i, nil
		}))
	}
	return fs
}

// TestWaitForFirstErrorOrAll: waits for the first future, the first failure, or all
// futures. Duplicates count once.
func TestWaitForFirstErrorOrAll(t *testing.T) {
	type wait func(ctx context.Context, fs ...*parallel.Future[int]) (done, pending []*parallel.Future[int], err error)
	for _, c := range []struct {
		name string
		wait wait
		bad  int
		done []int
		took time.Duration
	}{
		{"first", parallel.WaitFirst[int], -1, []int{2}, time.Second},
		{"first of failures", parallel.WaitFirst[int], 2, []int{2}, time.Second},
		{"first error", parallel.WaitFirstError[int], 1, []int{1, 2, 4}, 3 * time.Second},
		{"first error of none", parallel.WaitFirstError[int], -1, []int{0, 1, 2, 3, 4}, 5 * time.Second},
		{"all", parallel.WaitAll[int], 1, []int{0, 1, 2, 3, 4}, 5 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := newPool(t, parallel.Workers(5))
			fs := five(t, p, c.bad)
			start := time.Now()
			done, pending, err := c.wait(t.Context(), append(fs, fs...)...)
			if err != nil || elapsed(start) != c.took || len(done)+len(pending) != 5 {
				t.Errorf("%s: %v after %v, %d done, %d pending", c.name, err, elapsed(start), len(done), len(pending))
			}
			var got []int
			for _, f := range done {
				got = append(got, slices.Index(fs, f))
			}
			if !slices.Equal(got, c.done) {
				t.Errorf("%s: done %v; want %v", c.name, got, c.done)
			}
			if d, p, err := c.wait(t.Context()); len(d)+len(p) != 0 || err != nil {
				t.Errorf("%s of none: %v, %v, %v", c.name, d, p, err)
			}
			// The context ends first.
			ctx, cancel := context.WithTimeoutCause(t.Context(), 500*time.Millisecond, errBoom)
			defer cancel()
			slow := submit(t, t.Context(), p, sleeper(time.Hour, 1))
			if d, p, err := c.wait(ctx, slow); len(d) != 0 || len(p) != 1 || !errors.Is(err, errBoom) {
				t.Errorf("%s: %v, %v, %v", c.name, d, p, err)
			}
		})
	}
}

// TestAsCompletedYieldsInOrderOfEnds: AsCompleted yields each future once, as it
// becomes ready, beginning with the ready ones. If the context ends, the last element
// says how many futures are not ready.
func TestAsCompletedYieldsInOrderOfEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, parallel.Workers(5))
		fs := five(t, p, 1)
		time.Sleep(1500 * time.Millisecond)
		var order []int
		for f, err := range parallel.AsCompleted(t.Context(), append(fs, fs[0], fs[2])...) {
			if err != nil {
				t.Error(err)
			}
			order = append(order, slices.Index(fs, f))
		}
		if !slices.Equal(order, []int{2, 4, 1, 3, 0}) {
			t.Errorf("order %v", order)
		}

		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		fs = five(t, p, -1)[:4]
		var last error
		n := 0
		for f, err := range parallel.AsCompleted(ctx, fs...) {
			if last = err; err == nil {
				n++
			} else if f != nil {
				t.Error("a future with the error")
			}
		}
		if n != 1 || !errors.Is(last, context.DeadlineExceeded) || mentions(last, "3 (of 4) futures unfinished") != "" {
			t.Errorf("%d yielded, then %v", n, last)
		}
		n = 0
		for range parallel.AsCompleted(ctx, fs[2]) { // a ready future takes precedence over the end of the context
			n++
		}
		for range parallel.AsCompleted[int](ctx) {
			t.Error("something of nothing")
		}
		for range parallel.AsCompleted(t.Context(), fs...) {
			break
		}
		if n != 1 {
			t.Errorf("%d of 1 ready futures", n)
		}
	})
}

// TestWaitingAgainAndAgain: waiting for the first of many futures, again and again
// until none is left, leaves nothing behind in the futures that are not ready.
func TestWaitingAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, parallel.Workers(1))
		slow := submit(t, t.Context(), p, sleeper(time.Hour, 1))
		before, after := new(runtime.MemStats), new(runtime.MemStats)
		runtime.GC()
		runtime.ReadMemStats(before)
		quick := submit(t, t.Context(), p, value(1))
		quick.Cancel()
		for range 20_000 {
			if done, _, _ := parallel.WaitFirst(t.Context(), slow, quick); len(done) != 1 {
				t.Fatal("not ready")
			}
		}
		runtime.GC()
		runtime.ReadMemStats(after)
		if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 500_000 {
			t.Errorf("%d bytes left behind", grown)
		}
	})
}
