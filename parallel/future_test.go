package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/parframe/parframe/parallel"
)

// TestFutureGivesWhatTheCallGives: Get returns the result of the call itself.
func TestFutureGivesWhatTheCallGives(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		ctx := t.Context()
		square := func(_ context.Context, x int) (int, error) { return x * x, nil }
		add := func(_ context.Context, a, b int) (int, error) { return a + b, nil }
		weigh := func(_ context.Context, a int, b string, c float64) (string, error) {
			return fmt.Sprint(a, b, c), nil
		}
		for _, n := range []int{0, 1, 2, 100, 1000} {
			pairs, triples := make([]parallel.Args2[int, int], n), make([]parallel.Args3[int, string, float64], n)
			for i := range n {
				pairs[i] = parallel.Args2[int, int]{A: i, B: 2 * i}
				triples[i] = parallel.Args3[int, string, float64]{A: i, B: "x", C: 0.5}
			}
			for _, opts := range [][]any{nil, {parallel.ChunkSize(20)}, {parallel.Partitions(7)}, {parallel.Workers(2)}, {parallel.Serial()}} {
				sync1, _ := parallel.Map(ctx, indices(n), square, items(opts)...)
				sync2, _ := parallel.Starmap2(ctx, pairs, add, items(opts)...)
				sync3, _ := parallel.Starmap3(ctx, triples, weigh, items(opts)...)
				async1, err1 := parallel.MapAsync(ctx, p, indices(n), square, items(opts)...)
				async2, err2 := parallel.StarmapAsync2(ctx, p, pairs, add, items(opts)...)
				async3, err3 := parallel.StarmapAsync3(ctx, p, triples, weigh, items(opts)...)
				if err := errors.Join(err1, err2, err3); err != nil {
					t.Fatal(err)
				}
				if !same(get(t, async1), sync1) || !same(get(t, async2), sync2) || !same(get(t, async3), sync3) || len(sync3) != n {
					t.Errorf("%d items, %v: differs", n, opts)
				}
			}
		}
		if x := get(t, submit(t, ctx, p, func(ctx context.Context) (int, error) { return square(ctx, 7) })); x != 49 {
			t.Error(x)
		}
	})
}

// TestNilAndZeroFuture: a nil future and the zero Future are ready with an error, and a
// nil argument of their methods and of functions that wait neither panics nor hangs.
func TestNilAndZeroFuture(t *testing.T) {
	var noContext context.Context
	p := newPool(t, parallel.Workers(1))
	for name, f := range map[string]*parallel.Future[int]{"nil": nil, "zero": new(parallel.Future[int])} {
		value, err := f.Get(t.Context())
		if missing := mentions(err, "nil or zero Future"); value != 0 || missing != "" || !errors.Is(err, parallel.ErrOption) {
			t.Errorf("%s: got %d, %v", name, value, err)
		}
		if ok, err := f.Successful(); ok || err != nil {
			t.Errorf("%s: successful: %t, %v", name, ok, err)
		}
		if !f.Ready() || !f.Wait(t.Context()) || !f.Wait(noContext) || f.Cancel() {
			t.Errorf("%s: ready: %t, waited: %t, canceled: %t", name, f.Ready(), f.Wait(t.Context()), f.Cancel())
		}
		told := 0
		f.OnDone(nil)
		f.OnDone(func(_ int, err error) {
			if told++; !errors.Is(err, parallel.ErrOption) {
				t.Errorf("%s: told of %v", name, err)
			}
		})
		if told != 1 {
			t.Errorf("%s: told %d times", name, told)
		}
		if done, pending, err := parallel.WaitAll(t.Context(), f, f); len(pending) > 0 || err != nil || f != nil && len(done) != 1 {
			t.Errorf("%s: %d done, %d pending, %v", name, len(done), len(pending), err)
		}
	}
	release := make(chan struct{})
	f := submit(t, t.Context(), p, func(context.Context) (int, error) { <-release; return 1, nil })
	if _, err := f.Get(noContext); !errors.Is(err, parallel.ErrOption) || f.Wait(noContext) {
		t.Errorf("Get with a nil context: %v", err)
	}
	if _, pending, err := parallel.WaitFirst(noContext, f); !errors.Is(err, parallel.ErrOption) || len(pending) != 1 {
		t.Errorf("WaitFirst with a nil context: %d pending, %v", len(pending), err)
	}
	close(release)
	if value, err := f.Get(t.Context()); value != 1 || err != nil {
		t.Errorf("got %d, %v", value, err)
	}
	if parallel.Index(noContext) != -1 || parallel.Attempt(noContext) != 0 {
		t.Error("a nil context has an index")
	}
	ran := false
	if parallel.Block(noContext, func() { ran = true }); !ran {
		t.Error("Block with a nil context did not run")
	}
	parallel.Block(t.Context(), nil)
}

