package gota

import (
	"context"
	"fmt"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/internal/engine"
)

// ColApply calls fn with each column, in parallel, and returns the data frame of the
// results. It is gota's Capply.
//
//	ColApply(DataFrame, func(ctx, Series) Series) DataFrame
//
// The column is a copy, which fn may change and keep. With [parallel.Retry] each attempt
// receives a new copy. [parallel.Index] of ctx is the column's number, and observers see
// columns as the call's rows.
//
// Results keep the names of the columns, and have the types that fn returns. They may be
// shorter or longer than the columns, but all must have the same length: else the error is
// an [ErrColumns] that names two columns. The error of a result (its Err), a panic or any
// other failure of fn is an error that names the column.
func ColApply(ctx context.Context, df dataframe.DataFrame, fn func(ctx context.Context, column series.Series) series.Series, opts ...Option) (out dataframe.DataFrame, err error) {
	var nothing dataframe.DataFrame
	c, err := prepareOn("gota.ColApply", df, fn == nil, opts, callOptions)
	if err != nil {
		return nothing, err
	}
	cols := columnsOf(df)
	if err = c.Begin(ctx, len(cols)); err != nil {
		return nothing, err
	}
	defer c.End(&err)
	policed := engine.Policed(c.Call, func(ctx context.Context, col *column) (series.Series, error) {
		r := fn(ctx, col.series(0, col.n))
		return r, r.Err
	})
	results := make([]series.Series, len(cols))
	err = c.Parts(len(cols), len(cols), func(w *engine.Worker, j, _, _ int) error {
		r, err := policed(w, &cols[j])
		if err != nil {
			return err
		}
		if r.Type() == "" {
			return errZeroSeries
		}
		// fn may keep its result, or return the same one for all columns.
		r = r.Copy()
		r.Name = cols[j].name
		results[j] = r
		return nil
	})
	if e, ok := err.(*engine.RowError); ok {
		return nothing, c.Wrap(fmt.Errorf("column %q: %w", cols[e.Row].name, e.Err))
	} else if err != nil {
		return nothing, err
	}
	for _, r := range results {
		if r.Len() != results[0].Len() {
			return nothing, c.Wrap(fmt.Errorf("%w: column %q has %d rows, column %q has %d", ErrColumns, r.Name, r.Len(), results[0].Name, results[0].Len()))
		}
	}
	return frameOf(results, results[0].Len()), nil
}
