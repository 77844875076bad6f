package frame

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// Memory returns the columns in the form that the packages of this module use: Arrow
// buffers without array headers, which must not be written to. Programs outside this
// module cannot name the type; they use [Frame.ToRecords] or [Column.Chunks].
func (f *Frame) Memory() []chunk.Column { return append([]chunk.Column(nil), f.orZero().cols...) }

// FromMemory returns a frame of columns made by a package of this module, with the
// schema's names and metadata. A repeated name gets a number, as in [FromRecord]. A
// column whose length is not rows is an [ErrLength].
func FromMemory(schema *arrow.Schema, cols []chunk.Column, rows int) (*Frame, error) {
	if schema.NumFields() != len(cols) {
		return nil, fmt.Errorf("frame.FromMemory: %w: %d columns, the schema has %d", ErrLength, len(cols), schema.NumFields())
	}
	own := make([]chunk.Column, len(cols))
	for i, field := range readableNames(schema.Fields()) {
		own[i] = cols[i]
		own[i].Field = field
	}
	return imported("frame.FromMemory", schema, own, rows)
}
