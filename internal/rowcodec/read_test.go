package rowcodec_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/float16"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
	"github.com/parframe/parframe/internal/rowcodec"
)

// readAs reads a column into fields of type F and returns what each field says:
// nil for a missing value.
func readAs[F any](t *testing.T, c chunk.Column) []any {
	t.Helper()
	rows, _, err := readInto[F](t, c)
	if err != nil {
		t.Fatalf("%v into %v: %v", c.Field.Type, reflect.TypeFor[F](), err)
	}
	out := make([]any, len(rows))
	for i, r := range rows {
		if r.Before != 0 || r.After {
			t.Fatalf("%v into %v: written beside the field", c.Field.Type, reflect.TypeFor[F]())
		}
		out[i] = said(reflect.ValueOf(r.F))
	}
	return out
}

// said is a field's value, nil for a missing one; bytes are given as a string.
func said(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.Pointer && v.IsNil():
		return nil
	case v.Kind() == reflect.Pointer:
		return said(v.Elem())
	case isPair(v.Type()) && !v.Field(1).Bool():
		if !v.Field(0).IsZero() {
			return "a null with a value"
		}
		return nil
	case isPair(v.Type()):
		return said(v.Field(0))
	case v.Type().Kind() == reflect.Slice:
		return string(v.Bytes())
	}
	return v.Interface()
}

// checkRead reads cells of a column type into T, *T, Null[T] and sql.Null[T]
// and compares them with what Go's own conversion makes of them.
func checkRead[T any](t *testing.T, typ arrow.DataType, vals []any, want func(v any) T) {
	t.Helper()
	for _, n := range []int{1, 7, 64, 65, 300, 1000} {
		whole := build(t, typ, arrowtest.Made(n, func(i int) any { return vals[i%len(vals)] }), arrowtest.Ends(n, n)...)
		holes := build(t, typ, arrowtest.Made(n, arrowtest.Every(3, func(i int) any { return vals[i%len(vals)] })), arrowtest.Ends(n, n)...)
		full := arrowtest.Made(n, func(i int) any { return said(reflect.ValueOf(want(vals[i%len(vals)]))) })
		some := arrowtest.Made(n, arrowtest.Every(3, func(i int) any { return full[i] }))
		for form, got := range map[string][]any{
			"T": readAs[T](t, whole), "*T whole": readAs[*T](t, whole), "Null[T] whole": readAs[rowcodec.Null[T]](t, whole),
		} {
			checkSaid(t, typ, form, got, full)
		}
		for form, got := range map[string][]any{
			"*T": readAs[*T](t, holes), "Null[T]": readAs[rowcodec.Null[T]](t, holes), "sql.Null[T]": readAs[sql.Null[T]](t, holes),
		} {
			checkSaid(t, typ, form, got, some)
		}
	}
}

func checkSaid(t *testing.T, typ arrow.DataType, form string, got, want []any) {
	t.Helper()
	for i := range want {
		if x, ok := got[i].(time.Time); ok {
			if y, ok := want[i].(time.Time); !ok || !x.Equal(y) || x.String() != y.String() {
				t.Fatalf("%v into %s row %d of %d: %v, want %v", typ, form, i, len(want), got[i], want[i])
			}
			continue
		}
		if !arrowtest.SameCell(got[i], want[i]) {
			t.Fatalf("%v into %s row %d of %d: %v, want %v", typ, form, i, len(want), got[i], want[i])
		}
	}
}

// mapped is Go's own conversion of a cell.
func mapped[T any](v any) T {
	return reflect.ValueOf(v).Convert(reflect.TypeFor[T]()).Interface().(T)
}

