package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// scratch is a worker's state in tests. Its count, which has no lock, shows the race
// detector if two functions use it at once.
type scratch struct {
	worker, uses int
	ended        atomic.Bool
}

// scratches makes a pool with a scratch for each worker, and a function that lists
// them.
func scratches(t testing.TB, opts ...parallel.PoolOption) (p *parallel.Pool, all func() []*scratch) {
	var mu sync.Mutex
	var list []*scratch
	p = newPool(t, append(opts,
		parallel.WorkerState(func(_ context.Context, worker int) (*scratch, error) {
			mu.Lock()
			defer mu.Unlock()
			list = append(list, &scratch{worker: worker})
			return list[len(list)-1], nil
		}, func(s *scratch) error {
			if s.ended.Swap(true) {
				return fmt.Errorf("worker %d ended twice", s.worker)
			}
			return nil
		}))...)
	return p, func() []*scratch {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(list)
	}
}

// use uses the scratch of the worker that runs the function with ctx.
func use(ctx context.Context) error {
	s, ok := parallel.State[*scratch](ctx)
	if !ok || s.ended.Load() {
		return fmt.Errorf("no state, or one that has ended: %v", ok)
	}
	s.uses++
	return nil
}

// TestStateIsMadeOncePerWorker: the state of a worker is made once, before its first
// function. Calls, streams and tasks find it.
func TestStateIsMadeOncePerWorker(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p, all := scratches(t, parallel.Workers(width))
		work := func(ctx context.Context, i int) (int, error) {
			time.Sleep(time.Millisecond)
			return i, use(ctx)
		}
		if _, err := parallel.Map(t.Context(), indices(40), work, parallel.On(p)); err != nil {
			t.Error(err)
		}
		for _, err := range parallel.Stream(t.Context(), countTo(40), work, parallel.On(p)) {
			if err != nil {
				t.Error(err)
			}
		}
		for i := range 40 {
			submit(t, t.Context(), p, func(ctx context.Context) (int, error) { return work(ctx, i) })
		}
		f, err := parallel.MapAsync(t.Context(), p, indices(40), work)
		if err != nil {
			t.Fatal(err)
		}
		get(t, f)
		closeAndWait(t, p)
		uses := 0
		var numbers []int // workers are made at the same time, in any order
		for _, s := range all() {
			uses += s.uses
			numbers = append(numbers, s.worker)
		}
		if slices.Sort(numbers); !slices.Equal(numbers, indices(len(numbers))) {
			t.Errorf("workers have the numbers %v", numbers)
		}
		// The task of MapAsync keeps its worker while it lets others go first.
		if uses != 160 || len(all()) > width+1 {
			t.Errorf("%d uses by %d workers", uses, len(all()))
		}
	})
}

// TestStateLivesAsLongAsThePool: the context of an initializer does not end with the
// call that first needed the worker, but with the pool.
func TestStateLivesAsLongAsThePool(t *testing.T) {
	bubbles(t, []int{1, 2}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width), parallel.WorkerState(func(ctx context.Context, _ int) (context.Context, error) { return ctx, nil }, nil))
		check := func(ctx context.Context, _ int) (error, error) {
			conn, ok := parallel.State[context.Context](ctx)
			if !ok {
				return nil, errBoom
			}
			return conn.Err(), nil
		}
		for range 3 {
			errs, err := parallel.Map(t.Context(), indices(4), check, parallel.On(p))
			if err != nil || !slices.Equal(errs, make([]error, 4)) {
				t.Errorf("%v, %v", errs, err)
			}
		}
		f := submit(t, t.Context(), p, func(ctx context.Context) (context.Context, error) {
			conn, _ := parallel.State[context.Context](ctx)
			return conn, nil
		})
		conn := get(t, f)
		p.Terminate()
		if err := context.Cause(conn); !errors.Is(err, parallel.ErrTerminated) {
			t.Errorf("after Terminate: %v", err)
		}
	})
}

// TestStateWithoutWorkerState: there is no state without a pool, without WorkerState,
// or of another type.
func TestStateWithoutWorkerState(t *testing.T) {
	if s, ok := parallel.State[int](t.Context()); ok {
		t.Error(s)
	}
	none, p := newPool(t), newPool(t, parallel.WorkerState(func(context.Context, int) (int, error) { return 7, nil }, nil))
	for what, c := range map[string]struct {
		p    *parallel.Pool
		want bool
	}{"without WorkerState": {none, false}, "with it": {p, true}} {
		get(t, submit(t, t.Context(), c.p, func(ctx context.Context) (int, error) {
			if _, ok := parallel.State[int](ctx); ok != c.want {
				t.Errorf("%s: %v", what, ok)
			}
			if _, ok := parallel.State[string](ctx); ok {
				t.Errorf("%s: an int is a string", what)
			}
			return 0, nil
		}))
	}
}

