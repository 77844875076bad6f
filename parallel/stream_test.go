package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// element is what a loop over a stream gets.
type element struct {
	x   int
	err error
}

// elements lists all that a stream yields.
func elements(seq iter.Seq2[int, error]) (all []element) {
	for x, err := range seq {
		all = append(all, element{x, err})
	}
	return all
}

// values lists the values of a stream that yields no error.
func values(t testing.TB, seq iter.Seq2[int, error]) (xs []int) {
	t.Helper()
	for x, err := range seq {
		if err != nil {
			t.Error(err)
		}
		xs = append(xs, x)
	}
	return xs
}

// naturals is a source without an end.
func naturals() iter.Seq2[int, error] { return countTo(math.MaxInt) }

// twice takes about a nanosecond, and slowly takes some time.
func twice(_ context.Context, x int) (int, error) { return 2 * x, nil }

func slowly(_ context.Context, x int) (int, error) {
	time.Sleep(time.Duration(mix(x)%2000) * time.Microsecond)
	return 2 * x, nil
}

// streamings returns the ways to run a stream, which must not differ in what it yields.
func streamings(p *parallel.Pool, width int) map[string][]any {
	return map[string][]any{
		"own width":   {parallel.Workers(width)},
		"pool":        {parallel.On(p)},
		"serial":      {parallel.Serial()},
		"lookahead 1": {parallel.Workers(width), parallel.Lookahead(1)},
		"lookahead 7": {parallel.Workers(width), parallel.Lookahead(7)},
		"on, ahead 2": {parallel.On(p), parallel.Lookahead(2)},
	}
}

// TestStreamIsTheLoop: results are those of a loop, in order. With Unordered they are
// the same in any order. Functions are cheap or slow.
func TestStreamIsTheLoop(t *testing.T) {
	for _, fn := range []func(context.Context, int) (int, error){twice, slowly} {
		bubbles(t, widths, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width))
			for _, n := range []int{0, 1, 2, 3, 64, 65, 1000} {
				want := indices(n)
				for i := range want {
					want[i] *= 2
				}
				for name, opts := range streamings(p, width) {
					stream := parallel.Stream(t.Context(), countTo(n), fn, streams(opts)...)
					for range 2 { // it may be ranged over again
						if got := values(t, stream); !slices.Equal(got, want) {
							t.Errorf("%s, %d items: differs from the loop", name, n)
						}
					}
					got := values(t, parallel.Stream(t.Context(), countTo(n), fn, streams(append(opts, parallel.Unordered()))...))
					if slices.Sort(got); !slices.Equal(got, want) {
						t.Errorf("%s, %d items, unordered: differs from the loop", name, n)
					}
				}
			}
		})
	}
}

// TestUnorderedYieldsTheFastestFirst: with Unordered results that are ready first come
// first, also from far behind a slow item.
func TestUnorderedYieldsTheFastestFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fn := func(ctx context.Context, i int) (int, error) { return sleeper(time.Duration(10-i)*time.Second, i)(ctx) }
		got := values(t, parallel.Stream(t.Context(), countTo(10), fn, parallel.Workers(10), parallel.Unordered()))
		if !slices.Equal(got, []int{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}) {
			t.Error(got)
		}
	})
}

// TestStreamSlowItemDoesNotStall: with one slow item, the first or one among cheap
// ones, an unordered stream yields all others before it. In order, it yields the items
// before it.
func TestStreamSlowItemDoesNotStall(t *testing.T) {
	for _, slow := range []int{0, 1, 50, 997, 2000} {
		bubbles(t, []int{2, 3, 8}, func(t *testing.T, width int) {
			const n = 3000
			start := time.Now()
			fn := func(ctx context.Context, i int) (int, error) {
				if i == slow {
					time.Sleep(time.Hour)
				}
				return i, nil
			}
			seen := 0
			for x := range parallel.Stream(t.Context(), countTo(n), fn, parallel.Workers(width), parallel.Unordered(), parallel.Lookahead(64)) {
				seen++
				if x == slow && seen < min(n, slow+64) || elapsed(start) > time.Second && seen < min(n, slow+64) {
					t.Fatalf("item %d comes as number %d, after %v", x, seen, elapsed(start))
				}
			}
			start = time.Now()
			seen = 0
			for x := range parallel.Stream(t.Context(), countTo(n), fn, parallel.Workers(width)) {
				if x != seen || seen < slow && elapsed(start) > time.Second {
					t.Fatalf("item %d comes as number %d after %v", x, seen, elapsed(start))
				}
				seen++
			}
		})
	}
}

// TestStreamSlowAfterCheap: if slow items follow cheap ones, all workers share them,
// and the stream takes the least possible time.
func TestStreamSlowAfterCheap(t *testing.T) {
	for _, opts := range [][]any{{parallel.Lookahead(64)}, {parallel.Lookahead(64), parallel.Unordered()}} {
		bubbles(t, []int{2, 8}, func(t *testing.T, width int) {
			start := time.Now()
			fn := func(ctx context.Context, i int) (int, error) {
				if i >= 2000 {
					time.Sleep(time.Second)
				}
				return i, nil
			}
			if n := len(values(t, parallel.Stream(t.Context(), countTo(2000+10*width), fn, streams(append(opts, parallel.Workers(width)))...))); n != 2000+10*width {
				t.Error(n)
			}
			if took := elapsed(start); took < 10*time.Second || took > 12*time.Second {
				t.Errorf("%d slow items on %d workers took %v", 10*width, width, took)
			}
		})
	}
}

