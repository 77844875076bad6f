package gota

import (
	"context"
	"math"
	"sync/atomic"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
)

// ToFrame returns the data frame as a frame, on all cores.
//
//	ToFrame(DataFrame) Frame
//
// String becomes utf8, int int64, float float64, and bool bool. NA becomes null, and a
// column without NA is not nullable. A float that is NaN is NA to gota, so that it becomes
// null too, unless [KeepNaN] is given. All values are copied. The Err of the data frame is
// an error of the call.
func ToFrame(ctx context.Context, df dataframe.DataFrame, opts ...Option) (out *frame.Frame, err error) {
	c, err := prepareOn("gota.ToFrame", df, false, opts, []string{optionKeepNaN})
	if err != nil {
		return nil, err
	}
	if err = c.Begin(ctx, df.Nrow()); err != nil {
		return nil, err
	}
	defer c.End(&err)
	cols := columnsOf(df)
	missing, err := c.anyMissing(cols, df.Nrow())
	if err != nil {
		return nil, err
	}
	columns := make([]frame.Column, len(cols))
	err = c.each(len(cols), func(w *engine.Worker, j int) (err error) {
		switch col := &cols[j]; {
		case col.typ == series.Int:
			columns[j], err = toColumn(w, col.name, col.ints, missing[j])
		case col.typ == series.Float && c.keepNaN:
			columns[j], err = withNaN(w, col.name, col.floats)
		case col.typ == series.Float:
			columns[j], err = toColumn(w, col.name, col.floats, missing[j])
		case col.typ == series.String:
			columns[j], err = toColumn(w, col.name, col.strings, missing[j])
		default:
			columns[j], err = toColumn(w, col.name, col.bools, missing[j])
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	f, err := frame.New(columns...)
	if err != nil {
		return nil, c.Wrap(err)
	}
	return f, nil
}

// anyMissing reports for each column whether it has NA or NaN.
func (c *call) anyMissing(cols []column, n int) ([]bool, error) {
	found := make([]atomic.Bool, len(cols))
	err := c.OwnRows(n, 0, func(_ *engine.Worker, lo, hi int) error {
		for j := range cols {
			if !found[j].Load() && cols[j].missing(lo, hi) {
				found[j].Store(true)
			}
		}
		return nil
	})
	missing := make([]bool, len(cols))
	for j := range missing {
		missing[j] = found[j].Load()
	}
	return missing, err
}

// missing reports whether one of rows lo to hi is NA or NaN.
func (c *column) missing(lo, hi int) bool {
	switch c.typ {
	case series.Int:
		return gaps(c.ints[lo:hi])
	case series.Float:
		return gaps(c.floats[lo:hi])
	case series.String:
		return gaps(c.strings[lo:hi])
	}
	return gaps(c.bools[lo:hi])
}

// gaps reports whether a cell is NA or NaN.
func gaps[T value](cells []cell[T]) bool {
	for _, c := range cells {
		if c.na || c.v != c.v {
			return true
		}
	}
	return false
}

// toColumn returns the cells as a column. missing reports whether one of them is NA or NaN,
// which become null. If the context ends, the error is its cause.
func toColumn[T value](ctx context.Context, name string, cells []cell[T], missing bool) (frame.Column, error) {
	if !missing {
		return columnWith(ctx, name, cells, func(c cell[T]) T { return c.v })
	}
	return columnWith(ctx, name, cells, func(c cell[T]) frame.Null[T] {
		if c.na || c.v != c.v {
			return frame.Null[T]{}
		}
		return frame.Some(c.v)
	})
}

// withNaN is toColumn that turns NA into NaN.
func withNaN(ctx context.Context, name string, cells []cell[float64]) (frame.Column, error) {
	return columnWith(ctx, name, cells, func(c cell[float64]) float64 {
		if c.na {
			return math.NaN()
		}
		return c.v
	})
}

// row is a row of a frame of one column.
type row[R any] struct {
	V R `frame:"v"`
}

// columnWith returns the column of the values that the function returns for the cells.
func columnWith[T value, R any](ctx context.Context, name string, cells []cell[T], of func(cell[T]) R) (frame.Column, error) {
	rows := make([]row[R], len(cells))
	for i, c := range cells {
		if i%glance == 0 && ctx.Err() != nil {
			return frame.Column{}, context.Cause(ctx)
		}
		rows[i].V = of(c)
	}
	f, err := frame.FromStructs(ctx, rows)
	if err != nil {
		return frame.Column{}, err
	}
	return f.Columns()[0].Rename(name), nil
}
