package arrowtest

import (
	"fmt"
	"math"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// Rows returns a text for each row of the arrays. Rows of one type have the same text if and
// only if they have the same value: floats are compared by their bits, and a null equals no
// value. A dictionary code, a run and a view have the text of their value.
func Rows(arrays ...arrow.Array) []string {
	rows := []string{}
	for _, a := range arrays {
		for i := range a.Len() {
			rows = append(rows, Text(a, i))
		}
	}
	return rows
}

// Text returns the text of row i; see [Rows]. It panics for an array of a type that it does
// not support.
func Text(a arrow.Array, i int) string {
	if a.IsNull(i) || a.DataType().ID() == arrow.NULL {
		return "null"
	}
	switch a := a.(type) {
	case *array.Boolean:
		return fmt.Sprint(a.Value(i))
	case *array.Float16:
		return fmt.Sprintf("f%04x", a.Value(i).Uint16())
	case *array.Float32:
		return fmt.Sprintf("f%08x", math.Float32bits(a.Value(i)))
	case *array.Float64:
		return fmt.Sprintf("f%016x", math.Float64bits(a.Value(i)))
	case *array.String:
		return fmt.Sprintf("%q", a.Value(i))
	case *array.LargeString:
		return fmt.Sprintf("%q", a.Value(i))
	case *array.StringView:
		return fmt.Sprintf("%q", a.Value(i))
	case *array.Binary:
		return fmt.Sprintf("%q", a.Value(i))
	case *array.LargeBinary:
		return fmt.Sprintf("%q", a.Value(i))
	case *array.BinaryView:
		return fmt.Sprintf("%q", a.Value(i))
	case *array.FixedSizeBinary:
		return fmt.Sprintf("%q", a.Value(i))
	case *array.Dictionary:
		return Text(a.Dictionary(), a.GetValueIndex(i))
	case array.ExtensionArray:
		return Text(a.Storage(), i)
	case *array.Struct:
		var b strings.Builder
		for k := range a.NumField() {
			fmt.Fprintf(&b, "%s:%s,", a.DataType().(*arrow.StructType).Field(k).Name, Text(a.Field(k), i))
		}
		return "{" + b.String() + "}"
	case array.ListLike:
		var b strings.Builder
		from, to := a.ValueOffsets(i)
		for k := from; k < to; k++ {
			b.WriteString(Text(a.ListValues(), int(k)) + ",")
		}
		return "[" + b.String() + "]"
	case *array.SparseUnion:
		return fmt.Sprintf("%d=%s", a.TypeCode(i), Text(a.Field(a.ChildID(i)), i))
	case *array.DenseUnion:
		return fmt.Sprintf("%d=%s", a.TypeCode(i), Text(a.Field(a.ChildID(i)), int(a.ValueOffset(i))))
	case *array.RunEndEncoded:
		return Text(a.Values(), a.GetPhysicalIndex(i))
	}
	return number(a, i)
}

// number returns the text of a number, date, time or interval.
func number(a arrow.Array, i int) string {
	switch a := a.(type) {
	case *array.Int8:
		return fmt.Sprint(a.Value(i))
	case *array.Int16:
		return fmt.Sprint(a.Value(i))
	case *array.Int32:
		return fmt.Sprint(a.Value(i))
	case *array.Int64:
		return fmt.Sprint(a.Value(i))
	case *array.Uint8:
		return fmt.Sprint(a.Value(i))
	case *array.Uint16:
		return fmt.Sprint(a.Value(i))
	case *array.Uint32:
		return fmt.Sprint(a.Value(i))
	case *array.Uint64:
		return fmt.Sprint(a.Value(i))
	case *array.Date32:
		return fmt.Sprint(int32(a.Value(i)))
	case *array.Date64:
		return fmt.Sprint(int64(a.Value(i)))
	case *array.Time32:
		return fmt.Sprint(int32(a.Value(i)))
	case *array.Time64:
		return fmt.Sprint(int64(a.Value(i)))
	case *array.Timestamp:
		return fmt.Sprint(int64(a.Value(i)))
	case *array.Duration:
		return fmt.Sprint(int64(a.Value(i)))
	case *array.MonthInterval:
		return fmt.Sprint(int32(a.Value(i)))
	case *array.DayTimeInterval:
		return fmt.Sprint(a.Value(i))
	case *array.MonthDayNanoInterval:
		return fmt.Sprint(a.Value(i))
	case *array.Decimal128:
		return fmt.Sprint(a.Value(i).BigInt())
	case *array.Decimal256:
		return fmt.Sprint(a.Value(i).BigInt())
	}
	panic(fmt.Sprintf("arrowtest: no text for an array of %s", a.DataType()))
}
