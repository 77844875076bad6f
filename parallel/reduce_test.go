package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// treeSizes lie around the powers of two at which the tree of a reduction changes.
var treeSizes = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 31, 33, 63, 64, 65, 100, 1023, 1024, 1025, 2049, 5000}

// upTo8 are the widths that must not show in a result: serial, and 1 to 8.
func upTo8() []parallel.Option {
	all := []parallel.Option{parallel.Serial()}
	for w := range 8 {
		all = append(all, parallel.Workers(w+1))
	}
	return all
}

// TestReductionsAreTheTree: the values, and the places of all brackets, are those of the
// tree that is evaluated by one loop, with functions that are quick and that are slow.
func TestReductionsAreTheTree(t *testing.T) {
	bracket := func(a, b string) string { return "(" + a + b + ")" }
	for _, n := range treeSizes {
		xs := make([]string, n)
		for i := range xs {
			xs[i] = word(i)
		}
		total, running := reduceLoop(xs, "", bracket), []string(nil)
		if n < 200 { // running totals of strings are long; the matrix has those of numbers
			running = scanLoop(xs, bracket)
		}
		for _, slow := range []bool{false, true} {
			if slow && n > 1024 {
				continue // takes no other way then
			}
			op := func(a, b string) string {
				if slow {
					time.Sleep(time.Duration(1+mix(len(a)+len(b))%3) * time.Millisecond)
				}
				return bracket(a, b)
			}
			for _, opt := range upTo8() {
				synctest.Test(t, func(t *testing.T) {
					if got, err := parallel.Reduce(t.Context(), xs, "", op, opt); err != nil || got != total {
						t.Fatalf("Reduce of %d, %v: %v\n%.200s\nwant\n%.200s", n, opt, err, got, total)
					}
					if running == nil {
						return
					}
					if got, err := parallel.Scan(t.Context(), xs, "", op, opt); err != nil || !slices.Equal(got, running) {
						t.Fatalf("Scan of %d, %v: %v\n%.2000s\nwant\n%.2000s", n, opt, err, got, running)
					}
				})
			}
		}
	}
}

// TestFoldIsTheTree: the same for Fold, whose cells are few unless Partitions says how many.
func TestFoldIsTheTree(t *testing.T) {
	bracket := func(a, b string) string { return "(" + a + b + ")" }
	for _, n := range append(slices.Clone(treeSizes), 1<<15-1, 1<<15, calltest.UnlessRaced(5<<18-1, 1<<18-1), calltest.UnlessRaced(5<<18, 1<<18)) {
		for _, parts := range []int{0, 1, 2, 3, 13, 64, 1000, 2000} {
			if n > 2000 && parts > 0 {
				continue
			}
			var opts []parallel.FoldOption
			cells := foldCells(n)
			if parts > 0 {
				opts, cells = append(opts, parallel.Partitions(parts)), min(parts, n)
			}
			empty := func() string { return "0" }
			add := func(a string, i int) string {
				if mix(i)%4096 < uint64(4096*100/(100+n)) { // some hundred of the items
					a += word(i)
				}
				return a
			}
			want := foldLoop(indices(n), cells, empty, add, bracket)
			for _, opt := range upTo8() {
				got, err := parallel.Fold(t.Context(), indices(n), empty, func(_ context.Context, a string, i int) (string, error) {
					return add(a, i), nil
				}, bracket, append(opts, opt)...)
				if err != nil || got != want {
					t.Fatalf("Fold of %d, %v %v: %v\n%.200s\nwant\n%.200s", n, opts, opt, err, got, want)
				}
			}
		}
	}
}

// TestReduceSteps: the work of a slow operator is shared as far as the tree allows.
func TestReduceSteps(t *testing.T) {
	type reduction func(ctx context.Context, xs []int, op func(a, b int) int, opts ...parallel.Option) error
	reduce := func(ctx context.Context, xs []int, op func(a, b int) int, opts ...parallel.Option) error {
		_, err := parallel.Reduce(ctx, xs, 0, op, opts...)
		return err
	}
	scan := func(ctx context.Context, xs []int, op func(a, b int) int, opts ...parallel.Option) error {
		_, err := parallel.Scan(ctx, xs, 0, op, opts...)
		return err
	}
	for _, c := range []struct {
		name            string
		run             reduction
		n, width, steps int
	}{
		{"Reduce", reduce, 2, 16, 1},
		{"Reduce", reduce, 4, 16, 2},
		{"Reduce", reduce, 64, 1, 63},
		{"Reduce", reduce, 64, 2, 34},
		{"Reduce", reduce, 64, 16, 7},
		{"Reduce", reduce, 64, 64, 6},
		{"Reduce", reduce, 2048, 128, 25},
		{"Scan", scan, 4, 16, 3},
		{"Scan", scan, 64, 2, 65},
		{"Scan", scan, 64, 16, 13},
		{"Scan", scan, 64, 64, 11},
		{"Scan", scan, 2048, 128, 48},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			err := c.run(t.Context(), indices(c.n), func(a, b int) int {
				time.Sleep(5 * time.Millisecond)
				return a + b
			}, parallel.Workers(c.width))
			if steps := int(time.Since(start) / (5 * time.Millisecond)); err != nil || steps > c.steps {
				t.Errorf("%s of %d items with %d workers: %v, %d steps; want at most %d", c.name, c.n, c.width, err, steps, c.steps)
			}
		})
	}
}