func TestReadNumbers(t *testing.T) {
	p := arrow.PrimitiveTypes
	i8 := []any{int8(0), int8(-128), int8(127), int8(5)}
	checkRead(t, p.Int8, i8, mapped[int8])
	checkRead(t, p.Int8, i8, mapped[int16])
	checkRead(t, p.Int8, i8, mapped[int32])
	checkRead(t, p.Int8, i8, mapped[int64])
	checkRead(t, p.Int8, i8, mapped[int])
	checkRead(t, p.Int8, i8, mapped[float32])
	checkRead(t, p.Int8, i8, mapped[float64])
	i16 := []any{int16(0), int16(-1 << 15), int16(1<<15 - 1)}
	checkRead(t, p.Int16, i16, mapped[int16])
	checkRead(t, p.Int16, i16, mapped[int32])
	checkRead(t, p.Int16, i16, mapped[int64])
	checkRead(t, p.Int16, i16, mapped[float32])
	checkRead(t, p.Int16, i16, mapped[float64])
	i32 := []any{int32(0), int32(math.MinInt32), int32(math.MaxInt32)}
	checkRead(t, p.Int32, i32, mapped[int32])
	checkRead(t, p.Int32, i32, mapped[int64])
	checkRead(t, p.Int32, i32, mapped[float64])
	i64 := []any{int64(0), int64(math.MinInt64), int64(math.MaxInt64)}
	checkRead(t, p.Int64, i64, mapped[int64])
	checkRead(t, p.Int64, i64, mapped[int])
	checkRead(t, p.Int64, []any{int64(0), int64(math.MinInt64), int64(1 << 53), int64(-7)}, mapped[float64])
	u8 := []any{uint8(0), uint8(255)}
	checkRead(t, p.Uint8, u8, mapped[uint8])
	checkRead(t, p.Uint8, u8, mapped[uint16])
	checkRead(t, p.Uint8, u8, mapped[uint32])
	checkRead(t, p.Uint8, u8, mapped[uint64])
	checkRead(t, p.Uint8, u8, mapped[int16])
	checkRead(t, p.Uint8, u8, mapped[int32])
	checkRead(t, p.Uint8, u8, mapped[int64])
	checkRead(t, p.Uint8, u8, mapped[float32])
	checkRead(t, p.Uint8, u8, mapped[float64])
	u16 := []any{uint16(0), uint16(65535)}
	checkRead(t, p.Uint16, u16, mapped[uint16])
	checkRead(t, p.Uint16, u16, mapped[uint32])
	checkRead(t, p.Uint16, u16, mapped[uint])
	checkRead(t, p.Uint16, u16, mapped[int32])
	checkRead(t, p.Uint16, u16, mapped[int64])
	checkRead(t, p.Uint16, u16, mapped[float32])
	checkRead(t, p.Uint16, u16, mapped[float64])
	u32 := []any{uint32(0), uint32(math.MaxUint32)}
	checkRead(t, p.Uint32, u32, mapped[uint32])
	checkRead(t, p.Uint32, u32, mapped[uint64])
	checkRead(t, p.Uint32, u32, mapped[int64])
	checkRead(t, p.Uint32, u32, mapped[float64])
	u64 := []any{uint64(0), uint64(math.MaxUint64)}
	checkRead(t, p.Uint64, u64, mapped[uint64])
	checkRead(t, p.Uint64, []any{uint64(3), uint64(1 << 63), uint64(1<<63 + 1<<11)}, mapped[float64])
	f32 := []any{float32(1.5), float32(math.Inf(-1)), float32(math.Copysign(0, -1))}
	checkRead(t, p.Float32, f32, mapped[float32])
	checkRead(t, p.Float32, f32, mapped[float64])
	f64 := []any{1.5, math.NaN(), math.Copysign(0, -1), math.MaxFloat64}
	checkRead(t, p.Float64, f64, mapped[float64])
	checkRead(t, arrow.FixedWidthTypes.Boolean, []any{true, false, false}, mapped[bool])
	half := func(v any) float64 {
		var f float64
		fmt.Sscan(v.(string), &f)
		return float64(float16.New(float32(f)).Float32())
	}
	checkRead(t, arrow.FixedWidthTypes.Float16, []any{"1.5", "-0.25", "65504"}, half)
	checkRead(t, arrow.FixedWidthTypes.Float16, []any{"1.5", "-0.25"}, func(v any) float32 { return float32(half(v)) })

	type celsius float64
	checkRead(t, p.Float64, []any{1.5, -3.0}, mapped[celsius])
}

func TestReadText(t *testing.T) {
	words := []any{"", "a", "twelve bytes", "thirteen bytes", strings.Repeat("é", 40)}
	index := func(typ arrow.DataType) arrow.DataType {
		return &arrow.DictionaryType{IndexType: typ, ValueType: arrow.BinaryTypes.String}
	}
	p := arrow.PrimitiveTypes
	for _, typ := range []arrow.DataType{
		arrow.BinaryTypes.String, arrow.BinaryTypes.LargeString, arrow.BinaryTypes.StringView,
		index(p.Int8), index(p.Int16), index(p.Int32), index(p.Int64), index(p.Uint8), index(p.Uint16), index(p.Uint32), index(p.Uint64),
	} {
		checkRead(t, typ, words, mapped[string])
		checkRead(t, typ, words, mapped[[]byte])
	}
	var raw []any
	for _, w := range words {
		raw = append(raw, []byte(w.(string)))
	}
	for _, typ := range []arrow.DataType{arrow.BinaryTypes.Binary, arrow.BinaryTypes.LargeBinary, arrow.BinaryTypes.BinaryView} {
		checkRead(t, typ, raw, mapped[string])
		checkRead(t, typ, raw, mapped[[]byte])
	}
	type code string
	checkRead(t, arrow.BinaryTypes.String, words, mapped[code])
	type blob []byte
	checkRead(t, arrow.BinaryTypes.String, words, mapped[blob])
}

