package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/parframe/parframe/parallel"
)

// A pool bounds how many functions run at once over many calls.
func ExampleNewPool() {
	ctx := context.Background()
	pool, err := parallel.NewPool(parallel.Workers(4))
	if err != nil {
		fmt.Println(err)
		return
	}
	square, err := parallel.Submit(ctx, pool, func(context.Context) (int, error) { return 12 * 12, nil })
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(square.Get(ctx))
	pool.Close()
	fmt.Println(pool.Wait(ctx))
	// Output:
	// 144 <nil>
	// <nil>
}

// Close lets submitted tasks finish, and Wait waits for them.
func ExamplePool() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(2))
	for i := range 10 {
		_, _ = parallel.Submit(ctx, pool, func(context.Context) (int, error) {
			if i == 3 {
				return 0, errors.New("bad")
			}
			return i, nil
		})
	}
	pool.Close()
	_ = pool.Wait(ctx)
	fmt.Printf("%+v\n", pool.Stats())
	_, err := parallel.Submit(ctx, pool, func(context.Context) (int, error) { return 0, nil })
	fmt.Println(err)
	// Output:
	// {Width:2 Running:0 Queued:0 Done:9 Failed:1 Canceled:0}
	// parallel.Submit: pool is closed
}

// Terminate ends the contexts of running tasks, and drops tasks that wait.
func ExamplePool_Terminate() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(1))
	forever := func(ctx context.Context) (int, error) {
		<-ctx.Done()
		return 0, context.Cause(ctx)
	}
	runs, _ := parallel.Submit(ctx, pool, forever)
	waits, _ := parallel.Submit(ctx, pool, forever)
	pool.Terminate()
	_, err := runs.Get(ctx)
	fmt.Println(err)
	_, err = waits.Get(ctx)
	fmt.Println(err)
	fmt.Println(pool.Wait(ctx))
	// Output:
	// pool was terminated
	// pool was terminated
	// <nil>
}

func ExamplePool_Resize() {
	pool, _ := parallel.NewPool(parallel.Workers(2))
	fmt.Println(pool.Resize(8), pool.Width())
	fmt.Println(pool.Resize(0))
	// Output:
	// <nil> 8
	// parallel.Pool.Resize: bad option: width 0: want 1 or more
}

// Calls On one pool share its width with each other, and with tasks.
func ExampleOn() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(2))
	double := func(_ context.Context, x int) (int, error) { return 2 * x, nil }
	fmt.Println(parallel.Map(ctx, []int{1, 2, 3}, double, parallel.On(pool)))
	pool.Close()
	_, err := parallel.Map(ctx, []int{1, 2, 3}, double, parallel.On(pool))
	fmt.Println(err)
	// Output:
	// [2 4 6] <nil>
	// parallel.Map: pool is closed
}

// Each worker has a buffer of its own, which needs no lock. Their counts are
// collected at the end.
func ExampleWorkerState() {
	type scratch struct {
		buf  []byte
		uses int
	}
	ctx := context.Background()
	var uses atomic.Int64
	pool, _ := parallel.NewPool(parallel.Workers(2),
		parallel.WorkerState(func(_ context.Context, worker int) (*scratch, error) {
			return &scratch{buf: make([]byte, 0, 1024)}, nil
		}, func(s *scratch) error {
			uses.Add(int64(s.uses))
			return nil
		}))
	out, err := parallel.Map(ctx, []int{1, 20, 300}, func(ctx context.Context, x int) (string, error) {
		s, _ := parallel.State[*scratch](ctx)
		s.uses++
		s.buf = fmt.Appendf(s.buf[:0], "<%d>", x)
		return string(s.buf), nil
	}, parallel.On(pool))
	fmt.Println(out, err)
	pool.Close()
	_ = pool.Wait(ctx)
	fmt.Println(uses.Load())
	// Output:
	// [<1> <20> <300>] <nil>
	// 3
}

func ExampleState() {
	state, ok := parallel.State[int](context.Background()) // of no pool
	fmt.Println(state, ok)
	// Output: 0 false
}

// A worker is replaced after two tasks, for example because its state grows.
func ExampleMaxTasksPerWorker() {
	ctx := context.Background()
	made := 0
	pool, _ := parallel.NewPool(parallel.Workers(1), parallel.MaxTasksPerWorker(2),
		parallel.WorkerState(func(context.Context, int) (int, error) { made++; return made, nil }, nil))
	for range 5 {
		f, _ := parallel.Submit(ctx, pool, func(ctx context.Context) (int, error) {
			worker, _ := parallel.State[int](ctx)
			return worker, nil
		})
		worker, _ := f.Get(ctx)
		fmt.Print(worker, " ")
	}
	// Output: 1 1 2 2 3
}

