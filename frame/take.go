package frame

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/internal/chunk"
)

// Take returns the rows with the given numbers, in their order; a number may be repeated.
//
//	(Frame, []row) Frame
//
// The values are copied, so the result keeps nothing of f alive except dictionaries,
// which it shares if possible. Each column becomes one Arrow chunk, or several if its
// type cannot hold the rows in one (2 GiB of text, a dictionary that is too large for its
// codes). A number below 0 or above the last row is an [ErrRange] that names it and its
// index.
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
	return f.pick(context.Background(), chunk.SelectRows(rows, runs)), nil
}

// Filter returns the rows for which mask is true, in order, under the rules of
// [Frame.Take].
//
//	(Frame, []bool) Frame
//
// A mask whose length is not the frame's is an [ErrLength].
func (f *Frame) Filter(mask []bool) (*Frame, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.Filter: %w", ErrNilFrame)
	}
	if len(mask) != f.rows {
		return nil, fmt.Errorf("frame.Filter: %w: a mask of %d rows for a frame of %d", ErrLength, len(mask), f.rows)
	}
	n, runs := chunk.CountMask(mask)
	if n == f.rows {
		return f, nil
	}
	return f.pick(context.Background(), chunk.SelectMask(context.Background(), mask, n, runs)), nil
}

// pick returns the rows of the selection.
func (f *Frame) pick(ctx context.Context, s chunk.Selection) *Frame {
	return &Frame{schema: f.Schema(), cols: s.Of(ctx, f.cols), rows: s.Len}
}
