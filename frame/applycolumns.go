package frame

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// ApplyColumns calls fn once for every column, several columns at a time, and returns a
// frame of the resulting columns in the order of f.
//
//	ApplyColumns(Frame{col…}, func(Column) Column) Frame{col…}
//
// It is apply(axis=0) of pandas. fn may return a column of any type, under another name,
// and of another length if all results have that length: columns of one value make a
// frame of one row. A frame without columns is returned as it is.
//
// An error or a panic in fn is a [parallel.RowError] that names the column, the first one
// that fails, and whose Row is the column's index. A zero Column is an [ErrType],
// different lengths are an [ErrLength], and repeated names an [ErrName]. Options are
// [parallel.Workers] and [parallel.Serial]. Only columns run in parallel: a column that
// takes far longer than the others is better split by rows, with [MapColumn] or [Apply].
func ApplyColumns(ctx context.Context, f *Frame, fn func(ctx context.Context, c Column) (Column, error), opts ...PartOption) (out *Frame, err error) {
	c, err := begin(ctx, "frame.ApplyColumns", f, fn == nil, engine.Collect(opts, PartOption.ForParts), columnOptions)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	if len(f.cols) == 0 {
		return f, nil
	}
	fn = engine.Policed(c.Call, fn)
	cols := make([]chunk.Column, len(f.cols))
	order := make([]int, len(cols))
	for k := range order {
		order[k] = k
	}
	place := func(k int) (row, partition int) { return k, -1 }
	// Observers see a column as a share of the rows.
	share := func(k int) int { lo, hi := engine.Split(f.rows, len(cols), k); return hi - lo }
	err = c.Ordered(order, place, share, func(w *engine.Worker, k int) error {
		col, err := fn(w, Column{f.cols[k]})
		if err == nil && col.col.Field.Type == nil {
			err = fmt.Errorf("%w: the zero Column from the function", ErrType)
		}
		cols[k] = col.col
		return err
	})
	if e, ok := err.(*parallel.RowError); ok {
		return nil, c.wrap(fmt.Errorf("column %q: %w", f.cols[e.Row].Field.Name, e))
	}
	if err != nil {
		return nil, err
	}
	g, err := newOf(cols)
	if err != nil {
		return nil, c.wrap(err)
	}
	return g.withMetadata(f.Schema().Metadata()), nil
}

// columnOptions are accepted where a function is called for each column.
var columnOptions = []string{"Seed", "WorkerState", "Retry", "Timeout", "SoftDeadline", "Limit"}
