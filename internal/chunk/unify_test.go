package chunk_test

import (
	"math"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/float16"

	"github.com/parframe/parframe/internal/chunk"
)

func TestUnify(t *testing.T) {
	p, b, w := arrow.PrimitiveTypes, arrow.BinaryTypes, arrow.FixedWidthTypes
	dict := func(i, v arrow.DataType) arrow.DataType { return &arrow.DictionaryType{IndexType: i, ValueType: v} }
	for _, c := range []struct{ a, b, want arrow.DataType }{
		{p.Int8, p.Int64, p.Int64},
		{p.Uint8, p.Uint32, p.Uint32},
		{p.Uint8, p.Int8, p.Int16},
		{p.Uint8, p.Int16, p.Int16},
		{p.Uint32, p.Int8, p.Int64},
		{p.Uint32, p.Int64, p.Int64},
		{p.Uint64, p.Int64, nil},
		{p.Uint64, p.Int8, nil},
		{w.Float16, p.Float64, p.Float64},
		{p.Float32, p.Float64, p.Float64},
		{p.Int8, w.Float16, w.Float16},
		{p.Int16, w.Float16, p.Float32},
		{p.Int8, p.Float32, p.Float32},
		{p.Uint16, p.Float32, p.Float32},
		{p.Int32, p.Float32, p.Float64},
		{p.Int64, p.Float64, p.Float64},
		{p.Uint64, p.Float32, p.Float64},
		{w.Boolean, p.Int8, nil},
		{p.Int64, b.String, nil},
		{b.String, b.LargeString, b.LargeString},
		{b.Binary, b.LargeBinary, b.LargeBinary},
		{b.String, b.Binary, nil},
		{b.String, b.StringView, nil},
		{arrow.Null, b.StringView, b.StringView},
		{arrow.Null, arrow.Null, arrow.Null},
		{w.Date32, w.Date64, nil},
		{w.Timestamp_ns, &arrow.TimestampType{Unit: arrow.Nanosecond}, nil},
		{w.Timestamp_ns, w.Timestamp_us, nil},
		{&arrow.Decimal128Type{Precision: 5, Scale: 2}, &arrow.Decimal128Type{Precision: 9, Scale: 2}, nil},
		{dict(p.Int8, b.String), dict(p.Int32, b.String), dict(p.Int32, b.String)},
		{dict(p.Int8, b.String), dict(p.Int8, b.String), dict(p.Int8, b.String)},
		{dict(p.Int8, b.String), dict(p.Int8, p.Int64), nil},
		{dict(p.Int8, b.String), b.String, nil},
		{dict(p.Int8, b.String), &arrow.DictionaryType{IndexType: p.Int8, ValueType: b.String, Ordered: true}, nil},
		{arrow.ListOf(p.Int8), arrow.ListOf(p.Int64), arrow.ListOf(p.Int64)},
		{arrow.ListOf(arrow.Null), arrow.ListOfNonNullable(p.Int64), arrow.ListOf(p.Int64)},
		{arrow.ListOfNonNullable(p.Int64), arrow.ListOf(p.Int64), arrow.ListOf(p.Int64)},
		{arrow.LargeListOf(p.Int8), arrow.LargeListOf(p.Float64), arrow.LargeListOf(p.Float64)},
		{arrow.ListViewOf(p.Int8), arrow.ListViewOf(p.Int16), arrow.ListViewOf(p.Int16)},
		{arrow.LargeListViewOf(p.Int8), arrow.LargeListViewOf(p.Int16), arrow.LargeListViewOf(p.Int16)},
		{arrow.FixedSizeListOf(2, p.Int8), arrow.FixedSizeListOf(2, p.Int16), arrow.FixedSizeListOf(2, p.Int16)},
		{arrow.FixedSizeListOf(2, p.Int8), arrow.FixedSizeListOf(3, p.Int8), nil},
		{arrow.ListOf(p.Int8), arrow.LargeListOf(p.Int8), nil},
		{arrow.ListOf(p.Int8), arrow.ListOf(b.String), nil},
		{arrow.MapOf(b.String, p.Int8), arrow.MapOf(b.String, p.Int64), arrow.MapOf(b.String, p.Int64)},
		{arrow.MapOf(b.String, p.Int8), arrow.MapOf(p.Int8, p.Int8), nil},
		{arrow.StructOf(arrow.Field{Name: "a", Type: p.Int8}), arrow.StructOf(arrow.Field{Name: "a", Type: p.Int16, Nullable: true}), arrow.StructOf(arrow.Field{Name: "a", Type: p.Int16, Nullable: true})},
		{arrow.StructOf(arrow.Field{Name: "a", Type: p.Int8}), arrow.StructOf(arrow.Field{Name: "a", Type: p.Int8, Nullable: true}), arrow.StructOf(arrow.Field{Name: "a", Type: p.Int8, Nullable: true})},
		{arrow.StructOf(arrow.Field{Name: "a", Type: p.Int8}), arrow.StructOf(arrow.Field{Name: "b", Type: p.Int8}), nil},
		{arrow.StructOf(arrow.Field{Name: "a", Type: p.Int8}), arrow.StructOf(), nil},
	} {
		for _, got := range []arrow.DataType{chunk.Unify(c.a, c.b), chunk.Unify(c.b, c.a)} {
			if (got == nil) != (c.want == nil) || got != nil && (!chunk.SameType(got, c.want) || got.String() != c.want.String()) {
				t.Errorf("%s and %s make %v, expected %v", c.a, c.b, got, c.want)
			}
		}
	}
}

