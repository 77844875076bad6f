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
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// dive submits itself to the pool, and meanwhile maps over items, in each of which it
// waits for one more task.
func dive(ctx context.Context, p *parallel.Pool, depth int) (int, error) {
	if depth == 0 {
		return 1, nil
	}
	f, err := parallel.Submit(ctx, p, func(ctx context.Context) (int, error) { return dive(ctx, p, depth-1) })
	if err != nil {
		return 0, err
	}
	ones, err := parallel.Map(ctx, make([]int, 5), func(ctx context.Context, _ int) (int, error) {
		f, err := parallel.Submit(ctx, p, sleeper(time.Millisecond, 1))
		if err != nil {
			return 0, err
		}
		return f.Get(ctx)
	}, parallel.On(p))
	if err != nil {
		return 0, err
	}
	n, err := f.Get(ctx)
	return n + len(ones), err
}

// ways are the ways to wait for a task of the pool in a function.
var ways = map[string]func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) (int, error){
	"Get": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) (int, error) {
		f, err := parallel.Submit(ctx, p, fn)
		if err != nil {
			return 0, err
		}
		return f.Get(ctx)
	},
	"WaitAll": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) (int, error) {
		f, err := parallel.Submit(ctx, p, fn)
		if err != nil {
			return 0, err
		}
		if _, _, err := parallel.WaitAll(ctx, f); err != nil {
			return 0, err
		}
		return f.Get(ctx)
	},
	"MapAsync": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) (int, error) {
		f, err := parallel.MapAsync(ctx, p, make([]none, 1), func(ctx context.Context, _ none) (int, error) { return fn(ctx) })
		if err != nil {
			return 0, err
		}
		xs, err := f.Get(ctx)
		if err != nil {
			return 0, err
		}
		return xs[0], nil
	},
	"Map": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) (int, error) {
		xs, err := parallel.Map(ctx, make([]none, 3), func(ctx context.Context, _ none) (int, error) { return fn(ctx) }, parallel.On(p))
		if err != nil {
			return 0, err
		}
		return xs[2], nil
	},
	"MapInSerial": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) (int, error) {
		xs, err := parallel.Map(ctx, make([]none, 1), func(ctx context.Context, _ none) (int, error) {
			f, err := parallel.Submit(ctx, p, fn)
			if err != nil {
				return 0, err
			}
			return f.Get(ctx)
		}, parallel.Serial())
		if err != nil {
			return 0, err
		}
		return xs[0], nil
	},
	"MapOfItsOwnWidth": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) (int, error) {
		xs, err := parallel.Map(ctx, make([]none, 4), func(ctx context.Context, _ none) (int, error) {
			ys, err := parallel.Map(ctx, make([]none, 1), func(ctx context.Context, _ none) (int, error) { return fn(ctx) }, parallel.On(p))
			if err != nil {
				return 0, err
			}
			return ys[0], nil
		}, parallel.Workers(3))
		if err != nil {
			return 0, err
		}
		return xs[3], nil
	},
	"Stream": func(ctx context.Context, p *parallel.Pool, fn func(context.Context) (int, error)) (int, error) {
		last := 0
		for x, err := range parallel.Stream(ctx, parallel.Source(slices.Values(make([]none, 3))), func(ctx context.Context, _ none) (int, error) { return fn(ctx) }, parallel.On(p)) {
			if err != nil {
				return 0, err
			}
			last = x
		}
		return last, nil
	},
}

type none struct{}

// TestEveryWayToWaitInEveryOther nests every way to wait for the pool in every other
// one.
func TestEveryWayToWaitInEveryOther(t *testing.T) {
	for outer := range ways {
		for inner := range ways {
			t.Run(outer+"/"+inner, func(t *testing.T) {
				bubbles(t, []int{1, 2, 5}, func(t *testing.T, width int) {
					p := newPool(t, parallel.Workers(width))
					var g gauge
					leaf := func(context.Context) (int, error) {
						g.enter()
						defer g.leave()
						time.Sleep(time.Millisecond)
						return 7, nil
					}
					x, err := ways[outer](t.Context(), p, func(ctx context.Context) (int, error) {
						return ways[inner](ctx, p, func(ctx context.Context) (int, error) {
							return ways[outer](ctx, p, leaf)
						})
					})
					if x != 7 || err != nil {
						t.Errorf("%d, %v", x, err)
					}
					if int(g.peak.Load()) > width {
						t.Errorf("%d functions ran at once on a pool of width %d", g.peak.Load(), width)
					}
					closeAndWait(t, p)
				})
			})
		}
	}
}

