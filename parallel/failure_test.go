package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// tolerant is the calls that can go on after a failure. xs are the items, and the
// function fails as fn says. Results have the length of the input, or are those of the
// good items.
var tolerant = map[string]func(ctx context.Context, xs []int, fn fault, opts ...any) ([]int, error){
	"Map": func(ctx context.Context, xs []int, fn fault, opts ...any) ([]int, error) {
		return parallel.Map(ctx, xs, func(ctx context.Context, x int) (int, error) { return x + 1, fn(ctx, x) }, items(opts)...)
	},
	"Starmap2": func(ctx context.Context, xs []int, fn fault, opts ...any) ([]int, error) {
		args := make([]parallel.Args2[int, int], len(xs))
		for i, x := range xs {
			args[i] = parallel.Args2[int, int]{A: x, B: 1}
		}
		return parallel.Starmap2(ctx, args, func(ctx context.Context, a, b int) (int, error) { return a + b, fn(ctx, a) }, items(opts)...)
	},
	"ForEach": func(ctx context.Context, xs []int, fn fault, opts ...any) ([]int, error) {
		out := make([]int, len(xs))
		err := parallel.ForEach(ctx, xs, func(ctx context.Context, x int) error {
			if err := fn(ctx, x); err != nil {
				return err
			}
			out[x] = x + 1
			return nil
		}, items(opts)...)
		return out, err
	},
	"Filter": func(ctx context.Context, xs []int, fn fault, opts ...any) ([]int, error) {
		return parallel.Filter(ctx, xs, func(ctx context.Context, x int) (bool, error) { return x%3 != 0, fn(ctx, x) }, items(opts)...)
	},
}

// tolerantLoop is the specification: the results of a loop that goes on after failures.
func tolerantLoop(name string, n int, bad func(int) bool) []int {
	out := []int{}
	for i := range n {
		switch {
		case name == "Filter":
			if i%3 != 0 && !bad(i) {
				out = append(out, i)
			}
		case bad(i):
			out = append(out, 0)
		default:
			out = append(out, i+1)
		}
	}
	return out
}

// every5th fails in the given way at 4, 9, 14, ….
func every5th(end fault) (fault, func(int) bool) {
	return func(ctx context.Context, i int) error {
			if i%5 == 4 {
				return end(ctx, 4)
			}
			return nil
		}, func(i int) bool {
			return i%5 == 4
		}
}

// waysToRun returns settings for calls that go on after failures.
func waysToRun(serial bool) []setting {
	all := settings(operation{}, []int{1, 7, 1000}, []int{1, 3, 64})
	return slices.DeleteFunc(all, func(s setting) bool {
		return !serial && slices.ContainsFunc(s.opts, func(o any) bool { return fmt.Sprint(o) == "Serial" })
	})
}

// TestCollectAllGoesOn: with CollectAll a call goes on after a failure. Each item runs
// once, and the result has its full length with zero values at the failures: after
// errors, panics and Goexits, at any width, as in a loop that goes on.
func TestCollectAllGoesOn(t *testing.T) {
	for kind, end := range endings {
		for name, run := range tolerant {
			for _, n := range []int{0, 1, 4, 5, 6, 300} {
				for _, s := range waysToRun(kind != "Goexit") {
					fn, bad := every5th(end)
					if kind == "success" {
						bad = func(int) bool { return false }
					}
					calls := make([]counter, n)
					got, err := run(t.Context(), indices(n), func(ctx context.Context, i int) error {
						calls[i].inc()
						return fn(ctx, i)
					}, append(slices.Clip(s.opts), parallel.CollectAll(1000))...)
					what := fmt.Sprint(kind, " ", name, s, " of ", n)
					if want := tolerantLoop(name, n, bad); !slices.Equal(got, want) {
						t.Fatalf("%s: %v; want %v", what, got, want)
					}
					for i := range calls {
						if calls[i].Load() != 1 {
							t.Fatalf("%s: item %d was called %d times", what, i, calls[i].Load())
						}
					}
					var rows []int
					for i := range n {
						if bad(i) {
							rows = append(rows, i)
						}
					}
					if len(rows) == 0 {
						if err != nil {
							t.Fatalf("%s: %v", what, err)
						}
						continue
					}
					f, ok := errors.AsType[*parallel.Failures](err)
					if !ok || f.Count != len(rows) || f.Of != n || len(f.Errs) != len(rows) {
						t.Fatalf("%s: %v", what, err)
					}
					for k, e := range f.Errs {
						cause := errBoom
						if kind == "Goexit" {
							cause = parallel.ErrGoexit
						}
						wantRow(t, what, e, rows[k], -1, cause)
					}
				}
			}
		}
	}
}

// TestCallThatCollectsStaysWide: workers whose goroutines have ended by Goexit leave their
// places to others.
func TestCallThatCollectsStaysWide(t *testing.T) {
	bubbles(t, []int{2, 4}, func(t *testing.T, width int) {
		var running gauge
		err := parallel.ForEach(t.Context(), indices(40), func(_ context.Context, i int) error {
			if i < 4 {
				runtime.Goexit()
			}
			running.enter()
			defer running.leave()
			time.Sleep(time.Second)
			return nil
		}, parallel.Workers(width), parallel.CollectAll(40))
		f, ok := errors.AsType[*parallel.Failures](err)
		if !ok || f.Count != 4 || int(running.peak.Load()) != width {
			t.Errorf("%d functions at once on %d workers; %v", running.peak.Load(), width, err)
		}
	})
}

