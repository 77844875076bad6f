package stats

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
)

// Each loop over long windows looks at the context every so many rows.
func TestSlidesLookAtTheContext(t *testing.T) {
	const w, n = 3 * rollCell, 5 * rollCell
	x, ints := slices.Repeat([]float64{1}, n+w-1), slices.Repeat([]int64{1}, n+w-1)
	lo, hi := make([]int, n), make([]int, n)
	for i := range n {
		lo[i], hi[i] = i, i+w
	}
	var buf []float64
	for name, slides := range map[string]func(ctx context.Context) bool{
		"slideMin":    func(ctx context.Context) bool { return slideMin(ctx, make([]float64, n), x, w, &buf) },
		"slideMax":    func(ctx context.Context) bool { return slideMax(ctx, make([]float64, n), x, w, &buf) },
		"slideFloats": func(ctx context.Context) bool { return slideFloats(ctx, make([]float64, n), x, w, 1, &buf) },
		"slideSpreads": func(ctx context.Context) bool {
			return slideSpreads(ctx, make([]float64, n), x, w, true, new([]spread))
		},
		"slideInts": func(ctx context.Context) bool { return slideInts(ctx, make([]int64, n), ints, w) },
		"slide": func(ctx context.Context) bool {
			slide(ctx, sumPlain{}, nil, &slider[float64, float64]{}, make([]float64, n), x, lo, hi)
			return ctx.Err() == nil
		},
		"slide to the end at once": func(ctx context.Context) bool {
			slide(ctx, sumPlain{}, nil, &slider[float64, float64]{}, make([]float64, 2), x, []int{0, 1}, []int{2, len(x)})
			return ctx.Err() == nil
		},
	} {
		looks := 0
		for !slides(&endsAt{context.Background(), looks}) {
			looks++
		}
		if looks < n/rollCell {
			t.Errorf("%s: %d looks at the context", name, looks)
		}
	}
}

// endsAt is a context that ends after a number of looks at it.
type endsAt struct {
	context.Context
	looks int
}

func (c *endsAt) Err() error {
	if c.looks--; c.looks < 0 {
		return context.Canceled
	}
	return nil
}

// A cell whose values turn out to be too small for the fast loop goes on with the slow
// one, which takes each value a few times only, however long the windows are.
func TestSlideFallsBackOnce(t *testing.T) {
	const n, w = 1 << 15, 1 << 13
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i%7) * 1e-200
	}
	calls := 0
	f := counted{calls: &calls}
	r := roller[float64, float64, float64, counted]{fold: f, fast: func(context.Context, *slider[float64, float64], []float64, []float64, []int, []int) bool {
		return false
	}}
	r.finish = identity[float64](arrow.PrimitiveTypes.Float64)
	lo, hi := make([]int, n-w), make([]int, n-w)
	for i := range lo {
		lo[i], hi[i] = i, i+w
	}
	dst, valid := make([]float64, n-w), make([]uint64, (n-w)/64)
	if _, err := r.fill(t.Context(), &rollMem[float64, float64, float64]{}, dst, valid, 0, x, lo, hi, 0); err != nil {
		t.Fatal(err)
	}
	if calls > 4*n {
		t.Errorf("%d joins of %d values", calls, n)
	}
}

// If the context ends within the few windows of a cell, which are long, the call says so,
// or has all results.
func TestFillSaysThatItStopped(t *testing.T) {
	const w = 3 * rollCell
	x := slices.Repeat([]float64{1}, w+1)
	for name, fast := range map[string]bool{"slide": false, "fast": true} {
		r := roller[float64, float64, floatMoments, momentsOfFloats]{}
		r.pivot = pivotOf[float64](r.fold)
		r.finish = finish[floatMoments, float64]{typ: arrow.PrimitiveTypes.Float64, of: (*floatMoments).mean}
		if fast {
			r.fast = r.fold.slide
		}
		done := false
		for looks := 0; !done; looks++ {
			dst, valid := make([]float64, 2), make([]uint64, 1)
			_, err := r.fill(&endsAt{context.Background(), looks}, &rollMem[float64, float64, floatMoments]{}, dst, valid, 0, x, []int{0, 1}, []int{w, w + 1}, 0)
			if done = err == nil; done && (dst[0] != 1 || dst[1] != 1) {
				t.Errorf("%s: %v after %d looks, and no error", name, dst, looks)
			}
		}
	}
}

// sumPlain adds floats as a loop does.
type sumPlain struct{}

func (sumPlain) lift(x float64) float64    { return x }
func (sumPlain) join(a, b float64) float64 { return a + b }

func (sumPlain) many(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

func (sumPlain) run(acc, x []float64, a float64) float64 {
	for i, v := range x {
		a += v
		acc[i] = a
	}
	return a
}

// counted is sumPlain that counts.
type counted struct {
	sumPlain
	calls *int
}

func (c counted) join(a, b float64) float64 {
	*c.calls++
	return a + b
}

// A window of equal values has this value as its mean, wherever it lies.
func TestOwnMeans(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		n, w := 3+r.IntN(40), 3+r.IntN(9)
		n = max(n, w)
		x := make([]float64, n)
		for i := range x {
			if x[i] = 0.1; r.IntN(12) == 0 {
				x[i] = r.Float64()
			}
		}
		out := make([]float64, n-w+1)
		ownMeans(out, x, w)
		for i, got := range out {
			equal := !slices.ContainsFunc(x[i:i+w], func(v float64) bool { return v != x[i] })
			if want := map[bool]float64{true: x[i]}[equal]; got != want {
				t.Fatalf("windows of %d in %v: %v at %d, want %v", w, x, got, i, want)
			}
		}
	}
}
