package csv

import (
	"bytes"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/apache/arrow/go/v15/arrow/float16"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
)

// Every type that writable accepts is written by newCells.
func TestEveryWritableType(t *testing.T) {
	mem := memory.DefaultAllocator
	dict := func(v arrow.DataType) arrow.DataType {
		return &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int16, ValueType: v}
	}
	for _, c := range []struct {
		typ    arrow.DataType
		values string
		want   string // the rows, the last of which is null
	}{
		{arrow.PrimitiveTypes.Int8, `[-1, null]`, "-1 NA"},
		{arrow.PrimitiveTypes.Int16, `[-300, null]`, "-300 NA"},
		{arrow.PrimitiveTypes.Int32, `[70000, null]`, "70000 NA"},
		{arrow.PrimitiveTypes.Uint8, `[200, null]`, "200 NA"},
		{arrow.PrimitiveTypes.Uint16, `[60000, null]`, "60000 NA"},
		{arrow.PrimitiveTypes.Uint32, `[4000000000, null]`, "4000000000 NA"},
		{arrow.PrimitiveTypes.Uint64, `[9007199254740992, null]`, "9007199254740992 NA"},
		{arrow.PrimitiveTypes.Float32, `[0.5, null]`, "0.5 NA"},
		{arrow.PrimitiveTypes.Float64, `[0.5, null]`, "0.5 NA"},
		{arrow.FixedWidthTypes.Boolean, `[false, null]`, "false NA"},
		{arrow.FixedWidthTypes.Date32, `["2020-01-02", null]`, "2020-01-02 NA"},
		{arrow.FixedWidthTypes.Date64, `["2020-01-02", null]`, "2020-01-02 NA"},
		{arrow.FixedWidthTypes.Time32s, `["01:02:03", null]`, "01:02:03 NA"},
		{arrow.FixedWidthTypes.Time64us, `["01:02:03", null]`, "01:02:03 NA"},
		{&arrow.Decimal128Type{Precision: 5, Scale: 2}, `["1.25", null]`, "1.25 NA"},
		{arrow.BinaryTypes.LargeBinary, `["eA==", null]`, "x NA"},
		{&arrow.FixedSizeBinaryType{ByteWidth: 1}, `["eA==", null]`, "x NA"},
		{dict(arrow.PrimitiveTypes.Int64), `[5, null]`, "5 NA"},
		{dict(arrow.BinaryTypes.String), `["x", null]`, "x NA"},
		{arrow.Null, `[null, null]`, "NA NA"},
	} {
		if !writable(c.typ) {
			t.Errorf("%s is not writable", c.typ)
		}
		text := written(t, frameOf(t, c.typ, c.values), WriteOptions{NoHeader: true, NullString: "NA"})
		if got := strings.Join(strings.Fields(text), " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.typ, got, c.want)
		}
	}
	half := array.NewFloat16Builder(mem)
	half.Append(float16.New(1.5))
	wide := array.NewDecimal256Builder(mem, &arrow.Decimal256Type{Precision: 60, Scale: 1})
	wide.Append(decimal256.FromI64(-15))
	view := array.NewStringViewBuilder(mem)
	view.Append("a,b")
	bytes := array.NewBinaryViewBuilder(mem)
	bytes.Append([]byte{'"'})
	f := frameOfArrays(t, half.NewArray(), wide.NewArray(), view.NewArray(), bytes.NewArray())
	if got := written(t, f, WriteOptions{NoHeader: true}); got != "1.5,-1.5,\"a,b\",\"\"\"\"\n" {
		t.Errorf("%q", got)
	}
	for _, typ := range []arrow.DataType{arrow.ListOf(i64), arrow.StructOf(), arrow.FixedWidthTypes.Duration_s, arrow.MapOf(i64, i64), dict(arrow.FixedWidthTypes.Duration_s)} {
		if writable(typ) {
			t.Errorf("%s is writable", typ)
		}
	}
}

// The bytes do not depend on the Arrow chunks of the frame, or on workers.
func TestWriteIgnoresChunks(t *testing.T) {
	values := strings.Repeat("1,22,333,null,", 3000) + "5"
	whole := frameOf(t, i64, "["+values+"]")
	want := written(t, whole, WriteOptions{})
	for _, n := range []int{1, 7, 4096, 4097, 10_000} {
		var out bytes.Buffer
		err := WriteSeq(t.Context(), &out, func(yield func(f *frame.Frame, err error) bool) {
			for i := 0; i < whole.NumRows(); i += n {
				if !yield(whole.Slice(i, min(i+n, whole.NumRows()))) {
					return
				}
			}
		}, WriteOptions{})
		if err != nil || out.String() != want {
			t.Errorf("pieces of %d rows: other bytes, %v", n, err)
		}
	}
}
