package stats

import (
	"context"
	"slices"
	"testing"
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
		"slideInts":   func(ctx context.Context) bool { return slideInts(ctx, make([]int64, n), ints, w) },
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
