package ipc

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/ipccheck"
)

// shape counts the arrays and buffers that a batch must have for its fields. Arrow's
// reader does not check that they are there: past the end of a list in the metadata
// it reads the bytes that follow, and allocates the memory that they claim.
type shape struct {
	nodes, buffers, views int
	unions                int // which have one more buffer in old versions
}

func (s *shape) add(t arrow.DataType) {
	s.nodes++
	switch t := t.(type) {
	case arrow.ExtensionType:
		s.nodes--
		s.add(t.StorageType())
	case *arrow.NullType:
	case *arrow.DictionaryType:
		s.buffers += 2
	case *arrow.StringType, *arrow.BinaryType, *arrow.LargeStringType, *arrow.LargeBinaryType:
		s.buffers += 3
	case *arrow.StringViewType, *arrow.BinaryViewType:
		s.buffers += 2
		s.views++
	case *arrow.RunEndEncodedType:
		s.fields(t.Fields())
	case *arrow.StructType:
		s.buffers++
		s.fields(t.Fields())
	case *arrow.FixedSizeListType:
		s.buffers++
		s.add(t.Elem())
	case *arrow.ListViewType, *arrow.LargeListViewType:
		s.buffers += 3
		s.fields(t.(arrow.NestedType).Fields())
	case arrow.UnionType:
		s.unions++
		s.buffers++
		if t.Mode() == arrow.DenseMode {
			s.buffers++
		}
		s.fields(t.Fields())
	case arrow.ListLikeType: // lists, large lists and maps
		s.buffers += 2
		s.add(t.Elem())
	default:
		s.buffers += 2
	}
}

func (s *shape) fields(fs []arrow.Field) {
	for _, f := range fs {
		s.add(f.Type)
	}
}

// check returns an error if a batch has too few arrays or buffers.
func (s *shape) check(m *ipccheck.Message) error {
	want := s.buffers
	if m.Version < 4 {
		want += s.unions
	}
	for i, n := range m.Variadic {
		if i < s.views {
			want += int(n)
		}
	}
	if len(m.Nodes) < s.nodes || len(m.Buffers) < want || len(m.Variadic) < s.views {
		return fmt.Errorf("%w: a batch of %d arrays in %d buffers, where its fields need %d in %d",
			ErrMalformed, len(m.Nodes), len(m.Buffers), s.nodes, want)
	}
	return nil
}

// checker returns the check of all messages that follow a schema.
func checker(schema *arrow.Schema, dictIDs []int64) (func(*ipccheck.Message) error, error) {
	var record shape
	record.fields(schema.Fields())
	types := dictionaryTypes(schema)
	if len(types) != len(dictIDs) {
		return nil, fmt.Errorf("%w: %d dictionaries in the metadata and %d in the schema", ErrMalformed, len(dictIDs), len(types))
	}
	dicts := make(map[int64]shape)
	for i, id := range dictIDs {
		var s shape
		s.add(types[i])
		if other, ok := dicts[id]; ok && other != s {
			return nil, fmt.Errorf("%w: dictionary %d of two types", ErrMalformed, id)
		}
		dicts[id] = s
	}
	return func(m *ipccheck.Message) error {
		if m.Kind == ipccheck.RecordMessage {
			return record.check(m)
		}
		s, ok := dicts[m.DictID]
		if !ok {
			return fmt.Errorf("%w: dictionary %d, which no field has", ErrMalformed, m.DictID)
		}
		return s.check(m)
	}, nil
}

// dictionaryTypes returns the value types of a schema's dictionary fields, each
// before those of its children.
func dictionaryTypes(schema *arrow.Schema) []arrow.DataType {
	var types []arrow.DataType
	var walk func(t arrow.DataType)
	walk = func(t arrow.DataType) {
		switch t := t.(type) {
		case arrow.ExtensionType:
			walk(t.StorageType())
		case *arrow.DictionaryType:
			types = append(types, t.ValueType)
			walk(t.ValueType)
		case arrow.NestedType:
			for _, f := range t.Fields() {
				walk(f.Type)
			}
		}
	}
	for _, f := range schema.Fields() {
		walk(f.Type)
	}
	return types
}
