package frame

import (
	"fmt"
)

// New returns a frame of the columns, in order.
//
//	New(Column...) Frame
//
// Nothing is copied. Columns of different length are an [ErrLength], two of
// the same name an [ErrName]; both errors name the column. Without columns the
// frame has no rows.
func New(cols ...Column) (*Frame, error) {
	own := make([]column, len(cols))
	for i, c := range cols {
		own[i] = c.col
	}
	return newOf(own)
}

// newOf is New for columns that it may keep.
func newOf(cols []column) (*Frame, error) {
	seen := make(map[string]bool, len(cols))
	for _, c := range cols {
		switch {
		case c.field.Type == nil:
			return nil, fmt.Errorf("frame.New: %w: the zero Column", ErrType)
		case seen[c.field.Name]:
			return nil, fmt.Errorf("frame.New: %w: %q", ErrName, c.field.Name)
		case c.n != cols[0].n:
			return nil, fmt.Errorf("frame.New: %w: column %q has %d rows, column %q has %d",
				ErrLength, c.field.Name, c.n, cols[0].field.Name, cols[0].n)
		}
		seen[c.field.Name] = true
	}
	rows := 0
	if len(cols) > 0 {
		rows = cols[0].n
	}
	return newFrame(cols, rows), nil
}