// TestCollectAllCap: the errors of the lowest items are kept, whatever the timing. The
// count includes all errors.
func TestCollectAllCap(t *testing.T) {
	for _, most := range []int{1, 2, 10, 100} {
		bubbles(t, widths, func(t *testing.T, width int) {
			_, err := parallel.Map(t.Context(), indices(500), func(_ context.Context, i int) (int, error) {
				time.Sleep(time.Duration(mix(i)%5000) * time.Microsecond)
				if i >= 20 {
					return 0, fmt.Errorf("item %d: %w", i, errBoom)
				}
				return 0, nil
			}, parallel.CollectAll(most), parallel.Workers(width))
			f, ok := errors.AsType[*parallel.Failures](err)
			if !ok || f.Count != 480 || len(f.Errs) != most || !errors.Is(err, errBoom) {
				t.Fatalf("CollectAll(%d): %v", most, err)
			}
			for k, e := range f.Errs {
				wantRow(t, "kept", e, 20+k, -1, errBoom)
			}
			lines := strings.Split(err.Error(), "\n")
			if lines[0] != "480 of 500 rows failed:" || lines[1] != "row 20: item 20: boom" || lines[len(lines)-1] != fmt.Sprintf("… and %d more", 480-most) {
				t.Errorf("text %q", err)
			}
		})
	}
}

// TestCollectAllEndOfContext: the end of the context ends a call with CollectAll, which
// returns the cause.
func TestCollectAllEndOfContext(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		for name, run := range tolerant {
			ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Second, errBoom)
			_, err := run(ctx, indices(2000), func(ctx context.Context, i int) error {
				if i%2 == 0 {
					return errors.New("even")
				}
				_, err := sleeper(time.Second, 0)(ctx)
				return err
			}, parallel.CollectAll(10), parallel.Workers(width))
			cancel()
			if err != errBoom {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestQuarantine: the failed items are in the caller's slice, in order, with index and
// error. The results of the other items are compacted in order.
func TestQuarantine(t *testing.T) {
	for kind, end := range endings {
		for name, run := range tolerant {
			if name == "Starmap2" {
				continue // its items are of another type
			}
			for _, n := range []int{0, 1, 5, 300} {
				for _, s := range waysToRun(kind != "Goexit") {
					fn, bad := every5th(end)
					if kind == "success" {
						bad = func(int) bool { return false }
					}
					rejected := []parallel.Rejected[int]{{Index: 99}}
					got, err := run(t.Context(), indices(n), fn, append(slices.Clip(s.opts), parallel.Quarantine(&rejected))...)
					what := fmt.Sprint(kind, " ", name, s, " of ", n)
					want := tolerantLoop(name, n, bad)
					if name == "Map" {
						want = slices.DeleteFunc(want, func(x int) bool { return x == 0 })
					}
					if err != nil || !slices.Equal(got, want) || got == nil {
						t.Fatalf("%s: %v, %v; want %v", what, got, err, want)
					}
					if rejected == nil {
						t.Fatalf("%s: rejected is nil", what)
					}
					var rows []int
					for _, r := range rejected {
						rows = append(rows, r.Index)
						if r.Input != r.Index || r.Err == nil || kind == "error" && r.Err != errBoom {
							t.Fatalf("%s: rejected %+v", what, r)
						}
					}
					if !slices.Equal(rows, slices.DeleteFunc(indices(n), func(i int) bool { return !bad(i) })) && len(rows) > 0 {
						t.Fatalf("%s: rejected %v", what, rows)
					}
				}
			}
		}
	}
}

// TestPoliciesAreNotKept: the same options serve several calls.
func TestPoliciesAreNotKept(t *testing.T) {
	opts := options(parallel.CollectAll(3), parallel.Workers(2))
	for range 3 {
		_, err := tolerant["Map"](t.Context(), indices(10), func(_ context.Context, i int) error {
			if i == 7 {
				return errBoom
			}
			return nil
		}, opts...)
		if f, ok := errors.AsType[*parallel.Failures](err); !ok || f.Count != 1 {
			t.Error(err)
		}
	}
}

// TestRejectedResultsAreDropped: the memory behind the compacted results keeps nothing
// alive.
func TestRejectedResultsAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var rejected []parallel.Rejected[int]
		got, err := parallel.Map(t.Context(), indices(10), func(_ context.Context, i int) (*int, error) {
			if i < 5 {
				return nil, errBoom
			}
			return &i, nil
		}, parallel.Quarantine(&rejected))
		if err != nil || len(got) != 5 || len(rejected) != 5 {
			t.Fatal(got, err)
		}
		if behind := got[5:cap(got)]; !reflect.DeepEqual(behind, make([]*int, len(behind))) {
			t.Errorf("behind the end: %v", behind)
		}
	})
}
