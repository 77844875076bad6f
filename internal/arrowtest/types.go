// Package arrowtest makes Arrow arrays of every type for tests: with random values, nulls
// at all levels, arbitrary bytes below the nulls, and offsets into buffers that hold more
// rows than the array. It also reads arrays row by row with Arrow's own accessors, as an
// oracle for code that works on buffers.
package arrowtest

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// Case is a type, and its name for a subtest.
type Case struct {
	Name string
	Type arrow.DataType
}

// Types returns the types of Arrow v15: flat types in all their units, and nested types
// with children of various layouts.
func Types() []Case {
	str, i64, i32 := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Int32
	fields := []arrow.Field{
		{Name: "a", Type: i32, Nullable: true}, {Name: "b", Type: str, Nullable: true}, {Name: "c", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
	}
	codes := []arrow.UnionTypeCode{5, 2, 9}
	dict := func(index, value arrow.DataType) arrow.DataType {
		return &arrow.DictionaryType{IndexType: index, ValueType: value}
	}
	strct := arrow.StructOf(fields...)
	cases := flat()
	for _, t := range []arrow.DataType{
		arrow.ListOf(i64), arrow.ListOf(str), arrow.ListOf(arrow.ListOf(i32)), arrow.ListOf(strct), arrow.ListOf(arrow.FixedWidthTypes.Boolean), arrow.ListOf(arrow.Null),
		arrow.LargeListOf(str), arrow.LargeListOf(arrow.BinaryTypes.LargeString),
		arrow.ListViewOf(i32), arrow.ListViewOf(str), arrow.LargeListViewOf(str), arrow.ListViewOf(strct),
		arrow.FixedSizeListOf(3, arrow.PrimitiveTypes.Int16), arrow.FixedSizeListOf(2, str), arrow.FixedSizeListOf(3, arrow.FixedWidthTypes.Boolean),
		arrow.MapOf(str, i64), arrow.MapOf(i32, arrow.ListOf(str)),
		strct, arrow.StructOf(), arrow.StructOf(arrow.Field{Name: "s", Type: strct, Nullable: true}, arrow.Field{Name: "l", Type: arrow.ListOf(i64), Nullable: true}, arrow.Field{Name: "n", Type: arrow.Null, Nullable: true}),
		dict(arrow.PrimitiveTypes.Int8, str), dict(i32, i64), dict(arrow.PrimitiveTypes.Uint16, arrow.BinaryTypes.Binary), dict(arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Float64),
		dict(i64, strct), dict(arrow.PrimitiveTypes.Uint8, arrow.ListOf(i32)), dict(arrow.PrimitiveTypes.Uint32, arrow.BinaryTypes.LargeString),
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint64, ValueType: str, Ordered: true},
		arrow.ListOf(dict(arrow.PrimitiveTypes.Int8, str)), arrow.StructOf(arrow.Field{Name: "d", Type: dict(arrow.PrimitiveTypes.Int16, str), Nullable: true}),
		NewTagged(&arrow.FixedSizeBinaryType{ByteWidth: 16}), NewTagged(arrow.ListOf(str)), NewTagged(dict(arrow.PrimitiveTypes.Int8, str)), arrow.ListOf(NewTagged(i64)),
		arrow.SparseUnionOf(fields, codes), arrow.DenseUnionOf(fields, codes), arrow.ListOf(arrow.DenseUnionOf(fields, codes)), arrow.StructOf(arrow.Field{Name: "u", Type: arrow.SparseUnionOf(fields, codes)}),
		arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int16, i64), arrow.RunEndEncodedOf(i32, str), arrow.RunEndEncodedOf(i64, strct), arrow.ListOf(arrow.RunEndEncodedOf(i32, str)),
	} {
		cases = append(cases, Case{t.String(), t})
	}
	return cases
}

