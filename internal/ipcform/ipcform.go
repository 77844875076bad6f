// Package ipcform converts columns to a form that Arrow v15's IPC writer writes correctly,
// for frame's MarshalBinary and for package io/ipc.
package ipcform

import (
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// Records returns columns of the given number of rows as records that Arrow v15's IPC
// writer writes correctly, and the schema of the records. It makes the columns compact
// ([chunk.Compact]). Extension types over dictionaries, which the writer does not support,
// become their storage type, with the metadata from which a reader restores the extension
// type.
//
// A dictionary column of floats is an error if its chunks have different dictionaries that
// cannot be merged: the writer would take dictionaries for equal that are nearly so.
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

// checkDicts returns an error for chunks with different dictionaries of floats. Arrow v15's
// writer takes dictionaries for equal that are nearly so, and would write only one. After
// chunk.Compact only ordered dictionaries can differ.
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

// hasFloat reports whether the type is of floats or has a child of floats.
func hasFloat(t arrow.DataType) bool {
	return chunk.IsFloat(t) || slices.ContainsFunc(chunk.ChildTypes(t), hasFloat)
}

// wire returns the column with a type that can be written. Arrow v15's writer does not
// support extension types over dictionaries, but its reader does. They are written as their
// storage, with the name and parameters of the extension type in the field's metadata.
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

// wireField returns the field with a type that can be written, at all levels.
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
