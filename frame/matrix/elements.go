package matrix

import (
	"context"

	"github.com/parframe/parframe/parallel"
)

// MapElements calls fn once for every number, with its row and column, and
// returns the matrix of the results.
//
//	MapElements(Dense[T] r×c, func(ctx, i, j, T) R) Dense[R] r×c
//
// It is the Apply of gonum's mat.Dense, and applymap of pandas. Within a row
// columns come in order, and [parallel.Index] and [parallel.Rand] are the
// row's: its generator goes on from column to column. Errors are those of the lowest row, and in it of the
// lowest column; options are those of [MapRows].
func MapElements[T, R Number](ctx context.Context, m *Dense[T], fn func(ctx context.Context, i, j int, v T) (R, error), opts ...parallel.Option) (*Dense[R], error) {
	plan, err := prepare("matrix.MapElements", m, fn == nil, opts, borders...)
	if err != nil {
		return nil, err
	}
	out := zeros[R](m.rows, m.cols)
	err = plan.Range(ctx, m.rows, func(ctx context.Context, lo, hi int) error {
		at := parallel.Cursor(ctx)
		for i := lo; i < hi; i++ {
			*at = i
			dst := out.Row(i)
			for j, v := range m.Row(i) {
				r, err := fn(ctx, i, j, v)
				if err != nil {
					return err
				}
				dst[j] = r
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
