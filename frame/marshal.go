package frame

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
)

// MarshalBinary returns the frame as an Arrow IPC stream, which other Arrow
// libraries read too. With it frames travel through encoding/gob, pipes and
// caches. [Frame.UnmarshalBinary] gives back an equal frame, with one Arrow
// chunk for each record of [Frame.ToRecords].
//
// Arrow knows an extension type on reading only if the program registered it
// (arrow.RegisterExtensionType); otherwise the column comes back as its
// storage, with the type's name in the field's metadata.
func (f *Frame) MarshalBinary() ([]byte, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.MarshalBinary: %w", ErrNilFrame)
	}
	var buf bytes.Buffer
	if err := f.writeStream(&buf); err != nil {
		return nil, fmt.Errorf("frame.MarshalBinary: %w", err)
	}
	return buf.Bytes(), nil
}

// WireForm returns the frame as Arrow v15's IPC writer writes it right: compact
// (see [Frame.Compact]), and with extension types over dictionaries, which the
// writer does not know, as their storage, with the metadata from which a reader
// makes the extension type again. MarshalBinary and package io/ipc write this
// form. A dictionary column of floats whose chunks have different dictionaries
// that cannot be merged is an error: the writer would take near ones for equal.
func (f *Frame) WireForm() (*Frame, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.WireForm: %w", ErrNilFrame)
	}
	g := f.Compact()
	cols := make([]Column, len(g.cols))
	for i, c := range g.cols {
		if err := c.checkDicts(); err != nil {
			return nil, err
		}
		cols[i] = c.wire()
	}
	return g.like(cols), nil
}

func (f *Frame) writeStream(w io.Writer) (err error) {
	g, err := f.WireForm()
	if err != nil {
		return err
	}
	out := ipc.NewWriter(w, ipc.WithSchema(g.Schema()))
	defer func() { err = errors.Join(err, out.Close()) }()
	recs, err := g.ToRecords()
	if err != nil {
		return err
	}
	for _, rec := range recs {
		if err := out.Write(rec); err != nil {
			return err
		}
	}
	return nil
}

// checkDicts refuses chunks with different dictionaries of floats: Arrow v15's
// writer takes them for the same when they are nearly so, and would write one.
// Only ordered dictionaries are still different here.
func (c Column) checkDicts() error {
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
func (c Column) wire() Column {
	field := wireField(c.field)
	if field.Type == c.field.Type {
		return c
	}
	w := Column{field: field, n: c.n}
	for _, k := range c.chunks {
		w.chunks = append(w.chunks, k.retyped(field.Type))
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

// retyped returns the chunk under a type of the same layout.
func (c *chunk) retyped(t arrow.DataType) *chunk {
	k := &chunk{typ: t, off: c.off, n: c.n, bufs: c.bufs, dict: c.dict}
	k.nulls.Store(c.nulls.Load())
	types := childTypes(t)
	for i, kid := range c.kids {
		k.kids = append(k.kids, kid.retyped(types[i]))
	}
	return k
}