// TestTwoPoolsCallEachOther: each level runs on the other pool, and neither pool runs
// more functions than its width.
func TestTwoPoolsCallEachOther(t *testing.T) {
	for way := range ways {
		t.Run(way, func(t *testing.T) {
			bubbles(t, []int{1, 2, 3}, func(t *testing.T, width int) {
				pools := []*parallel.Pool{newPool(t, parallel.Workers(width)), newPool(t, parallel.Workers(1))}
				var gauges [2]gauge
				var deep func(ctx context.Context, depth int) (int, error)
				deep = func(ctx context.Context, depth int) (int, error) {
					k := depth % 2
					return ways[way](ctx, pools[k], func(ctx context.Context) (int, error) {
						if depth == 0 {
							gauges[k].enter()
							defer gauges[k].leave()
							time.Sleep(time.Millisecond)
							return 7, nil
						}
						return deep(ctx, depth-1)
					})
				}
				var wg sync.WaitGroup
				for k := range 4 {
					wg.Go(func() {
						if x, err := deep(t.Context(), 3+k%2); x != 7 || err != nil {
							t.Errorf("%d, %v", x, err)
						}
					})
				}
				wg.Wait()
				for k, p := range pools {
					if int(gauges[k].peak.Load()) > p.Width() {
						t.Errorf("pool %d of width %d ran %d at once", k, p.Width(), gauges[k].peak.Load())
					}
					closeAndWait(t, p)
				}
			})
		})
	}
}

// TestSlotsOfTwoCallsAreTakenInOneOrder: a function that holds a slot of a pool and one
// of a call with a width of its own starts goroutines that make calls. Each of these
// takes both slots, lends them and takes them again. If one took them in another order,
// two goroutines could wait for each other.
func TestSlotsOfTwoCallsAreTakenInOneOrder(t *testing.T) {
	bubbles(t, []int{1, 2, 3}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		var g gauge
		call := func(ctx context.Context) error {
			return parallel.ForEach(ctx, indices(5), func(ctx context.Context, i int) error {
				g.enter()
				runtime.Gosched()
				g.leave()
				parallel.Block(ctx, func() { time.Sleep(time.Duration(i) * time.Millisecond) })
				return nil
			})
		}
		err := parallel.ForEach(t.Context(), indices(width), func(ctx context.Context, _ int) error {
			return parallel.ForEach(ctx, indices(1), func(ctx context.Context, _ int) error {
				var calls sync.WaitGroup
				for range 6 {
					calls.Go(func() {
						for range 20 {
							if err := call(ctx); err != nil {
								t.Error(err)
							}
						}
					})
				}
				parallel.Block(ctx, calls.Wait)
				return nil
			}, parallel.Workers(1))
		}, parallel.On(p))
		if err != nil {
			t.Error(err)
		}
		if peak := int(g.peak.Load()); peak > width {
			t.Errorf("%d functions ran at once on a pool of width %d", peak, width)
		}
		closeAndWait(t, p)
	})
}

// TestTaskWaitsForAnotherPoolsEnd: a worker that waits for the end of another pool
// lends its slot, which the last tasks of that pool may need.
func TestTaskWaitsForAnotherPoolsEnd(t *testing.T) {
	bubbles(t, []int{1}, func(t *testing.T, _ int) {
		a, b := newPool(t, parallel.Workers(1)), newPool(t, parallel.Workers(1))
		f := submit(t, t.Context(), a, func(ctx context.Context) (int, error) {
			g, err := parallel.Submit(ctx, b, func(ctx context.Context) (int, error) { return ways["Get"](ctx, a, value(7)) })
			if err != nil {
				return 0, err
			}
			b.Close()
			if err := b.Wait(ctx); err != nil {
				return 0, err
			}
			return g.Get(ctx)
		})
		if x := get(t, f); x != 7 {
			t.Error(x)
		}
		if err := a.Wait(t.Context()); !errors.Is(err, parallel.ErrRunning) {
			t.Error(err)
		}
	})
}

// TestTaskCannotWaitForItsPoolsEnd: Wait in a function that runs on the pool would wait
// for itself. It is an error.
func TestTaskCannotWaitForItsPoolsEnd(t *testing.T) {
	for way := range ways {
		bubbles(t, []int{2}, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width))
			var waited atomic.Int64
			wait := func(ctx context.Context) (int, error) {
				p.Close()
				err := p.Wait(ctx)
				if mentions(err, "it would wait for itself") != "" {
					t.Errorf("%s: Wait: %v", way, err)
				}
				waited.Add(1)
				return 0, err
			}
			_, err := ways[way](t.Context(), p, wait)
			if waited.Load() == 0 {
				t.Errorf("%s: nobody waited", way)
			}
			// Of four calls a lower one may begin after a higher one has closed the pool.
			if late := way == "MapOfItsOwnWidth" && errors.Is(err, parallel.ErrClosed); !late && mentions(err, "it would wait for itself") != "" {
				t.Errorf("%s: %v", way, err)
			}
		})
	}
}

