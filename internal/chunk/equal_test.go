package chunk

import (
	"math"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
)

// Rows are equal if and only if Arrow's accessors find the same in them, whatever
// the offsets and dictionaries.
func TestEqualRowsAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 60 {
			c := randomChunk(t, g, typ, 1+g.IntN(60))
			spans := WholeSpans([]*Chunk{c})
			i := g.IntN(c.Len)
			n := g.IntN(c.Len - i)
			rows := arrowtest.Rows(c.Array())
			for _, k := range PickAll(t.Context(), typ, []*Chunk{c}, spans) {
				if k.Len == c.Len && !EqualRows(c, i, k, i, n) {
					t.Fatalf("rows %d to %d of a copy differ", i, i+n)
				}
			}
			j := g.IntN(c.Len - n + 1)
			if got, want := EqualRows(c, i, c, j, n), slices.Equal(rows[i:i+n], rows[j:j+n]); got != want {
				t.Fatalf("%t, expected %t:\n%q\n%q", got, want, rows[i:i+n], rows[j:j+n])
			}
			j = g.IntN(c.Len)
			if got, want := EqualRows(c, i, c, j, 1), rows[i] == rows[j]; got != want {
				t.Fatalf("%t, expected %t:\n%q\n%q", got, want, rows[i], rows[j])
			}
		}
	})
}

func TestTolerance(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		a, b float64
		tol  Tolerance
		want bool
	}{
		{1, 1, 0, true}, {1, 1 + 1e-9, 1e-8, true}, {1, 1 + 1e-7, 1e-8, false}, {1e9, 1e9 + 1, 1e-8, true}, {0, 1e-9, 1e-8, true},
		{0, math.Copysign(0, -1), 0, true}, {nan, math.Float64frombits(math.Float64bits(nan) ^ 1), 0, true}, {nan, 1, Tolerance(inf), false},
		{inf, inf, 0, true}, {inf, -inf, 1, false}, {inf, 1e300, 1, false},
		{1, 1, Exactly, true}, {0, math.Copysign(0, -1), Exactly, false}, {nan, nan, Exactly, true}, {nan, math.Float64frombits(math.Float64bits(nan) ^ 1), Exactly, false},
	} {
		a, b := New(arrow.PrimitiveTypes.Float64, 1, nil, Bytes([]float64{c.a})), New(arrow.PrimitiveTypes.Float64, 1, nil, Bytes([]float64{c.b}))
		if got := c.tol.Rows(a, 0, b, 0, 1); got != c.want {
			t.Errorf("%v and %v within %v: %t", c.a, c.b, c.tol, got)
		}
	}
}

// A tolerance holds for floats inside of other types, too.
func TestToleranceInside(t *testing.T) {
	f64 := arrow.PrimitiveTypes.Float64
	for _, typ := range []arrow.DataType{
		arrow.ListOf(f64), arrow.LargeListViewOf(f64), arrow.FixedSizeListOf(2, f64), arrow.StructOf(arrow.Field{Name: "a", Type: f64, Nullable: true}),
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: f64}, arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, f64),
		arrow.DenseUnionOf([]arrow.Field{{Name: "a", Type: f64, Nullable: true}}, []arrow.UnionTypeCode{3}), arrow.PrimitiveTypes.Float32, arrow.FixedWidthTypes.Float16,
	} {
		a := randomChunk(t, arrowtest.Rand(1), typ, 40)
		b := Clone(a)[0]
		if !Exactly.Rows(a, 0, b, 0, a.Len) || !Tolerance(0).Rows(a, 0, b, 0, a.Len) {
			t.Errorf("%s: a copy differs", typ)
		}
		nudge([]*Chunk{b})
		if Exactly.Rows(a, 0, b, 0, a.Len) || !Tolerance(1e-2).Rows(a, 0, b, 0, a.Len) || Tolerance(0).Rows(a, 0, b, 0, a.Len) {
			t.Errorf("%s: a nudge does not show, or more than it is", typ)
		}
	}
}

// nudge changes the last bit of every finite float.
func nudge(chunks []*Chunk) {
	for _, c := range chunks {
		if IsFloat(c.Type) {
			width := c.Type.(arrow.FixedWidthDataType).Bytes()
			for i := range c.Len {
				if v := floatAt(c)(i); v-v == 0 && math.Abs(v) > 1e-3 && math.Abs(v) < 1e4 {
					c.Bufs[1][i*width] ^= 1
				}
			}
		}
		nudge(c.Kids)
		if c.Dict != nil {
			nudge([]*Chunk{c.Dict})
		}
	}
}
