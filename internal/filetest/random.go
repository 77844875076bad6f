// Package filetest makes test data for formats: Arrow arrays of every type with
// values that a file can hold (text is UTF-8, decimals keep to their precision, dates
// are whole days), and the files of a corpus, sound and damaged.
package filetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/apache/arrow/go/v15/arrow/float16"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Flat lists the types without children, with their parameters varied.
func Flat() []arrow.DataType {
	types := []arrow.DataType{
		arrow.Null, arrow.FixedWidthTypes.Boolean,
		arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64,
		arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64,
		arrow.FixedWidthTypes.Float16, arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64,
		arrow.BinaryTypes.String, arrow.BinaryTypes.LargeString, arrow.BinaryTypes.Binary, arrow.BinaryTypes.LargeBinary,
		arrow.BinaryTypes.StringView, arrow.BinaryTypes.BinaryView,
		&arrow.FixedSizeBinaryType{ByteWidth: 3}, &arrow.FixedSizeBinaryType{ByteWidth: 16},
		arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64,
		arrow.FixedWidthTypes.MonthInterval, arrow.FixedWidthTypes.DayTimeInterval, arrow.FixedWidthTypes.MonthDayNanoInterval,
	}
	for _, u := range []arrow.TimeUnit{arrow.Second, arrow.Millisecond, arrow.Microsecond, arrow.Nanosecond} {
		types = append(types, &arrow.DurationType{Unit: u})
		for _, z := range []string{"", "UTC", "America/New_York"} {
			types = append(types, &arrow.TimestampType{Unit: u, TimeZone: z})
		}
	}
	types = append(types, arrow.FixedWidthTypes.Time32s, arrow.FixedWidthTypes.Time32ms, arrow.FixedWidthTypes.Time64us, arrow.FixedWidthTypes.Time64ns)
	for _, p := range []int32{1, 9, 10, 18, 19, 38} {
		types = append(types, &arrow.Decimal128Type{Precision: p, Scale: p / 2})
	}
	for _, p := range []int32{5, 38, 39, 76} {
		types = append(types, &arrow.Decimal256Type{Precision: p, Scale: p / 3})
	}
	return types
}

// Nested lists types with children, some of them deep.
func Nested() []arrow.DataType {
	str, i64, f64 := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Float64
	st := arrow.StructOf(
		arrow.Field{Name: "a", Type: i64, Nullable: true},
		arrow.Field{Name: "b", Type: str},
		arrow.Field{Name: "c", Type: arrow.ListOf(f64), Nullable: true},
	)
	required := arrow.MapOf(str, i64)
	required.SetItemNullable(false)
	return []arrow.DataType{
		arrow.ListOf(i64), arrow.ListOf(str), arrow.ListOfNonNullable(arrow.FixedWidthTypes.Boolean),
		arrow.LargeListOf(str), arrow.FixedSizeListOf(3, i64), arrow.FixedSizeListOfNonNullable(2, str),
		arrow.StructOf(arrow.Field{Name: "x", Type: f64}), st,
		arrow.ListOf(st), arrow.ListOf(arrow.ListOf(arrow.ListOf(i64))),
		arrow.MapOf(str, f64), required, arrow.MapOf(i64, arrow.ListOf(st)),
		arrow.StructOf(arrow.Field{Name: "m", Type: arrow.MapOf(str, st), Nullable: true}, arrow.Field{Name: "n", Type: arrow.Null, Nullable: true}),
		arrow.ListOf(arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Float32)),
		arrow.StructOf(arrow.Field{Name: "s", Type: arrow.StructOf(arrow.Field{Name: "t", Type: arrow.StructOf(arrow.Field{Name: "u", Type: i64, Nullable: true}), Nullable: true})}),
	}
}

