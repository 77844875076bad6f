package parallel_test

import (
	"context"
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

// TestEachItemExactlyOnce: every item is called exactly once, in every setting.
func TestEachItemExactlyOnce(t *testing.T) {
	for _, op := range operations {
		for _, n := range []int{0, 1, 2, 7, 100, 1025, 2100} {
			if op.blind && n == 1 {
				continue
			}
			for _, s := range settings(op, []int{1, 7, 1000}, []int{1, 7, 64, 5000}) {
				calls := make([]atomic.Int32, n)
				_, err := op.run(t.Context(), n, func(_ context.Context, i int) error {
					calls[i].Add(1)
					if mix(i)%16 == 0 {
						runtime.Gosched()
					}
					return nil
				}, s.opts...)
				if err != nil {
					t.Fatal(err)
				}
				for i := range calls {
					most := int32(1)
					if op.call() == "Scan" {
						most = 2 // up the tree and down
					}
					if c := calls[i].Load(); c < 1 || c > most {
						t.Fatalf("%s %v: item %d of %d was called %d times", op.name, s, i, n, c)
					}
				}
			}
		}
	}
}

// TestAtMostOnceAboveAFailure: after a failure, every item up to it was called exactly
// once, and every item above it at most once.
func TestAtMostOnceAboveAFailure(t *testing.T) {
	const n, row = 300, 120
	for name, end := range endings {
		if name == "success" {
			continue
		}
		for _, op := range operations {
			for _, s := range settings(op, []int{1, 7, 1000}, []int{1, 7, 64}) {
				if name == "Goexit" && serial(s) {
					continue
				}
				synctest.Test(t, func(t *testing.T) {
					calls := make([]atomic.Int32, n)
					_, err := op.run(t.Context(), n, func(ctx context.Context, i int) error {
						calls[i].Add(1)
						time.Sleep(time.Duration(mix(i)%3) * time.Millisecond)
						if i >= row {
							return end(ctx, 4)
						}
						return nil
					}, s.opts...)
					if err == nil {
						t.Errorf("%s %s %v: no error", name, op.name, s)
					}
					for i := range calls {
						if c := calls[i].Load(); c > 1 || c == 0 && i <= row {
							t.Errorf("%s %s %v: item %d was called %d times, the failure is at %d", name, op.name, s, i, c, row)
						}
					}
				})
			}
		}
	}
}

// TestRangesCoverAllRowsOnce: the ranges of Range cover 0..n without an overlap. None
// is empty, and there are as many as Partitions says.
func TestRangesCoverAllRowsOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 63, 1000, 100_003} {
		for _, s := range settings(operation{}, []int{64, 1000, 1 << 40}, []int{1, 3, 64, 5000}) {
			var mu sync.Mutex
			var ranges [][2]int
			err := parallel.Range(t.Context(), n, func(_ context.Context, lo, hi int) error {
				mu.Lock()
				defer mu.Unlock()
				ranges = append(ranges, [2]int{lo, hi})
				return nil
			}, items(s.opts)...)
			if err != nil {
				t.Fatalf("%d rows, %v: %v", n, s, err)
			}
			slices.SortFunc(ranges, func(a, b [2]int) int { return a[0] - b[0] })
			end := 0
			for _, r := range ranges {
				if r[0] != end || r[1] <= r[0] {
					t.Fatalf("%d rows, %v: range %d to %d follows one that ends at %d", n, s, r[0], r[1], end)
				}
				end = r[1]
			}
			if end != n {
				t.Errorf("%d rows, %v: the last range ends at %d", n, s, end)
			}
			if s.parts > 0 && len(ranges) != min(n, s.parts) {
				t.Errorf("%d rows, %v: %d ranges; want %d", n, s, len(ranges), min(n, s.parts))
			}
		}
	}
}

// TestRangesHaveTheChunkSize: ranges have the size of the option, except the last one.
func TestRangesHaveTheChunkSize(t *testing.T) {
	for _, w := range widths {
		err := parallel.Range(t.Context(), 1000, func(_ context.Context, lo, hi int) error {
			if lo%64 != 0 || hi != min(lo+64, 1000) {
				return fmt.Errorf("range %d to %d", lo, hi)
			}
			return nil
		}, parallel.Workers(w), parallel.ChunkSize(64))
		if err != nil {
			t.Error(err)
		}
	}
}

// TestRangesAreThePartitions: the borders of ranges are those of Split.
func TestRangesAreThePartitions(t *testing.T) {
	for _, w := range widths {
		for _, parts := range []int{1, 2, 3, 7, 64, 1000, 5000} {
			got := make([]int, 1001)
			err := parallel.Range(t.Context(), 1000, func(_ context.Context, lo, hi int) error {
				got[lo] = hi
				return nil
			}, parallel.Workers(w), parallel.Partitions(parts))
			if err != nil {
				t.Error(err)
			}
			for k := range min(parts, 1000) {
				if lo, hi := splitAt(1000, min(parts, 1000), k); got[lo] != hi {
					t.Errorf("%d partitions: number %d is %d to %d; want %d to %d", parts, k, lo, got[lo], lo, hi)
				}
			}
		}
	}
}
