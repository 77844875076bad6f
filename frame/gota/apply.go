package gota

import (
	"context"
	"fmt"
	"runtime"

	"github.com/go-gota/gota/dataframe"

	"github.com/parframe/parframe/parallel"
)

// Apply cuts the data frame into equal consecutive partitions of rows, calls
// fn with each of them in parallel, and binds the results in order.
//
//	Apply(DataFrame, func(ctx, DataFrame) DataFrame) DataFrame
//
// There are as many partitions as cores, or as many as parallel.Partitions
// says: name a number if fn is not row by row, for a result that is the same on
// every machine. A partition is a copy, which fn may change and keep, and
// [parallel.Index] of ctx is its first row. Without rows fn is called once, with
// the empty frame.
//
// The error of a result (its Err) becomes the call's error, with the rows of the
// partition, in a [parallel.RowError]. Columns are matched by name, in the
// order of the first result. Results that have other columns are an
// [ErrColumns] that names partition and column. Of types that differ, int and
// float become float where no value changes, a column without a value takes
// the type of the others, and all else is an [ErrColumns]. Other options:
// Workers, Serial, On, Seed, Observe.
func Apply(ctx context.Context, df dataframe.DataFrame, fn func(ctx context.Context, part dataframe.DataFrame) dataframe.DataFrame, opts ...parallel.Option) (dataframe.DataFrame, error) {
	const call = "gota.Apply"
	plan, err := prepare(call, df, fn == nil, opts, "Partitions")
	if err != nil {
		return dataframe.DataFrame{}, err
	}
	cols, n := columnsOf(df), df.Nrow()
	// Without rows there is one partition: the engine must see one unit.
	parts := max(plan.Partitions(runtime.GOMAXPROCS(0), n), 1)
	results := make([]dataframe.DataFrame, parts)
	err = plan.Parts(ctx, max(n, 1), parts, func(ctx context.Context, k, lo, hi int) error {
		lo, hi = min(lo, n), min(hi, n)
		results[k] = fn(ctx, part(cols, lo, hi))
		if err := results[k].Err; err != nil {
			return fmt.Errorf("rows %d to %d: %w", lo, hi-1, err)
		}
		return nil
	})
	if err != nil {
		return dataframe.DataFrame{}, err
	}
	return bind(ctx, plan, call, "partition", results)
}

// prepare checks what all calls have in common.
func prepare(call string, df dataframe.DataFrame, noFunc bool, opts []parallel.Option, allowed ...string) (*parallel.Plan, error) {
	plan, err := parallel.Prepare(call, opts, allowed...)
	switch {
	case err != nil:
		return nil, err
	case noFunc:
		return nil, fmt.Errorf("%s: %w", call, parallel.ErrNilFunc)
	}
	return plan, checked(call, df)
}

// within returns a plan for what a call does besides running the user's
// function: it keeps the width of the call, and nobody observes it. chunk is how
// many items are done at once, 0 for what the engine finds right.
func within(plan *parallel.Plan, call string, chunk int) (*parallel.Plan, error) {
	var opts []parallel.Option
	if chunk > 0 {
		opts = append(opts, parallel.ChunkSize(chunk))
	}
	if v, ok := plan.Value("Workers"); ok {
		opts = append(opts, parallel.Workers(v.(int)))
	}
	if v, ok := plan.Value("On"); ok {
		opts = append(opts, parallel.On(v.(*parallel.Pool)))
	}
	if _, ok := plan.Value("Serial"); ok {
		opts = append(opts, parallel.Serial())
	}
	return parallel.Prepare(call, opts, "ChunkSize")
}
