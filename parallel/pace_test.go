package parallel_test

import (
	"context"
	"fmt"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// The benchmarks show that a call is hardly slower than the loop. These tests show the
// structure that makes it so.

// TestTinyInputTakesOneGoroutine: if all items are done before another core would be
// awake, the call uses one goroutine. With GOMAXPROCS(1) the first worker runs without
// interruption, as on an idle machine. On a busy machine it may still be interrupted,
// so the least of several tries counts.
func TestTinyInputTakesOneGoroutine(t *testing.T) {
	if calltest.Raced {
		t.Skip("under the race detector ten items are not tiny")
	}
	procs(t, 1)
	quiet()
	for _, op := range operations {
		if op.stream {
			continue // reads its source on a goroutine of its own
		}
		for _, n := range []int{1, 2, 10} {
			if op.blind && n == 1 {
				continue
			}
			least := math.MaxInt
			for try := 0; try < 200 && least > 1; try++ {
				_, err := op.run(t.Context(), n, func(_ context.Context, i int) error {
					if i == n-1 { // counting takes longer than all the items
						least = min(least, goroutines())
					}
					return nil
				}, parallel.Workers(8))
				if err != nil {
					t.Error(err)
				}
			}
			if least != 1 {
				t.Errorf("%s of %d items: %d goroutines; want 1", op.name, n, least)
			}
		}
	}
}

// TestOneItemTakesOneGoroutine: a single item uses one goroutine, however slow it is.
func TestOneItemTakesOneGoroutine(t *testing.T) {
	quiet()
	for _, op := range operations {
		for _, s := range settings(op, []int{1}, []int{1, 8}) {
			synctest.Test(t, func(t *testing.T) {
				_, err := op.run(t.Context(), 1, func(context.Context, int) error {
					time.Sleep(time.Second)
					if n := goroutines(); n > 1 {
						t.Errorf("%s %v: %d goroutines for one item", op.name, s, n)
					}
					return nil
				}, s.opts...)
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestSlowItemsUseEveryWorker: 20 items of 50 ms use every worker, one item at a time,
// from the start, and take the least possible time in the bubble.
func TestSlowItemsUseEveryWorker(t *testing.T) {
	for _, op := range operations {
		if op.grid {
			continue // see TestReduceIsSharedAsTheTreeAllows and TestFoldRunsEveryCellAtOnce
		}
		for _, w := range widths {
			synctest.Test(t, func(t *testing.T) {
				var g gauge
				start := time.Now()
				_, err := op.run(t.Context(), 20, func(context.Context, int) error {
					g.enter()
					defer g.leave()
					time.Sleep(50 * time.Millisecond)
					return nil
				}, parallel.Workers(w))
				rounds := (20 + w - 1) / w
				want := time.Duration(rounds) * 50 * time.Millisecond
				if took := time.Since(start); err != nil || took != want || g.peak.Load() != int64(min(w, 20)) {
					t.Errorf("%s, Workers(%d): %v, took %v with %d at once; want %v with %d",
						op.name, w, err, took, g.peak.Load(), want, min(w, 20))
				}
			})
		}
	}
}

// TestSlowRowsAreClaimedOneByOne: the same for Range: each range is one row.
func TestSlowRowsAreClaimedOneByOne(t *testing.T) {
	for _, w := range widths {
		synctest.Test(t, func(t *testing.T) {
			err := parallel.Range(t.Context(), 20, func(_ context.Context, lo, hi int) error {
				time.Sleep(50 * time.Millisecond)
				if hi-lo != 1 {
					t.Errorf("Workers(%d): range %d to %d of slow rows", w, lo, hi)
				}
				return nil
			}, parallel.Workers(w))
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestFastItemsAreFewRanges: a million items of about a nanosecond are a few dozen
// ranges, so that claiming them costs little.
func TestFastItemsAreFewRanges(t *testing.T) {
	const n = 1_000_000
	for _, w := range widths {
		// In the bubble no time passes: the number of ranges follows from the
		// growth of chunks and from their size near the end alone.
		synctest.Test(t, func(t *testing.T) {
			var g gauge
			err := parallel.Range(t.Context(), n, func(context.Context, int, int) error {
				g.enter()
				g.leave()
				return nil
			}, parallel.Workers(w))
			if ranges := g.total.Load(); err != nil || ranges > 20*int64(w+1) {
				t.Errorf("Workers(%d): %v, %d ranges", w, err, ranges)
			}
		})
	}
	// Outside it a busy machine makes some ranges look slow, so that the
	// next ones are shorter.
	out := make([]uint64, n)
	for _, w := range widths {
		var g gauge
		err := parallel.Range(t.Context(), n, func(_ context.Context, lo, hi int) error {
			g.enter()
			defer g.leave()
			for i := lo; i < hi; i++ {
				out[i] = mix(i)
			}
			return nil
		}, parallel.Workers(w))
		if ranges := g.total.Load(); err != nil || ranges > 2000 {
			t.Errorf("Workers(%d): %v, %d ranges of a million items", w, err, ranges)
		}
	}
}

// TestRangesFollowTheCostOfARow: whatever an item costs, a range is about a millisecond
// of work, and the last ranges are small.
func TestRangesFollowTheCostOfARow(t *testing.T) {
	for _, cost := range []time.Duration{time.Microsecond, 10 * time.Microsecond, 100 * time.Microsecond, time.Millisecond, 20 * time.Millisecond} {
		for _, w := range []int{1, 3, 8} {
			synctest.Test(t, func(t *testing.T) {
				n := int(2 * time.Second / cost)
				var mu sync.Mutex
				ranges, longest, last := 0, time.Duration(0), 0
				err := parallel.Range(t.Context(), n, func(_ context.Context, lo, hi int) error {
					d := time.Duration(hi-lo) * cost
					mu.Lock()
					ranges++
					longest = max(longest, d)
					if hi == n {
						last = hi - lo
					}
					mu.Unlock()
					time.Sleep(d)
					return nil
				}, parallel.Workers(w))
				what := fmt.Sprintf("items of %v, Workers(%d)", cost, w)
				if err != nil || longest > max(cost, 2*time.Millisecond) {
					t.Errorf("%s: %v, the longest range is %v", what, err, longest)
				}
				if most := int(2*time.Second/max(cost, time.Millisecond/2)) + 100; ranges > most {
					t.Errorf("%s: %d ranges; want at most %d", what, ranges, most)
				}
				if w > 1 && time.Duration(last)*cost > max(cost, 100*time.Microsecond) {
					t.Errorf("%s: the last range is %v", what, time.Duration(last)*cost)
				}
			})
		}
	}
}

// TestSlowItemsAfterCheapOnesAreShared: slow items after a thousand items that cost
// nothing are shared among the workers.
func TestSlowItemsAfterCheapOnesAreShared(t *testing.T) {
	for _, slow := range []int{100, 1000, 5000} {
		for _, w := range widths {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				err := parallel.ForEach(t.Context(), indices(1000+slow), func(_ context.Context, i int) error {
					if i >= 1000 {
						time.Sleep(time.Millisecond)
					}
					return nil
				}, parallel.Workers(w))
				ideal := time.Duration((slow+w-1)/w) * time.Millisecond
				// Cheap items are claimed a microsecond of work at a time. Items that are
				// in one chunk with slow ones are given back after a few milliseconds.
				if took := time.Since(start); err != nil || took > max(2*ideal, ideal+5*time.Millisecond) {
					t.Errorf("Workers(%d), %d slow items: %v, took %v; ideal is %v", w, slow, err, took, ideal)
				}
			})
		}
	}
}

// TestLongItemsAmongShortOnesLeaveNoWorkerIdle: with a few long items among many short
// ones, shuffled, workers are idle only during the last long item.
func TestLongItemsAmongShortOnesLeaveNoWorkerIdle(t *testing.T) {
	costs := make([]time.Duration, 2000)
	var work, longest time.Duration
	for i := range costs {
		// Heavy-tailed: the longest item is thousands of times the median.
		u := float64(mix(i)>>11+1) / (1 << 53)
		costs[i] = min(time.Duration(20e3/u), 100*time.Millisecond).Round(time.Microsecond)
		work += costs[i]
		longest = max(longest, costs[i])
	}
	for _, w := range widths {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			err := parallel.ForEach(t.Context(), costs, func(_ context.Context, d time.Duration) error {
				time.Sleep(d)
				return nil
			}, parallel.Workers(w))
			// The bound for claiming single items, and one range more.
			most := work/time.Duration(w) + longest + 2*time.Millisecond
			if took := time.Since(start); err != nil || took > most {
				t.Errorf("Workers(%d): %v, took %v; want at most %v", w, err, took, most)
			}
		})
	}
}
