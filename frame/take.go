package frame

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Take returns the rows of those numbers, in their order; a row may come more
// than once.
//
//	(Frame, []row) Frame
//
// The values are copied, so the result keeps nothing of f alive but
// dictionaries, which it shares where it can. Each column becomes one Arrow chunk, or several where its type cannot hold the rows in
// one (2 GiB of text, a dictionary that is too large for its codes). A number
// below 0 or above the last row is an [ErrRange] that names it and its place.
func (f *Frame) Take(rows []int) (*Frame, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.Take: %w", ErrNilFrame)
	}
	runs, next := 0, -1
	for k, row := range rows {
		if uint(row) >= uint(f.rows) {
			return nil, fmt.Errorf("frame.Take: %w: row %d, at place %d, of a frame of %d rows", ErrRange, row, k, f.rows)
		}
		if row != next {
			runs++
		}
		next = row + 1
	}
	return f.pick(context.Background(), pickTaken(rows, runs)), nil
}

// Filter returns the rows for which mask is true, in their order, under the
// rules of [Frame.Take].
//
//	(Frame, []bool) Frame
//
// A mask of another length than the frame is an [ErrLength].
func (f *Frame) Filter(mask []bool) (*Frame, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.Filter: %w", ErrNilFrame)
	}
	if len(mask) != f.rows {
		return nil, fmt.Errorf("frame.Filter: %w: a mask of %d rows for a frame of %d", ErrLength, len(mask), f.rows)
	}
	n, runs := countMask(mask)
	if n == f.rows {
		return f, nil
	}
	return f.pick(context.Background(), pickMasked(context.Background(), mask, n, runs)), nil
}

// picking says which rows are picked.
type picking struct {
	n int
	// flat picks them from a column in one chunk, or gives nil; nil itself
	// where they lie in long runs.
	flat func(ctx context.Context, col Column) *chunk
	// spansOf lists them for chunks that start at those rows.
	spansOf func(ctx context.Context, starts []int) []span
}

// pickTaken picks the rows of those numbers, which come in so many runs of
// consecutive ones.
func pickTaken(rows []int, runs int) picking {
	p := picking{n: len(rows), spansOf: func(ctx context.Context, starts []int) []span { return takeSpans(ctx, starts, rows) }}
	if runs > len(rows)/flatRun {
		p.flat = func(ctx context.Context, col Column) *chunk { return takeFlat(ctx, col, rows) }
	}
	return p
}

// pickMasked picks the n rows for which mask is true, in so many runs.
func pickMasked(ctx context.Context, mask []bool, n, runs int) picking {
	p := picking{n: n, spansOf: func(ctx context.Context, starts []int) []span { return maskSpans(ctx, starts, mask) }}
	if runs > n/flatRun && len(mask) <= math.MaxInt32 {
		rows := maskRows(ctx, mask, n)
		p.flat = func(ctx context.Context, col Column) *chunk { return takeFlat(ctx, col, rows) }
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

// pick returns the rows. Columns usually have the same chunk borders, so the
// spans are listed once for each set of borders. What it returns is of no use once
// the context has ended.
func (f *Frame) pick(ctx context.Context, p picking) *Frame {
	cols := make([]Column, len(f.cols))
	var starts []int
	var spans []span
	for i, c := range f.cols {
		cols[i] = Column{field: c.field, n: p.n}
		if p.flat != nil {
			if one := p.flat(ctx, c); one != nil {
				cols[i].chunks = []*chunk{one}
				continue
			}
		}
		if s := c.starts(); starts == nil || !slices.Equal(s, starts) {
			starts, spans = s, p.spansOf(ctx, s)
		}
		cols[i].chunks = pickAll(ctx, c.field.Type, c.chunks, spans)
	}
	return &Frame{schema: f.Schema(), cols: cols, rows: p.n}
}

// starts returns the first row of each chunk, and the end of the last.
func (c Column) starts() []int {
	starts := make([]int, len(c.chunks)+1)
	for i, k := range c.chunks {
		starts[i+1] = starts[i] + k.n
	}
	return starts
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
