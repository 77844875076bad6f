package matrix

import (
	"context"

	"github.com/parframe/parframe/parallel"
)

// CountWithin counts, for each row, the numbers from least to most, both
// included.
//
//	CountWithin(Dense[T] r×c, least, most T) []int of length r
//
// NaN lies within nothing. Options are those of [MapRows].
func CountWithin[T Number](ctx context.Context, m *Dense[T], least, most T, opts ...parallel.Option) ([]int, error) {
	plan, err := prepare("matrix.CountWithin", m, false, opts, borders...)
	if err != nil {
		return nil, err
	}
	out, cols := make([]int, m.rows), m.cols
	err = plan.Range(ctx, m.rows, func(_ context.Context, lo, hi int) error {
		for i := lo; i < hi; i++ {
			count := 0
			at := i * m.stride
			for _, v := range m.data[at : at+cols] {
				if least <= v && v <= most {
					count++
				}
			}
			out[i] = count
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
