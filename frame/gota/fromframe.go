package gota

import (
	"context"
	"fmt"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
)

// FromFrame returns the frame as a data frame of gota, on all cores.
//
//	FromFrame(Frame) DataFrame
//
// Integers become int, floats float, bools bool, and text (in dictionaries too) string. Null
// becomes NA. A column that gota cannot hold is an [ErrUnsupported] that names it:
//
//   - a float column with both nulls and NaN, which gota cannot distinguish, unless
//     [MergeNaN] is given; NaN without nulls is NA to gota, and reads as NaN
//   - integers beyond int, times, decimals, bytes, nested data and the null type, unless
//     [AsText] makes them text
//
// The text "NaN" stays text.
func FromFrame(ctx context.Context, f *frame.Frame, opts ...Option) (out dataframe.DataFrame, err error) {
	var nothing dataframe.DataFrame
	c, err := prepare("gota.FromFrame", opts, []string{optionMergeNaN, optionAsText})
	switch {
	case err != nil:
		return nothing, err
	case f == nil:
		return nothing, c.Wrap(frame.ErrNilFrame)
	case f.NumCols() == 0:
		return nothing, c.Wrap(ErrNoColumns)
	}
	if err = c.Begin(ctx, f.NumRows()); err != nil {
		return nothing, err
	}
	defer c.End(&err)
	cols := f.Columns()
	copies := make([]copier, len(cols))
	for j, col := range cols {
		if copies[j], err = newCopier(col, c.mergeNaN, c.asText); err != nil {
			return nothing, c.Wrap(fmt.Errorf("column %q: %w", col.Name(), err))
		}
	}
	err = c.OwnRows(f.NumRows(), copyRows, func(w *engine.Worker, lo, hi int) error {
		var cause error
		for j, copier := range copies {
			if w.Err() != nil {
				return context.Cause(w)
			}
			// After an error only the rows before it matter.
			if bad, err := copier.rows(lo, hi); err != nil {
				hi, cause = bad, fmt.Errorf("column %q: %w", cols[j].Name(), err)
				w.Row = bad
			}
		}
		return cause
	})
	if err != nil {
		return nothing, c.named(err)
	}
	columns := make([]series.Series, len(cols))
	for j, first := range copies {
		columns[j], err = first.series(func(again copier) error {
			return c.Own(f.NumRows(), copyRows, func(_ *engine.Worker, lo, hi int) error {
				_, err := again.rows(lo, hi)
				return err
			})
		})
		if err != nil {
			return nothing, c.Wrap(fmt.Errorf("column %q: %w", cols[j].Name(), err))
		}
	}
	return frameOf(columns, f.NumRows()), nil
}