// Dictionaries lists dictionary types.
func Dictionaries() []arrow.DataType {
	p := arrow.PrimitiveTypes
	of := func(i, v arrow.DataType) arrow.DataType { return &arrow.DictionaryType{IndexType: i, ValueType: v} }
	return []arrow.DataType{
		of(p.Int8, arrow.BinaryTypes.String), of(p.Uint8, arrow.BinaryTypes.String), of(p.Int16, arrow.BinaryTypes.Binary),
		of(p.Int32, p.Int64), of(p.Uint32, p.Float64), of(p.Int64, arrow.FixedWidthTypes.Timestamp_us),
		of(p.Int32, &arrow.FixedSizeBinaryType{ByteWidth: 5}), of(p.Uint16, arrow.FixedWidthTypes.Date32),
		of(p.Int32, &arrow.Decimal128Type{Precision: 20, Scale: 3}),
	}
}

// Random returns an array of n values, of which about the given share is null.
// Values repeat often, and extremes occur.
func Random(r *rand.Rand, t arrow.DataType, n int, nulls float64) arrow.Array {
	b := array.NewBuilder(memory.DefaultAllocator, t)
	defer b.Release()
	for range n {
		appendRandom(r, b, t, nulls, t)
	}
	a := b.NewArray()
	if d := a.Data(); !arrow.TypeEqual(a.DataType(), t) { // builders forget that elements are not nullable
		return array.MakeFromData(array.NewData(t, d.Len(), d.Buffers(), d.Children(), d.NullN(), d.Offset()))
	}
	return a
}

var words = []string{"", "a", "ä", "日本", "parquet", strings.Repeat("long ", 5), "JFK", "LAX", "\x00", "🙂🙂🙂🙂", "twelve bytes", "thirteen byte"}

func word(r *rand.Rand) string {
	if r.IntN(4) == 0 {
		return fmt.Sprint("w", r.IntN(2000))
	}
	return words[r.IntN(len(words))]
}

// number draws an integer of the given number of bits.
func number(r *rand.Rand, bits int) int64 {
	switch r.IntN(5) {
	case 0:
		return math.MinInt64 >> (64 - bits)
	case 1:
		return math.MaxInt64 >> (64 - bits)
	case 2:
		return int64(r.Uint64()) >> (64 - bits)
	}
	return int64(r.IntN(20)) - 10
}

