package frame

import (
	"github.com/apache/arrow/go/v15/arrow"
)

// layout is how a type lies in memory. The kernels know layouts, not types:
// the 41 types of Arrow v15 have 16 layouts.
type layout uint8

const (
	layoutNull       layout = iota // nothing
	layoutBits                     // validity, one bit per row
	layoutFixed                    // validity, width bytes per row
	layoutBytes32                  // validity, int32 offsets, bytes
	layoutBytes64                  // validity, int64 offsets, bytes
	layoutView                     // validity, headers of 16 bytes, any number of byte buffers
	layoutList32                   // validity, int32 offsets; one child
	layoutList64                   // validity, int64 offsets; one child
	layoutListView32               // validity, int32 offsets, int32 sizes; one child
	layoutListView64               // validity, int64 offsets, int64 sizes; one child
	layoutFixedList                // validity; one child, width values per row
	layoutStruct                   // validity; children
	layoutSparse                   // nothing, type codes; children
	layoutDense                    // nothing, type codes, int32 offsets; children
	layoutDict                     // validity, indexes of width bytes; dictionary
	layoutRuns                     // nothing; children run ends, values
	layoutUnknown                  // a type that came after Arrow v15
)

// physical strips extension types: their buffers are those of the storage.
func physical(t arrow.DataType) arrow.DataType {
	for {
		ext, ok := t.(arrow.ExtensionType)
		if !ok {
			return t
		}
		t = ext.StorageType()
	}
}

// layoutOf returns the layout of the type, and the width that goes with it.
func layoutOf(t arrow.DataType) (l layout, width int) {
	switch t := physical(t).(type) {
	case *arrow.NullType:
		return layoutNull, 0
	case *arrow.BooleanType:
		return layoutBits, 0
	case *arrow.StringType, *arrow.BinaryType:
		return layoutBytes32, 0
	case *arrow.LargeStringType, *arrow.LargeBinaryType:
		return layoutBytes64, 0
	case *arrow.StringViewType, *arrow.BinaryViewType:
		return layoutView, 0
	case *arrow.ListType, *arrow.MapType:
		return layoutList32, 0
	case *arrow.LargeListType:
		return layoutList64, 0
	case *arrow.ListViewType:
		return layoutListView32, 0
	case *arrow.LargeListViewType:
		return layoutListView64, 0
	case *arrow.FixedSizeListType:
		return layoutFixedList, int(t.Len())
	case *arrow.StructType:
		return layoutStruct, 0
	case *arrow.SparseUnionType:
		return layoutSparse, 0
	case *arrow.DenseUnionType:
		return layoutDense, 0
	case *arrow.DictionaryType:
		return layoutDict, t.IndexType.(arrow.FixedWidthDataType).BitWidth() / 8
	case *arrow.RunEndEncodedType:
		return layoutRuns, 0
	case arrow.FixedWidthDataType:
		return layoutFixed, t.BitWidth() / 8
	}
	return layoutUnknown, 0
}

// buffers returns how many buffers a chunk of the layout has, a "nothing"
// counted; a view may have more.
func (l layout) buffers() int {
	switch l {
	case layoutBits, layoutFixed, layoutDict, layoutView, layoutList32, layoutList64, layoutSparse:
		return 2
	case layoutBytes32, layoutBytes64, layoutListView32, layoutListView64, layoutDense:
		return 3
	}
	return 1
}

// hasBitmap says whether the first buffer is a validity bitmap.
func (l layout) hasBitmap() bool {
	switch l {
	case layoutNull, layoutSparse, layoutDense, layoutRuns, layoutUnknown:
		return false
	}
	return true
}

// childTypes returns the types of the children of a nested type.
func childTypes(t arrow.DataType) []arrow.DataType {
	nested, ok := physical(t).(arrow.NestedType)
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