// TestReduceBeginsWithItsFirstItem: n items take n-1 calls of the operator, none of which
// is given the identity; a Scan takes fewer than two per item.
func TestReduceBeginsWithItsFirstItem(t *testing.T) {
	for _, n := range treeSizes {
		var calls atomic.Int64
		op := func(a, b int) int {
			if calls.Add(1); a < 0 || b < 0 {
				t.Errorf("%d items: the operator is given %d, %d", n, a, b)
			}
			return max(a, b)
		}
		got, err := parallel.Reduce(t.Context(), indices(n), -1, op, parallel.Workers(3))
		if err != nil || got != n-1 || int(calls.Load()) != max(n-1, 0) {
			t.Errorf("%d items: %d, %v after %d calls", n, got, err, calls.Load())
		}
		calls.Store(0)
		if _, err := parallel.Scan(t.Context(), indices(n), -1, op, parallel.Workers(3)); err != nil || int(calls.Load()) > max(2*n-2, 0) {
			t.Errorf("Scan of %d items: %v after %d calls", n, err, calls.Load())
		}
	}
}

// alive counts accumulators.
type alive struct{ gauge }

func (a *alive) zero() int          { a.enter(); return 0 }
func (a *alive) merge(x, y int) int { a.leave(); return x + y }

// TestFoldFewAccumulators: however slow merging is beside adding, and whichever cells
// take long, results do not pile up.
func TestFoldFewAccumulators(t *testing.T) {
	const width = 8
	for name, c := range map[string]struct {
		opts []parallel.FoldOption
		most int
	}{
		"default":     {nil, 8},
		"1,000 cells": {[]parallel.FoldOption{parallel.Partitions(1000)}, 10 * width}, /* one for each worker and level */
		"commutative": {[]parallel.FoldOption{parallel.Commutative()}, width},
	} {
		for slow, sleep := range map[string]func(i int) time.Duration{
			"nothing":      func(int) time.Duration { return 0 },
			"all":          func(i int) time.Duration { return time.Duration(mix(i)%3) * time.Millisecond },
			"the first":    func(i int) time.Duration { return time.Second * time.Duration(max(1-i, 0)) },
			"every 1000th": func(i int) time.Duration { return time.Second * time.Duration(max(1-i%1000, 0)) },
		} {
			synctest.Test(t, func(t *testing.T) {
				var a alive
				n := 10_000
				got, err := parallel.Fold(t.Context(), indices(n), a.zero, func(_ context.Context, acc, i int) (int, error) {
					time.Sleep(sleep(i))
					return acc + i, nil
				}, func(x, y int) int {
					time.Sleep(time.Millisecond)
					return a.merge(x, y)
				}, append(c.opts, parallel.Workers(width))...)
				if err != nil || got != n*(n-1)/2 || a.now.Load() != 1 {
					t.Errorf("%s, slow: %s: %d, %v, %d accumulators left", name, slow, got, err, a.now.Load())
				}
				if peak := int(a.peak.Load()); peak > c.most {
					t.Errorf("%s, slow: %s: %d accumulators at once; want at most %d", name, slow, peak, c.most)
				}
			})
		}
	}
}

// TestFoldAtOnce: as many functions run at once as there are cells or workers, from
// the start.
func TestFoldAtOnce(t *testing.T) {
	for _, c := range []struct {
		opts []parallel.FoldOption
		want time.Duration // 64 items of 1 s
	}{
		{[]parallel.FoldOption{parallel.Workers(2)}, 32 * time.Second},
		{[]parallel.FoldOption{parallel.Workers(64)}, 8 * time.Second}, // 8 cells
		{[]parallel.FoldOption{parallel.Workers(64), parallel.Partitions(64)}, time.Second},
		{[]parallel.FoldOption{parallel.Workers(64), parallel.Commutative()}, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, err := parallel.Fold(t.Context(), indices(64), zero, func(context.Context, int, int) (int, error) {
				time.Sleep(time.Second)
				return 0, nil
			}, nil2, c.opts...)
			if took := elapsed(start); err != nil || took != c.want {
				t.Errorf("%v: %v, took %v; want %v", c.opts, err, took, c.want)
			}
		})
	}
}