// Bytes that are empty are not nil, whatever other rows have.
func TestReadEmptyBytes(t *testing.T) {
	for _, words := range [][]any{{""}, {"", "a"}, {"a", ""}} {
		rows, _, err := readInto[[]byte](t, build(t, arrow.BinaryTypes.String, words))
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range rows {
			if r.F == nil {
				t.Errorf("%q: row %d is nil", words, i)
			}
		}
	}
}

func TestReadFixedSizeBinary(t *testing.T) {
	b := array.NewFixedSizeBinaryBuilder(memory.DefaultAllocator, &arrow.FixedSizeBinaryType{ByteWidth: 3})
	b.Append([]byte("abc"))
	b.Append([]byte("def"))
	b.AppendNull()
	c := columnOf(t, array.NewSlice(b.NewArray(), 1, 3))
	checkSaid(t, c.Field.Type, "*string", readAs[*string](t, c), []any{"def", nil})
	checkSaid(t, c.Field.Type, "*[]byte", readAs[*[]byte](t, c), []any{"def", nil})
}

func TestReadTimes(t *testing.T) {
	when := time.Date(2024, 2, 29, 23, 59, 58, 0, time.UTC)
	text := []any{"2024-02-29 23:59:58", "1969-12-31 23:59:59", "1700-01-01 00:00:00"}
	parse := func(loc *time.Location) func(v any) time.Time {
		return func(v any) time.Time {
			at, err := time.ParseInLocation("2006-01-02 15:04:05", v.(string), time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			return at.In(loc)
		}
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for unit := arrow.Second; unit <= arrow.Nanosecond; unit++ {
		checkRead(t, &arrow.TimestampType{Unit: unit}, text, parse(time.UTC))
		checkRead(t, &arrow.TimestampType{Unit: unit, TimeZone: "Europe/Berlin"}, text, parse(berlin))
	}
	days := []any{"2024-02-29", "1969-12-31", "1600-01-01"}
	day := func(v any) time.Time { return parse(time.UTC)(v.(string) + " 00:00:00") }
	checkRead(t, arrow.FixedWidthTypes.Date32, days, day)
	checkRead(t, arrow.FixedWidthTypes.Date64, days, day)

	midnight := when.Truncate(24 * time.Hour)
	clock := []any{"23:59:58", "00:00:00"}
	since := func(v any) time.Duration { return parse(time.UTC)("2024-02-29 " + v.(string)).Sub(midnight) }
	checkRead(t, arrow.FixedWidthTypes.Time32s, clock, since)
	checkRead(t, arrow.FixedWidthTypes.Time32ms, clock, since)
	checkRead(t, arrow.FixedWidthTypes.Time64us, clock, since)
	checkRead(t, arrow.FixedWidthTypes.Time64ns, clock, since)

	for unit := arrow.Second; unit <= arrow.Nanosecond; unit++ {
		typ := &arrow.DurationType{Unit: unit}
		b := array.NewDurationBuilder(memory.DefaultAllocator, typ)
		b.Append(-90)
		b.AppendNull()
		b.Append(1 << 62)
		c := columnOf(t, b.NewArray())
		head := c.Slice(0, 2)
		checkSaid(t, typ, "*time.Duration", readAs[*time.Duration](t, head), []any{-90 * unit.Multiplier(), nil})
		_, row, err := readInto[*time.Duration](t, c)
		if unit == arrow.Nanosecond {
			if err != nil {
				t.Fatal(err)
			}
			continue
		}
		if row != 2 || !errors.Is(err, errkind.ErrValue) {
			t.Fatal(row, err)
		}
	}
}

func TestReadUnknownZone(t *testing.T) {
	c := build(t, &arrow.TimestampType{Unit: arrow.Second}, []any{"2024-02-29 23:59:58"})
	c.Field.Type = &arrow.TimestampType{Unit: arrow.Second, TimeZone: "Atlantis"}
	_, _, err := readInto[time.Time](t, c)
	if err == nil || !strings.Contains(err.Error(), `column "c"`) || !strings.Contains(err.Error(), "Atlantis") {
		t.Fatal(err)
	}
}

// A column of type null is null in every field that can be, an error of its
// first row in one that cannot.
func TestReadNullType(t *testing.T) {
	c := build(t, arrow.Null, make([]any, 100), 30)
	nothing := make([]any, 100)
	checkSaid(t, c.Field.Type, "*int8", readAs[*int8](t, c), nothing)
	checkSaid(t, c.Field.Type, "Null[time.Time]", readAs[rowcodec.Null[time.Time]](t, c), nothing)
	checkSaid(t, c.Field.Type, "sql.NullString", readAs[sql.NullString](t, c), nothing)
	if _, row, err := readInto[string](t, c); row != 0 || !errors.Is(err, errkind.ErrNull) {
		t.Fatal(row, err)
	}
}

// A null in the dictionary is a null of every row that refers to it.
func TestReadNullInDictionary(t *testing.T) {
	words := build(t, arrow.BinaryTypes.String, []any{"a", nil, "c"}).Chunks[0].Array()
	codes := build(t, arrow.PrimitiveTypes.Int8, []any{int8(0), int8(1), nil, int8(2), int8(1)}).Chunks[0].Array()
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	c := columnOf(t, array.NewDictionaryArray(typ, codes, words))
	want := []any{"a", nil, nil, "c", nil}
	checkSaid(t, typ, "*string", readAs[*string](t, c), want)
	checkSaid(t, typ, "Null[[]byte]", readAs[rowcodec.Null[[]byte]](t, c), want)
	tail := c.Slice(1, 5)
	checkSaid(t, typ, "*string", readAs[*string](t, tail), want[1:])
	if _, row, err := readInto[string](t, c); row != 1 || !errors.Is(err, errkind.ErrNull) {
		t.Fatal(row, err)
	}
}

// A code outside the dictionary, or offsets outside the bytes, panic: memory that
// is not the value's is never read.
func TestReadCorrupt(t *testing.T) {
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	c := build(t, typ, []any{"a", "b"})
	c.Chunks[0].Bufs[1] = []byte{0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}
	s := build(t, arrow.BinaryTypes.String, []any{"a", "b"})
	s.Chunks[0].Bufs[1] = chunk.Bytes([]int32{0, 1, 1000, 1000, 1000, 1000, 1000, 1000, 1000})
	for _, col := range []chunk.Column{c, s} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v was read", col.Field.Type)
				}
			}()
			rows, _, err := readInto[string](t, col)
			t.Log(rows, err)
		}()
	}
}