// EachType runs fn as a subtest for every type of [Types], with a generator whose
// seed is the type's number.
func EachType(t *testing.T, fn func(t *testing.T, typ arrow.DataType, g *Gen)) {
	t.Helper()
	for i, c := range Types() {
		t.Run(c.Name, func(t *testing.T) { fn(t, c.Type, Rand(uint64(i))) })
	}
}

// flat returns the types without children.
func flat() []Case {
	types := []arrow.DataType{
		arrow.Null, arrow.FixedWidthTypes.Boolean,
		arrow.BinaryTypes.String, arrow.BinaryTypes.Binary, arrow.BinaryTypes.LargeString, arrow.BinaryTypes.LargeBinary, arrow.BinaryTypes.StringView, arrow.BinaryTypes.BinaryView,
		&arrow.FixedSizeBinaryType{ByteWidth: 3}, &arrow.FixedSizeBinaryType{ByteWidth: 16},
		&arrow.Decimal128Type{Precision: 20, Scale: 4}, &arrow.Decimal256Type{Precision: 50, Scale: 7},
		arrow.FixedWidthTypes.Float16, arrow.FixedWidthTypes.MonthInterval, arrow.FixedWidthTypes.DayTimeInterval, arrow.FixedWidthTypes.MonthDayNanoInterval,
		arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64,
		arrow.FixedWidthTypes.Time32s, arrow.FixedWidthTypes.Time32ms, arrow.FixedWidthTypes.Time64us, arrow.FixedWidthTypes.Time64ns,
	}
	types = append(types,
		arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64,
		arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64,
		arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64)
	for _, unit := range []arrow.TimeUnit{arrow.Second, arrow.Millisecond, arrow.Microsecond, arrow.Nanosecond} {
		types = append(types, &arrow.DurationType{Unit: unit}, &arrow.TimestampType{Unit: unit}, &arrow.TimestampType{Unit: unit, TimeZone: "Asia/Kolkata"})
	}
	cases := make([]Case, len(types))
	for i, t := range types {
		cases[i] = Case{t.String(), t}
	}
	return cases
}

// Tagged is an extension type over any storage. [Register] registers it for Arrow's IPC
// reader.
type Tagged struct{ arrow.ExtensionBase }

// NewTagged returns the extension type over the storage.
func NewTagged(storage arrow.DataType) *Tagged {
	return &Tagged{arrow.ExtensionBase{Storage: storage}}
}

// TaggedArray is an array of a [Tagged] type.
type TaggedArray struct{ array.ExtensionArrayBase }

// ValueStr returns the text of row i of the storage.
func (a *TaggedArray) ValueStr(i int) string { return a.Storage().ValueStr(i) }

// ArrayType implements arrow.ExtensionType.
func (*Tagged) ArrayType() reflect.Type { return reflect.TypeFor[TaggedArray]() }

// ExtensionName implements arrow.ExtensionType.
func (t *Tagged) ExtensionName() string { return "parframe.tagged" }

// Serialize implements arrow.ExtensionType.
func (t *Tagged) Serialize() string { return "tag" }

// String implements arrow.DataType.
func (t *Tagged) String() string { return fmt.Sprintf("tagged<%s>", t.Storage) }

// ExtensionEquals implements arrow.ExtensionType.
func (t *Tagged) ExtensionEquals(o arrow.ExtensionType) bool {
	u, ok := o.(*Tagged)
	return ok && arrow.TypeEqual(t.Storage, u.Storage)
}

// Deserialize implements arrow.ExtensionType.
func (*Tagged) Deserialize(storage arrow.DataType, data string) (arrow.ExtensionType, error) {
	if data != "tag" {
		return nil, fmt.Errorf("not tagged: %q", data)
	}
	return NewTagged(storage), nil
}

// Register registers [Tagged] with Arrow, and returns the function that unregisters it. It
// panics if the type is registered already.
func Register() (unregister func()) {
	if err := arrow.RegisterExtensionType(NewTagged(arrow.Null)); err != nil {
		panic(err)
	}
	return func() { _ = arrow.UnregisterExtensionType("parframe.tagged") }
}
