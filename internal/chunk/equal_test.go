package chunk_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// Rows are equal if and only if Arrow's accessors find the same in them, whatever
// the offsets and dictionaries.
func TestEqualRowsAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 60 {
			c := randomChunk(t, g, typ, 1+g.IntN(60))
			spans := chunk.WholeSpans([]*chunk.Chunk{c})
			i := g.IntN(c.Len)
			n := g.IntN(c.Len - i)
			rows := arrowtest.Rows(c.Array())
			for _, k := range chunk.PickAll(t.Context(), typ, []*chunk.Chunk{c}, spans) {
				if k.Len == c.Len && !chunk.EqualRows(c, i, k, i, n) {
					t.Fatalf("rows %d to %d of a copy differ", i, i+n)
				}
			}
			j := g.IntN(c.Len - n + 1)
			if got, want := chunk.EqualRows(c, i, c, j, n), slices.Equal(rows[i:i+n], rows[j:j+n]); got != want {
				t.Fatalf("%t, expected %t:\n%q\n%q", got, want, rows[i:i+n], rows[j:j+n])
			}
			j = g.IntN(c.Len)
			if got, want := chunk.EqualRows(c, i, c, j, 1), rows[i] == rows[j]; got != want {
				t.Fatalf("%t, expected %t:\n%q\n%q", got, want, rows[i], rows[j])
			}
		}
	})
}

// Rows at any place are equal if no validity bit of theirs differs, and no value of a row
// that is not null, in short and in long runs of nulls.
func TestEqualRowsOfBits(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		n, x, y := 1+rng.IntN(300), rng.IntN(70), rng.IntN(70)
		a := &chunk.Chunk{Type: arrow.FixedWidthTypes.Boolean, Off: x, Len: n, Bufs: [][]byte{randomBytes(rng, (x+n+7)/8), randomBytes(rng, (x+n+7)/8)}}
		b := &chunk.Chunk{Type: a.Type, Off: y, Len: n, Bufs: [][]byte{randomBytes(rng, (y+n+7)/8), randomBytes(rng, (y+n+7)/8)}}
		flip := func(bits []byte, i int) { bits[i/8] ^= 1 << (i % 8) }
		long, null := rng.IntN(2) == 0, false
		for k := range n {
			if !long || rng.IntN(50) == 0 {
				null = rng.IntN(2) == 0
			}
			if a.IsNull(k) != null {
				flip(a.Bufs[0], x+k)
			}
			if b.IsNull(k) != null {
				flip(b.Bufs[0], y+k)
			}
			if chunk.Bit(a.Bufs[1], x+k) != chunk.Bit(b.Bufs[1], y+k) && !null {
				flip(b.Bufs[1], y+k)
			}
		}
		i := rng.IntN(n)
		m := rng.IntN(n - i + 1)
		check := func(want bool, what string, k int) {
			if got := chunk.EqualRows(a, i, b, i, m); got != want {
				t.Fatalf("rows %d to %d, %s %d: equal is %t", i, i+m, what, k, got)
			}
		}
		check(true, "of", n)
		k := rng.IntN(n)
		within := k >= i && k < i+m
		flip(b.Bufs[1], y+k)
		check(!within || a.IsNull(k), "another value in row", k)
		flip(b.Bufs[1], y+k)
		flip(b.Bufs[0], y+k)
		check(!within, "another validity of row", k)
	}
}

// The codes of a slice of a dictionary are those at its offset.
func TestEqualSlicesOfDictionaries(t *testing.T) {
	for _, index := range []arrow.DataType{arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64} {
		typ := &arrow.DictionaryType{IndexType: index, ValueType: arrow.BinaryTypes.String}
		cells := arrowtest.Made(60, func(i int) any { return []string{"a", "b", "c"}[i*i%7%3] })
		c := columnOf(t, typ, arrowtest.Build(t, typ, cells)...).Chunks[0]
		for i := range c.Len {
			for j := range c.Len {
				n := min(3, c.Len-i, c.Len-j)
				want := slices.Equal(cells[i:i+n], cells[j:j+n])
				if got := chunk.EqualRows(c.Slice(i, i+n), 0, c.Slice(j, j+n), 0, n); got != want {
					t.Fatalf("codes of %v: %d rows at %d and %d: equal is %t", index, n, i, j, got)
				}
			}
		}
	}
}

func TestTolerance(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		a, b float64
		tol  chunk.Tolerance
		want bool
	}{
		{1, 1, 0, true}, {1, 1 + 1e-9, 1e-8, true}, {1, 1 + 1e-7, 1e-8, false}, {1e9, 1e9 + 1, 1e-8, true}, {0, 1e-9, 1e-8, true},
		{0, math.Copysign(0, -1), 0, true}, {nan, math.Float64frombits(math.Float64bits(nan) ^ 1), 0, true}, {nan, 1, chunk.Tolerance(inf), false},
		{inf, inf, 0, true}, {inf, -inf, 1, false}, {inf, 1e300, 1, false},
		{1, 1, chunk.Exactly, true}, {0, math.Copysign(0, -1), chunk.Exactly, false}, {nan, nan, chunk.Exactly, true}, {nan, math.Float64frombits(math.Float64bits(nan) ^ 1), chunk.Exactly, false},
	} {
		a, b := chunk.New(arrow.PrimitiveTypes.Float64, 1, nil, chunk.Bytes([]float64{c.a})), chunk.New(arrow.PrimitiveTypes.Float64, 1, nil, chunk.Bytes([]float64{c.b}))
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
		b := chunk.Clone(a)[0]
		if !chunk.Exactly.Rows(a, 0, b, 0, a.Len) || !chunk.Tolerance(0).Rows(a, 0, b, 0, a.Len) {
			t.Errorf("%s: a copy differs", typ)
		}
		nudge([]*chunk.Chunk{b})
		if chunk.Exactly.Rows(a, 0, b, 0, a.Len) || !chunk.Tolerance(1e-2).Rows(a, 0, b, 0, a.Len) || chunk.Tolerance(0).Rows(a, 0, b, 0, a.Len) {
			t.Errorf("%s: a nudge does not show, or more than it is", typ)
		}
	}
}

// nudge changes the last bit of every finite float.
func nudge(chunks []*chunk.Chunk) {
	for _, c := range chunks {
		if chunk.IsFloat(c.Type) {
			width := c.Type.(arrow.FixedWidthDataType).Bytes()
			for i := range c.Len {
				if c.IsNull(i) {
					continue
				}
				if v := math.Abs(reflect.ValueOf(c.Value(i)).Float()); v > 1e-3 && v < 1e4 {
					c.Bufs[1][i*width] ^= 1
				}
			}
		}
		nudge(c.Kids)
		if c.Dict != nil {
			nudge([]*chunk.Chunk{c.Dict})
		}
	}
}
