package chunk

import (
	"github.com/apache/arrow/go/v15/arrow"
)

// Unify returns the type that holds the values of both types without a change, by the
// rules in the documentation of frame.Concat, or nil if there is none.
func Unify(a, b arrow.DataType) arrow.DataType {
	switch {
	case identicalType(a, b), b.ID() == arrow.NULL:
		return a
	case a.ID() == arrow.NULL:
		return b
	}
	if t := unifyNumbers(a, b); t != nil {
		return t
	}
	if t := unifyNested(a, b); t != nil {
		return t
	}
	if a, ok := a.(*arrow.DictionaryType); ok {
		b, ok := b.(*arrow.DictionaryType)
		if !ok || a.Ordered != b.Ordered || !SameType(a.ValueType, b.ValueType) {
			return nil
		}
		if index := unifyNumbers(a.IndexType, b.IndexType); index != nil {
			return &arrow.DictionaryType{IndexType: index, ValueType: a.ValueType, Ordered: a.Ordered}
		}
		return a
	}
	switch {
	case SameType(a, b):
		return a
	case isText(a) && isText(b):
		return arrow.BinaryTypes.LargeString
	case isBinary(a) && isBinary(b):
		return arrow.BinaryTypes.LargeBinary
	}
	return nil
}

func isText(t arrow.DataType) bool {
	return t.ID() == arrow.STRING || t.ID() == arrow.LARGE_STRING
}

func isBinary(t arrow.DataType) bool {
	return t.ID() == arrow.BINARY || t.ID() == arrow.LARGE_BINARY
}

// numberBits returns the width of a type of integers or floats, whether it has a sign
// and whether it is of floats. For other types bits is 0.
func numberBits(t arrow.DataType) (bits int, signed, float bool) {
	switch t.ID() {
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64:
		return t.(arrow.FixedWidthDataType).BitWidth(), true, false
	case arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64:
		return t.(arrow.FixedWidthDataType).BitWidth(), false, false
	case arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64:
		return t.(arrow.FixedWidthDataType).BitWidth(), true, true
	}
	return 0, false, false
}

func unifyNumbers(a, b arrow.DataType) arrow.DataType {
	m, signed, float := numberBits(a)
	n, signed2, float2 := numberBits(b)
	switch {
	case m == 0 || n == 0 || m == n && signed == signed2 && float == float2:
		return nil
	case float || float2:
		// A float holds the integers of half its width: float32 those of 16 bits.
		if !float {
			m = min(2*m, 64)
		}
		if !float2 {
			n = min(2*n, 64)
		}
		return floatTypes[max(m, n)]
	case signed == signed2 && signed:
		return signedTypes[max(m, n)]
	case signed == signed2:
		return unsignedTypes[max(m, n)]
	case signed:
		return signedTypes[max(m, 2*n)]
	}
	return signedTypes[max(2*m, n)] // none of 128 bits
}

var (
	signedTypes = map[int]arrow.DataType{
		8: arrow.PrimitiveTypes.Int8, 16: arrow.PrimitiveTypes.Int16, 32: arrow.PrimitiveTypes.Int32, 64: arrow.PrimitiveTypes.Int64,
	}
	unsignedTypes = map[int]arrow.DataType{
		8: arrow.PrimitiveTypes.Uint8, 16: arrow.PrimitiveTypes.Uint16, 32: arrow.PrimitiveTypes.Uint32, 64: arrow.PrimitiveTypes.Uint64,
	}
	floatTypes = map[int]arrow.DataType{
		16: arrow.FixedWidthTypes.Float16, 32: arrow.PrimitiveTypes.Float32, 64: arrow.PrimitiveTypes.Float64,
	}
)

// unifyNested unifies the inner types of lists, maps and structs of one shape.
func unifyNested(a, b arrow.DataType) arrow.DataType {
	if a.ID() != b.ID() {
		return nil
	}
	switch a := a.(type) {
	case *arrow.ListType:
		return relist(a, b, func(f arrow.Field) arrow.DataType { return arrow.ListOfField(f) })
	case *arrow.LargeListType:
		return relist(a, b, func(f arrow.Field) arrow.DataType { return arrow.LargeListOfField(f) })
	case *arrow.ListViewType:
		return relist(a, b, func(f arrow.Field) arrow.DataType { return arrow.ListViewOfField(f) })
	case *arrow.LargeListViewType:
		return relist(a, b, func(f arrow.Field) arrow.DataType { return arrow.LargeListViewOfField(f) })
	case *arrow.FixedSizeListType:
		if a.Len() != b.(*arrow.FixedSizeListType).Len() {
			return nil
		}
		return relist(a, b, func(f arrow.Field) arrow.DataType { return arrow.FixedSizeListOfField(a.Len(), f) })
	case *arrow.MapType:
		b := b.(*arrow.MapType)
		key, item := unifyField(a.KeyField(), b.KeyField()), unifyField(a.ItemField(), b.ItemField())
		if a.KeysSorted != b.KeysSorted || key.Type == nil || item.Type == nil {
			return nil
		}
		t := arrow.MapOfWithMetadata(key.Type, key.Metadata, item.Type, item.Metadata)
		t.KeysSorted = a.KeysSorted
		t.SetItemNullable(item.Nullable)
		return t
	case *arrow.StructType:
		fields, others := a.Fields(), b.(*arrow.StructType).Fields()
		if len(fields) != len(others) {
			return nil
		}
		for i := range fields {
			if fields[i].Name != others[i].Name {
				return nil
			}
			if fields[i] = unifyField(fields[i], others[i]); fields[i].Type == nil {
				return nil
			}
		}
		return arrow.StructOf(fields...)
	}
	return nil
}

func relist(a, b arrow.DataType, of func(arrow.Field) arrow.DataType) arrow.DataType {
	elem := unifyField(a.(arrow.ListLikeType).ElemField(), b.(arrow.ListLikeType).ElemField())
	if elem.Type == nil {
		return nil
	}
	return of(elem)
}

// unifyField returns a with the type that holds the values of both, or with no type.
func unifyField(a, b arrow.Field) arrow.Field {
	null := a.Type.ID() == arrow.NULL || b.Type.ID() == arrow.NULL
	a.Type = Unify(a.Type, b.Type)
	a.Nullable = a.Nullable || b.Nullable || null
	return a
}