func appendRandom(r *rand.Rand, b array.Builder, t arrow.DataType, nulls float64, top arrow.DataType) {
	if t.ID() == arrow.NULL || r.Float64() < nulls {
		b.AppendNull()
		return
	}
	switch b := b.(type) {
	case *array.BooleanBuilder:
		b.Append(r.IntN(2) == 0)
	case *array.Int8Builder:
		b.Append(int8(number(r, 8)))
	case *array.Int16Builder:
		b.Append(int16(number(r, 16)))
	case *array.Int32Builder:
		b.Append(int32(number(r, 32)))
	case *array.Int64Builder:
		b.Append(number(r, 64))
	case *array.Uint8Builder:
		b.Append(uint8(number(r, 8)))
	case *array.Uint16Builder:
		b.Append(uint16(number(r, 16)))
	case *array.Uint32Builder:
		b.Append(uint32(number(r, 32)))
	case *array.Uint64Builder:
		b.Append(uint64(number(r, 64)))
	case *array.Float16Builder:
		b.Append(float16.New(float32(r.IntN(100))))
	case *array.Float32Builder:
		b.Append(float32(float(r, t == top)))
	case *array.Float64Builder:
		b.Append(float(r, t == top))
	case *array.StringBuilder:
		b.Append(word(r))
	case *array.LargeStringBuilder:
		b.Append(word(r))
	case *array.StringViewBuilder:
		b.Append(word(r))
	case *array.BinaryViewBuilder:
		b.Append([]byte(word(r)))
	case *array.BinaryBuilder:
		b.Append([]byte(word(r)))
	case *array.FixedSizeBinaryBuilder:
		b.Append(fmt.Appendf(nil, "%-*d", t.(*arrow.FixedSizeBinaryType).ByteWidth, r.IntN(90)+10))
	case *array.Date32Builder:
		b.Append(arrow.Date32(number(r, 32)))
	case *array.Date64Builder:
		b.Append(arrow.Date64(number(r, 20) * 86_400_000))
	case *array.MonthIntervalBuilder:
		b.Append(arrow.MonthInterval(number(r, 32)))
	case *array.DayTimeIntervalBuilder:
		b.Append(arrow.DayTimeInterval{Days: int32(number(r, 32)), Milliseconds: int32(number(r, 32))})
	case *array.MonthDayNanoIntervalBuilder:
		b.Append(arrow.MonthDayNanoInterval{Months: int32(number(r, 32)), Days: int32(number(r, 32)), Nanoseconds: number(r, 64)})
	case *array.DurationBuilder:
		b.Append(arrow.Duration(number(r, 64)))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(number(r, 50)))
	case *array.Time32Builder:
		b.Append(arrow.Time32(r.IntN(86_400)))
	case *array.Time64Builder:
		b.Append(arrow.Time64(r.Int64N(86_400_000_000)))
	case *array.Decimal128Builder:
		b.Append(decimal128.FromI64(digits(r, t.(*arrow.Decimal128Type).Precision)))
	case *array.Decimal256Builder:
		b.Append(decimal256.FromI64(digits(r, t.(*arrow.Decimal256Type).Precision)))
	case *array.StructBuilder:
		b.Append(true)
		for i := range b.NumField() {
			f := t.(*arrow.StructType).Field(i)
			share := nulls
			if !f.Nullable {
				share = 0
			}
			appendRandom(r, b.FieldBuilder(i), f.Type, share, top)
		}
	case *array.MapBuilder:
		b.Append(true)
		mt := t.(*arrow.MapType)
		share := nulls
		if !mt.ItemField().Nullable {
			share = 0
		}
		for range r.IntN(4) {
			appendRandom(r, b.KeyBuilder(), mt.KeyType(), 0, top)
			appendRandom(r, b.ItemBuilder(), mt.ItemType(), share, top)
		}
	case *array.FixedSizeListBuilder:
		b.Append(true)
		appendElements(r, b.ValueBuilder(), t.(*arrow.FixedSizeListType).ElemField(), int(t.(*arrow.FixedSizeListType).Len()), nulls, top)
	case array.ListLikeBuilder:
		b.Append(true)
		appendElements(r, b.ValueBuilder(), t.(arrow.ListLikeType).ElemField(), r.IntN(4), nulls, top)
	case array.DictionaryBuilder:
		// Few values, to stay within indices of 8 bits.
		few := rand.New(rand.NewPCG(uint64(r.IntN(100)), 0))
		if err := b.AppendArray(Random(few, t.(*arrow.DictionaryType).ValueType, 1, 0)); err != nil {
			panic(err)
		}
	default:
		panic(fmt.Sprintf("filetest: no random value for %v", t))
	}
}

func appendElements(r *rand.Rand, b array.Builder, f arrow.Field, n int, nulls float64, top arrow.DataType) {
	if !f.Nullable {
		nulls = 0
	}
	for range n {
		appendRandom(r, b, f.Type, nulls, top)
	}
}

// float draws a float. Inside other types it draws finite ones, as Arrow cannot print
// the others there.
func float(r *rand.Rand, all bool) float64 {
	if !all {
		return r.NormFloat64()
	}
	return []float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), 1.5, r.NormFloat64(), math.MaxFloat32}[r.IntN(8)]
}

// digits draws a number of at most precision digits.
func digits(r *rand.Rand, precision int32) int64 {
	most := int64(math.Pow10(int(min(precision, 18)))) - 1
	switch r.IntN(4) {
	case 0:
		return most
	case 1:
		return -most
	}
	return r.Int64N(2*most+1) - most
}
