package frame

import (
	"context"
	"fmt"
	"math"

	"github.com/parframe/parframe/parallel"
)

// Median is Quantile(ctx, 0.5).
//
//	Column.Median(T...) float64
func (c Column) Median(ctx context.Context, opts ...parallel.Option) (float64, error) {
	return c.quantile(ctx, "frame.Column.Median", 0.5, opts)
}

// Quantile gives the value below which the part q, from 0 to 1, of the values
// lies: that at place q·(n-1) of the values in order, and between two places
// what lies between their values in proportion, as pandas does by default.
// It is NaN if there are no values. It copies the column.
//
//	Column.Quantile(T...) float64
func (c Column) Quantile(ctx context.Context, q float64, opts ...parallel.Option) (float64, error) {
	return c.quantile(ctx, "frame.Column.Quantile", q, opts)
}

func (c Column) quantile(ctx context.Context, name string, q float64, opts []parallel.Option) (float64, error) {
	k, err := c.call(name, opts)
	if err != nil {
		return 0, err
	}
	if !(q >= 0 && q <= 1) {
		return 0, k.wrap(fmt.Errorf("%w: quantile %v: want 0 to 1", ErrValue, q))
	}
	x, err := numbersOf(ctx, k, c)
	if err != nil {
		return 0, err
	}
	return columnQuantile(x, q), nil
}

// columnQuantile reorders x.
func columnQuantile(x []float64, q float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	place := q * float64(len(x)-1)
	k := int(place)
	part := place - float64(k)
	a := columnNth(x, k)
	if part == 0 {
		return a
	}
	b := x[k+1]
	for _, v := range x[k+1:] {
		b = min(b, v)
	}
	switch d := b - a; {
	case a == b:
		return a // infinite ones too
	case part < 0.5:
		return a + d*part
	default:
		return b - d*(1-part) // as NumPy: exact at both ends
	}
}

// columnNth puts the k-th least value at x[k], none greater before it, and
// none less behind it: Hoare's quickselect around the median of three. Values
// equal to it stop both scans, so that many of them do no harm.
func columnNth(x []float64, k int) float64 {
	lo, hi := 0, len(x)-1
	for rounds := 0; lo < hi; rounds++ {
		mid := lo + (hi-lo)/2
		if rounds > 16 {
			// Another place each time: no order of the input is bad for all.
			mid = lo + int(uint64(rounds)*0x9e3779b97f4a7c15>>33)%(hi-lo+1)
		}
		p := max(min(x[lo], x[mid]), min(max(x[lo], x[mid]), x[hi]))
		i, j := lo, hi
		for i <= j {
			for x[i] < p {
				i++
			}
			for x[j] > p {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return x[k]
		}
	}
	return x[k]
}
