package frame

import (
	"fmt"

	"github.com/parframe/parframe/internal/chunk"
)

// Validate looks at every value and says what breaks Arrow's rules: offsets
// that go back or point outside, views and dictionary codes of what is not
// there, type codes that the union does not have, runs that do not grow, text
// that is not UTF-8, nulls in a column that is declared to have none. The error
// is an [ErrInvalid] that names column and row.
//
// Frames made by this package are valid. Call it for Arrow data that comes
// from strangers, before anything else: short buffers are an error where data
// becomes a frame, but a bad value in a right buffer is found by nothing else,
// and may make other methods panic or show bytes of another row.
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
