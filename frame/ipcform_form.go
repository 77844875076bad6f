package frame

import (
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
)

// wireRecords returns columns as records that Arrow v15's IPC writer writes
// right, and their schema. The columns are made compact, and extension types over
// dictionaries, which the writer does not know, become their storage, with the
// metadata from which a reader makes the extension type again. A dictionary
// column of floats whose chunks have different dictionaries that cannot be merged
// is an error: the writer would take near ones for equal.
func wireRecords(schema *arrow.Schema, cols []column, rows int) (*arrow.Schema, []arrow.Record, error) {
	cols = compactColumns(cols, rows)
	fields := make([]arrow.Field, len(cols))
	for i, c := range cols {
		if err := checkDicts(c); err != nil {
			return nil, nil, err
		}
		cols[i] = wire(c)
		fields[i] = cols[i].field
	}
	md := schema.Metadata()
	schema = arrow.NewSchema(fields, &md)
	return schema, records(schema, cols, rows), nil
}

// checkDicts refuses chunks with different dictionaries of floats: Arrow v15's
// writer takes them for the same when they are nearly so, and would write one.
// Only ordered dictionaries are still different here.
func checkDicts(c column) error {
	t, ok := physical(c.field.Type).(*arrow.DictionaryType)
	if !ok || !hasFloat(t.ValueType) {
		return nil
	}
	for _, k := range c.chunks {
		if k.dict != c.chunks[0].dict {
			return fmt.Errorf("column %q: %w: %s with different dictionaries in its Arrow chunks", c.field.Name, ErrType, c.field.Type)
		}
	}
	return nil
}

func hasFloat(t arrow.DataType) bool {
	return isFloat(t) || slices.ContainsFunc(childTypes(t), hasFloat)
}

// wire returns the column as it can be written: Arrow v15's writer does not
// know extension types over dictionaries, but its reader does, so they are
// written as their storage with the metadata that says what they are.
func wire(c column) column {
	field := wireField(c.field)
	if field.Type == c.field.Type {
		return c
	}
	w := column{field: field, n: c.n}
	for _, k := range c.chunks {
		w.chunks = append(w.chunks, retyped(k, field.Type))
	}
	return w
}

func wireField(f arrow.Field) arrow.Field {
	switch t := f.Type.(type) {
	case arrow.ExtensionType:
		if t.StorageType().ID() == arrow.DICTIONARY {
			keys := append([]string{ipc.ExtensionTypeKeyName, ipc.ExtensionMetadataKeyName}, f.Metadata.Keys()...)
			vals := append([]string{t.ExtensionName(), t.Serialize()}, f.Metadata.Values()...)
			f.Type, f.Metadata = t.StorageType(), arrow.NewMetadata(keys, vals)
		}
	case *arrow.ListType:
		if e := wireField(t.ElemField()); e.Type != t.Elem() {
			f.Type = arrow.ListOfField(e)
		}
	case *arrow.LargeListType:
		if e := wireField(t.ElemField()); e.Type != t.Elem() {
			f.Type = arrow.LargeListOfField(e)
		}
	case *arrow.StructType:
		fields, changed := t.Fields(), false
		for i, k := range fields {
			fields[i] = wireField(k)
			changed = changed || fields[i].Type != k.Type
		}
		if changed {
			f.Type = arrow.StructOf(fields...)
		}
	}
	return f
}