// A column is read into the types that errors call fitting, and refused by all others.
func TestFittingIsReadable(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		if typ.ID() == arrow.NULL {
			return // fits every type: see TestReadNullType
		}
		c := columnOf(t, g.Array(typ, 20))
		names := fitting(t, c)
		for _, into := range goTypes {
			err := into.read(c)
			if errors.Is(err, errkind.ErrValue) {
				err = nil // of a row: it was read
			}
			if fits := slices.Contains(names, into.name); fits != (err == nil) || !fits && !errors.Is(err, errkind.ErrType) {
				t.Errorf("into %s: %v; fitting are %q", into.name, err, names)
			}
		}
	})
	codes := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.PrimitiveTypes.Int64}
	if names := fitting(t, chunk.Column{Field: arrow.Field{Name: "c", Type: codes}}); len(names) > 0 {
		t.Error(names)
	}
}

type label struct{ arrow.ExtensionBase }

type labels struct{ array.ExtensionArrayBase }

func (*label) ArrayType() reflect.Type                    { return reflect.TypeFor[labels]() }
func (*label) ExtensionName() string                      { return "test.label" }
func (*label) Serialize() string                          { return "" }
func (*label) ExtensionEquals(o arrow.ExtensionType) bool { return o.ExtensionName() == "test.label" }
func (l *label) Deserialize(arrow.DataType, string) (arrow.ExtensionType, error) {
	return l, nil
}

// An extension type is read as what it is stored as.
func TestReadExtension(t *testing.T) {
	words := build(t, arrow.BinaryTypes.String, []any{"a", nil, "c"}).Chunks[0].Array()
	typ := &label{arrow.ExtensionBase{Storage: arrow.BinaryTypes.String}}
	c := columnOf(t, array.NewExtensionArrayWithStorage(typ, words))
	checkSaid(t, typ, "*string", readAs[*string](t, c), []any{"a", nil, "c"})
}
