package parallel_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// sizes lie around powers of two, around the 1,024 cells of the grid, and
// once far beyond.
var sizes = []int{0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025, 4097, calltest.UnlessRaced(100_003, 12_003)}

// TestSameAsTheLoop is the specification of the package: for every width, chunk size
// and number of partitions, every operation gives the result of a plain loop, to the
// last bit.
func TestSameAsTheLoop(t *testing.T) {
	for _, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			for _, n := range sizes {
				chunks, parts := []int{1, 2, 7, 64, 1000, 1 << 20}, []int{1, 2, 7, 64, 5000}
				switch {
				case op.most > 0 && n > op.most:
					continue
				case n > 5000:
					// A hundred thousand chunks of one item show nothing new.
					chunks, parts = []int{1000, 1 << 20}, []int{7, 1000}
				}
				want := op.loop(n)
				for _, s := range settings(op, chunks, parts) {
					got, err := op.run(t.Context(), n, noFault, s.opts...)
					if err != nil {
						t.Fatalf("%s of %d items, %v: %v", op.name, n, s, err)
					}
					if !same(got, want) {
						t.Fatalf("%s of %d items, %v: differs from the loop", op.name, n, s)
					}
				}
			}
		})
	}
}

// TestSameAsTheLoopAtAnyTiming: the same if items take very different times, so that
// chunks end in another order than they began, and cells are merged while others run.
func TestSameAsTheLoopAtAnyTiming(t *testing.T) {
	for _, op := range operations {
		for _, n := range []int{40, 1500} {
			want := op.loop(n)
			for _, s := range settings(op, []int{1, 7}, []int{5, 64}) {
				synctest.Test(t, func(t *testing.T) {
					got, err := op.run(t.Context(), n, func(_ context.Context, i int) error {
						time.Sleep(time.Duration(mix(i)%5000) * time.Microsecond)
						return nil
					}, s.opts...)
					if err != nil || !same(got, want) {
						t.Errorf("%s of %d items, %v: %v, or differs from the loop", op.name, n, s, err)
					}
				})
			}
		}
	}
}

// TestFloatRowsTellOrdersApart: the float rows of the matrix distinguish one order of
// summation from another. Otherwise the matrix would prove nothing. The last running
// total of the specification is its total.
func TestFloatRowsTellOrdersApart(t *testing.T) {
	const n = 100_003
	plain, back := 0.0, 0.0
	for i := range n {
		plain += float(i)
		back += float(n - 1 - i)
	}
	grid := reduceLoop(floats(n), 0, func(a, b float64) float64 { return a + b })
	if scan := scanLoop(floats(n), func(a, b float64) float64 { return a + b }); scan[n-1] != grid {
		t.Errorf("the last running total is %s, the total %s", bits(scan[n-1]), bits(grid))
	}
	if plain == grid || plain == back {
		t.Fatalf("plain %s, backwards %s, grid %s: the test's numbers do not tell orders apart", bits(plain), bits(back), bits(grid))
	}
}

// TestInputIsUntouched: operations do not change their input.
func TestInputIsUntouched(t *testing.T) {
	xs := indices(5000)
	want := slices.Clone(xs)
	ctx := t.Context()
	if _, err := parallel.Map(ctx, xs, func(_ context.Context, x int) (int, error) { return -x, nil }); err != nil {
		t.Error(err)
	}
	kept, err := parallel.Filter(ctx, xs, func(_ context.Context, x int) (bool, error) { return x%2 == 0, nil })
	if err != nil {
		t.Error(err)
	}
	clear(kept) // its memory is its own
	if _, err := parallel.Reduce(ctx, xs, 0, func(a, b int) int { return a + b }); err != nil {
		t.Error(err)
	}
	if _, err := parallel.Scan(ctx, xs, 0, func(a, b int) int { return a + b }); err != nil {
		t.Error(err)
	}
	if !slices.Equal(xs, want) {
		t.Error("the input was changed")
	}
}

// TestEmptyResultIsNotNil: an empty result is not nil: encoders and comparisons
// distinguish the two.
func TestEmptyResultIsNotNil(t *testing.T) {
	ctx := t.Context()
	for _, xs := range [][]int{nil, {}} {
		mapped, err := parallel.Map(ctx, xs, parallel.Pure(func(x int) int { return x }))
		if mapped == nil || len(mapped) != 0 || err != nil {
			t.Errorf("Map(%#v) = %#v, %v; want an empty slice that is not nil", xs, mapped, err)
		}
		kept, err := parallel.Filter(ctx, xs, parallel.Pure(func(int) bool { return true }))
		if kept == nil || len(kept) != 0 || err != nil {
			t.Errorf("Filter(%#v) = %#v, %v; want an empty slice that is not nil", xs, kept, err)
		}
	}
	none, err := parallel.Filter(ctx, indices(100), parallel.Pure(func(int) bool { return false }))
	if none == nil || len(none) != 0 || err != nil {
		t.Errorf("Filter that keeps nothing = %#v, %v; want an empty slice that is not nil", none, err)
	}
}

// TestCallsShareAnInput: calls may read one input at the same time. The race detector
// checks this.
func TestCallsShareAnInput(t *testing.T) {
	p := newPool(t, parallel.Workers(3))
	xs := indices(2000)
	var fs []*parallel.Future[[]int]
	for range 10 {
		f, err := parallel.MapAsync(t.Context(), p, xs, twice)
		if err != nil {
			t.Fatal(err)
		}
		fs = append(fs, f)
	}
	if _, err := parallel.Scan(t.Context(), xs, 0, nil2, parallel.On(p)); err != nil {
		t.Error(err)
	}
	for _, f := range fs {
		if got := get(t, f); got[1999] != 3998 {
			t.Error(got[1999])
		}
	}
}
