package keys_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
	"github.com/parframe/parframe/internal/keys"
)

// numbered numbers texts by a map, in the order of their first appearance.
func numbered(texts []string, dropNulls bool) (codes []int32, firsts []int) {
	numbers := map[string]int32{}
	for row, s := range texts {
		if dropNulls && s == "null" {
			codes = append(codes, -1)
			continue
		}
		n, ok := numbers[s]
		if !ok {
			n = int32(len(numbers))
			numbers[s] = n
			firsts = append(firsts, row)
		}
		codes = append(codes, n)
	}
	return codes, firsts
}

func TestNumberAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		if !isKey(typ) {
			_, err := keys.NewSource(columnOf(t, typ, g.Array(typ, 3)))
			if !errors.Is(err, errkind.ErrType) {
				t.Fatalf("a key of %s: %v", typ, err)
			}
			return
		}
		for _, n := range []int{0, 1, 2, 65, 700} {
			c := repeated(t, g, typ, n)
			texts := textsOf(c)
			for _, drop := range []bool{false, true} {
				codes, firsts := numbered(texts, drop)
				eachWorkers(t, g, func(t *testing.T, w keys.Workers) {
					s := must(keys.NewSource(c))
					s.DropNulls = drop
					got, err := keys.Number(w, s)
					if err != nil {
						t.Fatal(err)
					}
					equalNumbers(t, fmt.Sprintf("%d rows, drop %t", n, drop), got.Codes, codes)
					if !slices.Equal(got.Firsts, firsts) {
						t.Fatalf("%d rows: first rows %v, expected %v", n, got.Firsts, firsts)
					}
				})
			}
		}
	})
}

// The numbers of several columns are those of their rows' values together.
func TestNumberRows(t *testing.T) {
	g := arrowtest.Rand(4)
	p := arrow.PrimitiveTypes
	types := []arrow.DataType{p.Int8, arrow.BinaryTypes.String, p.Float64, &arrow.DictionaryType{IndexType: p.Int8, ValueType: p.Int64}, arrow.FixedWidthTypes.Boolean}
	for n := range len(types) {
		var cols []chunk.Column
		rows := make([]string, 300)
		for _, typ := range types[:n+1] {
			c := repeated(t, g, typ, 300)
			for i, s := range textsOf(c) {
				rows[i] += s + "|"
			}
			cols = append(cols, c)
		}
		codes, firsts := numbered(rows, false)
		eachWorkers(t, g, func(t *testing.T, w keys.Workers) {
			got, err := keys.NumberRows(w, cols)
			if err != nil {
				t.Fatal(err)
			}
			equalNumbers(t, fmt.Sprintf("%d columns", n+1), got.Codes, codes)
			if !slices.Equal(got.Firsts, firsts) {
				t.Fatalf("%d columns: first rows %v, expected %v", n+1, got.Firsts, firsts)
			}
		})
	}
}

// All NaN are one key, whatever their bits, and -0.0 is 0.0, at every width.
func TestNumberFloats(t *testing.T) {
	half := func(bits ...uint16) arrow.Array {
		return array.NewFloat16Data(dataOf(arrow.FixedWidthTypes.Float16, len(bits), arrow.Uint16Traits.CastToBytes(bits)))
	}
	single := func(v ...float32) arrow.Array {
		return array.NewFloat32Data(dataOf(arrow.PrimitiveTypes.Float32, len(v), arrow.Float32Traits.CastToBytes(v)))
	}
	double := func(v ...float64) arrow.Array {
		return array.NewFloat64Data(dataOf(arrow.PrimitiveTypes.Float64, len(v), arrow.Float64Traits.CastToBytes(v)))
	}
	f32, f64 := math.Float32frombits, math.Float64frombits
	for _, a := range []arrow.Array{
		half(0x7e00, 0x8000, 0x7e01, 0xfe00, 0, 0x7c01, 0x7c00, 0xffff, 0xfc00, 0x3c00),
		single(f32(0x7fc00000), f32(1<<31), f32(0x7fc00001), f32(0xffc00000), 0, f32(0x7f800001), f32(0x7f800000), f32(0xffffffff), f32(0xff800000), 1),
		double(math.NaN(), math.Copysign(0, -1), f64(0x7ff8000000000abc), -math.NaN(), 0, f64(0x7ff0000000000001), math.Inf(1), f64(math.MaxUint64), math.Inf(-1), 1),
	} {
		c := columnOf(t, a.DataType(), a)
		n, err := keys.Number(serial{t.Context(), 3}, must(keys.NewSource(c)))
		if err != nil {
			t.Fatal(err)
		}
		want := []int32{0, 1, 0, 0, 1, 0, 2, 0, 3, 4}
		equalNumbers(t, a.DataType().String(), n.Codes, want)
		source := func() *keys.Source { return must(keys.NewSource(c)) }
		left, right, groups, err := keys.Match(serial{t.Context(), 3}, [][2]*keys.Source{{source(), source()}})
		if err != nil || groups != 5 {
			t.Fatalf("%s: %d groups, %v", a.DataType(), groups, err)
		}
		equalNumbers(t, "left", left, want)
		equalNumbers(t, "right", right, want)
	}
}

func dataOf(typ arrow.DataType, n int, values []byte) *array.Data {
	return array.NewData(typ, n, buffersOf(values), nil, 0, 0)
}

// A dictionary may hold a value, or null, several times: its rows have one key,
// also together with other dictionaries.
func TestNumberDictionaries(t *testing.T) {
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	dict := func(codes []any, values ...any) arrow.Array {
		indexes := arrowtest.Build(t, typ.IndexType, codes)[0]
		return array.NewDictionaryArray(typ, indexes, arrowtest.Build(t, typ.ValueType, values)[0])
	}
	c := columnOf(t, typ,
		dict([]any{int8(1), int8(0), int8(2), nil, int8(3)}, "a", "b", "a", nil),
		dict([]any{int8(0), int8(3), int8(2), int8(1)}, nil, "b", "c", nil))
	for _, drop := range []bool{false, true} {
		s := must(keys.NewSource(c))
		s.DropNulls = drop
		n, err := keys.Number(serial{t.Context(), 2}, s)
		if err != nil {
			t.Fatal(err)
		}
		want := []int32{0, 1, 1, 2, 2, 2, 2, 3, 0}
		if drop {
			want = []int32{0, 1, 1, -1, -1, -1, -1, 2, 0}
		}
		equalNumbers(t, fmt.Sprint(drop), n.Codes, want)
	}
}

func TestGroup(t *testing.T) {
	g := arrowtest.Rand(5)
	for _, n := range []int{0, 1, 100, 70_000} {
		for _, groups := range []int{1, 3, 256, 257, 5000} {
			codes := make([]int32, n)
			want := make([][]int32, groups)
			for row := range codes {
				codes[row] = g.Int32N(int32(groups)+1) - 1
				if k := codes[row]; k >= 0 {
					want[k] = append(want[k], int32(row))
				}
			}
			eachWorkers(t, g, func(t *testing.T, w keys.Workers) {
				rows, starts, err := keys.Group(w, codes, groups)
				if err != nil {
					t.Fatal(err)
				}
				if len(starts) != groups+1 || starts[groups] != len(rows) {
					t.Fatalf("%d starts, the last is %d of %d rows", len(starts), starts[groups], len(rows))
				}
				for k := range groups {
					if got := rows[starts[k]:starts[k+1]]; !slices.Equal(got, want[k]) {
						t.Fatalf("%d rows, group %d of %d: %v, expected %v", n, k, groups, got, want[k])
					}
				}
			})
		}
	}
}
