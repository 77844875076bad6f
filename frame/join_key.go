package frame

import (
	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// keyValueType is the type of the values that a key stands for.
func keyValueType(t arrow.DataType) arrow.DataType {
	for {
		switch u := chunk.Physical(t).(type) {
		case *arrow.DictionaryType:
			t = u.ValueType
		case *arrow.RunEndEncodedType:
			t = u.Encoded()
		default:
			return u
		}
	}
}

// textKeys says whether the keys are kept as texts.
func textKeys(t arrow.DataType) bool { return shapeOf(keyValueType(t)).isText() }

// keysFit says whether keys of the two types can be compared: equal values
// are equal words, or equal bytes.
func keysFit(a, b arrow.DataType) bool {
	a, b = keyValueType(a), keyValueType(b)
	if chunk.SameType(a, b) || a.ID() == arrow.NULL || b.ID() == arrow.NULL {
		return true
	}
	x, y := keyFamily(a), keyFamily(b)
	return x == y && x != familyNone || x+y == familySigned+familySmall || x+y == familySmall+familyWide
}

type family uint8

const (
	familyNone   family = 0
	familySigned family = 1  // signed integers
	familySmall  family = 2  // unsigned ones that an int64 holds
	familyWide   family = 4  // uint64
	familyText   family = 16 // text of any layout
	familyBinary family = 32
)

func keyFamily(t arrow.DataType) family {
	switch t.ID() {
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64:
		return familySigned
	case arrow.UINT8, arrow.UINT16, arrow.UINT32:
		return familySmall
	case arrow.UINT64:
		return familyWide
	case arrow.STRING, arrow.LARGE_STRING, arrow.STRING_VIEW:
		return familyText
	case arrow.BINARY, arrow.LARGE_BINARY, arrow.BINARY_VIEW:
		return familyBinary
	}
	return familyNone
}
