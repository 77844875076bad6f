package parallel_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestFindIsTheLoop: Find returns the index of the first match, whichever items match,
// at any width.
func TestFindIsTheLoop(t *testing.T) {
	for name, match := range map[string]func(i int) bool{
		"none":      func(int) bool { return false },
		"all":       func(int) bool { return true },
		"first":     func(i int) bool { return i == 0 },
		"last":      func(i int) bool { return i == 999 },
		"from 500":  func(i int) bool { return i >= 500 },
		"scattered": func(i int) bool { return mix(i)%97 == 0 },
	} {
		for _, n := range []int{0, 1, 2, 1000} {
			want := slices.IndexFunc(indices(n), match)
			for _, s := range settings(operation{}, []int{1, 7, 1000}, []int{1, 3, 64}) {
				got, err := parallel.Find(t.Context(), indices(n), parallel.Pure(match), items(s.opts)...)
				if got != want || err != nil {
					t.Errorf("%s of %d, %v: %d, %v; want %d", name, n, s, got, err, want)
				}
				some, err := parallel.Any(t.Context(), indices(n), parallel.Pure(match), items(s.opts)...)
				if some != (want >= 0) || err != nil {
					t.Errorf("any %s of %d, %v: %v, %v", name, n, s, some, err)
				}
				all, err := parallel.All(t.Context(), indices(n), parallel.Pure(func(i int) bool { return !match(i) }), items(s.opts)...)
				if all != (want < 0) || err != nil {
					t.Errorf("all but %s of %d, %v: %v, %v", name, n, s, all, err)
				}
			}
		}
	}
}

// TestFindErrors: a failure below the match is returned, and one above it is not, since
// the loop would not have reached it: also if the higher one comes first.
func TestFindErrors(t *testing.T) {
	for kind, end := range endings {
		if kind == "success" {
			continue
		}
		bubbles(t, widths, func(t *testing.T, width int) {
			for _, c := range []struct{ match, fail int }{{30, 60}, {60, 30}, {0, 1}, {1, 0}, {31, 32}, {-1, 50}} {
				search := func(ctx context.Context, i int) (bool, error) {
					time.Sleep(time.Duration(100-i) * time.Millisecond)
					if i == c.fail {
						return false, end(ctx, 4)
					}
					return i == c.match, nil
				}
				i, err := parallel.Find(t.Context(), indices(100), search, parallel.Workers(width))
				some, errAny := parallel.Any(t.Context(), indices(100), search, parallel.Workers(width))
				all, errAll := parallel.All(t.Context(), indices(100), func(ctx context.Context, i int) (bool, error) {
					yes, err := search(ctx, i)
					return !yes, err
				}, parallel.Workers(width))
				what := fmt.Sprintf("%s at %d, match at %d", kind, c.fail, c.match)
				if c.match >= 0 && c.match < c.fail {
					if i != c.match || !some || all || err != nil || errAny != nil || errAll != nil {
						t.Errorf("%s: %d, %v, %v; %v, %v, %v", what, i, some, all, err, errAny, errAll)
					}
					continue
				}
				if i != -1 || some || all {
					t.Errorf("%s: %d, %v, %v with an error", what, i, some, all)
				}
				cause := errBoom
				if kind == "Goexit" {
					cause = parallel.ErrGoexit
				}
				for _, err := range []error{err, errAny, errAll} {
					wantRow(t, what, err, c.fail, -1, cause)
				}
			}
		})
	}
}

// TestFindStopsEarly: items below the match are called once each, and few above it. The
// context of items above the match ends.
func TestFindStopsEarly(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		start := time.Now()
		var looks [10_000]counter
		i, err := parallel.Find(t.Context(), indices(len(looks)), func(ctx context.Context, i int) (bool, error) {
			looks[i].inc()
			if i > 200 {
				<-ctx.Done()
				return false, ctx.Err()
			}
			time.Sleep(time.Millisecond)
			return i == 200, nil
		}, parallel.Workers(width))
		if i != 200 || err != nil || elapsed(start) > 202*time.Millisecond {
			t.Errorf("%d, %v after %v", i, err, elapsed(start))
		}
		for i := range looks {
			if n := looks[i].Load(); n > 1 || n == 0 && i <= 200 || n > 0 && i > 200+width {
				t.Errorf("item %d: %d looks", i, n)
			}
		}
	})
}

// A search that does not begin finds nothing.
func TestFindThatDoesNotBegin(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	var none context.Context
	yes := parallel.Pure(func(int) bool { return true })
	for name, find := range map[string]func() (int, error){
		"ended context": func() (int, error) { return parallel.Find(ended, indices(3), yes) },
		"nil context":   func() (int, error) { return parallel.Find(none, indices(3), yes) },
		"bad option":    func() (int, error) { return parallel.Find(t.Context(), indices(3), yes, parallel.Workers(0)) },
	} {
		if i, err := find(); i != -1 || err == nil {
			t.Errorf("%s: %d, %v", name, i, err)
		}
	}
}
