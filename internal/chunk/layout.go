package chunk

import (
	"github.com/apache/arrow/go/v15/arrow"
)

// Layout is the form of a type in memory. Kernels know layouts, not types.
type Layout uint8

const (
	LayoutNull       Layout = iota // nothing
	LayoutBits                     // validity, one bit per row
	LayoutFixed                    // validity, width bytes per row
	LayoutBytes32                  // validity, int32 offsets, bytes
	LayoutBytes64                  // validity, int64 offsets, bytes
	LayoutView                     // validity, headers of 16 bytes, any number of byte buffers
	LayoutList32                   // validity, int32 offsets; one child
	LayoutList64                   // validity, int64 offsets; one child
	LayoutListView32               // validity, int32 offsets, int32 sizes; one child
	LayoutListView64               // validity, int64 offsets, int64 sizes; one child
	LayoutFixedList                // validity; one child, width values per row
	LayoutStruct                   // validity; children
	layoutSparse                   // nothing, type codes; children
	LayoutDense                    // nothing, type codes, int32 offsets; children
	LayoutDict                     // validity, indexes of width bytes; dictionary
	LayoutRuns                     // nothing; children run ends, values
	layoutUnknown                  // a type that came after Arrow v15
)

// Physical returns the storage type of an extension type, and other types as they are.
func Physical(t arrow.DataType) arrow.DataType {
	for {
		ext, ok := t.(arrow.ExtensionType)
		if !ok {
			return t
		}
		t = ext.StorageType()
	}
}

// LayoutOf returns the layout of the type, and the width that goes with it.
func LayoutOf(t arrow.DataType) (l Layout, width int) {
	switch t := Physical(t).(type) {
	case *arrow.NullType:
		return LayoutNull, 0
	case *arrow.BooleanType:
		return LayoutBits, 0
	case *arrow.StringType, *arrow.BinaryType:
		return LayoutBytes32, 0
	case *arrow.LargeStringType, *arrow.LargeBinaryType:
		return LayoutBytes64, 0
	case *arrow.StringViewType, *arrow.BinaryViewType:
		return LayoutView, 0
	case *arrow.ListType, *arrow.MapType:
		return LayoutList32, 0
	case *arrow.LargeListType:
		return LayoutList64, 0
	case *arrow.ListViewType:
		return LayoutListView32, 0
	case *arrow.LargeListViewType:
		return LayoutListView64, 0
	case *arrow.FixedSizeListType:
		return LayoutFixedList, int(t.Len())
	case *arrow.StructType:
		return LayoutStruct, 0
	case *arrow.SparseUnionType:
		return layoutSparse, 0
	case *arrow.DenseUnionType:
		return LayoutDense, 0
	case *arrow.DictionaryType:
		return LayoutDict, t.IndexType.(arrow.FixedWidthDataType).BitWidth() / 8
	case *arrow.RunEndEncodedType:
		return LayoutRuns, 0
	case arrow.FixedWidthDataType:
		return LayoutFixed, t.BitWidth() / 8
	}
	return layoutUnknown, 0
}

// buffers returns the number of buffers of a chunk of the layout, with the one that
// holds nothing. A chunk of views may have more.
func (l Layout) buffers() int {
	switch l {
	case LayoutBits, LayoutFixed, LayoutDict, LayoutView, LayoutList32, LayoutList64, layoutSparse:
		return 2
	case LayoutBytes32, LayoutBytes64, LayoutListView32, LayoutListView64, LayoutDense:
		return 3
	}
	return 1
}

// hasBitmap reports whether the first buffer is a validity bitmap.
func (l Layout) hasBitmap() bool {
	switch l {
	case LayoutNull, layoutSparse, LayoutDense, LayoutRuns, layoutUnknown:
		return false
	}
	return true
}

// ChildTypes returns the types of the children of a nested type.
func ChildTypes(t arrow.DataType) []arrow.DataType {
	nested, ok := Physical(t).(arrow.NestedType)
	if !ok {
		return nil
	}
	fields := nested.Fields()
	types := make([]arrow.DataType, len(fields))
	for i, f := range fields {
		types[i] = f.Type
	}
	return types
}
