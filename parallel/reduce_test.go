package parallel_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// treeSizes lie around the powers of two at which the tree of a reduction changes.
var treeSizes = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 31, 33, 63, 64, 65, 100, 1023, 1024, 1025, 2049, 5000}

// upTo8 returns the widths that results must not depend on: serial, and 1 to 8.
func upTo8() []parallel.Option {
	all := []parallel.Option{parallel.Serial()}
	for w := range 8 {
		all = append(all, parallel.Workers(w+1))
	}
	return all
}

// TestReductionsAreTheTree: values and brackets are those of the tree, as one loop
// evaluates it, with fast and with slow operators.
func TestReductionsAreTheTree(t *testing.T) {
	bracket := func(a, b string) string { return "(" + a + b + ")" }
	for _, n := range treeSizes {
		xs := make([]string, n)
		for i := range xs {
			xs[i] = word(i)
		}
		total, running := reduceLoop(xs, "", bracket), []string(nil)
		if n < 200 { // running totals of strings are long; the matrix has running totals of numbers
			running = scanLoop(xs, bracket)
		}
		for _, slow := range []bool{false, true} {
			if slow && n > 1024 {
				continue // then it takes the same path
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

// TestFoldIsTheTree: the same for Fold, which has few cells unless Partitions sets
// their number.
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

// TestReduceIsSharedAsTheTreeAllows: the work of a slow operator is shared as far as
// the tree allows.
func TestReduceIsSharedAsTheTreeAllows(t *testing.T) {
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

// TestReduceBeginsWithItsFirstItem: n items take n-1 calls of the operator, none of
// which receives the identity. A Scan takes fewer than two for each item.
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

// TestFoldKeepsFewAccumulators: few accumulators are alive at once, however slow
// merging is compared with adding, and whichever cells take long.
func TestFoldKeepsFewAccumulators(t *testing.T) {
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

// TestFoldRunsEveryCellAtOnce: from the start as many functions run at once as there
// are cells, or workers if there are fewer.
func TestFoldRunsEveryCellAtOnce(t *testing.T) {
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

// TestReductionsObserved: an observer sees one call with the rows of the caller,
// however many passes it makes.
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

// TestCheapFirstItemIsNoMeasure: if the first of a few items is cheap, a worker that
// has claimed several of the others gives back those that it has not begun.
func TestCheapFirstItemIsNoMeasure(t *testing.T) {
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