// A number is a type of numbers: the integers from low to high are exact in it.
type number struct {
	typ       arrow.DataType
	low, high float64
	first     []byte // 0 to 19, as a buffer of the type
}

// numbers lists the integer types and then the float types, from narrow to wide. Unify
// lets float64 stand for all integers.
var numbers = []number{
	{arrow.PrimitiveTypes.Int8, -1 << 7, 1<<7 - 1, first[int8]()},
	{arrow.PrimitiveTypes.Uint8, 0, 1<<8 - 1, first[uint8]()},
	{arrow.PrimitiveTypes.Int16, -1 << 15, 1<<15 - 1, first[int16]()},
	{arrow.PrimitiveTypes.Uint16, 0, 1<<16 - 1, first[uint16]()},
	{arrow.PrimitiveTypes.Int32, -1 << 31, 1<<31 - 1, first[int32]()},
	{arrow.PrimitiveTypes.Uint32, 0, 1<<32 - 1, first[uint32]()},
	{arrow.PrimitiveTypes.Int64, -1 << 63, 1<<63 - 1, first[int64]()},
	{arrow.PrimitiveTypes.Uint64, 0, 1<<64 - 1, first[uint64]()},
	{arrow.FixedWidthTypes.Float16, -1 << 11, 1 << 11, halves()},
	{arrow.PrimitiveTypes.Float32, -1 << 24, 1 << 24, first[float32]()},
	{arrow.PrimitiveTypes.Float64, math.Inf(-1), math.Inf(1), first[float64]()},
}

func first[T chunk.Number]() []byte {
	v := make([]T, 20)
	for i := range v {
		v[i] = T(i)
	}
	return chunk.Bytes(v)
}

func halves() []byte {
	v := make([]float16.Num, 20)
	for i := range v {
		v[i] = float16.New(float32(i))
	}
	return chunk.Bytes(v)
}

// Two types of numbers make the smallest that has the numbers of both, which is of floats
// if one of them is.
func TestUnifyNumbers(t *testing.T) {
	for _, a := range numbers {
		for _, b := range numbers {
			var want arrow.DataType
			for _, c := range numbers {
				float := chunk.IsFloat(a.typ) || chunk.IsFloat(b.typ)
				if want == nil && chunk.IsFloat(c.typ) == float && c.low <= min(a.low, b.low) && c.high >= max(a.high, b.high) {
					want = c.typ
				}
			}
			if got := chunk.Unify(a.typ, b.typ); got != want {
				t.Errorf("%s and %s make %v, expected %v", a.typ, b.typ, got, want)
			}
		}
		for _, other := range []arrow.DataType{arrow.FixedWidthTypes.Boolean, arrow.FixedWidthTypes.Date32, arrow.BinaryTypes.String} {
			if got := chunk.Unify(a.typ, other); got != nil {
				t.Errorf("%s and %s make %v", a.typ, other, got)
			}
		}
	}
}

// A converted chunk has the values of the first, whatever its offset.
func TestConvert(t *testing.T) {
	for _, from := range numbers {
		for _, to := range numbers {
			if chunk.Unify(from.typ, to.typ) != to.typ {
				continue
			}
			c := chunk.New(from.typ, 20, []uint64{1<<20 - 1 - 1<<7}, from.first)
			chunks, err := chunk.Convert(c.Slice(3, 17), to.typ)
			if err != nil || len(chunks) != 1 || chunks[0].Len != 14 {
				t.Fatalf("%s to %s: %v, %v", from.typ, to.typ, chunks, err)
			}
			if err := chunk.Validate(chunks[0]); err != nil {
				t.Fatal(err)
			}
			for i := range 14 {
				got, want := chunks[0].Value(i), any(nil)
				if i != 4 {
					want = chunk.New(to.typ, 20, nil, to.first).Value(i + 3)
				}
				if got != want {
					t.Fatalf("%s to %s: row %d is %v (%T), expected %v (%T)", from.typ, to.typ, i, got, got, want, want)
				}
			}
		}
	}
}
