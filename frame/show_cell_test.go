package frame

import (
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/apache/arrow/go/v15/arrow/float16"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// fromJSON makes an array of the type from Arrow's JSON form.
func fromJSON(t *testing.T, typ arrow.DataType, text string) arrow.Array {
	t.Helper()
	a, _, err := array.FromJSON(memory.DefaultAllocator, typ, strings.NewReader(text), array.WithUseNumber())
	if err != nil {
		t.Fatalf("%v: %v", typ, err)
	}
	return a
}

// texts returns the text of every value of a.
func texts(a arrow.Array) []string {
	var s []string
	for i := range a.Len() {
		s = append(s, cellText(a, i, 1000))
	}
	return s
}

func checkTexts(t *testing.T, a arrow.Array, want string) {
	t.Helper()
	if got := strings.Join(texts(a), " | "); got != want {
		t.Errorf("%v:\n got %s\nwant %s", a.DataType(), got, want)
	}
}

func TestCellText(t *testing.T) {
	zone := &arrow.TimestampType{Unit: arrow.Second, TimeZone: "America/New_York"}
	for _, c := range []struct {
		typ        arrow.DataType
		json, want string
	}{
		{arrow.Null, `[null, null]`, "null | null"},
		{arrow.FixedWidthTypes.Boolean, `[true, false, null]`, "true | false | null"},
		{arrow.PrimitiveTypes.Int8, `[-128, 0, null]`, "-128 | 0 | null"},
		{arrow.PrimitiveTypes.Int16, `[-32768]`, "-32768"},
		{arrow.PrimitiveTypes.Int32, `[-2147483648]`, "-2147483648"},
		{arrow.PrimitiveTypes.Int64, `[1234567890123456789]`, "1234567890123456789"},
		{arrow.PrimitiveTypes.Uint8, `[255]`, "255"},
		{arrow.PrimitiveTypes.Uint16, `[65535]`, "65535"},
		{arrow.PrimitiveTypes.Uint32, `[4294967295]`, "4294967295"},
		{arrow.PrimitiveTypes.Uint64, `[18446744073709551615]`, "18446744073709551615"},
		{arrow.PrimitiveTypes.Float32, `[0.1, 16777216, 3e30, null]`, "0.1 | 16777216.0 | 3e+30 | null"},
		{arrow.PrimitiveTypes.Float64, `[0.1, -89.23450472, 1e300, null]`, "0.1 | -89.234505 | 1e+300 | null"},
		{arrow.BinaryTypes.String, `["", "plain", "two\nlines", "null", null]`, ` | plain | two\nlines | "null" | null`},
		{arrow.BinaryTypes.LargeString, `["日本"]`, "日本"},
		{arrow.BinaryTypes.StringView, `["short", "longer than twelve bytes"]`, "short | longer than twelve bytes"},
		{arrow.BinaryTypes.Binary, `["AP9h", null]`, `b"\x00\xffa" | null`},
		{arrow.BinaryTypes.LargeBinary, `["w6k="]`, `b"\u00e9"`},
		{arrow.BinaryTypes.BinaryView, `["YQ=="]`, `b"a"`},
		{&arrow.FixedSizeBinaryType{ByteWidth: 3}, `["YWJj"]`, `b"abc"`},
		{arrow.FixedWidthTypes.Date32, `["2024-02-29", "1969-12-31", null]`, "2024-02-29 | 1969-12-31 | null"},
		{arrow.FixedWidthTypes.Date64, `["2024-02-29", "0001-01-01"]`, "2024-02-29 | 0001-01-01"},
		{arrow.FixedWidthTypes.Time32s, `["23:59:59"]`, "23:59:59"},
		{arrow.FixedWidthTypes.Time64ns, `["23:59:59.000000001", "00:00:00"]`, "23:59:59.000000001 | 00:00:00"},
		{arrow.FixedWidthTypes.Timestamp_us, `["2001-01-01 00:01:00", "1969-12-31 23:59:59.5"]`, "2001-01-01 00:01:00Z | 1969-12-31 23:59:59.5Z"},
		{&arrow.TimestampType{Unit: arrow.Millisecond}, `["2001-01-01 00:01:00.25", null]`, "2001-01-01 00:01:00.25 | null"},
		{zone, `["2001-01-01 00:00:00", "2001-07-01 00:00:00"]`, "2000-12-31 19:00:00-05:00 | 2001-06-30 20:00:00-04:00"},
		{&arrow.TimestampType{Unit: arrow.Second, TimeZone: "+05:30"}, `["2001-01-01 00:00:00"]`, "2001-01-01 05:30:00+05:30"},
		{&arrow.TimestampType{Unit: arrow.Second, TimeZone: "Nowhere/Land"}, `[0]`, "1970-01-01 00:00:00Z"},
		{arrow.FixedWidthTypes.Duration_ms, `[90061001, -1, 0]`, "25h1m1.001s | -1ms | 0s"},
		{arrow.FixedWidthTypes.Duration_s, `[9223372036854775807]`, "9223372036854775807s"},
		{arrow.FixedWidthTypes.MonthInterval, `[{"months": 14}]`, "14mo"},
		{arrow.FixedWidthTypes.DayTimeInterval, `[{"days": -3, "milliseconds": 1500}]`, "-3d 1.5s"},
		{arrow.FixedWidthTypes.MonthDayNanoInterval, `[{"months": 1, "days": 2, "nanoseconds": 3}]`, "1mo 2d 3ns"},
	} {
		checkTexts(t, fromJSON(t, c.typ, c.json), c.want)
	}
}

func TestCellTextDecimals(t *testing.T) {
	b := array.NewDecimal128Builder(memory.DefaultAllocator, &arrow.Decimal128Type{Precision: 10, Scale: 2})
	b.AppendValues([]decimal128.Num{decimal128.FromI64(12345), decimal128.FromI64(-5), decimal128.FromI64(0)}, nil)
	checkTexts(t, b.NewArray(), "123.45 | -0.05 | 0.00")

	big := array.NewDecimal256Builder(memory.DefaultAllocator, &arrow.Decimal256Type{Precision: 50, Scale: 3})
	big.Append(decimal256.FromI64(1))
	big.AppendNull()
	checkTexts(t, big.NewArray(), "0.001 | null")

	half := array.NewFloat16Builder(memory.DefaultAllocator)
	half.AppendValues([]float16.Num{float16.New(1.5), float16.New(0.1)}, nil)
	checkTexts(t, half.NewArray(), "1.5 | 0.099976")
}

func TestFloatText(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want string
	}{
		{0, "0.0"},
		{math.Copysign(0, -1), "-0.0"},
		{2, "2.0"},
		{-1.5, "-1.5"},
		{0.1 + 0.2, "0.3"},
		{2.0 / 3, "0.666667"},
		{0.9999999, "1.0"},
		{33.94250107, "33.942501"},
		{100, "100.0"},
		{1234567.25, "1234567.25"},
		{123456789012345, "123456789012345.0"},
		{1e15, "1e+15"},
		{1.0 / 3e20, "3.333333e-21"},
		{0.0001, "0.0001"},
		{0.00001234, "1.234e-05"},
		{math.MaxFloat64, "1.797693e+308"},
		{math.SmallestNonzeroFloat64, "5e-324"},
		{math.Inf(1), "inf"},
		{math.Inf(-1), "-inf"},
		{math.NaN(), "NaN"},
	} {
		if got := floatText(c.v, 64); got != c.want {
			t.Errorf("floatText(%v) = %s, want %s", c.v, got, c.want)
		}
	}
	if got := floatText(float64(float32(0.1)), 32); got != "0.1" {
		t.Errorf("float32: got %s", got)
	}
}