// TestNestedCallCannotWaitForThePoolsEnd: the same in a call that a function of the
// pool makes, wherever that call runs: the pool's end would wait for it.
func TestNestedCallCannotWaitForThePoolsEnd(t *testing.T) {
	bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
		for name, nested := range map[string]func(ctx context.Context, wait fault) error{
			"on the slots of the pool": func(ctx context.Context, wait fault) error {
				return parallel.ForEach(ctx, indices(2), wait)
			},
			"serial": func(ctx context.Context, wait fault) error {
				return parallel.ForEach(ctx, indices(2), wait, parallel.Serial())
			},
			"on workers of its own": func(ctx context.Context, wait fault) error {
				return parallel.ForEach(ctx, indices(2), wait, parallel.Workers(2), parallel.ChunkSize(1))
			},
			"on another pool": func(ctx context.Context, wait fault) error {
				q := newPool(t, parallel.Workers(2))
				defer closeAndWait(t, q)
				return parallel.ForEach(ctx, indices(2), wait, parallel.On(q), parallel.ChunkSize(1))
			},
			"two calls deep": func(ctx context.Context, wait fault) error {
				return parallel.ForEach(ctx, indices(2), func(ctx context.Context, _ int) error {
					return parallel.ForEach(ctx, indices(2), wait, parallel.Workers(2), parallel.ChunkSize(1))
				}, parallel.Workers(2), parallel.ChunkSize(1))
			},
			"in a stream": func(ctx context.Context, wait fault) error {
				for _, err := range parallel.Stream(ctx, countTo(2), func(ctx context.Context, i int) (int, error) { return i, wait(ctx, i) }, parallel.Workers(2)) {
					if err != nil {
						return err
					}
				}
				return nil
			},
		} {
			p := newPool(t, parallel.Workers(width))
			var refused counter
			f := submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
				p.Close()
				return 0, nested(ctx, func(ctx context.Context, _ int) error {
					time.Sleep(time.Millisecond) // so that every worker has an item
					ctx, cancel := context.WithTimeout(ctx, time.Hour)
					defer cancel()
					if err := p.Wait(ctx); mentions(err, "it would wait for itself") != "" {
						return fmt.Errorf("Wait: %v", err)
					}
					refused.inc()
					return nil
				})
			})
			if _, err := f.Get(t.Context()); err != nil || refused.Load() < 2 {
				t.Errorf("%s: refused %d times; %v", name, refused.Load(), err)
			}
			closeAndWait(t, p)
		}
	})
}

// TestNestedCallsOnPoolsShareTheWidth: nested calls on one pool stay within its width,
// three levels deep, also if their context went through another pool.
func TestNestedCallsOnPoolsShareTheWidth(t *testing.T) {
	for _, inner := range []string{"on the same pool", "without a word", "through another pool"} {
		bubbles(t, widths, func(t *testing.T, width int) {
			p, q := newPool(t, parallel.Workers(width)), newPool(t, parallel.Workers(64))
			var g gauge
			var deep func(ctx context.Context, depth int) error
			deep = func(ctx context.Context, depth int) error {
				opts := []any{parallel.On(p)}
				if depth < 2 && inner == "without a word" {
					opts = nil
				}
				if depth == 1 && inner == "through another pool" {
					opts = []any{parallel.On(q)}
				}
				return parallel.ForEach(ctx, indices(6), func(ctx context.Context, _ int) error {
					if depth > 0 {
						return deep(ctx, depth-1)
					}
					g.enter()
					defer g.leave()
					time.Sleep(time.Millisecond)
					return nil
				}, items(opts)...)
			}
			before := runtime.NumGoroutine()
			if err := deep(t.Context(), 2); err != nil {
				t.Error(err)
			}
			if peak := int(g.peak.Load()); peak > width || g.total.Load() != 216 {
				t.Errorf("%s: %d of 216 leaves, %d at once on a pool of width %d", inner, g.total.Load(), peak, width)
			}
			synctest.Wait() // runners that have nothing more to do are gone then
			if now := runtime.NumGoroutine(); now > before+5 {
				t.Errorf("%s: %d goroutines before, %d after", inner, before, now)
			}
		})
	}
}
