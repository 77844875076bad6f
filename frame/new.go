package frame

import (
	"fmt"

	"github.com/parframe/parframe/internal/chunk"
)

// New returns a frame of the columns, in order.
//
//	New(Column...) Frame
//
// Nothing is copied. Columns of different lengths are an [ErrLength], and columns with
// the same name an [ErrName]; both errors name the column. Without columns the frame has
// no rows.
func New(cols ...Column) (*Frame, error) {
	own := make([]chunk.Column, len(cols))
	for i, c := range cols {
		own[i] = c.col
	}
	return newOf(own)
}

// newOf is New for columns that it may keep in its slice.
func newOf(cols []chunk.Column) (*Frame, error) {
	seen := make(map[string]bool, len(cols))
	for _, c := range cols {
		switch {
		case c.Field.Type == nil:
			return nil, fmt.Errorf("frame.New: %w: the zero Column", ErrType)
		case seen[c.Field.Name]:
			return nil, fmt.Errorf("frame.New: %w: %q", ErrName, c.Field.Name)
		case c.Len != cols[0].Len:
			return nil, fmt.Errorf("frame.New: %w: column %q has %d rows, column %q has %d",
				ErrLength, c.Field.Name, c.Len, cols[0].Field.Name, cols[0].Len)
		}
		seen[c.Field.Name] = true
	}
	rows := 0
	if len(cols) > 0 {
		rows = cols[0].Len
	}
	return newFrame(cols, rows), nil
}
