package frame

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// OriginalName is the key of the field metadata that holds the original name of a column
// that was renamed because its name was taken.
const OriginalName = "frame.original_name"

// ImportOption changes how Arrow data becomes a frame.
type ImportOption struct{ borrow bool }

// Borrow shares all buffers, including those that the garbage collector does not own. The
// caller promises that they stay unchanged and in place as long as the frame, anything
// made from it, or a string read from it is in use. [Frame.Clone] returns a copy that
// does not depend on them.
func Borrow() ImportOption { return ImportOption{borrow: true} }

// importedSchema checks columns that came with a schema, and returns the schema of their
// frame, in which repeated names are replaced.
func importedSchema(schema *arrow.Schema, cols []chunk.Column, rows int) (*arrow.Schema, error) {
	if !schema.IsNativeEndian() {
		return nil, fmt.Errorf("%w: the data has another byte order than this machine", ErrInvalid)
	}
	for _, c := range cols {
		if c.Len != rows {
			return nil, fmt.Errorf("%w: column %q has %d rows, expected %d", ErrLength, c.Field.Name, c.Len, rows)
		}
	}
	for i, c := range cols {
		if c.Field.Name != schema.Field(i).Name {
			return schemaOf(cols, schema.Metadata()), nil
		}
	}
	return schema, nil
}

// imported returns the frame of columns that came with a schema.
func imported(call string, schema *arrow.Schema, cols []chunk.Column, rows int) (*Frame, error) {
	schema, err := importedSchema(schema, cols, rows)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", call, err)
	}
	return &Frame{schema: schema, cols: cols, rows: rows}, nil
}

// sameFields returns an error for the first field whose name or type differs.
func sameFields(want, got *arrow.Schema) error {
	if want.NumFields() != got.NumFields() {
		return fmt.Errorf("%w: %d columns, expected %d", ErrType, got.NumFields(), want.NumFields())
	}
	for i := range want.NumFields() {
		w, g := want.Field(i), got.Field(i)
		switch {
		case w.Name != g.Name:
			return fmt.Errorf("%w: column %d is %q, expected %q", ErrType, i, g.Name, w.Name)
		case !chunk.SameType(w.Type, g.Type):
			return fmt.Errorf("%w: column %q is %s, expected %s", ErrType, g.Name, g.Type, w.Type)
		}
	}
	return nil
}

// readableNames gives repeated names a number, and records the original name in the
// field's metadata.
func readableNames(fields []arrow.Field) []arrow.Field {
	if len(fields) <= 16 && distinct(fields) { // quicker than a map
		return fields
	}
	taken := make(map[string]bool, len(fields))
	for _, f := range fields {
		taken[f.Name] = true
	}
	if len(taken) == len(fields) {
		return fields
	}
	seen := make(map[string]bool, len(fields))
	out := make([]arrow.Field, len(fields))
	for i, f := range fields {
		if seen[f.Name] {
			keys := append([]string{OriginalName}, f.Metadata.Keys()...)
			vals := append([]string{f.Name}, f.Metadata.Values()...)
			f.Metadata = arrow.NewMetadata(keys, vals)
			name := f.Name
			for k := 1; taken[f.Name]; k++ {
				f.Name = name + "_" + strconv.Itoa(k)
			}
			taken[f.Name] = true
		}
		seen[f.Name] = true
		out[i] = f
	}
	return out
}

// distinct reports whether all names are different.
func distinct(fields []arrow.Field) bool {
	for i := range fields {
		for k := range i {
			if fields[k].Name == fields[i].Name {
				return false
			}
		}
	}
	return true
}

// borrows reports whether one of the options is [Borrow].
func borrows(opts []ImportOption) bool {
	return slices.ContainsFunc(opts, func(o ImportOption) bool { return o.borrow })
}
