package frame

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
)

// Concat returns the rows of the frames, one after the other.
func Concat(frames ...*Frame) (*Frame, error) {
	if len(frames) == 0 {
		return nil, fmt.Errorf("frame.Concat: no frames")
	}
	rows := 0
	for i, f := range frames {
		if f == nil {
			return nil, fmt.Errorf("frame.Concat: partition %d is nil", i)
		}
		rows += f.rows
		if f.schema != frames[0].schema {
			if err := sameFields(frames[0].schema, f.schema); err != nil {
				return nil, fmt.Errorf("frame.Concat: partition %d: %w", i, err)
			}
		}
	}
	fields := frames[0].schema.Fields()
	cols := make([]Column, len(fields))
	for k := range cols {
		c := Column{field: fields[k], n: rows}
		for _, f := range frames {
			c.chunks = append(c.chunks, f.cols[k].chunks...)
			c.field.Nullable = c.field.Nullable || f.cols[k].field.Nullable
		}
		cols[k] = c
	}
	return newFrame(cols, rows).withMetadata(frames[0].schema.Metadata()), nil
}

var _ arrow.Field
