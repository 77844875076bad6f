package frame

import (
	"fmt"

	"github.com/parframe/parframe/internal/chunk"
)

// Validate checks every value against Arrow's rules, and returns an [ErrInvalid] that
// names the column and row of the first violation: offsets that decrease or point
// outside, views and dictionary codes out of range, type codes that the union does not
// have, runs that do not grow, text that is not UTF-8, and nulls in a column that is
// declared to have none.
//
// Frames made by this package are valid. For Arrow data from strangers, call Validate
// before anything else: short buffers are an error when data becomes a frame, but only
// Validate finds a bad value in a correct buffer, which may make other methods panic or
// show bytes of another row.
func (f *Frame) Validate() error {
	if f == nil {
		return fmt.Errorf("frame.Validate: %w", ErrNilFrame)
	}
	for _, c := range f.cols {
		row := 0
		for _, k := range c.Chunks {
			err := chunk.Validate(k)
			if err == nil && !c.Field.Nullable {
				err = chunk.NoNulls(k, 0, k.Len)
			}
			if bad, ok := err.(*chunk.RowError); ok {
				err = &chunk.RowError{Row: bad.Row + row, Err: bad.Err}
			}
			if err != nil {
				return fmt.Errorf("frame.Validate: %w: column %q (%s): %w", ErrInvalid, c.Field.Name, c.Field.Type, err)
			}
			row += k.Len
		}
	}
	return nil
}
