package gota

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// FromFrame returns the frame as a data frame of gota, on all cores.
//
//	FromFrame(Frame) DataFrame
//
// Integers become int, floats float, bools bool, text (also in dictionaries)
// string; null becomes NA. What gota cannot hold is an [ErrUnsupported] that
// names the column: a float column with both nulls and NaN, which gota cannot
// tell apart ([MergeNaN] lets it pass; NaN alone is NA to gota, and reads as
// NaN), integers beyond int, times, decimals, bytes, nested data and the null
// type ([AsText] makes text of them). A text "NaN" stays a text. Other options:
// Workers, Serial, On, Observe.
func FromFrame(ctx context.Context, f *frame.Frame, opts ...parallel.Option) (dataframe.DataFrame, error) {
	const call = "gota.FromFrame"
	var nothing dataframe.DataFrame
	if _, err := parallel.Prepare(call, opts, optionMergeNaN, optionAsText); err != nil {
		return nothing, err
	}
	plan, err := parallel.Prepare(call, append(slices.Clip(opts), parallel.ChunkSize(copyRows)), optionMergeNaN, optionAsText, "ChunkSize")
	switch {
	case err != nil:
		return nothing, err
	case f == nil:
		return nothing, fmt.Errorf("%s: %w", call, frame.ErrNilFrame)
	case f.NumCols() == 0:
		return nothing, fmt.Errorf("%s: %w", call, ErrNoColumns)
	}
	_, mergeNaN := plan.Value(optionMergeNaN)
	_, text := plan.Value(optionAsText)
	cols := f.Columns()
	copies := make([]copier, len(cols))
	for j, c := range cols {
		if copies[j], err = newCopier(c, mergeNaN, text); err != nil {
			return nothing, fmt.Errorf("%s: column %q: %w", call, c.Name(), err)
		}
	}
	err = plan.Range(ctx, f.NumRows(), func(ctx context.Context, lo, hi int) error {
		var cause error
		for j, c := range copies {
			// After an error only the rows below it matter.
			if bad, err := c.rows(lo, hi); err != nil {
				hi, cause = bad, fmt.Errorf("column %q: %w", cols[j].Name(), err)
				*parallel.Cursor(ctx) = bad
			}
		}
		return cause
	})
	if err != nil {
		return nothing, fmt.Errorf("%s: %w", call, err)
	}
	if plan, err = within(plan, call, copyRows); err != nil {
		return nothing, err
	}
	columns := make([]series.Series, len(cols))
	for j, c := range copies {
		columns[j], err = c.series(func(c copier) error {
			return plan.Range(ctx, f.NumRows(), func(_ context.Context, lo, hi int) error {
				_, err := c.rows(lo, hi)
				return err
			})
		})
		if err != nil {
			return nothing, fmt.Errorf("%s: column %q: %w", call, cols[j].Name(), err)
		}
	}
	return frameOf(columns, f.NumRows()), nil
}
