package parallel

import (
	"context"
	"math"
	"math/rand/v2"
)

// trivial costs about a nanosecond: what is measured is everything else.
func trivial(_ context.Context, x float64) (float64, error) { return x*1.5 + 1, nil }

// spin keeps a core busy for x steps of about a nanosecond. It touches no
// memory and asks no clock, so that its cost is the same on every core.
func spin(_ context.Context, x float64) (float64, error) {
	state := uint64(1)
	for range int(x) {
		state = state*6364136223846793005 + 1442695040888963407
	}
	return float64(state >> 11), nil
}

// trivialItems are n numbers for trivial.
func trivialItems(n int) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = float64(i)
	}
	return xs
}

// slowItems are 20 of 5 million steps, some milliseconds each.
func slowItems() []float64 {
	xs := make([]float64, 20)
	for i := range xs {
		xs[i] = 5e6
	}
	return xs
}

// skewedItems are 20,000 costs by Pareto's law with exponent 1.3: most take a
// microsecond, the longest a thousand times that. The same every time.
func skewedItems() []float64 {
	rnd := rand.New(rand.NewPCG(1, 2))
	xs := make([]float64, 20_000)
	for i := range xs {
		xs[i] = min(1000*math.Pow(1-rnd.Float64(), -1/1.3), 2e6)
	}
	return xs
}
