package parallel

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
)

// All candidates do the same work, or their times say nothing.
func TestCandidatesAgree(t *testing.T) {
	for _, c := range Candidates {
		for _, workers := range []int{1, 2, 5} {
			run, stop := c.Start(workers)
			for _, n := range []int{0, 1, 2, 3, 10, 1000, 10_001} {
				xs := trivialItems(n)
				want, _ := loop(t.Context(), xs, trivial)
				for range 2 { // a pool is used again
					got, err := run(t.Context(), xs, trivial)
					if err != nil || !slices.Equal(got, want) {
						t.Errorf("%s with %d workers over %d items: %v, not the loop's result", c.Name, workers, n, err)
					}
				}
			}
			stop()
		}
	}
}

func TestCandidatesCallOncePerItem(t *testing.T) {
	for _, c := range Candidates {
		run, stop := c.Start(3)
		const n = 500
		calls := make([]int32, n) // each item's own cell: no two calls share one
		_, err := run(t.Context(), trivialItems(n), func(_ context.Context, x float64) (float64, error) {
			calls[int(x)]++
			return x, nil
		})
		stop()
		if err != nil || slices.Min(calls) != 1 || slices.Max(calls) != 1 {
			t.Errorf("%s: %v, calls per item between %d and %d", c.Name, err, slices.Min(calls), slices.Max(calls))
		}
	}
}

func TestCandidatesReportErrors(t *testing.T) {
	bad := errors.New("bad")
	for _, c := range Candidates {
		run, stop := c.Start(2)
		got, err := run(t.Context(), trivialItems(100), func(_ context.Context, x float64) (float64, error) {
			if x == 42 {
				return 0, bad
			}
			return x, nil
		})
		stop()
		if !errors.Is(err, bad) {
			t.Errorf("%s: %v and %d results, want the function's error", c.Name, err, len(got))
		}
	}
}

func TestCandidateNames(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Candidates {
		if seen[c.Name] {
			t.Errorf("two candidates are called %s", c.Name)
		}
		seen[c.Name] = true
	}
	if Candidates[0].Name != "loop" {
		t.Errorf("the first candidate is %s, want the base, loop", Candidates[0].Name)
	}
}

// The skewed work is one that can be balanced (no item is longer than what a
// core of 16 does in all) and that static parts balance badly when sorted.
func TestSkewedItems(t *testing.T) {
	xs := skewedItems()
	if !slices.Equal(xs, skewedItems()) {
		t.Error("not the same the second time")
	}
	total := 0.0
	for _, x := range xs {
		if x < 1000 || math.IsNaN(x) {
			t.Fatalf("an item of %v steps", x)
		}
		total += x
	}
	if longest := slices.Max(xs); longest > total/16 || longest < 100*total/float64(len(xs)) {
		t.Errorf("longest %.0f of %.0f in all, mean %.0f", longest, total, total/float64(len(xs)))
	}
	slices.Sort(xs)
	half := 0.0
	for _, x := range xs[len(xs)/2:] {
		half += x
	}
	if half < 0.75*total {
		t.Errorf("the longer half is %.2f of the work", half/total)
	}
}

func TestSpin(t *testing.T) {
	a, _ := spin(t.Context(), 1000)
	b, _ := spin(t.Context(), 1001)
	if a == b {
		t.Error("a step more changes nothing: the loop is gone")
	}
}