// TestCallbackIsCalledOnceBeforeGet: a callback is called exactly once, with the value
// or the error, before Get returns. It is both callback and error_callback of Python.
func TestCallbackIsCalledOnceBeforeGet(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		for name, end := range endings {
			var calls [50]counter
			var fs []*parallel.Future[int]
			for i := range calls {
				f := submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
					time.Sleep(time.Millisecond)
					return i, end(ctx, 4)
				})
				f.OnDone(func(x int, err error) {
					calls[i].inc()
					if (err == nil) != (name == "success") || err == nil && x != i {
						t.Errorf("%s: callback of task %d: %d, %v", name, i, x, err)
					}
					if f.Ready() {
						t.Errorf("%s: task %d is ready before its callback has run", name, i)
					}
				})
				fs = append(fs, f)
			}
			for i, f := range fs {
				_, _ = f.Get(t.Context())
				if n := calls[i].Load(); n != 1 {
					t.Errorf("%s: %d calls when Get returns", name, n)
				}
			}
		}
		// Python calls no callback for an empty map_async. Here it is called.
		var empty counter
		f, err := parallel.MapAsync(t.Context(), p, nil, func(context.Context, int) (int, error) { return 0, nil })
		if err != nil {
			t.Fatal(err)
		}
		f.OnDone(func([]int, error) { empty.inc() })
		if xs := get(t, f); xs == nil || len(xs) != 0 || empty.Load() != 1 {
			t.Errorf("%v, %d callbacks", xs, empty.Load())
		}
	})
}

// TestCallbacksComeInOrder: several callbacks are called in the order in which they
// were given, also for a task that is canceled or dropped.
func TestCallbacksComeInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, parallel.Workers(1))
		ends := map[string]func(f *parallel.Future[int]){
			"Get":    func(f *parallel.Future[int]) { _, _ = f.Get(t.Context()) },
			"Cancel": func(f *parallel.Future[int]) { f.Cancel() },
			"Terminate": func(f *parallel.Future[int]) {
				g := submit(t, t.Context(), p, value(1))
				g.OnDone(func(_ int, err error) {
					if !errors.Is(err, parallel.ErrTerminated) {
						t.Error(err)
					}
				})
				p.Terminate()
			},
		}
		for _, name := range []string{"Get", "Cancel", "Terminate"} {
			submit(t, t.Context(), p, sleeper(time.Second, 1)) // f waits for it
			f := submit(t, t.Context(), p, value(1))
			var order []int
			for i := range 5 {
				f.OnDone(func(int, error) {
					if order = append(order, i); i == 2 {
						f.OnDone(func(int, error) { order = append(order, 5) }) // while they are called
					}
				})
			}
			ends[name](f)
			f.Wait(t.Context())
			if !same(order, indices(6)) {
				t.Errorf("%s: %v", name, order)
			}
		}
	})
}

// TestCallbackThatMisbehavesHarmsNothing: a callback that panics or ends its goroutine
// affects neither the pool, nor later callbacks, nor goroutines that wait.
func TestCallbackThatMisbehavesHarmsNothing(t *testing.T) {
	for name, end := range endings {
		bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width))
			var after counter
			var fs []*parallel.Future[int]
			for range 20 {
				f := submit(t, t.Context(), p, sleeper(time.Millisecond, 1))
				f.OnDone(func(int, error) { _ = end(context.Background(), 4) })
				f.OnDone(func(int, error) { after.inc() })
				f.OnDone(nil)
				fs = append(fs, f)
			}
			for _, f := range fs {
				if x := get(t, f); x != 1 {
					t.Errorf("%s: %d", name, x)
				}
			}
			if after.Load() != 20 {
				t.Errorf("%s: %d of 20 later callbacks", name, after.Load())
			}
			wantStats(t, p, parallel.PoolStats{Done: 20})
			// The same where Terminate drops them, on a goroutine that may end.
			submit(t, t.Context(), p, sleeper(time.Hour, 1))
			fs = fs[:0]
			for range 5 {
				f := submit(t, t.Context(), p, sleeper(time.Hour, 1))
				f.OnDone(func(int, error) { _ = end(context.Background(), 4) })
				fs = append(fs, f)
			}
			var ending sync.WaitGroup
			ending.Go(p.Terminate)
			ending.Wait()
			for _, f := range fs {
				if _, err := f.Get(t.Context()); !errors.Is(err, parallel.ErrTerminated) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// TestCallbackAfterTheEndIsCalledAtOnce: a callback that is added when the result is
// ready is called at once.
func TestCallbackAfterTheEndIsCalledAtOnce(t *testing.T) {
	p := newPool(t)
	f := submit(t, t.Context(), p, value(7))
	get(t, f)
	called := 0
	f.OnDone(func(x int, err error) { called += x })
	f.OnDone(func(x int, err error) { panic("harmless") })
	if called != 7 {
		t.Error("not called at once")
	}
}

// TestGetReturnsWhenItsContextEnds: Get returns when its context ends. A later Get
// still returns the value.
func TestGetReturnsWhenItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, parallel.Workers(1))
		f := submit(t, t.Context(), p, sleeper(3*time.Second, 7))
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if x, err := f.Get(ctx); x != 0 || !errors.Is(err, context.DeadlineExceeded) || elapsed(start) != time.Second {
			t.Errorf("%d, %v after %v", x, err, elapsed(start))
		}
		cause, cancelCause := context.WithCancelCause(t.Context())
		cancelCause(errBoom)
		if _, err := f.Get(cause); err != errBoom {
			t.Errorf("%v; want the cause", err)
		}
		if x := get(t, f); x != 7 || elapsed(start) != 3*time.Second {
			t.Errorf("%d after %v", x, elapsed(start))
		}
		if x, err := f.Get(ctx); x != 7 || err != nil {
			t.Errorf("ready, and the context has ended: %d, %v", x, err)
		}
	})
}

