package matrix

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// FromFrame returns the named columns as a matrix, in the order of the names. If columns is
// nil, it takes all columns.
//
//	FromFrame(Frame, columns) Dense[float64] rows×columns
//
// Columns may have any type whose values float64 holds, as for frame.Values; another type
// is a frame.ErrType that names the column. A value that float64 does not hold exactly is an
// error, and a null is a frame.ErrNull. The error of the lowest row is returned, and in that
// row of the leftmost column, in a [parallel.RowError]. [FromFrameOr] replaces nulls by a
// number. The numbers are copied, a block at a time and on all cores.
func FromFrame(ctx context.Context, f *frame.Frame, columns []string, opts ...parallel.Option) (*Dense[float64], error) {
	return fromFrame[float64](ctx, "matrix.FromFrame", f, nil, columns, opts)
}

// FromFrameOf is [FromFrame] for a matrix of type T. A number that T does not hold is an
// error: convert the column with frame.MapColumn first.
//
//	FromFrameOf[T](Frame, columns) Dense[T] rows×columns
func FromFrameOf[T Number](ctx context.Context, f *frame.Frame, columns []string, opts ...parallel.Option) (*Dense[T], error) {
	return fromFrame[T](ctx, "matrix.FromFrameOf", f, nil, columns, opts)
}

// FromFrameOr is [FromFrameOf] that replaces nulls by a number, such as math.NaN().
//
//	FromFrameOr(Frame, T, columns) Dense[T] rows×columns
func FromFrameOr[T Number](ctx context.Context, f *frame.Frame, null T, columns []string, opts ...parallel.Option) (*Dense[T], error) {
	return fromFrame(ctx, "matrix.FromFrameOr", f, &null, columns, opts)
}

// convertRows returns the number of rows that are converted at once for a number of
// columns: enough that the microseconds before the first row do not matter, and few
// enough that the converted numbers stay small until they are copied.
func convertRows(cols int) int {
	return max(min(1<<14, 1<<20/max(cols, 1)), 1<<10)
}

// fromFrame is the call of the given name. Without null, a null is an error.
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

// fill copies rows lo to hi of the columns. It returns the error of the lowest row, and in
// that row of the leftmost column, with the row.
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
		failed, ok := engine.As[*parallel.RowError](err)
		if !ok {
			return lo, err
		}
		// Rows after this one no longer matter. Rows before it may have nulls, and so may
		// this row in the columns to the left.
		hi, cause = lo+failed.Row, fmt.Errorf("column %q: %w", names[j], failed.Err)
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

// nullIn returns the error for a null in a column.
func nullIn(column string) error { return fmt.Errorf("%w in column %q", frame.ErrNull, column) }
