package frame

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// Memory returns the columns as the packages of this module see them: Arrow
// buffers without array headers. Nobody may write to them. Programs outside of
// this module cannot name the type; they use [Frame.ToRecords] or [Column.Chunks].
func (f *Frame) Memory() []chunk.Column { return append([]chunk.Column(nil), f.orZero().cols...) }

// FromMemory returns a frame of columns that a package of this module made, with
// the schema's names and metadata. A name that comes again gets a number, as in
// [FromRecord]. A column of another length than rows is an [ErrLength].
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
