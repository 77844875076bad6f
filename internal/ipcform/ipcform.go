// Package ipcform brings columns into the form that Arrow v15's IPC writer writes
// without mistakes, for frame's MarshalBinary and for package io/ipc.
package ipcform

import (
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// Records returns columns as records that Arrow v15's IPC writer writes
// right, and their schema. The columns are made compact, and extension types over
// dictionaries, which the writer does not know, become their storage, with the
// metadata from which a reader makes the extension type again. A dictionary
// column of floats whose chunks have different dictionaries that cannot be merged
// is an error: the writer would take near ones for equal.
func Records(schema *arrow.Schema, cols []chunk.Column, rows int) (*arrow.Schema, []arrow.Record, error) {
	cols = chunk.Compact(cols, rows)
	fields := make([]arrow.Field, len(cols))
	for i, c := range cols {
		if err := checkDicts(c); err != nil {
			return nil, nil, err
		}
		cols[i] = wire(c)
		fields[i] = cols[i].Field
	}
	md := schema.Metadata()
	schema = arrow.NewSchema(fields, &md)
	return schema, chunk.Records(schema, cols, rows), nil
}

// checkDicts refuses chunks with different dictionaries of floats: Arrow v15's
// writer takes them for the same when they are nearly so, and would write one.
// Only ordered dictionaries are still different here.
func checkDicts(c chunk.Column) error {
	t, ok := chunk.Physical(c.Field.Type).(*arrow.DictionaryType)
	if !ok || !hasFloat(t.ValueType) {
		return nil
	}
	for _, k := range c.Chunks {
		if k.Dict != c.Chunks[0].Dict {
			return fmt.Errorf("column %q: %w: %s with different dictionaries in its Arrow chunks", c.Field.Name, errkind.ErrType, c.Field.Type)
		}
	}
	return nil
}

func hasFloat(t arrow.DataType) bool {
	return chunk.IsFloat(t) || slices.ContainsFunc(chunk.ChildTypes(t), hasFloat)
}

// wire returns the column as it can be written: Arrow v15's writer does not
// know extension types over dictionaries, but its reader does, so they are
// written as their storage with the metadata that says what they are.
func wire(c chunk.Column) chunk.Column {
	field := wireField(c.Field)
	if field.Type == c.Field.Type {
		return c
	}
	w := chunk.Column{Field: field, Len: c.Len}
	for _, k := range c.Chunks {
		w.Chunks = append(w.Chunks, chunk.Retype(k, field.Type))
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