// A value that breaks a rule of the format is still shown.
func TestCellTextOutOfRange(t *testing.T) {
	date := array.NewDate64Builder(memory.DefaultAllocator)
	date.AppendValues([]arrow.Date64{86_400_000 + 3_600_000, -1, math.MaxInt64, math.MinInt64}, nil)
	checkTexts(t, date.NewArray(),
		"1970-01-02 01:00:00 | 1969-12-31 23:59:59.999 | 292278994-08-17 07:12:55.807 | -292275055-05-16 16:47:04.192")

	stamp := array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Nanosecond})
	stamp.AppendValues([]arrow.Timestamp{math.MaxInt64, math.MinInt64}, nil)
	checkTexts(t, stamp.NewArray(), "2262-04-11 23:47:16.854775807 | 1677-09-21 00:12:43.145224192")
}

// A cell of any size costs no more than the part that is shown.
func TestCellTextIsBounded(t *testing.T) {
	const huge = 1 << 24
	text := array.NewStringBuilder(memory.DefaultAllocator)
	text.Append(strings.Repeat("日", huge/3))
	binary := array.NewBinaryBuilder(memory.DefaultAllocator, arrow.BinaryTypes.Binary)
	binary.Append(make([]byte, huge))
	list := array.NewListBuilder(memory.DefaultAllocator, arrow.PrimitiveTypes.Int8)
	list.Append(true)
	list.ValueBuilder().(*array.Int8Builder).AppendValues(make([]int8, huge), nil)
	nested := array.NewListBuilder(memory.DefaultAllocator, arrow.BinaryTypes.String)
	nested.Append(true)
	for range 3 {
		nested.ValueBuilder().(*array.StringBuilder).Append(strings.Repeat(`"\`, huge/8))
	}
	for _, b := range []array.Builder{text, binary, list, nested} {
		a := b.NewArray()
		if s := cellText(a, 0, 100); len(s) > 110 || !strings.HasSuffix(s, ellipsis) {
			t.Errorf("%v: %d bytes: %.200s", a.DataType(), len(s), s)
		}
		w := cellWriter{max: 100}
		w.value(a, 0, false)
		if cap(w.buf) > 2000 {
			t.Errorf("%v: wrote %d bytes", a.DataType(), cap(w.buf))
		}
	}
}
