package parallel_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// ledger counts how far a source is read ahead of the loop.
type ledger struct {
	mu                sync.Mutex
	pulled, got, most int
}

// source yields the numbers up to n, and counts each in the ledger.
func (l *ledger) source(n int) func(yield func(int, error) bool) {
	return func(yield func(int, error) bool) {
		for i := range n {
			l.mu.Lock()
			l.pulled++
			l.most = max(l.most, l.pulled-l.got)
			l.mu.Unlock()
			if !yield(i, nil) {
				return
			}
		}
	}
}

// next counts an item that the loop gets, and returns how many were pulled.
func (l *ledger) next() (pulled int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.got++
	return l.pulled
}

// TestLookahead: the source is never read further than the bound beyond the item that
// the loop is at, and is read that far if there is time.
func TestLookahead(t *testing.T) {
	for _, bound := range []int{1, 2, 7, 64, 0} {
		for _, unordered := range []bool{false, true} {
			bubbles(t, widths, func(t *testing.T, width int) {
				opts := []any{parallel.Workers(width)}
				if unordered {
					opts = append(opts, parallel.Unordered())
				}
				limit := max(1024, 2*width)
				if bound > 0 {
					opts = append(opts, parallel.Lookahead(bound))
					limit = bound
				}
				what := fmt.Sprintf("bound %d, width %d, unordered %v", bound, width, unordered)
				for _, fn := range []func(context.Context, int) (int, error){twice, slowly} {
					// As fast as possible. The loop's own count may lag by the item that it is getting.
					var l ledger
					for range parallel.Stream(t.Context(), l.source(3000), fn, streams(opts)...) {
						l.next()
					}
					if l.pulled != 3000 || l.most > limit+1 {
						t.Errorf("%s: %d of 3000 pulled, up to %d ahead", what, l.pulled, l.most)
					}
					// When the loop waits: at least half of the space is used.
					l = ledger{}
					for range parallel.Stream(t.Context(), l.source(200), fn, streams(opts)...) {
						l.next()
						time.Sleep(time.Second)
						synctest.Wait()
						ahead := l.pulled - l.got
						if bound > 0 && (ahead > bound || ahead < bound/2 && l.pulled < 200) {
							t.Fatalf("%s: %d ahead at item %d", what, ahead, l.got)
						}
					}
				}
			})
		}
	}
}

// TestLookaheadDefault: without a bound enough slow items are read ahead to keep all
// workers busy, and no more.
func TestLookaheadDefault(t *testing.T) {
	bubbles(t, []int{1, 2, 8, 64, 1000}, func(t *testing.T, width int) {
		var l ledger
		var g gauge
		work := func(ctx context.Context, i int) (int, error) {
			g.enter()
			defer g.leave()
			return sleeper(time.Second, i)(ctx)
		}
		for range parallel.Stream(t.Context(), l.source(6*width), work, parallel.Workers(width)) {
			l.next()
		}
		if g.peak.Load() != int64(width) || l.most > 2*width+1 {
			t.Errorf("%d at once, %d ahead", g.peak.Load(), l.most)
		}
	})
}

// TestStreamIsLazy: nothing starts before the first range: no item is pulled, and no
// goroutine is started.
func TestStreamIsLazy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l ledger
		stream := parallel.Stream(t.Context(), l.source(10), twice)
		time.Sleep(time.Hour)
		settled(t, "a stream that nobody ranges over")
		if l.pulled != 0 {
			t.Errorf("%d items pulled", l.pulled)
		}
		if got := values(t, stream); len(got) != 10 {
			t.Error(got)
		}
		// A second range continues where the source is, if the source does so.
		next := 0
		counting := func(yield func(int, error) bool) {
			for ; next < 30; next++ {
				if !yield(next, nil) {
					return
				}
			}
		}
		again := parallel.Stream(t.Context(), counting, twice, parallel.Serial())
		for x := range again {
			if x == 10 {
				break
			}
		}
		if got := values(t, again); got[0] != 10 || len(got) != 25 {
			t.Errorf("goes on with %v", got)
		}
	})
}

// TestStreamTwoRangesAtOnce: each range over a stream runs separately.
func TestStreamTwoRangesAtOnce(t *testing.T) {
	bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
		stream := parallel.Stream(t.Context(), countTo(200), slowly, parallel.Workers(width))
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if got := values(t, stream); len(got) != 200 || !slices.IsSorted(got) {
					t.Error(got)
				}
			})
		}
		all.Wait()
	})
}

// TestStreamOfStream: a stream is a source.
func TestStreamOfStream(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		for name, opts := range streamings(p, width) {
			inner := parallel.Stream(t.Context(), naturals(), slowly, streams(opts)...)
			i := 0
			for x, err := range parallel.Stream(t.Context(), inner, slowly, streams(opts)...) {
				if x != 4*i || err != nil {
					t.Fatalf("%s: item %d is %d, %v", name, i, x, err)
				}
				if i++; i == 100 {
					break
				}
			}
		}
	})
}

// TestStreamBurstThenSilence: all items that a source yields in a burst are delivered
// while it yields nothing more, by as many workers as there are.
func TestStreamBurstThenSilence(t *testing.T) {
	for _, burst := range []int{1, 2, 3, 20, 64} {
		for _, unordered := range []bool{false, true} {
			bubbles(t, []int{1, 2, 8}, func(t *testing.T, width int) {
				opts := []any{parallel.Workers(width), parallel.Lookahead(100)}
				if unordered {
					opts = append(opts, parallel.Unordered())
				}
				start := time.Now()
				source := func(yield func(int, error) bool) {
					for round := range 3 {
						time.Sleep(time.Hour)
						for i := range burst {
							if !yield(round*burst+i, nil) {
								return
							}
						}
					}
					time.Sleep(time.Hour)
				}
				n := 0
				for _, err := range parallel.Stream(t.Context(), source, func(ctx context.Context, i int) (int, error) { return sleeper(time.Second, i)(ctx) }, streams(opts)...) {
					silence := time.Duration(1+n/burst) * time.Hour
					rounds := time.Duration((n%burst + width) / width)
					if wait := elapsed(start) - silence; wait != rounds*time.Second || err != nil {
						t.Fatalf("item %d of a burst of %d comes after %v, %v", n, burst, wait, err)
					}
					n++
				}
				if n != 3*burst || elapsed(start) != 4*time.Hour {
					t.Errorf("%d items in %v", n, elapsed(start))
				}
			})
		}
	}
}
