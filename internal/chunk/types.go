package chunk

import (
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
)

// SameType says whether two types are the same for all that their values are
// concerned: what lists call their elements, metadata, and what is declared
// nullable inside do not count. It is what arrow.TypeEqual is meant to be: that
// one compares large lists, list views and dictionaries with
// reflect.DeepEqual, which sees even a time zone that somebody has looked up.
func SameType(a, b arrow.DataType) bool { return equalTypes(a, b, true, false) }

// IdenticalType is SameType, and the same fields inside are declared nullable.
func IdenticalType(a, b arrow.DataType) bool { return equalTypes(a, b, true, true) }

// SameMemory is SameType for any names of fields inside: Arrow Go is careless
// with them in the children of arrays.
func SameMemory(a, b arrow.DataType) bool { return equalTypes(a, b, false, false) }

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

func IsFloat(t arrow.DataType) bool {
	switch Physical(t).ID() {
	case arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64:
		return true
	}
	return false
}
