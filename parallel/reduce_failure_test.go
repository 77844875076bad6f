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

// bang is an accumulator that knows its items lo..hi.
type bang struct{ lo, hi int }

// TestMergeFailures: if merges fail, each identified by the first item of its right
// half, the error is the one of the lowest item, as if cells were run and merged one
// after the other, and nothing above it begins.
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
// both halves are done, and returns the first failure.
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
				size = n // the right half is not done
			case merges[right]:
				return right
			default:
				at -= size
			}
		}
	}
	// At the end of the grid, the merges that had no right neighbor before.
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

// TestNoMergeAfterTheEnd: after a failure no merge above it begins, and after the end
// of the context none at all, though both halves of some are done.
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
						// The end has a nanosecond to become known.
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

// TestReduceContextEnds: if the context ends during a merge, the merge finishes, and no
// other one begins.
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

// TestFailureOfZeroIsAtItsCell: a panic or a Goexit in zero is an error of the first
// item of a cell.
func TestFailureOfZeroIsAtItsCell(t *testing.T) {
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

// TestCommutativeMergeFails: with Commutative a panic in merge is an error of an item,
// too.
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

// TestReductionsEndWithTheContext: after the end of the context each worker begins at
// most one function, also in its first cell, and if the cost of an item is not known
// yet.
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

// TestScanFails: a panic of the operator is an error of its right argument. While cells
// are merged it is an error of the first item of the right part, or of the item that a
// total is added to.
func TestScanFails(t *testing.T) {
	const n = 5000
	for _, at := range []int{1, 4, 6, 2501, n - 1} /* none is the first of its cell */ {
		for _, s := range settings(operation{grid: true}, nil, nil) {
			out, err := parallel.Scan(t.Context(), indices(n), 0, func(a, b int) int {
				if b == at && a <= at*(at+1) { // the first pass: b is the item itself
					panic(errBoom)
				}
				return a + b
			}, common(s.opts)...)
			if out != nil {
				t.Errorf("a result with an error")
			}
			wantRow(t, fmt.Sprint("item ", at, s), err, at, -1, errBoom)
		}
	}
	for _, s := range settings(operation{grid: true}, nil, nil) {
		// Only the second pass adds to a total that is larger than all of a cell.
		var most = 5 * n
		_, err := parallel.Scan(t.Context(), indices(n), 0, func(a, b int) int {
			if a > most {
				panic(errBoom)
			}
			return a + b
		}, common(s.opts)...)
		re, ok := errors.AsType[*parallel.RowError](err)
		if !ok || !errors.Is(err, errBoom) || re.Row <= 0 || re.Row >= n {
			t.Errorf("%v: %v", s, err)
		}
	}
}
