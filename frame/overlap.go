package frame

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/parallel"
)

// ApplyOverlap is [Apply] for functions that look at the rows around a row: each
// partition is extended by the before rows that precede it and the after rows that follow
// it, from as many partitions as necessary. Only at the ends of f are there fewer.
//
//	ApplyOverlap(Frame, before, after, func(Frame) Frame) Frame
//
// These rows are removed from the result again, so a function that computes row i of its
// result from rows i-before to i+after gives the same result as one call on all of f, for
// any number of partitions. The rows to remove are known if the result has as many rows
// as the function received. If it has as many rows as the partition alone, the function
// has removed them itself, and the result is kept whole. Any other length is an
// [ErrLength]. It is Dask's map_overlap, without the limit that overlaps lie in the
// neighboring partition.
//
// A window of n rows that ends at its row needs ApplyOverlap(ctx, f, n-1, 0, fn).
// For windows over one column see [Frame.Rolling].
//
// Partitions, options, errors and costs are as for Apply; a [parallel.RowError] has the
// first row of the partition itself. Nothing is copied.
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
