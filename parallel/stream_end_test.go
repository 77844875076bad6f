package parallel_test

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// failing is a source that fails after n items: with an error, a panic or a Goexit.
func failing(n int, how string) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
		switch how {
		case "error":
			if yield(-1, errBoom) {
				panic("asked for more after its error")
			}
		case "panic":
			panic(errBoom)
		case "Goexit":
			runtime.Goexit()
		}
	}
}

// TestSourcesErrorComesLast: an error of the source is yielded after all results of the
// items before it. The pool remains usable.
func TestSourcesErrorComesLast(t *testing.T) {
	for _, how := range []string{"error", "panic", "Goexit"} {
		bubbles(t, widths, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width))
			for way, opts := range streamings(p, width) {
				if way == "serial" && how == "Goexit" {
					continue // ends the caller's own goroutine
				}
				for _, n := range []int{0, 1, 2, 63, 64, 65, 300} {
					for _, unordered := range []bool{false, true} {
						opts := slices.Clone(opts)
						if unordered {
							opts = append(opts, parallel.Unordered())
						}
						for range 2 {
							all := elements(parallel.Stream(t.Context(), failing(n, how), slowly, streams(opts)...))
							if len(all) != n+1 {
								t.Fatalf("%s, %s: %d elements of %d items and an error", how, way, len(all), n)
							}
							last := all[n]
							if all = all[:n]; unordered {
								slices.SortFunc(all, func(a, b element) int { return a.x - b.x })
							}
							for i, e := range all {
								if e.x != 2*i || e.err != nil {
									t.Fatalf("%s, %s: element %d is %v", how, way, i, e)
								}
							}
							cause := errBoom
							if how == "Goexit" {
								cause = parallel.ErrGoexit
							}
							wantRow(t, how+" "+way, last.err, n, -1, cause)
							if mentions(last.err, "source: ") != "" {
								t.Errorf("%s, %s: %v", how, way, last.err)
							}
						}
					}
				}
			}
		})
	}
}

// leavings are the ways to leave a loop early.
var leavings = map[string]func(seq iter.Seq2[int, error], at int){
	"break": func(seq iter.Seq2[int, error], at int) {
		for range seq {
			if at--; at <= 0 {
				break
			}
		}
	},
	"panic": func(seq iter.Seq2[int, error], at int) {
		defer func() {
			if v := recover(); v != any(errBoom) {
				panic(fmt.Sprint("the loop's panic became ", v))
			}
		}()
		for range seq {
			if at--; at <= 0 {
				panic(errBoom)
			}
		}
	},
	"Goexit": func(seq iter.Seq2[int, error], at int) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range seq {
				if at--; at <= 0 {
					runtime.Goexit()
				}
			}
		}()
		<-done
	},
}

// TestLeavingAStreamEndsEverything: leaving the loop early, in any way, stops the
// source, ends the contexts of the functions, and returns when all have returned. After
// its last item the stream ends by itself.
func TestLeavingAStreamEndsEverything(t *testing.T) {
	for name, leave := range leavings {
		bubbles(t, widths, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width))
			for way, opts := range streamings(p, width) {
				for _, at := range []int{1, 2, 70} {
					var g gauge
					sourceEnded := false
					source := func(yield func(int, error) bool) {
						defer func() { sourceEnded = true }()
						for i := 0; yield(i, nil); i++ {
						}
					}
					fn := func(ctx context.Context, i int) (int, error) {
						g.enter()
						defer g.leave()
						if i > at && way != "serial" {
							<-ctx.Done() // until the loop is left
						}
						return slowly(ctx, i)
					}
					leave(parallel.Stream(t.Context(), source, fn, streams(opts)...), at)
					if g.now.Load() != 0 || !sourceEnded {
						t.Errorf("%s, %s: %d functions run on, source ended: %v", name, way, g.now.Load(), sourceEnded)
					}
				}
			}
			closeAndWait(t, p)
			settled(t, name)
		})
	}
}

// TestLeavingAStreamWhoseSourceBlocks: a source that waits must watch a context, which
// the loop's body ends before it leaves. The stream waits for the source.
func TestLeavingAStreamWhoseSourceBlocks(t *testing.T) {
	bubbles(t, []int{1, 2, 8}, func(t *testing.T, width int) {
		for _, opts := range [][]any{nil, {parallel.Unordered()}, {parallel.Lookahead(1)}} {
			ctx, cancel := context.WithCancel(t.Context())
			ended := false
			source := func(yield func(int, error) bool) {
				defer func() { ended = true }()
				for i := range 5 {
					if !yield(i, nil) {
						return
					}
				}
				<-ctx.Done()
				time.Sleep(time.Second) // cleans up
			}
			start := time.Now()
			n := 0
			for _, err := range parallel.Stream(t.Context(), source, twice, streams(append(opts, parallel.Workers(width)))...) {
				if n++; n == 5 || err != nil {
					time.Sleep(time.Minute)
					cancel()
					break
				}
			}
			cancel()
			if n != 5 || !ended || elapsed(start) != time.Minute+time.Second {
				t.Errorf("%d items, source ended: %v, after %v", n, ended, elapsed(start))
			}
			settled(t, "a stream that was left")
		}
	})
}

