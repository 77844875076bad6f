package keys

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// serially runs the steps of a call on the goroutine of the test.
type serially struct{ ctx context.Context }

func (s serially) Context() context.Context { return s.ctx }

func (s serially) Ranges(n int, fn func(ctx context.Context, lo, hi int) error) error {
	for lo := 0; lo < n; lo += 37 {
		if err := fn(s.ctx, lo, min(lo+37, n)); err != nil {
			return err
		}
	}
	return nil
}

func (s serially) Tasks(n int, fn func(ctx context.Context, i int) error) error {
	for i := range n {
		if err := fn(s.ctx, i); err != nil {
			return err
		}
	}
	return nil
}

func hashColumn(t *testing.T, typ arrow.DataType, cells []any, ends ...int) chunk.Column {
	t.Helper()
	c, err := chunk.ImportColumn(arrow.Field{Name: "k", Type: typ, Nullable: true}, arrowtest.Build(t, typ, cells, ends...), false)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func hashes(t *testing.T, cols ...chunk.Column) []uint64 {
	t.Helper()
	h, err := Hash(serially{t.Context()}, cols)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Rows have equal hashes if and only if they have equal keys, whatever the type, its
// layout and the chunks.
func TestHashesOfEqualKeys(t *testing.T) {
	g := arrowtest.Rand(11)
	for _, typ := range arrowtest.Types() {
		var col chunk.Column
		for k := range 4 {
			part, err := chunk.ImportColumn(arrow.Field{Name: "k", Type: typ.Type}, []arrow.Array{g.Array(typ.Type, 20*k)}, false)
			if err != nil {
				t.Fatal(err)
			}
			col.Field = part.Field
			for _, c := range part.Chunks {
				col.Append(c)
			}
		}
		w := serially{t.Context()}
		n, err := NumberRows(w, []chunk.Column{col})
		if err != nil {
			if _, wrong := Hash(w, []chunk.Column{col}); wrong == nil {
				t.Errorf("%s: hashes of what cannot be a key", typ.Name)
			}
			continue
		}
		of, number := map[int32]uint64{}, map[uint64]int32{}
		for row, h := range hashes(t, col) {
			code := n.Codes[row]
			if other, seen := of[code]; seen && other != h {
				t.Fatalf("%s: row %d: equal keys, but different hashes", typ.Name, row)
			}
			if other, seen := number[h]; seen && other != code {
				t.Fatalf("%s: row %d: different keys, but equal hashes", typ.Name, row)
			}
			of[code], number[h] = h, code
		}
	}
}

// Types that can be compared have equal hashes for equal keys.
func TestHashesOfTypesThatFit(t *testing.T) {
	p, b := arrow.PrimitiveTypes, arrow.BinaryTypes
	dict := &arrow.DictionaryType{IndexType: p.Int8, ValueType: b.String}
	texts := []any{"", "seven b", "a text of more than seven bytes", nil}
	for _, c := range [][2]chunk.Column{
		{hashColumn(t, p.Int8, []any{int8(-1), int8(0), nil, int8(7)}), hashColumn(t, p.Int64, []any{int64(-1), int64(0), nil, int64(7)}, 1, 2)},
		{hashColumn(t, p.Uint8, []any{uint8(200)}), hashColumn(t, p.Int32, []any{int32(200)})},
		{hashColumn(t, b.String, texts), hashColumn(t, b.LargeString, texts, 2)},
		{hashColumn(t, b.String, texts), hashColumn(t, b.StringView, texts)},
		{hashColumn(t, b.String, texts), hashColumn(t, dict, texts)},
		{hashColumn(t, p.Float64, []any{0.0, math.NaN()}), hashColumn(t, p.Float64, []any{math.Copysign(0, -1), math.Float64frombits(0x7ff8000000000123)})},
	} {
		a, b := hashes(t, c[0]), hashes(t, c[1])
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("%v and %v: %x, %x", c[0].Field.Type, c[1].Field.Type, a, b)
		}
	}
}

// Hashes are the same in every process: files hold them.
func TestHashesStayTheSame(t *testing.T) {
	ints := hashColumn(t, arrow.PrimitiveTypes.Int64, []any{int64(0), int64(1), nil, int64(-5)})
	text := hashColumn(t, arrow.BinaryTypes.String, []any{"", "a", nil, "a text of more than seven bytes"})
	for name, c := range map[string]struct {
		cols []chunk.Column
		want string
	}{
		"integers": {[]chunk.Column{ints}, "[0 b456bcfc34c2cb2c 9ae16a3b2f90404f 4b62179e0b339f97]"},
		"text":     {[]chunk.Column{text}, "[2d06800538d394c2 e6c632b61e964e1f 9ae16a3b2f90404f d15a3582ecc773e2]"},
		"both":     {[]chunk.Column{ints, text}, "[2d06800538d394c2 f4d8bf4b50d13009 502782fe121b618f 1c21a21f5d3487e6]"},
	} {
		if got := fmt.Sprintf("%x", hashes(t, c.cols...)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// The order of columns counts, and so does each of them.
func TestHashesOfSeveralColumns(t *testing.T) {
	a := hashColumn(t, arrow.PrimitiveTypes.Int64, []any{int64(1), int64(2)})
	b := hashColumn(t, arrow.PrimitiveTypes.Int64, []any{int64(2), int64(1)})
	if h := hashes(t, a, b); h[0] == h[1] {
		t.Error("(1, 2) and (2, 1) have one hash")
	}
	if hashes(t, a, a)[0] == 0 || hashes(t, a, a)[0] == hashes(t, a)[0] {
		t.Error("a column that comes twice does not count")
	}
}

// Words that all belong to the same slot are numbered in a time that grows with their
// number, not with its square: 300,000 of them would take minutes.
func TestChosenWordsDoNotCollide(t *testing.T) {
	inverse := uint64(1) // of golden: x·golden·inverse = x
	for range 6 {
		inverse *= 2 - golden*inverse
	}
	n := 300_000
	tab := newTable(t.Context(), false)
	word := func(i int) uint64 {
		x := uint64(i) * inverse
		return x ^ x>>32 // what spread takes back
	}
	if h := bits.LeadingZeros64(tab.spread(word(n))); h < 40 {
		t.Fatalf("the words differ in their upper %d bits", h)
	}
	for i := range n {
		if code := tab.put(word(i), nil, i); code != int32(i) {
			t.Fatalf("word %d has number %d", i, code)
		}
	}
	for i := range n {
		if code := tab.find(word(i), nil); code != int32(i) {
			t.Fatalf("word %d is found as %d", i, code)
		}
	}
	if tab.mul == golden {
		t.Error("the multiplier is still the one that the words were chosen for")
	}
}

// A code that the dictionary does not have is hashed as a null is: values are not checked.
func TestHashOfBadCodes(t *testing.T) {
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	c := hashColumn(t, typ, []any{"a", "b", nil, "a"})
	k := c.Chunks[0]
	k.Bufs[1] = append(chunk.NewBytes(k.Off)[:k.Off:k.Off], 0, 100, 0, 0xff)
	h := hashes(t, c)
	if h[1] != h[2] || h[3] != h[2] || h[0] == h[2] {
		t.Errorf("hashes %x", h)
	}
}
