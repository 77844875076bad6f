package chunk

import (
	"context"
	"math"
	"slices"

	"github.com/parframe/parframe/internal/unset"
)

// Selection is a choice of rows.
type Selection struct {
	Len int
	// flat picks them from a column into one chunk, or returns nil if it cannot. It
	// is nil where the rows are in long runs.
	flat func(ctx context.Context, col Column) *Chunk
	// spansOf lists them for chunks that start at the given rows.
	spansOf func(ctx context.Context, starts []int) []Span
}

// SelectRows selects rows by number; runs is the number of runs of consecutive rows.
func SelectRows(rows []int, runs int) Selection {
	p := Selection{Len: len(rows), spansOf: func(ctx context.Context, starts []int) []Span { return takeSpans(ctx, starts, rows) }}
	if runs > len(rows)/flatRun {
		p.flat = func(ctx context.Context, col Column) *Chunk { return TakeFlat(ctx, col, rows) }
	}
	return p
}

// SelectMask selects the n rows for which mask is true, which are in so many runs.
func SelectMask(ctx context.Context, mask []bool, n, runs int) Selection {
	p := Selection{Len: n, spansOf: func(ctx context.Context, starts []int) []Span { return maskSpans(ctx, starts, mask) }}
	if runs > n/flatRun && len(mask) <= math.MaxInt32 {
		rows := maskRows(ctx, mask, n)
		p.flat = func(ctx context.Context, col Column) *Chunk { return TakeFlat(ctx, col, rows) }
	}
	return p
}

// CountMask returns the number of rows for which mask is true, and of their runs. It
// has no branch that a random mask would mispredict.
func CountMask(mask []bool) (n, runs int) {
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

func takeSpans(ctx context.Context, starts, rows []int) []Span {
	spans := make([]Span, 0, len(rows))
	k, lo, hi := 0, 0, 0 // chunk k has rows lo to hi
	_ = Blocks(ctx, 0, len(rows), func(from, to int) {
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

func maskSpans(ctx context.Context, starts []int, mask []bool) []Span {
	var spans []Span
	for k := range len(starts) - 1 {
		part := mask[starts[k]:starts[k+1]]
		_ = Blocks(ctx, 0, len(part), func(from, to int) {
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
	_ = Blocks(ctx, 0, len(mask), func(lo, hi int) {
		at := k // in a register, and no branch that a random mask would mispredict
		for i, keep := range mask[lo:hi] {
			if uint(at) >= uint(len(rows)) {
				break
			}
			rows[at] = int32(lo + i)
			if keep {
				at++
			}
		}
		k = at
	})
	return rows
}

// Of copies the selected rows of the columns. Columns usually have the same chunk
// borders, so the spans are listed once for each set of borders. Once the context has
// ended, the result is incomplete and must be discarded.
func (p Selection) Of(ctx context.Context, cols []Column) []Column {
	out := make([]Column, len(cols))
	var starts []int
	var spans []Span
	for i, c := range cols {
		out[i] = Column{Field: c.Field, Len: p.Len}
		if p.flat != nil {
			if one := p.flat(ctx, c); one != nil {
				out[i].Chunks = []*Chunk{one}
				continue
			}
		}
		if s := c.Starts(); starts == nil || !slices.Equal(s, starts) {
			starts, spans = s, p.spansOf(ctx, s)
		}
		out[i].Chunks = PickAll(ctx, c.Field.Type, c.Chunks, spans)
	}
	return out
}