// With a bounded queue Submit waits for space, and TrySubmit does not.
func ExampleQueue() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(1), parallel.Queue(1))
	block := make(chan struct{})
	wait := func(context.Context) (int, error) { <-block; return 0, nil }
	for range 3 {
		_, err := parallel.TrySubmit(ctx, pool, wait)
		fmt.Println(err)
	}
	close(block)
	// Output:
	// <nil>
	// <nil>
	// parallel.TrySubmit: pool's queue is full
}

// A task may wait for the result of another one, also of the same pool.
func ExampleSubmit() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(1))
	var fib func(n int) func(ctx context.Context) (int, error)
	fib = func(n int) func(ctx context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			if n < 2 {
				return n, nil
			}
			a, err := parallel.Submit(ctx, pool, fib(n-1))
			if err != nil {
				return 0, err
			}
			b, err := fib(n - 2)(ctx)
			if err != nil {
				return 0, err
			}
			left, err := a.Get(ctx) // lends this task's slot
			return left + b, err
		}
	}
	f, err := parallel.Submit(ctx, pool, fib(10))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Get(ctx))
	// Output: 55 <nil>
}

func ExampleTrySubmit() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(1), parallel.Queue(0))
	f, err := parallel.TrySubmit(ctx, pool, func(context.Context) (string, error) { return "there was a free worker", nil })
	if err == nil {
		fmt.Println(f.Get(ctx))
	}
	// Output: there was a free worker <nil>
}

func ExampleMapAsync() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(2))
	f, err := parallel.MapAsync(ctx, pool, []int{2, 3, 4, 6}, parallel.Pure(func(x int) int { return x * x }))
	if err != nil {
		fmt.Println(err)
		return
	}
	// … something else meanwhile …
	fmt.Println(f.Get(ctx))
	// Output: [4 9 16 36] <nil>
}

func ExampleStarmapAsync2() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(2))
	args := []parallel.Args2[string, int]{{A: "a", B: 1}, {A: "b", B: 2}}
	f, _ := parallel.StarmapAsync2(ctx, pool, args, func(_ context.Context, s string, n int) (string, error) {
		return fmt.Sprint(s, n), nil
	})
	fmt.Println(f.Get(ctx))
	// Output: [a1 b2] <nil>
}

func ExampleStarmapAsync3() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(2))
	args := []parallel.Args3[int, int, int]{{A: 5, B: 4, C: 8}, {A: 9, B: 4, C: 8}}
	f, _ := parallel.StarmapAsync3(ctx, pool, args, func(_ context.Context, x, low, high int) (bool, error) {
		return low <= x && x <= high, nil
	})
	fmt.Println(f.Get(ctx))
	// Output: [true false] <nil>
}

// Get with a context that has a timeout is get(timeout=…) of Python.
func ExampleFuture() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(1))
	block := make(chan struct{})
	f, _ := parallel.Submit(ctx, pool, func(context.Context) (string, error) { <-block; return "late", nil })

	soon, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	_, err := f.Get(soon)
	fmt.Println(err, f.Ready())
	_, err = f.Successful()
	fmt.Println(err)

	close(block)
	fmt.Println(f.Get(ctx))
	fmt.Println(f.Successful())
	// Output:
	// context deadline exceeded false
	// not ready
	// late <nil>
	// true <nil>
}

func ExampleFuture_Wait() {
	ctx := context.Background()
	pool, _ := parallel.NewPool()
	f, _ := parallel.Submit(ctx, pool, func(context.Context) (int, error) { return 0, errors.New("no luck") })
	fmt.Println(f.Wait(ctx)) // whether the result is there, whatever it is
	fmt.Println(f.Successful())
	// Output:
	// true
	// false <nil>
}

func ExampleFuture_OnDone() {
	ctx := context.Background()
	pool, _ := parallel.NewPool()
	f, _ := parallel.Submit(ctx, pool, func(context.Context) (int, error) { return 7, nil })
	f.OnDone(func(x int, err error) { fmt.Println("called with", x, err) })
	_, _ = f.Get(ctx) // not before it was called
	// Output: called with 7 <nil>
}

func ExampleFuture_Cancel() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(1))
	begun, block := make(chan struct{}), make(chan struct{})
	runs, _ := parallel.Submit(ctx, pool, func(context.Context) (int, error) { close(begun); <-block; return 0, nil })
	waits, _ := parallel.Submit(ctx, pool, func(context.Context) (int, error) { return 0, nil })
	<-begun
	fmt.Println(runs.Cancel(), waits.Cancel())
	_, err := waits.Get(ctx)
	fmt.Println(err)
	close(block)
	// Output:
	// false true
	// canceled before it ran
}
