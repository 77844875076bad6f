package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// endings are the ways in which a call can end.
var endings = map[string]func(ctx context.Context, i int) error{
	"success": noFault,
	"error": func(_ context.Context, i int) error {
		if i%5 == 4 {
			return errBoom
		}
		return nil
	},
	"panic": func(_ context.Context, i int) error {
		if i%5 == 4 {
			panic(errBoom)
		}
		return nil
	},
	"Goexit": func(_ context.Context, i int) error {
		if i%5 == 4 {
			runtime.Goexit()
		}
		return nil
	},
}

// TestNothingOutlivesTheCall: no goroutine and no function is left when a call, which
// makes nested calls, returns, however it ends. The synctest bubble fails the test if a
// goroutine is left at its end, and settled if one is left when the call returns.
func TestNothingOutlivesTheCall(t *testing.T) {
	quiet()
	for name, end := range endings {
		for _, op := range operations {
			for _, s := range settings(op, []int{1, 1000}, []int{7}) {
				if name == "Goexit" && serial(s) {
					continue
				}
				synctest.Test(t, func(t *testing.T) {
					var g gauge
					_, err := op.run(t.Context(), 60, func(ctx context.Context, i int) error {
						g.enter()
						defer g.leave()
						time.Sleep(time.Duration(mix(i)%3) * time.Millisecond)
						if i%7 == 0 {
							var inner gauge
							err := parallel.ForEach(ctx, indices(5), func(ctx context.Context, j int) error {
								inner.enter()
								defer inner.leave()
								time.Sleep(time.Duration(1+mix(i+j)%3) * time.Millisecond)
								return end(ctx, j)
							})
							if inner.now.Load() != 0 {
								t.Errorf("%s %s %v: the nested call leaves %d functions", name, op.name, s, inner.now.Load())
							}
							if err != nil {
								return err
							}
						}
						return end(ctx, i)
					}, s.opts...)
					what := fmt.Sprint(name, " ", op.name, s)
					if (err == nil) != (name == "success") {
						t.Errorf("%s: %v", what, err)
					}
					if g.now.Load() != 0 {
						t.Errorf("%s: %d functions run on", what, g.now.Load())
					}
					settled(t, what)
				})
			}
		}
	}
}

// TestNothingOutlivesTheContextsEnd: the same if the context ends while all workers
// wait for its end.
func TestNothingOutlivesTheContextsEnd(t *testing.T) {
	quiet()
	for _, op := range operations {
		if op.blind {
			continue
		}
		for _, s := range settings(op, []int{1, 1000}, []int{7}) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err := op.run(ctx, 60, func(ctx context.Context, i int) error {
					return parallel.ForEach(ctx, indices(5), func(ctx context.Context, _ int) error {
						<-ctx.Done()
						return ctx.Err()
					})
				}, s.opts...)
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s %v: %v", op.name, s, err)
				}
				settled(t, fmt.Sprint(op.name, s))
			})
		}
	}
}

// settled fails the test, in a bubble, if a goroutine of the package is left. It waits
// for goroutines that have finished but not ended yet, which runtime.NumGoroutine
// counts too. A goroutine that waits for something remains.
func settled(t *testing.T, what string) {
	t.Helper()
	synctest.Wait()
	n := goroutines()
	for round := 0; n > 0 && round < 1000; round++ {
		runtime.Gosched()
		n = goroutines()
	}
	if n > 0 {
		t.Errorf("%s: %d goroutines are left when the call returns", what, n)
	}
}

// TestFunctionsContextsEndWithTheCall: the contexts that the functions received have
// ended when the call returns.
func TestFunctionsContextsEndWithTheCall(t *testing.T) {
	for name, end := range endings {
		var kept []context.Context
		_ = parallel.ForEach(t.Context(), indices(10), func(ctx context.Context, i int) error {
			kept = append(kept, ctx)
			return end(ctx, i)
		}, parallel.Workers(1))
		for _, ctx := range kept {
			if ctx.Err() == nil {
				t.Errorf("%s: a function's context is alive after the call", name)
			}
			// A call made with it does nothing, and does not hang.
			err := parallel.ForEach(ctx, indices(10), func(context.Context, int) error {
				t.Errorf("%s: a call with a dead context runs", name)
				return nil
			})
			if err == nil {
				t.Errorf("%s: a call with a dead context gives no error", name)
			}
		}
	}
}