// TestStatesOfAFuture: Wait reports readiness however the task ends. Successful is an
// error before the end.
func TestStatesOfAFuture(t *testing.T) {
	for name, end := range endings {
		bubbles(t, []int{1}, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width))
			f := submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
				time.Sleep(2 * time.Second)
				return 0, end(ctx, 4)
			})
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := f.Successful(); f.Wait(ctx) || f.Ready() || !errors.Is(err, parallel.ErrNotReady) {
				t.Errorf("%s: ready too soon, %v", name, err)
			}
			if ok, err := f.Successful(); ok || !errors.Is(err, parallel.ErrNotReady) {
				t.Errorf("%s: %v, %v", name, ok, err)
			}
			if !f.Wait(t.Context()) || !f.Ready() {
				t.Errorf("%s: not ready", name)
			}
			if ok, err := f.Successful(); ok != (name == "success") || err != nil {
				t.Errorf("%s: successful: %v, %v", name, ok, err)
			}
		})
	}
}

// TestGetManyTimes: every Get returns the same value, at any time.
func TestGetManyTimes(t *testing.T) {
	bubbles(t, []int{1, 4}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		f := submit(t, t.Context(), p, sleeper(time.Second, new(int)))
		first := make([]*int, 100)
		var all sync.WaitGroup
		for i := range first {
			all.Go(func() {
				time.Sleep(time.Duration(i) * 20 * time.Millisecond)
				first[i] = get(t, f)
			})
		}
		all.Wait()
		for _, x := range first {
			if x == nil || x != first[0] {
				t.Error("another value")
			}
		}
	})
}

// TestResultIsSetOnce: a Future has no public setter. Of its function, Cancel and
// Terminate exactly one ends a task.
func TestResultIsSetOnce(t *testing.T) {
	for range 300 {
		p := newPool(t, parallel.Workers(2))
		var ran, called counter
		f := submit(t, t.Context(), p, func(context.Context) (int, error) { return ran.inc(), nil })
		f.OnDone(func(int, error) { called.inc() })
		var all sync.WaitGroup
		var canceled bool
		all.Go(func() { canceled = f.Cancel() })
		all.Go(p.Terminate)
		all.Wait()
		x, err := f.Get(t.Context())
		for range 3 {
			if y, again := f.Get(t.Context()); y != x || !errors.Is(again, err) {
				t.Fatalf("%d, %v; then %d, %v", x, err, y, again)
			}
		}
		if (err == nil) != (ran.Load() == 1) || canceled != errors.Is(err, parallel.ErrCanceled) || called.Load() != 1 {
			t.Fatalf("ran %d times, canceled %v, %v, %d callbacks", ran.Load(), canceled, err, called.Load())
		}
	}
}

// TestFutureRetainsNothing: a task's function, and with it its arguments, can be
// collected when it has run, and its result when nothing refers to the future.
func TestFutureRetainsNothing(t *testing.T) {
	p := newPool(t, parallel.Workers(1))
	type big struct{ _ [1 << 10]byte }
	gone := func(what string, w weak.Pointer[big]) {
		t.Helper()
		for range 100 {
			if runtime.GC(); w.Value() == nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
		t.Errorf("%s is still there", what)
	}
	var arg, mapped, result, canceled weak.Pointer[big]
	f := func() *parallel.Future[*big] {
		x := new(big)
		arg = weak.Make(x)
		return submit(t, t.Context(), p, func(context.Context) (*big, error) { runtime.KeepAlive(x); return new(big), nil })
	}()
	result = weak.Make(get(t, f))
	g := func() *parallel.Future[[]int] {
		x := new(big)
		mapped = weak.Make(x)
		g, err := parallel.MapAsync(t.Context(), p, []*big{x}, func(context.Context, *big) (int, error) { return 1, nil })
		if err != nil {
			t.Fatal(err)
		}
		return g
	}()
	get(t, g)
	block := make(chan struct{})
	submit(t, t.Context(), p, func(context.Context) (int, error) { <-block; return 0, nil })
	h := func() *parallel.Future[int] {
		x := new(big)
		canceled = weak.Make(x)
		return submit(t, t.Context(), p, func(context.Context) (int, error) { runtime.KeepAlive(x); return 1, nil })
	}()
	h.Cancel()
	gone("the argument", arg)
	gone("the item", mapped)
	gone("the argument of a canceled task in the queue", canceled)
	if result.Value() == nil {
		t.Error("the result is gone before its future")
	}
	runtime.KeepAlive(f)
	gone("the result", result)
	runtime.KeepAlive(g)
	runtime.KeepAlive(h)
	close(block)
	closeAndWait(t, p)
}
