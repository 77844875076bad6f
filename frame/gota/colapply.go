package gota

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/parallel"
)

// ColApply calls fn with each column, in parallel, and returns the data frame
// of the results. It is gota's Capply.
//
//	ColApply(DataFrame, func(ctx, Series) Series) DataFrame
//
// The column is a copy, which fn may change and keep; [parallel.Index] of ctx is
// its number. Results keep the names of the columns, and have the types that fn
// gives. They may be shorter or longer than the columns, but all alike: else the
// error is an [ErrColumns] that names two columns. The error of a result (its
// Err), a panic and so on name the column. Options: Workers, ChunkSize, Serial,
// On, Seed, Observe.
func ColApply(ctx context.Context, df dataframe.DataFrame, fn func(ctx context.Context, column series.Series) series.Series, opts ...parallel.Option) (dataframe.DataFrame, error) {
	const call = "gota.ColApply"
	var nothing dataframe.DataFrame
	plan, err := prepare(call, df, fn == nil, opts, "ChunkSize")
	if err != nil {
		return nothing, err
	}
	cols := columnsOf(df)
	results := make([]series.Series, len(cols))
	err = plan.Range(ctx, len(cols), func(ctx context.Context, lo, hi int) error {
		at := parallel.Cursor(ctx)
		for j := lo; j < hi; j++ {
			*at = j
			r := fn(ctx, cols[j].series(0, cols[j].n))
			if r.Err != nil {
				return r.Err
			}
			if r.Type() == "" {
				return fmt.Errorf("the function returned the zero Series")
			}
			// What fn returned may be its own, or all the same.
			r = r.Copy()
			r.Name = cols[j].name
			results[j] = r
		}
		return nil
	})
	if e, ok := errors.AsType[*parallel.RowError](err); ok {
		return nothing, fmt.Errorf("%s: column %q: %w", call, cols[e.Row].name, e.Err)
	} else if err != nil {
		return nothing, err
	}
	for _, r := range results {
		if r.Len() != results[0].Len() {
			return nothing, fmt.Errorf("%s: %w: column %q has %d rows, column %q has %d", call, ErrColumns, r.Name, r.Len(), results[0].Name, results[0].Len())
		}
	}
	return frameOf(results, results[0].Len()), nil
}
