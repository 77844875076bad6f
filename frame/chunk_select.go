package frame

import (
	"context"
	"math"
	"slices"

	"github.com/parframe/parframe/internal/unset"
)

// picking says which rows are picked.
type picking struct {
	n int
	// flat picks them from a column in one chunk, or gives nil; nil itself
	// where they lie in long runs.
	flat func(ctx context.Context, col column) *chunk
	// spansOf lists them for chunks that start at those rows.
	spansOf func(ctx context.Context, starts []int) []span
}

// pickTaken picks the rows of those numbers, which come in so many runs of
// consecutive ones.
func pickTaken(rows []int, runs int) picking {
	p := picking{n: len(rows), spansOf: func(ctx context.Context, starts []int) []span { return takeSpans(ctx, starts, rows) }}
	if runs > len(rows)/flatRun {
		p.flat = func(ctx context.Context, col column) *chunk { return takeFlat(ctx, col, rows) }
	}
	return p
}

// pickMasked picks the n rows for which mask is true, in so many runs.
func pickMasked(ctx context.Context, mask []bool, n, runs int) picking {
	p := picking{n: n, spansOf: func(ctx context.Context, starts []int) []span { return maskSpans(ctx, starts, mask) }}
	if runs > n/flatRun && len(mask) <= math.MaxInt32 {
		rows := maskRows(ctx, mask, n)
		p.flat = func(ctx context.Context, col column) *chunk { return takeFlat(ctx, col, rows) }
	}
	return p
}

// countMask counts the rows for which mask is true, and their runs. It has no
// branch that a random mask would mislead.
func countMask(mask []bool) (n, runs int) {
	before := 0
	for _, keep := range mask {
		one := 0
		if keep {
			one = 1
		}
		n += one
		runs += one &^ before
		before = one
	}
	return n, runs
}

func takeSpans(ctx context.Context, starts, rows []int) []span {
	spans := make([]span, 0, len(rows))
	k, lo, hi := 0, 0, 0 // chunk k has rows lo to hi
	_ = inBlocks(ctx, 0, len(rows), func(from, to int) {
		for _, row := range rows[from:to] {
			if row < lo || row >= hi {
				k, _ = slices.BinarySearch(starts, row+1)
				k--
				lo, hi = starts[k], starts[k+1]
			}
			spans = addSpan(spans, int32(k), row-lo, 1)
		}
	})
	return spans
}

func maskSpans(ctx context.Context, starts []int, mask []bool) []span {
	var spans []span
	for k := range len(starts) - 1 {
		part := mask[starts[k]:starts[k+1]]
		_ = inBlocks(ctx, 0, len(part), func(from, to int) {
			for i := from; i < to; {
				if !part[i] {
					i++
					continue
				}
				lo := i
				for i < to && part[i] {
					i++
				}
				spans = addSpan(spans, int32(k), lo, i-lo)
			}
		})
	}
	return spans
}

// maskRows lists the n rows for which mask is true.
func maskRows(ctx context.Context, mask []bool, n int) []int32 {
	rows := unset.Make[int32](n)
	k := 0
	_ = inBlocks(ctx, 0, len(mask), func(lo, hi int) {
		at := k // in a register, and no branch that a random mask would mislead
		for i := lo; at < n && i < hi; i++ {
			rows[at] = int32(i)
			if mask[i] {
				at++
			}
		}
		k = at
	})
	return rows
}

// of picks the rows from columns. Columns usually have the same chunk borders, so
// the spans are listed once for each set of borders. The result must not be used
// once the context has ended.
func (p picking) of(ctx context.Context, cols []column) []column {
	out := make([]column, len(cols))
	var starts []int
	var spans []span
	for i, c := range cols {
		out[i] = column{field: c.field, n: p.n}
		if p.flat != nil {
			if one := p.flat(ctx, c); one != nil {
				out[i].chunks = []*chunk{one}
				continue
			}
		}
		if s := c.starts(); starts == nil || !slices.Equal(s, starts) {
			starts, spans = s, p.spansOf(ctx, s)
		}
		out[i].chunks = pickAll(ctx, c.field.Type, c.chunks, spans)
	}
	return out
}
