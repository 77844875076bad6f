package keys_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/keys"
)

func buffersOf(b []byte) []*memory.Buffer { return []*memory.Buffer{nil, memory.NewBufferBytes(b)} }

// checkMatch compares the numbers of two tables' keys with the texts of these keys:
// rows have the same number if and only if they have the same key.
func checkMatch(t *testing.T, w keys.Workers, left, right []chunk.Column, dropNulls bool) {
	t.Helper()
	texts := func(cols []chunk.Column) []string {
		rows := make([]string, cols[0].Len)
		for _, c := range cols {
			for i, s := range textsOf(c) {
				if s == "null" && dropNulls || rows[i] == "none" {
					rows[i] = "none"
				} else {
					rows[i] += s + "|"
				}
			}
		}
		return rows
	}
	var sources [][2]*keys.Source
	for i := range left {
		a, b := must(keys.NewSource(left[i])), must(keys.NewSource(right[i]))
		a.DropNulls, b.DropNulls = dropNulls, dropNulls
		sources = append(sources, [2]*keys.Source{a, b})
	}
	lefts, rights, groups, err := keys.Match(w, sources)
	if err != nil {
		t.Fatal(err)
	}
	number, key := map[string]int32{}, map[int32]string{}
	check := func(side string, row int, text string, code int32) {
		t.Helper()
		n, known := number[text]
		other, taken := key[code]
		switch {
		case int(code) >= groups:
			t.Fatalf("%s row %d: number %d of %d", side, row, code, groups)
		case text == "none":
			if code != -1 {
				t.Fatalf("%s row %d, which has no key: number %d", side, row, code)
			}
		case side == "left" && code == -1:
			if known {
				t.Fatalf("left row %d: %s was not found, but has number %d", row, text, n)
			}
		case known && n != code:
			t.Fatalf("%s row %d: %s has number %d, and %d before", side, row, text, code, n)
		case taken && other != text:
			t.Fatalf("%s row %d: %s has number %d, and so has %s", side, row, text, code, other)
		case code < 0:
			t.Fatalf("%s row %d: %s has number %d", side, row, text, code)
		default:
			number[text], key[code] = code, text
		}
	}
	for row, s := range texts(right) {
		check("right", row, s, rights[row])
	}
	for row, s := range texts(left) {
		check("left", row, s, lefts[row])
	}
}

func TestMatchAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		if !isKey(typ) {
			return
		}
		for _, n := range []int{0, 1, 40, 300} {
			c := repeated(t, g, typ, 2*n+1)
			left, right := []chunk.Column{c.Slice(0, n)}, []chunk.Column{c.Slice(n, 2*n+1)}
			for _, drop := range []bool{false, true} {
				eachWorkers(t, g, func(t *testing.T, w keys.Workers) {
					checkMatch(t, w, left, right, drop)
					checkMatch(t, w, right, left, drop)
				})
			}
		}
	})
}

func TestMatchSeveralColumns(t *testing.T) {
	g := arrowtest.Rand(6)
	p := arrow.PrimitiveTypes
	types := []arrow.DataType{p.Int8, arrow.BinaryTypes.String, p.Float32, &arrow.DictionaryType{IndexType: p.Int8, ValueType: arrow.BinaryTypes.String}}
	for n := range len(types) {
		var left, right []chunk.Column
		for _, typ := range types[:n+1] {
			c := repeated(t, g, typ, 200)
			left, right = append(left, c.Slice(0, 120)), append(right, c.Slice(120, 200))
		}
		for _, drop := range []bool{false, true} {
			eachWorkers(t, g, func(t *testing.T, w keys.Workers) { checkMatch(t, w, left, right, drop) })
		}
	}
}

