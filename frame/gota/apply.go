package gota

import (
	"context"
	"fmt"
	"runtime"

	"github.com/go-gota/gota/dataframe"

	"github.com/parframe/parframe/internal/engine"
)

// Apply cuts the data frame into equal consecutive partitions of rows, calls fn with each
// of them in parallel, and returns a data frame with the rows of all results, in order.
//
//	Apply(DataFrame, func(ctx, DataFrame) DataFrame) DataFrame
//
// There are as many partitions as cores, or as many as [parallel.Partitions] sets. If fn
// does not work row by row, set a number, so that the result is the same on every machine.
// A partition is a copy, which fn may change and keep. With [parallel.Retry] each attempt
// receives a new copy. [parallel.Index] of ctx is its first row. Without rows fn is called
// once, with the empty data frame.
//
// The error of a result (its Err) becomes the call's error, with the rows of the partition,
// in a [parallel.RowError]. The columns of results are matched by name, in the order of the
// first result. If a result has other columns, the error is an [ErrColumns] that names the
// partition and the column. If the types of a column differ, int and float become float as
// long as no value changes, and a column without a value takes the type of the others; any
// other difference is an [ErrColumns].
func Apply(ctx context.Context, df dataframe.DataFrame, fn func(ctx context.Context, part dataframe.DataFrame) dataframe.DataFrame, opts ...Option) (out dataframe.DataFrame, err error) {
	c, err := prepareOn("gota.Apply", df, fn == nil, opts, callOptions, []string{"Partitions"})
	if err != nil {
		return dataframe.DataFrame{}, err
	}
	n := df.Nrow()
	if err = c.Begin(ctx, n); err != nil {
		return dataframe.DataFrame{}, err
	}
	defer c.End(&err)
	cols := columnsOf(df)
	type span struct{ lo, hi int }
	policed := engine.Policed(c.Call, func(ctx context.Context, s span) (dataframe.DataFrame, error) {
		r := fn(ctx, part(cols, s.lo, s.hi))
		return r, r.Err
	})
	results := make([]dataframe.DataFrame, max(c.PartCount(runtime.GOMAXPROCS(0), n), 1))
	run := func(w *engine.Worker, k, lo, hi int) (err error) {
		if results[k], err = policed(w, span{lo, hi}); err != nil {
			err = fmt.Errorf("rows %d to %d: %w", lo, hi-1, err)
		}
		return err
	}
	if n == 0 {
		err = c.Once(func(w *engine.Worker) error { return run(w, 0, 0, 0) })
	} else {
		err = c.Parts(n, len(results), run)
	}
	if err != nil {
		return dataframe.DataFrame{}, err
	}
	return bind(c, "partition", results)
}
