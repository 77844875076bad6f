package matrix

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// FromFrame returns the named columns as a matrix, in the order of the names.
// Nil names take all columns.
//
//	FromFrame(Frame, columns) Dense[float64] rows×columns
//
// Columns are of any type whose values float64 holds, as for frame.Values;
// another type is a frame.ErrType that names the column. The error of the
// lowest row, and there of the leftmost column, is returned in a
// [parallel.RowError]: a value that float64 does not hold exactly, or a null,
// which is a frame.ErrNull. [FromFrameOr] puts a number in the place of nulls.
// The numbers are copied, by the block and on all cores.
func FromFrame(ctx context.Context, f *frame.Frame, columns []string, opts ...parallel.Option) (*Dense[float64], error) {
	return fromFrame[float64](ctx, "matrix.FromFrame", f, nil, columns, opts)
}

// FromFrameOf is [FromFrame] for a matrix of another type. Numbers that T does
// not hold are an error: convert them with frame.MapColumn first.
//
//	FromFrameOf[T](Frame, columns) Dense[T] rows×columns
func FromFrameOf[T Number](ctx context.Context, f *frame.Frame, columns []string, opts ...parallel.Option) (*Dense[T], error) {
	return fromFrame[T](ctx, "matrix.FromFrameOf", f, nil, columns, opts)
}

// FromFrameOr is [FromFrameOf] with a number in the place of nulls, such as
// math.NaN().
//
//	FromFrameOr(Frame, T, columns) Dense[T] rows×columns
func FromFrameOr[T Number](ctx context.Context, f *frame.Frame, null T, columns []string, opts ...parallel.Option) (*Dense[T], error) {
	return fromFrame(ctx, "matrix.FromFrameOr", f, &null, columns, opts)
}

// convertRows is how many rows of so many columns are converted at once: enough
// to make nothing of the microseconds that it costs to plan a conversion, and
// few enough to keep what is converted, and then copied, small.
func convertRows(cols int) int {
	return max(min(1<<14, 1<<20/max(cols, 1)), 1<<10)
}

func fromFrame[T Number](ctx context.Context, name string, f *frame.Frame, null *T, names []string, opts []parallel.Option) (m *Dense[T], err error) {
	c, err := engine.NewCall(name, engine.Collect(opts, parallel.Option.ForAny))
	switch {
	case err != nil:
		return nil, err
	case f == nil:
		return nil, c.Wrap(fmt.Errorf("%w frame", ErrNil))
	}
	if names == nil {
		names = f.Names()
	}
	cols := make([]input[T], len(names))
	for j, name := range names {
		col, err := f.Column(name)
		if err == nil {
			cols[j], err = newInput[T](col)
		}
		if err != nil {
			return nil, c.Wrap(err)
		}
	}
	if err = c.Begin(ctx, f.NumRows()); err != nil {
		return nil, err
	}
	defer c.End(&err)
	m = zeros[T](f.NumRows(), len(names))
	err = c.OwnRows(m.rows, convertRows(len(names)), func(w *engine.Worker, lo, hi int) error {
		bad, err := m.fill(w, cols, names, lo, hi, null)
		if err != nil {
			w.Row = bad
		}
		return err
	})
	switch err.(type) {
	case nil:
		return m, nil
	case *parallel.RowError:
		return nil, c.Wrap(err)
	}
	return nil, err
}

// fill copies rows lo to hi of the columns. Of several errors it returns that
// of the lowest row, and there of the leftmost column.
func (m *Dense[T]) fill(ctx context.Context, cols []input[T], names []string, lo, hi int, null *T) (bad int, cause error) {
	sources := make([]source[T], len(cols))
	for j := range cols {
		if ctx.Err() != nil {
			return lo, context.Cause(ctx)
		}
		var err error
		if sources[j], err = cols[j].rows(lo, hi); err == nil {
			continue
		}
		at, ok := engine.As[*parallel.RowError](err)
		if !ok {
			return lo, err
		}
		// The rows above are not wanted any more; those below may have nulls,
		// and so may this one in the columns to the left.
		hi, cause = lo+at.Row, fmt.Errorf("column %q: %w", names[j], at.Err)
		for k := range j {
			if sources[k].copyTo(m, k, hi, hi+1, null) == hi {
				cause = nullIn(names[k])
				break
			}
		}
		if sources[j], err = cols[j].rows(lo, hi); err != nil {
			return lo, err
		}
	}
	step := blockRows[T](m.cols)
	for ; lo < hi; lo += step {
		if ctx.Err() != nil {
			return lo, context.Cause(ctx)
		}
		end, first := min(lo+step, hi), -1
		for j := range sources {
			if at := sources[j].copyTo(m, j, lo, end, null); at < end {
				end, first = at, j
			}
		}
		if first >= 0 {
			return end, nullIn(names[first])
		}
	}
	return hi, cause
}

func nullIn(column string) error { return fmt.Errorf("%w in column %q", frame.ErrNull, column) }
