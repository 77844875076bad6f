package rowcodec

import (
	"reflect"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"

	"github.com/parframe/parframe/internal/chunk"
)

// A kind is a class of Go values that become the same column. int and uint have the kind
// of their size, and a user's type has the kind of its underlying type.
type kind uint8

const (
	kindNone kind = iota
	kindBool
	kindInt8
	kindInt16
	kindInt32
	kindInt64
	kindUint8
	kindUint16
	kindUint32
	kindUint64
	kindFloat32
	kindFloat64
	kindString
	kindBytes
	kindTime
	kindDuration
	kindDecimal128
	kindDecimal256
	kindList
	kindStruct
)

// kinds holds the Go name of each kind, and the Arrow type of a column that is made of its
// values. No value changes: a time.Time outside the range of nanoseconds since 1970 is an
// error of its row.
var kinds = [...]struct {
	name string
	typ  arrow.DataType
}{
	kindNone:     {"", nil},
	kindBool:     {"bool", arrow.FixedWidthTypes.Boolean},
	kindInt8:     {"int8", arrow.PrimitiveTypes.Int8},
	kindInt16:    {"int16", arrow.PrimitiveTypes.Int16},
	kindInt32:    {"int32", arrow.PrimitiveTypes.Int32},
	kindInt64:    {"int64", arrow.PrimitiveTypes.Int64},
	kindUint8:    {"uint8", arrow.PrimitiveTypes.Uint8},
	kindUint16:   {"uint16", arrow.PrimitiveTypes.Uint16},
	kindUint32:   {"uint32", arrow.PrimitiveTypes.Uint32},
	kindUint64:   {"uint64", arrow.PrimitiveTypes.Uint64},
	kindFloat32:  {"float32", arrow.PrimitiveTypes.Float32},
	kindFloat64:  {"float64", arrow.PrimitiveTypes.Float64},
	kindString:   {"string", arrow.BinaryTypes.String},
	kindBytes:    {"[]byte", arrow.BinaryTypes.Binary},
	kindTime:     {"time.Time", &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}},
	kindDuration: {"time.Duration", arrow.FixedWidthTypes.Duration_ns},
	// The types of these depend on the field: see Field.column.
	kindDecimal128: {"decimal128.Num", nil},
	kindDecimal256: {"decimal256.Num", nil},
	kindList:       {"a slice", nil},
	kindStruct:     {"a struct", nil},
}

// String returns the Go name of the kind, as errors have it.
func (k kind) String() string { return kinds[k].name }

// A form is how a field represents a missing value.
type form uint8

const (
	FormPlain   form = iota // T: it does not
	formPointer             // *T: nil
	formPair                // Null[T], sql.Null[T], sql.NullString …: Valid is false
)

var (
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	num128Type   = reflect.TypeFor[decimal128.Num]()
	num256Type   = reflect.TypeFor[decimal256.Num]()
	nullPackage  = reflect.TypeFor[Null[int]]().PkgPath()
)

// kindOf returns the kind of a type that is not nullable, or kindNone and the reason.
func kindOf(t reflect.Type) (k kind, why string) {
	switch {
	case t == timeType:
		return kindTime, ""
	case t == durationType:
		return kindDuration, ""
	case t == num128Type:
		return kindDecimal128, ""
	case t == num256Type:
		return kindDecimal256, ""
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return kindBytes, ""
	}
	switch t.Kind() {
	case reflect.Bool:
		return kindBool, ""
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return sized(t, kindInt8), ""
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return sized(t, kindUint8), ""
	case reflect.Float32:
		return kindFloat32, ""
	case reflect.Float64:
		return kindFloat64, ""
	case reflect.String:
		return kindString, ""
	case reflect.Slice:
		return kindList, ""
	case reflect.Struct:
		if isPair(t) {
			return kindNone, "a nullable value within another"
		}
		return kindStruct, ""
	case reflect.Array, reflect.Map:
		return kindNone, "no column has values of this type; use a slice, of structs with the fields key and value for a map"
	}
	return kindNone, "no column has values of this type"
}

// sized returns the kind of an integer type of t's size, in the family of k8, its kind of
// 8 bits.
func sized(t reflect.Type, k8 kind) kind {
	for size := t.Size(); size > 1; size /= 2 {
		k8++
	}
	return k8
}

// isRow reports whether t is a struct whose fields are columns, rather than one value.
func isRow(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t != timeType && t != num128Type && t != num256Type && !isPair(t)
}

// isPair reports whether t is [Null] or a nullable struct of database/sql: a value and a
// bool Valid. database/sql is recognized by its name, so that it is not linked.
func isPair(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || t.NumField() != 2 {
		return false
	}
	if p := t.PkgPath(); p != "database/sql" && p != nullPackage {
		return false
	}
	valid := t.Field(1)
	return valid.Name == "Valid" && valid.Type.Kind() == reflect.Bool
}

// MayMisfit reports whether a column of the type may have a value that a field of the
// kind cannot hold, although [Plan.Bind] accepts the column. Nulls do not count.
func MayMisfit(t arrow.DataType, k kind) bool {
	switch chunk.Physical(t).ID() {
	case arrow.INT64, arrow.UINT64:
		return k == kindFloat64
	case arrow.DURATION, arrow.TIME32, arrow.TIME64:
		return true
	}
	return k == kindList || k == kindStruct
}

// SameMemoryAs reports whether a column of the type stores its values as a Go slice of the
// kind does.
func SameMemoryAs(t arrow.DataType, k kind) bool {
	if k == kindBool || k == kindTime {
		return false
	}
	_, fixed := kinds[k].typ.(arrow.FixedWidthDataType)
	return fixed && chunk.SameType(chunk.Physical(t), kinds[k].typ)
}
