package chunk

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
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
		{arrow.StructOf(arrow.Field{Name: "a", Type: p.Int8}), arrow.StructOf(arrow.Field{Name: "b", Type: p.Int8}), nil},
		{arrow.StructOf(arrow.Field{Name: "a", Type: p.Int8}), arrow.StructOf(), nil},
	} {
		for _, got := range []arrow.DataType{Unify(c.a, c.b), Unify(c.b, c.a)} {
			if (got == nil) != (c.want == nil) || got != nil && !identicalType(got, c.want) {
				t.Errorf("%s and %s make %v, expected %v", c.a, c.b, got, c.want)
			}
		}
	}
}

// The type of a number says how many bits it has, and of which kind.
func TestNumberBits(t *testing.T) {
	for _, c := range []struct {
		typ           arrow.DataType
		bits          int
		signed, float bool
	}{
		{arrow.PrimitiveTypes.Int8, 8, true, false}, {arrow.PrimitiveTypes.Int64, 64, true, false},
		{arrow.PrimitiveTypes.Uint16, 16, false, false}, {arrow.PrimitiveTypes.Uint32, 32, false, false},
		{arrow.FixedWidthTypes.Float16, 16, true, true}, {arrow.PrimitiveTypes.Float64, 64, true, true},
		{arrow.FixedWidthTypes.Boolean, 0, false, false}, {arrow.FixedWidthTypes.Date32, 0, false, false}, {arrow.BinaryTypes.String, 0, false, false},
	} {
		if bits, signed, float := numberBits(c.typ); bits != c.bits || signed != c.signed || float != c.float {
			t.Errorf("%s: %d bits, signed %t, float %t", c.typ, bits, signed, float)
		}
	}
}

// A converted chunk has the values of the first, whatever its offset.
func TestConvert(t *testing.T) {
	p := arrow.PrimitiveTypes
	numbers := []arrow.DataType{p.Int8, p.Int16, p.Int32, p.Int64, p.Uint8, p.Uint16, p.Uint32, p.Uint64, arrow.FixedWidthTypes.Float16, p.Float32, p.Float64}
	for _, from := range numbers {
		for _, to := range numbers {
			if !identicalType(Unify(from, to), to) {
				continue
			}
			c := New(from, 20, []uint64{1<<20 - 1 - 1<<7}, numberBytes(from, 20))
			chunks, err := Convert(c.Slice(3, 17), to)
			if err != nil || len(chunks) != 1 || chunks[0].Len != 14 {
				t.Fatalf("%s to %s: %v, %v", from, to, chunks, err)
			}
			if err := Validate(chunks[0]); err != nil {
				t.Fatal(err)
			}
			for i := range 14 {
				got, want := chunks[0].Value(i), any(nil)
				if i != 4 {
					want = New(to, 20, nil, numberBytes(to, 20)).Value(i + 3)
				}
				if got != want {
					t.Fatalf("%s to %s: row %d is %v (%T), expected %v (%T)", from, to, i, got, got, want, want)
				}
			}
		}
	}
}

// numberBytes returns the numbers 0 to n as a buffer of the type.
func numberBytes(typ arrow.DataType, n int) []byte {
	ints, floats := make([]int64, n), make([]float64, n)
	for i := range n {
		ints[i], floats[i] = int64(i), float64(i)
	}
	if IsFloat(typ) {
		return floatBytes(typ, floats)
	}
	return intBytes(typ, ints)
}