// bang is an accumulator that knows its items lo..hi.
type bang struct{ lo, hi int }

// TestMergeFailures lets merges fail, each known by the first item of its right half: the
// error is that of the lowest item, as where the cells are run and merged one after
// the other, and nothing above it begins any more.
func TestMergeFailures(t *testing.T) {
	const n = 29
	fails := map[string]func(){"panic": func() { panic(errBoom) }, "Goexit": runtime.Goexit}
	causes := map[string]error{"panic": errBoom, "Goexit": parallel.ErrGoexit}
	for kind, fail := range fails {
		for seed := range 60 {
			merges := map[int]bool{}
			items := map[int]bool{}
			for i := 1; i < n; i++ {
				if seed < n && i == seed || seed >= n && mix(i+100*seed)%8 == 0 {
					merges[i] = true
				}
				if seed >= 40 && mix(i+77*seed)%16 == 0 {
					items[i] = true
				}
			}
			run := func(ctx context.Context, opts ...parallel.FoldOption) (int, error) {
				_, err := parallel.Fold(ctx, indices(n), func() bang { return bang{-1, -1} },
					func(_ context.Context, _ bang, i int) (bang, error) {
						time.Sleep(time.Duration(mix(i+seed)%4) * time.Millisecond)
						if items[i] {
							return bang{}, errBoom
						}
						return bang{i, i + 1}, nil
					}, func(a, b bang) bang {
						if a.hi != b.lo {
							t.Errorf("%d..%d is merged with %d..%d", a.lo, a.hi, b.lo, b.hi)
						}
						time.Sleep(time.Duration(mix(b.lo+b.hi+seed)%4) * time.Millisecond)
						if merges[b.lo] {
							fail()
						}
						return bang{a.lo, b.hi}
					}, append(opts, parallel.Partitions(n))...)
				re, ok := errors.AsType[*parallel.RowError](err)
				if !ok {
					return -1, err
				}
				if re.Partition != re.Row {
					t.Errorf("partition %d, row %d", re.Partition, re.Row)
				}
				return re.Row, re.Err
			}
			want := lowestFailure(n, items, merges)
			for w := 1; w <= 8; w++ {
				synctest.Test(t, func(t *testing.T) {
					row, err := run(t.Context(), parallel.Workers(w))
					if row != want || want >= 0 && !errors.Is(err, errBoom) && !errors.Is(err, causes[kind]) {
						t.Errorf("%s, seed %d, Workers(%d): row %d, %v; want row %d", kind, seed, w, row, err, want)
					}
				})
			}
		}
	}
}

// lowestFailure runs cells of one item one after the other, and each merge as soon as
// both halves are there, and returns the first thing that fails.
func lowestFailure(n int, items, merges map[int]bool) int {
	for k := range n {
		if items[k] {
			return k
		}
		at := k
		for size := 1; size < n; size *= 2 {
			switch right := at | size; {
			case right >= n:
			case at < right:
				size = n // the right half is not there
			case merges[right]:
				return right
			default:
				at -= size
			}
		}
	}
	// At the end of the grid the merges that had nothing beside them.
	at := n - 1
	for size := 1; size < n; size *= 2 {
		if at&size != 0 {
			if merges[at] {
				return at
			}
			at -= size
		}
	}
	return -1
}

// TestNoMergeAfterTheEnd: after a failure no merge above it begins, and after the end of
// the context none at all, though both halves of some are there.
func TestNoMergeAfterTheEnd(t *testing.T) {
	const n = 64
	for name, end := range map[string]func(cancel func(error)) error{
		"failure": func(func(error)) error { return errBoom },
		"context": func(cancel func(error)) error { cancel(errEnough); return nil },
	} {
		for _, opts := range [][]parallel.FoldOption{{parallel.Partitions(n)}, nil, {parallel.Commutative()}} {
			for _, w := range widths {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancelCause(t.Context())
					defer cancel(nil)
					var over atomic.Bool
					_, err := parallel.Fold(ctx, indices(n), zero, func(_ context.Context, a, i int) (int, error) {
						time.Sleep(time.Duration(1+mix(i)%5) * time.Millisecond)
						if i == n/2 {
							time.Sleep(2500 * time.Microsecond) // when no merge begins
							defer over.Store(true)
							return a, end(cancel)
						}
						return a, nil
					}, func(a, b int) int {
						// What ends has a nanosecond to become known.
						if time.Sleep(time.Nanosecond); over.Load() && name == "context" {
							t.Errorf("%s, %v, Workers(%d): a merge begins after the end", name, opts, w)
						}
						time.Sleep(time.Millisecond - time.Nanosecond)
						return a + b
					}, append(slices.Clip(opts), parallel.Workers(w))...)
					if name == "context" && err != errEnough || name == "failure" && !errors.Is(err, errBoom) {
						t.Errorf("%s, %v, Workers(%d): %v", name, opts, w, err)
					}
				})
			}
		}
	}
}