// Keys of different types match where Fit says so, and then by value: -1 of an
// int8 is no key of a uint32, and never compared with one of a uint64.
func TestFit(t *testing.T) {
	p, b := arrow.PrimitiveTypes, arrow.BinaryTypes
	ints := []arrow.DataType{p.Int8, p.Int16, p.Int32, p.Int64, p.Uint8, p.Uint16, p.Uint32, p.Uint64}
	signed := func(t arrow.DataType) bool {
		return t.ID() == arrow.INT8 || t.ID() == arrow.INT16 || t.ID() == arrow.INT32 || t.ID() == arrow.INT64
	}
	for _, x := range ints {
		for _, y := range ints {
			want := !(signed(x) && y == p.Uint64 || signed(y) && x == p.Uint64)
			if got := keys.Fit(x, y); got != want {
				t.Errorf("%s and %s: %t", x, y, got)
			}
			if want {
				checkMatch(t, serial{t.Context(), 3}, []chunk.Column{extremes(t, x)}, []chunk.Column{extremes(t, y)}, false)
			}
		}
	}
	for _, x := range ints {
		for _, y := range []arrow.DataType{p.Float32, p.Float64, b.String, b.Binary, arrow.FixedWidthTypes.Boolean, arrow.FixedWidthTypes.Timestamp_s} {
			if keys.Fit(x, y) || keys.Fit(y, x) {
				t.Errorf("%s and %s fit", x, y)
			}
		}
	}
	dict := func(v arrow.DataType) arrow.DataType { return &arrow.DictionaryType{IndexType: p.Int8, ValueType: v} }
	runs := arrow.RunEndEncodedOf(p.Int32, b.String)
	for _, c := range []struct {
		a, b arrow.DataType
		want bool
	}{
		{b.String, b.LargeString, true}, {b.String, b.StringView, true}, {b.Binary, b.BinaryView, true}, {b.LargeBinary, b.Binary, true},
		{b.String, b.Binary, false}, {b.String, p.Int64, false}, {p.Float32, p.Float64, false}, {p.Float64, p.Float64, true}, {p.Int64, p.Float64, false},
		{dict(b.String), b.LargeString, true}, {dict(b.String), runs, true}, {dict(p.Int8), p.Uint32, true}, {dict(p.Int8), p.Uint64, false},
		{arrow.Null, b.String, true}, {p.Int8, arrow.Null, true}, {arrow.FixedWidthTypes.Boolean, p.Int8, false},
		{arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64, false}, {arrow.FixedWidthTypes.Timestamp_ns, arrow.FixedWidthTypes.Timestamp_us, false},
		{&arrow.FixedSizeBinaryType{ByteWidth: 3}, b.Binary, false},
	} {
		if got := keys.Fit(c.a, c.b); got != c.want || keys.Fit(c.b, c.a) != c.want {
			t.Errorf("%s and %s: %t", c.a, c.b, got)
		}
	}
}

// extremes returns the least and greatest integers of all widths that the type has.
func extremes(t *testing.T, typ arrow.DataType) chunk.Column {
	bld := array.NewBuilder(memory.DefaultAllocator, typ)
	bld.AppendNull()
	for _, s := range []string{"0", "1", "-1", "127", "-128", "255", "32767", "-32768", "65535", "2147483647", "-2147483648", "4294967295",
		fmt.Sprint(math.MaxInt64), fmt.Sprint(math.MinInt64), fmt.Sprint(uint64(math.MaxUint64))} {
		_ = bld.AppendValueFromString(s) // what the type does not hold is left out
	}
	return columnOf(t, typ, bld.NewArray())
}

// Texts of every layout match each other, also as dictionaries and runs, and null
// matches the null of any type.
func TestMatchLayouts(t *testing.T) {
	p, b := arrow.PrimitiveTypes, arrow.BinaryTypes
	cells := []any{"a", nil, "", "seven l", "eight le", "longer than a word", "a\x00", "a", nil}
	var cols []chunk.Column
	for _, typ := range []arrow.DataType{b.String, b.LargeString, b.StringView, &arrow.DictionaryType{IndexType: p.Int8, ValueType: b.String}} {
		cols = append(cols, columnOf(t, typ, arrowtest.Build(t, typ, cells, 4)...))
	}
	ends := arrowtest.Build(t, p.Int32, []any{int32(2), int32(3), int32(9)})[0]
	values := arrowtest.Build(t, b.String, []any{"a", nil, "eight le"})[0]
	cols = append(cols, columnOf(t, arrow.RunEndEncodedOf(p.Int32, b.String), array.NewRunEndEncodedArray(ends, values, 9, 0)))
	cols = append(cols, columnOf(t, arrow.Null, array.NewNull(4)))
	for _, left := range cols {
		for _, right := range cols {
			for _, drop := range []bool{false, true} {
				checkMatch(t, serial{t.Context(), 4}, []chunk.Column{left}, []chunk.Column{right}, drop)
			}
		}
	}
}
