package parallel_test

import (
	"context"
	"slices"
	"testing"

	"github.com/parframe/parframe/parallel"
)

// drawn is three numbers from the item's generator, the last one after a nested call.
type drawn [3]uint64

func draw(ctx context.Context) drawn {
	a, b := parallel.Rand(ctx).Uint64(), parallel.Rand(ctx).Uint64()
	return drawn{a, b, parallel.Rand(ctx).Uint64()}
}

// TestRandIsTheSame: the numbers of an item depend on the seed and its index, not on
// width, chunks or operation.
func TestRandIsTheSame(t *testing.T) {
	for _, seed := range []uint64{0, 1, 2, 1 << 63} {
		want, err := parallel.Map(t.Context(), indices(200), func(ctx context.Context, _ int) (drawn, error) { return draw(ctx), nil },
			parallel.Serial(), parallel.Seed(seed))
		if err != nil {
			t.Fatal(err)
		}
		seen := map[uint64]bool{}
		for _, d := range want {
			for _, x := range d {
				if seen[x] {
					t.Fatalf("seed %d: drawn twice", seed)
				}
				seen[x] = true
			}
		}
		for _, op := range operations {
			if op.blind || op.ranges {
				continue
			}
			for _, s := range settings(op, []int{1, 7, 1000}, []int{1, 7, 64}) {
				got := make([]drawn, 200)
				_, err := op.run(t.Context(), 200, func(ctx context.Context, i int) error {
					got[i] = draw(ctx)
					return nil
				}, append(slices.Clip(s.opts), parallel.Seed(seed))...)
				if err != nil || !slices.Equal(got, want) {
					t.Fatalf("%s %v, seed %d: %v, or other numbers", op.name, s, seed, err)
				}
			}
		}
	}
}

// TestRandOfNestedCalls: the numbers of a nested call follow from seed and index of the
// call around it, and from the item's own index. Nested calls of two items differ.
func TestRandOfNestedCalls(t *testing.T) {
	nested := func(opts ...any) [][]drawn {
		all, err := parallel.Map(t.Context(), indices(20), func(ctx context.Context, _ int) ([]drawn, error) {
			first := draw(ctx)
			inner, err := parallel.Map(ctx, indices(20), func(ctx context.Context, _ int) (drawn, error) { return draw(ctx), nil })
			return append(inner, first, draw(ctx)), err
		}, items(opts)...)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	want := nested(parallel.Serial())
	seen := map[uint64]bool{}
	for _, row := range want {
		for _, d := range row {
			for _, x := range d {
				if seen[x] {
					t.Fatal("drawn twice")
				}
				seen[x] = true
			}
		}
	}
	p := newPool(t, parallel.Workers(3))
	for _, opts := range [][]any{{parallel.Workers(1)}, {parallel.Workers(8)}, {parallel.ChunkSize(3)}, {parallel.On(p)}, {parallel.Seed(0)}} {
		if !same(nested(opts...), want) {
			t.Errorf("%v: other numbers", opts)
		}
	}
	if same(nested(parallel.Seed(1)), want) {
		t.Error("the seed of the outer call does not matter")
	}
}

// TestRandOfTasks: the numbers of a task follow from the pool's seed and the task's
// number.
func TestRandOfTasks(t *testing.T) {
	draws := func(opts ...parallel.PoolOption) (all []drawn) {
		p := newPool(t, opts...)
		for range 50 {
			all = append(all, get(t, submit(t, t.Context(), p, func(ctx context.Context) (drawn, error) { return draw(ctx), nil })))
		}
		return all
	}
	want := draws(parallel.Workers(1))
	if !slices.Equal(draws(parallel.Workers(4)), want) || slices.Equal(draws(parallel.Seed(1)), want) {
		t.Error("width matters, or the seed does not")
	}
	slices.SortFunc(want, func(a, b drawn) int { return slices.Compare(a[:], b[:]) })
	if len(slices.Compact(want)) != 50 {
		t.Error("two tasks draw the same")
	}
}

// TestRandOutsideOfACall: outside of a call the numbers are those of item 0 for seed 0.
func TestRandOutsideOfACall(t *testing.T) {
	var want drawn
	if err := parallel.ForEach(t.Context(), indices(1), func(ctx context.Context, _ int) error { want = draw(ctx); return nil }); err != nil {
		t.Fatal(err)
	}
	r := parallel.Rand(t.Context())
	if got := (drawn{r.Uint64(), r.Uint64(), r.Uint64()}); got != want {
		t.Error("another generator")
	}
}

// TestRandBitsAreBalanced: neighboring items and seeds have unrelated numbers. Each of
// 64 bits is set in about half of the first numbers of 20,000 items.
func TestRandBitsAreBalanced(t *testing.T) {
	const n = 20_000
	for name, numbers := range map[string]func() ([]uint64, error){
		"items": func() ([]uint64, error) {
			return parallel.Map(t.Context(), indices(n), func(ctx context.Context, _ int) (uint64, error) { return parallel.Rand(ctx).Uint64(), nil })
		},
		"seeds": func() ([]uint64, error) {
			return parallel.Map(t.Context(), indices(n), func(ctx context.Context, i int) (uint64, error) {
				one, err := parallel.Map(ctx, indices(1), func(ctx context.Context, _ int) (uint64, error) { return parallel.Rand(ctx).Uint64(), nil }, parallel.Seed(uint64(i)))
				return one[0], err
			})
		},
	} {
		xs, err := numbers()
		if err != nil {
			t.Fatal(err)
		}
		for bit := range 64 {
			ones, flips := 0, 0
			for i, x := range xs {
				ones += int(x >> bit & 1)
				if i > 0 {
					flips += int((x ^ xs[i-1]) >> bit & 1)
				}
			}
			// Six standard deviations.
			if low, high := n/2-424, n/2+424; ones < low || ones > high || flips < low || flips > high {
				t.Errorf("%s: bit %d is set in %d of %d, and flips %d times", name, bit, ones, n, flips)
			}
		}
	}
}
