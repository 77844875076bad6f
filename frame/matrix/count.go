package matrix

import (
	"context"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// CountWithin returns, for each row, how many of its numbers are from least to most, both
// included.
//
//	CountWithin(Dense[T] r×c, least, most T) []int of length r
//
// NaN is never counted.
func CountWithin[T Number](ctx context.Context, m *Dense[T], least, most T, opts ...parallel.Option) (out []int, err error) {
	c, err := ownCall(ctx, "matrix.CountWithin", m, opts)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	out = make([]int, m.rows)
	cols := m.cols
	err = c.OwnRows(m.rows, 0, func(_ *engine.Worker, lo, hi int) error {
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