// TestStreamItemErrors: if an item fails or panics, its error is yielded instead of its
// result, with the item's number, and the stream goes on.
func TestStreamItemErrors(t *testing.T) {
	for name, end := range endings {
		bubbles(t, widths, func(t *testing.T, width int) {
			p := newPool(t, parallel.Workers(width))
			for way, opts := range streamings(p, width) {
				if name == "Goexit" && way == "serial" {
					continue // ends the caller's own goroutine
				}
				for _, unordered := range []bool{false, true} {
					if unordered {
						opts = append(opts, parallel.Unordered())
					}
					fn := func(ctx context.Context, i int) (int, error) {
						time.Sleep(time.Duration(mix(i)%3) * time.Millisecond)
						return i, end(ctx, i) // at 4, 9, 14, …
					}
					all := elements(parallel.Stream(t.Context(), countTo(100), fn, streams(opts)...))
					if len(all) != 100 {
						t.Errorf("%s, %s: %d elements", name, way, len(all))
					}
					for k, e := range all {
						row := k
						if re, ok := errors.AsType[*parallel.RowError](e.err); ok && unordered {
							row = re.Row
						} else if unordered {
							row = e.x
						}
						switch bad := name != "success" && row%5 == 4; {
						case !bad && (e.err != nil || e.x != row):
							t.Errorf("%s, %s: element %d is %v", name, way, k, e)
						case bad:
							cause := errBoom
							if name == "Goexit" {
								cause = parallel.ErrGoexit
							}
							wantRow(t, fmt.Sprint(name, " ", way), e.err, row, -1, cause)
						}
					}
				}
			}
		})
	}
}

// TestHugeInputIsReadLazily: of a million items never more are in memory than the
// look-ahead allows.
func TestHugeInputIsReadLazily(t *testing.T) {
	const n = 1_000_000
	var pulled, yielded, most int
	source := func(yield func(int, error) bool) {
		for i := range n {
			pulled++ // no lock: with Serial the source runs on this goroutine
			if !yield(i, nil) {
				return
			}
		}
	}
	sum := 0
	for x, err := range parallel.Stream(t.Context(), source, twice, parallel.Workers(1), parallel.Serial()) {
		if err != nil {
			t.Fatal(err)
		}
		yielded++
		most = max(most, pulled-yielded)
		sum += x
	}
	if sum != n*(n-1) || most > 1 {
		t.Errorf("sum %d, %d items ahead", sum, most)
	}
	var mu sync.Mutex
	pulled, yielded, most = 0, 0, 0
	for x, err := range parallel.Stream(t.Context(), func(yield func(int, error) bool) {
		for i := range n {
			mu.Lock()
			pulled++
			most = max(most, pulled-yielded)
			mu.Unlock()
			if !yield(i, nil) {
				return
			}
		}
	}, twice) {
		if err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		yielded++
		mu.Unlock()
		sum -= x
	}
	if sum != 0 || most > 1024+1 {
		t.Errorf("sum off by %d, %d items ahead", sum, most)
	}
}

// TestStreamMistakes: a nil function, source or context, or an invalid option, yields
// one element, an error that names the call.
func TestStreamMistakes(t *testing.T) {
	var noContext context.Context
	for what, c := range map[string]struct {
		seq   iter.Seq2[int, error]
		words []string
	}{
		"no function":  {parallel.Stream[int, int](t.Context(), countTo(3), nil), []string{"nil function"}},
		"no source":    {parallel.Stream(t.Context(), nil, twice), []string{"nil source"}},
		"no sequence":  {parallel.Stream(t.Context(), parallel.Source[int](nil), twice), []string{"nil source"}},
		"no context":   {parallel.Stream(noContext, countTo(3), twice), []string{"nil context"}},
		"lookahead 0":  {parallel.Stream(t.Context(), countTo(3), twice, parallel.Lookahead(0)), []string{"Lookahead(0)", "want 1 or more"}},
		"lookahead -1": {parallel.Stream(t.Context(), countTo(3), twice, parallel.Lookahead(-1)), []string{"Lookahead(-1)"}},
		"lookahead ∞":  {parallel.Stream(t.Context(), countTo(3), twice, parallel.Lookahead(math.MaxInt)), []string{"Lookahead(", "want 1048576 or less"}},
		"workers":      {parallel.Stream(t.Context(), countTo(3), twice, parallel.Workers(0)), []string{"Workers(0)"}},
	} {
		all := elements(c.seq)
		if len(all) != 1 || mentions(all[0].err, append(c.words, "parallel.Stream: ")...) != "" {
			t.Errorf("%s: %v", what, all)
		}
	}
	got := values(t, parallel.Stream(t.Context(), countTo(100), twice, parallel.Workers(math.MaxInt), parallel.Lookahead(1<<20)))
	if len(got) != 100 {
		t.Errorf("%d of 100", len(got))
	}
	if got := values(t, parallel.Stream(t.Context(), countTo(100), twice, parallel.Workers(math.MaxInt))); len(got) != 100 {
		t.Errorf("%d of 100", len(got))
	}
}