// TestExitRunsOncePerWorker: however its pool ends, the exit function runs once for
// each worker, after its last task.
func TestExitRunsOncePerWorker(t *testing.T) {
	for _, terminate := range []bool{false, true} {
		bubbles(t, widths, func(t *testing.T, width int) {
			p, all := scratches(t, parallel.Workers(width))
			for range 3 * width {
				submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
					if err := use(ctx); err != nil {
						return 0, err
					}
					return sleeper(time.Second, 1)(ctx)
				})
			}
			time.Sleep(1500 * time.Millisecond)
			for _, s := range all() {
				if s.ended.Load() {
					t.Errorf("worker %d ended while it runs", s.worker)
				}
			}
			want := 3 * width
			if terminate {
				p.Terminate()
				want = 2 * width
			}
			closeAndWait(t, p) // an exit that runs twice is an error of Wait
			uses := 0
			for _, s := range all() {
				if uses += s.uses; !s.ended.Load() {
					t.Errorf("worker %d was not ended", s.worker)
				}
			}
			if uses != want || len(all()) != width {
				t.Errorf("%d uses by %d workers; want %d by %d", uses, len(all()), want, width)
			}
		})
	}
}

// TestWaitReturnsErrorsOfExit: Wait returns the errors of all exit functions, and an
// error in one does not keep other workers from ending.
func TestWaitReturnsErrorsOfExit(t *testing.T) {
	bubbles(t, []int{1, 4}, func(t *testing.T, width int) {
		for _, resize := range []bool{false, true} {
			var ended counter
			p, err := parallel.NewPool(parallel.Workers(width),
				parallel.WorkerState(func(_ context.Context, k int) (int, error) { return k, nil },
					func(k int) error {
						switch k {
						case 0:
							runtime.Goexit()
						case 1:
							panic("no way out")
						case 2:
							return errBoom
						}
						ended.inc()
						return nil
					}))
			if err != nil {
				t.Fatal(err)
			}
			for range 2 * width {
				submit(t, t.Context(), p, sleeper(time.Second, 1))
			}
			time.Sleep(time.Minute)
			if resize {
				if err := p.Resize(1); err != nil {
					t.Error(err)
				}
			}
			p.Close()
			for range 2 {
				err = p.Wait(t.Context())
				if !errors.Is(err, parallel.ErrGoexit) || mentions(err, "worker 0: exit") != "" {
					t.Errorf("%v", err)
				}
				if width > 1 && (!errors.Is(err, errBoom) || mentions(err, "no way out") != "" || ended.Load() != 1) {
					t.Errorf("%v; %d exits went well", err, ended.Load())
				}
			}
			settled(t, "a pool whose exits fail")
		}
	})
}

// TestStateThroughAnotherPool: a function gets the state of a worker of the pool that
// it runs on, also if its call came through another pool and back.
func TestStateThroughAnotherPool(t *testing.T) {
	bubbles(t, []int{1, 2}, func(t *testing.T, width int) {
		named := func(name string) *parallel.Pool {
			return newPool(t, parallel.Workers(width), parallel.WorkerState(func(_ context.Context, k int) (string, error) { return name, nil }, nil))
		}
		pools := map[string]*parallel.Pool{"a": named("a"), "b": named("b")}
		for way := range ways {
			var down func(ctx context.Context, names string) (int, error)
			down = func(ctx context.Context, names string) (int, error) {
				if names == "" {
					return 7, nil
				}
				want := names[:1]
				return ways[way](ctx, pools[want], func(ctx context.Context) (int, error) {
					if got, ok := parallel.State[string](ctx); got != want || !ok {
						return 0, fmt.Errorf("state %q in a function on pool %q", got, want)
					}
					return down(ctx, names[1:])
				})
			}
			for _, names := range []string{"a", "aa", "ab", "aba", "abab", "aabba"} {
				if x, err := down(t.Context(), names); x != 7 || err != nil {
					t.Errorf("%s, pools %s: %d, %v", way, names, x, err)
				}
			}
		}
	})
}