// TestReduceContextEnds: the context ends during a merge, which comes to its end; no other
// one begins.
func TestReduceContextEnds(t *testing.T) {
	for _, w := range widths {
		for name, run := range map[string]func(ctx context.Context, op func(a, b int) int) error{
			"Reduce": func(ctx context.Context, op func(a, b int) int) error {
				total, err := parallel.Reduce(ctx, indices(64), 0, op, parallel.Workers(w))
				if err == nil && total != 64*63/2 {
					t.Errorf("Reduce, Workers(%d): %d without an error", w, total)
				}
				return err
			},
			"Scan": func(ctx context.Context, op func(a, b int) int) error {
				totals, err := parallel.Scan(ctx, indices(64), 0, op, parallel.Workers(w))
				if err == nil && totals[63] != 64*63/2 {
					t.Errorf("Scan, Workers(%d): %d without an error", w, totals[63])
				}
				return err
			},
		} {
			for at := range 40 {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancelCause(t.Context())
					defer cancel(nil)
					time.AfterFunc(time.Duration(10*at+5)*time.Millisecond, func() { cancel(errEnough) })
					last := time.Now()
					var mu sync.Mutex
					err := run(ctx, func(a, b int) int {
						if ctx.Err() != nil {
							t.Errorf("%s, Workers(%d): the operator begins after the end", name, w)
						}
						time.Sleep(10 * time.Millisecond)
						mu.Lock()
						last = time.Now()
						mu.Unlock()
						return a + b
					})
					if err != nil && (ctx.Err() == nil || err != errEnough) {
						t.Errorf("%s, Workers(%d): %v", name, w, err)
					}
					if !last.Equal(time.Now()) {
						t.Errorf("%s, Workers(%d): returns %v after the last operator", name, w, time.Since(last))
					}
				})
			}
		}
	}
}

// TestZeroFails: a panic or a Goexit in zero is an error of the first item of a cell.
func TestZeroFails(t *testing.T) {
	for kind, fail := range map[string]func(){"panic": func() { panic(errBoom) }, "Goexit": runtime.Goexit} {
		for _, opts := range [][]parallel.FoldOption{nil, {parallel.Partitions(8)}, {parallel.Commutative()}} {
			for _, w := range widths {
				for _, bad := range []int32{1, 2, 5} {
					var calls atomic.Int32
					_, err := parallel.Fold(t.Context(), indices(80), func() int {
						if calls.Add(1) == bad {
							fail()
						}
						return 0
					}, func(_ context.Context, a, i int) (int, error) { return a + i, nil },
						func(a, b int) int { return a + b }, append(slices.Clip(opts), parallel.Workers(w))...)
					if calls.Load() < bad {
						continue // fewer accumulators
					}
					re, ok := errors.AsType[*parallel.RowError](err)
					if !ok || len(opts) == 0 && re.Row%10 != 0 {
						t.Errorf("%s, %v, Workers(%d): %v", kind, opts, w, err)
					}
				}
			}
		}
	}
}

// TestCommutativeMergeFails is an error of an item, like every other failure.
func TestCommutativeMergeFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := parallel.Fold(t.Context(), indices(100), zero, func(_ context.Context, a, i int) (int, error) {
			time.Sleep(time.Millisecond)
			return a + i, nil
		}, func(a, b int) int { panic(errBoom) }, parallel.Commutative(), parallel.Workers(4))
		re, ok := errors.AsType[*parallel.RowError](err)
		if !ok || !errors.Is(err, errBoom) || re.Row < 1 || re.Row > 3 {
			t.Errorf("%v; want an error of one of the first items of workers 1 to 3", err)
		}
	})
}

