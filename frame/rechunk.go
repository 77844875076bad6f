package frame

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/internal/chunk"
)

// Rechunk returns the frame with one Arrow chunk per column. Columns with one chunk are
// shared, the others copied.
//
//	(Frame) Frame
//
// Text, binary data and lists whose chunks together pass the 2 GiB (or 2³¹ values) that
// 32-bit offsets can count become large_utf8, large_binary and large_list. Chunks with
// different dictionaries get one dictionary of all their values. A column that still
// cannot be one chunk is an [ErrType] that names it: nested text over 2 GiB, more
// distinct values than a dictionary's codes, ordered dictionaries that differ, or more
// rows than an int16 run end can count.
func (f *Frame) Rechunk() (*Frame, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.Rechunk: %w", ErrNilFrame)
	}
	cols := make([]chunk.Column, len(f.cols))
	same := true
	for i, c := range f.cols {
		if cols[i] = c; len(c.Chunks) < 2 {
			continue
		}
		one, err := c.Rechunk(context.Background())
		if err != nil {
			return nil, fmt.Errorf("frame.Rechunk: column %q: %w: %s: %w", c.Field.Name, ErrType, c.Field.Type, err)
		}
		same = same && one.Type == c.Field.Type
		cols[i].Field.Type = one.Type
		cols[i].Chunks = []*chunk.Chunk{one}
	}
	if !same {
		return f.like(cols), nil
	}
	return &Frame{schema: f.Schema(), cols: cols, rows: f.rows}, nil
}

// Clone returns a copy of the frame in memory that the garbage collector frees: the copy
// does not depend on memory shared by [Borrow], nor keep the rows outside a slice alive.
// Arrow chunks stay as they are, except a chunk whose views refer to the same values more
// than 2³¹ times.
func (f *Frame) Clone() *Frame {
	f = f.orZero()
	cols := make([]chunk.Column, len(f.cols))
	for i, c := range f.cols {
		cols[i] = chunk.Column{Field: c.Field, Len: c.Len}
		for _, k := range c.Chunks {
			cols[i].Chunks = append(cols[i].Chunks, chunk.Clone(k)...)
		}
	}
	return &Frame{schema: f.Schema(), cols: cols, rows: f.rows}
}
