package frame

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/parallel"
)

// ApplyOverlap is [Apply] for functions that look at the rows around a row:
// each partition comes with the last before rows that precede it and the first
// after rows that follow it, from as many partitions as they lie in, and with
// fewer only at the ends of f.
//
//	ApplyOverlap(Frame, before, after, func(Frame) Frame) Frame
//
// These rows are cut off the result again, so a function that gives row i of
// its result from rows i-before to i+after gives the same as one call on all
// of f, for any number of partitions. Which rows to cut is known where the result
// has as many rows as the function was given. One with as many as the partition
// alone has been cut by the function, and is kept whole. Any other length is an
// [ErrLength]. It is Dask's map_overlap, but for that one's limit of
// overlaps to the neighbouring partition.
//
// A window of n rows that ends at its row needs ApplyOverlap(ctx, f, n-1, 0, fn).
// For windows over one column see [Frame.Rolling].
//
// Partitions, options, errors and costs are those of Apply; a [parallel.RowError]
// has the partition's own first row. Nothing is copied.
func ApplyOverlap(ctx context.Context, f *Frame, before, after int, fn func(ctx context.Context, part *Frame) (*Frame, error), opts ...PartOption) (*Frame, error) {
	const name = "frame.ApplyOverlap"
	if before < 0 || after < 0 {
		return nil, fmt.Errorf("%s: %w: %d rows before and %d after: want 0 or more", name, parallel.ErrOption, before, after)
	}
	return apply(ctx, name, f, fn == nil, func(ctx context.Context, p Partition, part *Frame) (*Frame, error) {
		lo, hi := max(p.Row-before, 0), p.Row+part.rows+min(after, f.rows-p.Row-part.rows)
		around := f.slice(lo, hi)
		g, err := fn(ctx, around)
		switch {
		case err != nil || g == nil || g.rows == part.rows:
			return g, err
		case g.rows == around.rows:
			return g.slice(p.Row-lo, p.Row-lo+part.rows), nil
		}
		return nil, fmt.Errorf("%w: %d rows came back: want %d, as many as went in, or %d, as many without the overlap",
			ErrLength, g.rows, around.rows, part.rows)
	}, opts)
}