// TestStreamContextEnds: results are yielded until the context ends, then the cause,
// then nothing; also before the first item, and while the source blocks.
func TestStreamContextEnds(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		for way, opts := range streamings(p, width) {
			for _, unordered := range []bool{false, true} {
				if unordered {
					opts = append(slices.Clip(opts), parallel.Unordered())
				}
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				fn := func(ctx context.Context, i int) (int, error) { return sleeper(time.Second, i)(ctx) }
				var all []element
				for x, err := range parallel.Stream(ctx, naturals(), fn, streams(opts)...) {
					if all = append(all, element{x, err}); len(all) == 10 {
						cancel(errBoom)
					}
				}
				last := len(all) - 1
				if way != "serial" && last != 10 || last < 10 || all[last].err != errBoom {
					t.Errorf("%s: %d elements, the last one %v", way, len(all), all[last])
				}
				for _, e := range all[:last] {
					if e.err != nil {
						t.Errorf("%s: %v", way, e.err)
					}
				}
				// If the context has ended before, nothing is pulled.
				var l ledger
				if all = elements(parallel.Stream(ctx, l.source(5), fn, streams(opts)...)); len(all) != 1 || all[0].err != errBoom {
					t.Errorf("%s: %v after the end", way, all)
				}
				if way == "serial" && l.pulled != 0 || l.pulled > 2*width+1 {
					t.Errorf("%s: %d pulled after the end", way, l.pulled)
				}
			}
		}
	})
}

// TestStreamContextEndsWhileSourceBlocks: the same if the source waits for the same
// context.
func TestStreamContextEndsWhileSourceBlocks(t *testing.T) {
	bubbles(t, []int{1, 4}, func(t *testing.T, width int) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errBoom)
		defer cancel()
		source := func(yield func(int, error) bool) {
			if yield(1, nil) {
				<-ctx.Done()
			}
		}
		all := elements(parallel.Stream(ctx, source, twice, parallel.Workers(width)))
		// Either the end of the source or the end of the context may come first.
		if len(all) < 1 || all[0].x != 2 || len(all) == 2 && all[1].err != errBoom || len(all) > 2 {
			t.Errorf("%v", all)
		}
	})
}

// TestStreamYieldsItsEndWhenNothingRuns: functions that go on for a while after the end of
// the context have ended when the loop sees the error.
func TestStreamYieldsItsEndWhenNothingRuns(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), 1500*time.Millisecond, errBoom)
		defer cancel()
		var running gauge
		fn := func(context.Context, int) (int, error) {
			running.enter()
			defer running.leave()
			time.Sleep(time.Second)
			return 0, nil
		}
		for _, err := range parallel.Stream(ctx, naturals(), fn, parallel.Workers(width)) {
			if err != nil && (err != errBoom || running.now.Load() != 0) {
				t.Errorf("%v while %d functions run", err, running.now.Load())
			}
		}
	})
}

// TestStreamEndWhenAllIsDone: the end of the context after the last result is no error.
func TestStreamEndWhenAllIsDone(t *testing.T) {
	bubbles(t, []int{1, 4}, func(t *testing.T, width int) {
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		for _, err := range parallel.Stream(ctx, countTo(10), twice, parallel.Workers(width), parallel.Lookahead(20)) {
			if n++; n == 10 {
				synctest.Wait()
				cancel()
			}
			if err != nil {
				t.Errorf("element %d: %v", n, err)
			}
		}
		cancel()
		if n != 10 {
			t.Errorf("%d elements", n)
		}
	})
}

// TestStreamSourceGoesOn: a source that yields on after it was stopped does not get
// further items.
func TestStreamSourceGoesOn(t *testing.T) {
	bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
		var calls atomic.Int64
		source := func(yield func(int, error) bool) {
			for i := range 1000 {
				yield(i, nil)
				calls.Add(1)
			}
		}
		for range parallel.Stream(t.Context(), source, twice, parallel.Workers(width), parallel.Lookahead(5)) {
			break
		}
		synctest.Wait()
		if calls.Load() > 6 {
			t.Errorf("%d items after the break", calls.Load())
		}
	})
}
