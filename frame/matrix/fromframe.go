package matrix

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// FromFrame returns the columns of that name as a matrix, in the order of the
// names, or all columns without names.
//
//	FromFrame(Frame, columns…) Dense[float64] rows×columns
//
// Columns are of any type whose values float64 holds, as for frame.Values;
// another type is a frame.ErrType that names the column. Of nulls the one in
// the lowest row, and there the leftmost, is an error: a frame.ErrNull that
// names the column, in a [parallel.RowError]. [FromFrameOr] puts a number in
// their place. The numbers are copied, by the block and on all cores.
func FromFrame(f *frame.Frame, columns ...string) (*Dense[float64], error) {
	return fromFrame[float64]("matrix.FromFrame", f, nil, columns)
}

// FromFrameOf is [FromFrame] for a matrix of another type. Numbers that T does
// not hold are an error: convert them with frame.MapColumn first.
//
//	FromFrameOf[T](Frame, columns…) Dense[T] rows×columns
func FromFrameOf[T Number](f *frame.Frame, columns ...string) (*Dense[T], error) {
	return fromFrame[T]("matrix.FromFrameOf", f, nil, columns)
}

// FromFrameOr is [FromFrameOf] with a number in the place of nulls, such as
// math.NaN().
//
//	FromFrameOr(Frame, T, columns…) Dense[T] rows×columns
func FromFrameOr[T Number](f *frame.Frame, null T, columns ...string) (*Dense[T], error) {
	return fromFrame("matrix.FromFrameOr", f, &null, columns)
}

func fromFrame[T Number](call string, f *frame.Frame, null *T, names []string) (*Dense[T], error) {
	if f == nil {
		return nil, fmt.Errorf("%s: %w frame", call, ErrNil)
	}
	plan, err := parallel.Prepare(call, nil)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		names = f.Names()
	}
	cols := make([]source[T], len(names))
	for j, name := range names {
		c, err := f.Column(name)
		if err == nil {
			cols[j], err = newSource[T](c)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", call, err)
		}
	}
	m := zeros[T](f.NumRows(), len(names))
	step := blockRows[T](m.cols)
	err = plan.Range(context.Background(), m.rows, func(ctx context.Context, lo, hi int) error {
		for ; lo < hi; lo += step {
			end := min(lo+step, hi)
			first, bad := end, 0
			for j := range cols {
				if at := cols[j].copyTo(m, j, lo, end, null); at < first {
					first, bad = at, j
				}
			}
			if first < end {
				*parallel.Cursor(ctx) = first
				return fmt.Errorf("%w in column %q", frame.ErrNull, names[bad])
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", call, err)
	}
	return m, nil
}