// TestReductionsObserved: one call, whose rows are the caller's, however many passes it takes.
func TestReductionsObserved(t *testing.T) {
	for _, n := range treeSizes {
		for name, run := range map[string]func(opts ...any) error{
			"Reduce": func(opts ...any) error {
				_, err := parallel.Reduce(t.Context(), indices(n), 0, func(a, b int) int { return a + b }, common(opts)...)
				return err
			},
			"Fold, commutative": func(opts ...any) error {
				_, err := parallel.Fold(t.Context(), indices(n), zero, addInt, func(a, b int) int { return a + b }, folds(append(opts, parallel.Commutative()))...)
				return err
			},
			"Fold, partitions": func(opts ...any) error {
				_, err := parallel.Fold(t.Context(), indices(n), zero, addInt, func(a, b int) int { return a + b }, folds(append(opts, parallel.Partitions(13)))...)
				return err
			},
		} {
			if n == 0 && strings.HasPrefix(name, "Fold") {
				continue // zero() alone: no rows
			}
			for _, w := range widths {
				r := &recorder{t: t}
				if err := run(parallel.Workers(w), parallel.Observe(r)); err != nil {
					t.Error(err)
				}
				what := fmt.Sprint(name, " of ", n, ", ", w)
				call, _, _ := strings.Cut(name, ",")
				r.check(what, "parallel."+call)
				if rows := r.rows(what); rows != n || r.starts[0].N != n {
					t.Errorf("%s: %d rows in chunks, %+v", what, rows, r.starts[0])
				}
			}
		}
	}
}

// TestCheapFirstItem: the first of a few items is no measure of the others. Who has claimed
// several of them gives back those that it has not begun.
func TestCheapFirstItem(t *testing.T) {
	slow := func(i int) int {
		if i > 0 {
			time.Sleep(time.Second)
		}
		return i
	}
	add := func(_ context.Context, a, i int) (int, error) { return a + slow(i), nil }
	for name, run := range map[string]func(ctx context.Context, xs []int) error{
		"Map": func(ctx context.Context, xs []int) error {
			_, err := parallel.Map(ctx, xs, parallel.Pure(slow), parallel.Workers(64))
			return err
		},
		"Fold": func(ctx context.Context, xs []int) error {
			_, err := parallel.Fold(ctx, xs, zero, add, nil2, parallel.Workers(64))
			return err
		},
		"Fold, commutative": func(ctx context.Context, xs []int) error {
			_, err := parallel.Fold(ctx, xs, zero, add, nil2, parallel.Workers(64), parallel.Commutative())
			return err
		},
	} {
		for n := 2; n <= 8; n++ {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				err := run(t.Context(), indices(n))
				if steps := elapsed(start) / time.Second; err != nil || steps > 2 {
					t.Errorf("%s of %d: %v, %d steps", name, n, err, steps)
				}
			})
		}
	}
}

// TestReductionsEndWithTheContext: from the end of the context on each worker begins
// at most one function, also in its first cell, and where it does not know yet what items cost.
func TestReductionsEndWithTheContext(t *testing.T) {
	const n = 20_000 // some 20 items in a cell of Reduce
	var begun func()
	op := func(a, b int) int { begun(); return a + b }
	add := func(_ context.Context, a, b int) (int, error) { begun(); return a + b, nil }
	for name, run := range map[string]func(ctx context.Context, opt parallel.Option) error{
		"Reduce": func(ctx context.Context, opt parallel.Option) error {
			_, err := parallel.Reduce(ctx, indices(n), 0, op, opt)
			return err
		},
		"Scan": func(ctx context.Context, opt parallel.Option) error {
			_, err := parallel.Scan(ctx, indices(n), 0, op, opt)
			return err
		},
		"Fold": func(ctx context.Context, opt parallel.Option) error {
			_, err := parallel.Fold(ctx, indices(n), zero, add, nil2, opt)
			return err
		},
		"Fold, commutative": func(ctx context.Context, opt parallel.Option) error {
			_, err := parallel.Fold(ctx, indices(n), zero, add, nil2, opt, parallel.Commutative())
			return err
		},
	} {
		for w, opt := range upTo8() {
			for _, at := range []int64{1, 2, 3, 30, 1000} {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancelCause(t.Context())
					defer cancel(nil)
					var calls, late atomic.Int64
					begun = func() {
						if ctx.Err() != nil {
							late.Add(1)
						}
						if calls.Add(1) == at {
							cancel(errEnough)
						}
						time.Sleep(10 * time.Microsecond)
					}
					if err := run(ctx, opt); err != errEnough || late.Load() > int64(max(w, 1)) {
						t.Errorf("%s, %v: %v, %d functions begin after the end", name, opt, err, late.Load())
					}
				})
			}
		}
	}
}
