package frame

import (
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
	return f.pick(pickTaken(rows, runs)), nil
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
	return f.pick(pickMasked(mask, n, runs)), nil
}

// picking says which rows are picked.
type picking struct {
	n int
	// flat picks them from a column in one chunk, or gives nil; nil itself
	// where they lie in long runs.
	flat func(col Column) *chunk
	// spansOf lists them for chunks that start at those rows.
	spansOf func(starts []int) []span
}

// pickTaken picks the rows of those numbers, which come in so many runs of
// consecutive ones.
func pickTaken(rows []int, runs int) picking {
	p := picking{n: len(rows), spansOf: func(starts []int) []span { return takeSpans(starts, rows) }}
	if runs > len(rows)/flatRun {
		p.flat = func(col Column) *chunk { return takeFlat(col, rows) }
	}
	return p
}

// pickMasked picks the n rows for which mask is true, in so many runs.
func pickMasked(mask []bool, n, runs int) picking {
	p := picking{n: n, spansOf: func(starts []int) []span { return maskSpans(starts, mask) }}
	if runs > n/flatRun && len(mask) <= math.MaxInt32 {
		rows := maskRows(mask, n)
		p.flat = func(col Column) *chunk { return takeFlat(col, rows) }
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
// spans are listed once for each set of borders.
func (f *Frame) pick(p picking) *Frame {
	cols := make([]Column, len(f.cols))
	var starts []int
	var spans []span
	for i, c := range f.cols {
		cols[i] = Column{field: c.field, n: p.n}
		if p.flat != nil {
			if one := p.flat(c); one != nil {
				cols[i].chunks = []*chunk{one}
				continue
			}
		}
		if s := c.starts(); starts == nil || !slices.Equal(s, starts) {
			starts, spans = s, p.spansOf(s)
		}
		cols[i].chunks = pickAll(c.field.Type, c.chunks, spans)
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

func takeSpans(starts, rows []int) []span {
	spans := make([]span, 0, len(rows))
	if len(starts) == 2 {
		for _, row := range rows {
			spans = addSpan(spans, 0, row, 1)
		}
		return spans
	}
	k, lo, hi := 0, 0, 0 // chunk k has rows lo to hi
	for _, row := range rows {
		if row < lo || row >= hi {
			k, _ = slices.BinarySearch(starts, row+1)
			k--
			lo, hi = starts[k], starts[k+1]
		}
		spans = addSpan(spans, int32(k), row-lo, 1)
	}
	return spans
}

func maskSpans(starts []int, mask []bool) []span {
	var spans []span
	for k := range len(starts) - 1 {
		part := mask[starts[k]:starts[k+1]]
		for i := 0; i < len(part); {
			if !part[i] {
				i++
				continue
			}
			lo := i
			for i < len(part) && part[i] {
				i++
			}
			spans = addSpan(spans, int32(k), lo, i-lo)
		}
	}
	return spans
}
