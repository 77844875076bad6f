package frame_test

import (
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
)

func TestValue(t *testing.T) {
	berlin := must(time.LoadLocation("Europe/Berlin"))
	p, w := arrow.PrimitiveTypes, arrow.FixedWidthTypes
	for _, c := range []struct {
		typ  arrow.DataType
		json string
		want any
	}{
		{p.Int8, `[-5]`, int8(-5)}, {p.Int16, `[-5]`, int16(-5)}, {p.Int32, `[-5]`, int32(-5)}, {p.Int64, `[-5]`, int64(-5)},
		{p.Uint8, `[5]`, uint8(5)}, {p.Uint16, `[5]`, uint16(5)}, {p.Uint32, `[5]`, uint32(5)}, {p.Uint64, `[5]`, uint64(5)},
		{w.Float16, `[1.5]`, float32(1.5)}, {p.Float32, `[1.5]`, float32(1.5)}, {p.Float64, `[1.5]`, 1.5},
		{w.Boolean, `[true]`, true}, {p.Int64, `[null]`, nil}, {arrow.Null, `[null]`, nil},
		{arrow.BinaryTypes.String, `["é"]`, "é"}, {arrow.BinaryTypes.LargeString, `["é"]`, "é"}, {arrow.BinaryTypes.StringView, `["longer than a header"]`, "longer than a header"},
		{arrow.BinaryTypes.Binary, `["YQ=="]`, []byte("a")}, {&arrow.FixedSizeBinaryType{ByteWidth: 2}, `["YWI="]`, []byte("ab")},
		{&arrow.Decimal128Type{Precision: 5, Scale: 2}, `["1.25"]`, decimal128.FromI64(125)},
		{w.Date32, `["2024-02-29"]`, time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)}, {w.Date64, `["2024-02-29"]`, time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)},
		{w.Time32s, `["01:00:01"]`, time.Hour + time.Second}, {w.Time64us, `["00:00:00.000001"]`, time.Microsecond},
		{&arrow.DurationType{Unit: arrow.Millisecond}, `[5]`, 5 * time.Millisecond}, {&arrow.DurationType{Unit: arrow.Second}, `[9300000000]`, arrow.Duration(9300000000)},
		{&arrow.TimestampType{Unit: arrow.Second}, `["2024-02-29 01:02:03"]`, time.Date(2024, 2, 29, 1, 2, 3, 0, time.UTC)},
		{&arrow.TimestampType{Unit: arrow.Second, TimeZone: "Europe/Berlin"}, `[0]`, time.Unix(0, 0).In(berlin)},
		{w.MonthInterval, `[{"months": 3}]`, arrow.MonthInterval(3)}, {w.DayTimeInterval, `[{"days": 1, "milliseconds": 2}]`, arrow.DayTimeInterval{Days: 1, Milliseconds: 2}},
		{w.MonthDayNanoInterval, `[{"months": 1, "days": 2, "nanoseconds": 3}]`, arrow.MonthDayNanoInterval{Months: 1, Days: 2, Nanoseconds: 3}},
		{arrow.ListOf(p.Int64), `[[1, null]]`, []any{int64(1), nil}}, {arrow.FixedSizeListOf(2, p.Int64), `[[1, 2]]`, []any{int64(1), int64(2)}},
		{arrow.LargeListOf(arrow.ListOf(p.Int8)), `[[[], null, [3]]]`, []any{[]any{}, nil, []any{int8(3)}}},
		{arrow.StructOf(arrow.Field{Name: "a", Type: p.Int64, Nullable: true}, arrow.Field{Name: "b", Type: w.Boolean, Nullable: true}), `[{"a": 1, "b": null}]`, map[string]any{"a": int64(1), "b": nil}},
		{arrow.MapOf(arrow.BinaryTypes.String, p.Int64), `[[{"key": "k", "value": 1}]]`, []any{map[string]any{"key": "k", "value": int64(1)}}},
		{&arrow.DictionaryType{IndexType: p.Int8, ValueType: arrow.BinaryTypes.String}, `["a"]`, "a"},
	} {
		a, _, err := array.FromJSON(memory.DefaultAllocator, c.typ, stringReader(c.json))
		if err != nil {
			t.Errorf("%s: %v", c.typ, err)
			continue
		}
		got := must(frame.ColumnOf("x", a)).Value(0)
		if diff := cmp.Diff(c.want, got, cmp.Comparer(func(a, b decimal128.Num) bool { return a == b })); diff != "" {
			t.Errorf("%s %s: %s", c.typ, c.json, diff)
		}
	}
}
