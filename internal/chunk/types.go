package chunk

import (
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
)

// SameType reports whether two types have the same values. The names of list elements,
// metadata, and whether inner fields are declared nullable do not count. It is what
// arrow.TypeEqual is meant to be: in v15 that compares large lists, list views and
// dictionaries with reflect.DeepEqual, which sees even a time zone that was looked up.
func SameType(a, b arrow.DataType) bool { return equalTypes(a, b, true, false) }

// identicalType is [SameType], and the same inner fields must be declared nullable.
func identicalType(a, b arrow.DataType) bool { return equalTypes(a, b, true, true) }

// sameMemory is [SameType] for any names of inner fields, which Arrow Go does not keep
// up in the children of arrays.
func sameMemory(a, b arrow.DataType) bool { return equalTypes(a, b, false, false) }

func equalTypes(a, b arrow.DataType, names, nullable bool) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.ID() != b.ID() {
		return false
	}
	same := func(a, b arrow.DataType) bool { return equalTypes(a, b, names, nullable) }
	elem := func(a, b arrow.Field) bool { return (!nullable || a.Nullable == b.Nullable) && same(a.Type, b.Type) }
	named := func(a, b arrow.Field) bool { return (!names || a.Name == b.Name) && elem(a, b) }
	switch a := a.(type) {
	case arrow.ExtensionType:
		b, ok := b.(arrow.ExtensionType)
		return ok && a.ExtensionEquals(b)
	case *arrow.DictionaryType:
		b := b.(*arrow.DictionaryType)
		return a.Ordered == b.Ordered && same(a.IndexType, b.IndexType) && same(a.ValueType, b.ValueType)
	case *arrow.MapType:
		b := b.(*arrow.MapType)
		return a.KeysSorted == b.KeysSorted && elem(a.KeyField(), b.KeyField()) && elem(a.ItemField(), b.ItemField())
	case *arrow.FixedSizeListType:
		b := b.(*arrow.FixedSizeListType)
		return a.Len() == b.Len() && elem(a.ElemField(), b.ElemField())
	case arrow.ListLikeType:
		return elem(a.ElemField(), b.(arrow.ListLikeType).ElemField())
	case arrow.UnionType:
		b := b.(arrow.UnionType)
		return slices.Equal(a.TypeCodes(), b.TypeCodes()) && slices.EqualFunc(a.Fields(), b.Fields(), named)
	case *arrow.StructType:
		return slices.EqualFunc(a.Fields(), b.(*arrow.StructType).Fields(), named)
	case *arrow.RunEndEncodedType:
		b := b.(*arrow.RunEndEncodedType)
		return same(a.RunEnds(), b.RunEnds()) && same(a.Encoded(), b.Encoded())
	}
	return arrow.TypeEqual(a, b)
}

// IsFloat reports whether the type is of floats.
func IsFloat(t arrow.DataType) bool {
	switch Physical(t).ID() {
	case arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64:
		return true
	}
	return false
}
