package frame

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// dictColumn has one Arrow chunk for each dictionary, with each value once.
func dictColumn(index arrow.DataType, ordered bool, dicts ...[]string) Column {
	typ := &arrow.DictionaryType{IndexType: index, ValueType: arrow.BinaryTypes.String, Ordered: ordered}
	var parts []*Frame
	for _, d := range dicts {
		codes := array.NewInt64Builder(alloc)
		for i := range d {
			codes.Append(int64(i))
		}
		k := must(ColumnOf("x", codes.NewArray())).col.Chunks[0]
		c := &chunk.Chunk{Type: typ, Len: len(d), Bufs: [][]byte{nil, chunk.IntBytes(index, chunk.Values[int64](k.Bufs[1]))}, Dict: must(NewColumn("d", d)).col.Chunks[0]}
		parts = append(parts, must(New(Column{chunk.Column{Field: arrow.Field{Name: "x", Type: typ}, Chunks: []*chunk.Chunk{c}, Len: c.Len}})))
	}
	return must(Concat(parts...)).Columns()[0]
}

func TestRechunkMergesDictionaries(t *testing.T) {
	c := dictColumn(arrow.PrimitiveTypes.Int8, false, []string{"b", "a"}, []string{"c", "b"}, []string{"b", "a"})
	f := must(must(New(c)).Rechunk())
	checkColumn(t, f.Columns()[0], []string{`"b"`, `"a"`, `"c"`, `"b"`, `"b"`, `"a"`})
	if got := rowsOf(Column{chunk.Column{Chunks: []*chunk.Chunk{f.Columns()[0].col.Chunks[0].Dict}}}); strings.Join(got, " ") != `"b" "a" "c"` {
		t.Errorf("the dictionary is %s", got)
	}
	if g := must(f.Rechunk()); g.Columns()[0].col.Chunks[0] != f.Columns()[0].col.Chunks[0] {
		t.Error("one chunk was copied")
	}
}

// 100 and 100 distinct values are too many for int8. Rows of both come in two
// chunks then, unless the rows that are taken use few enough.
func TestDictionaryOverflow(t *testing.T) {
	c := dictColumn(arrow.PrimitiveTypes.Int8, false, names("a", 100), names("b", 100))
	f := must(New(c))
	if _, err := f.Rechunk(); !errors.Is(err, ErrType) || !strings.Contains(err.Error(), `column "x": wrong type: dictionary<`) {
		t.Error(err)
	}
	few := must(f.Take([]int{0, 150, 1, 199}))
	checkColumn(t, few.Columns()[0], []string{`"a0"`, `"b50"`, `"a1"`, `"b99"`})
	if len(few.Columns()[0].col.Chunks) != 1 {
		t.Errorf("%d chunks for 4 values", len(few.Columns()[0].col.Chunks))
	}
	all := must(f.Take(upTo(200)))
	checkColumn(t, all.Columns()[0], rowsOf(c))
	wide := must(New(dictColumn(arrow.PrimitiveTypes.Int16, false, names("a", 100), names("b", 100))))
	if g := must(wide.Rechunk()); len(g.Columns()[0].col.Chunks) != 1 {
		t.Error("200 values do not fit int16")
	}
}

// The order of an ordered dictionary means something, so two are not merged.
func TestOrderedDictionaries(t *testing.T) {
	c := dictColumn(arrow.PrimitiveTypes.Int8, true, []string{"low", "high"}, []string{"high", "low"})
	f := must(New(c))
	if _, err := f.Rechunk(); !errors.Is(err, ErrType) {
		t.Error(err)
	}
	g := must(f.Take([]int{3, 0, 1, 2}))
	checkColumn(t, g.Columns()[0], []string{`"low"`, `"low"`, `"high"`, `"high"`})
	same := dictColumn(arrow.PrimitiveTypes.Int8, true, []string{"low", "high"}, []string{"low", "high"})
	if h := must(must(New(same)).Rechunk()); len(h.Columns()[0].col.Chunks) != 1 {
		t.Error("equal ordered dictionaries are not one")
	}
}

func names(prefix string, n int) []string {
	s := make([]string, n)
	for i := range s {
		s[i] = prefix + valueText(i)
	}
	return s
}

// The last run of an int16 ends at 32,767 at most.
func TestShortRunEnds(t *testing.T) {
	typ := arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int64)
	one := &chunk.Chunk{Type: typ, Len: 30_000, Bufs: make([][]byte, 1), Kids: []*chunk.Chunk{chunk.RunEndsOf(arrow.PrimitiveTypes.Int16, []int{30_000}), must(NewColumn("v", []int64{7})).col.Chunks[0]}}
	f := must(New(Column{chunk.Column{Field: arrow.Field{Name: "x", Type: typ}, Chunks: []*chunk.Chunk{one, one}, Len: 60_000}}))
	if _, err := f.Rechunk(); !errors.Is(err, ErrType) {
		t.Error(err)
	}
	g := must(f.Take(upTo(60_000)))
	if !g.Equal(f) || len(g.Columns()[0].col.Chunks) < 2 {
		t.Error("Take:", f.Diff(g))
	}
	nulls := must(Concat(f, must(New()).withRows(100_000)))
	if err := nulls.Validate(); err != nil || nulls.Columns()[0].NullN() != 100_000 {
		t.Error(nulls.Columns()[0].NullN(), err)
	}
}

func (f *Frame) withRows(n int) *Frame { return &Frame{schema: f.schema, cols: f.cols, rows: n} }

// Text past 2 GiB becomes large text. It takes 5 GiB of memory and some
// seconds, so it wants to be asked for.
func TestRechunkPast2GiB(t *testing.T) {
	if os.Getenv("PARFRAME_BIG") == "" {
		t.Skip("PARFRAME_BIG is not set: this test needs 5 GiB of memory")
	}
	piece := must(NewColumn("x", []string{strings.Repeat("x", 1<<30-1), "end"}))
	f := must(New(piece))
	f = must(Concat(f, f, f))
	g := must(f.Rechunk())
	if g.Columns()[0].col.Field.Type.ID() != arrow.LARGE_STRING || len(g.Columns()[0].col.Chunks) != 1 || g.schema.Field(0).Type.ID() != arrow.LARGE_STRING {
		t.Fatal(g.schema)
	}
	if v := must(Values[string](g.Columns()[0])); v[5] != "end" || len(v[4]) != 1<<30-1 {
		t.Error("the text is not the same")
	}
	h := must(f.Take(upTo(6)))
	if len(h.Columns()[0].col.Chunks) < 2 || !h.Equal(f) {
		t.Error("Take:", h.Diff(f))
	}
}

// What stands for 2 GiB without having them: list views on the same values.
func TestListsPast2G(t *testing.T) {
	typ := arrow.ListViewOf(arrow.Null)
	rows := 5
	c := &chunk.Chunk{Type: typ, Len: rows, Bufs: [][]byte{nil, chunk.NewBytes(4 * rows), chunk.NewBytes(4 * rows)}, Kids: []*chunk.Chunk{chunk.Nulls(arrow.Null, 1<<30)}}
	for i := range rows {
		chunk.Values[int32](c.Bufs[2])[i] = 1 << 30
	}
	f := must(New(Column{chunk.Column{Field: arrow.Field{Name: "x", Type: typ}, Chunks: []*chunk.Chunk{c, c}, Len: 2 * rows}}))
	if err := f.Validate(); err != nil {
		t.Fatal(err)
	}
	g := must(f.Rechunk())
	if g.Columns()[0].col.Field.Type.ID() != arrow.LARGE_LIST_VIEW || g.Columns()[0].col.Chunks[0].Kids[0].Len != 10<<30 {
		t.Errorf("%s with %d values", g.Columns()[0].col.Field.Type, g.Columns()[0].col.Chunks[0].Kids[0].Len)
	}
	h := must(f.Take(upTo(2 * rows)))
	if h.Columns()[0].col.Field.Type.ID() != arrow.LIST_VIEW || !h.Equal(f) {
		t.Error("Take:", h.Diff(f))
	}
	if h := f.Clone(); !h.Equal(f) || h.NumRows() != 2*rows {
		t.Error("Clone:", h.Diff(f))
	}
}

func TestCloneOwnsItsMemory(t *testing.T) {
	eachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		f := randomFrame(t, g, typ, 50)
		want := rowsOf(f.Columns()[0])
		c := f.Clone()
		if len(c.Columns()[0].col.Chunks) != len(f.Columns()[0].col.Chunks) {
			t.Errorf("%d chunks, expected %d", len(c.Columns()[0].col.Chunks), len(f.Columns()[0].col.Chunks))
		}
		for _, k := range f.Columns()[0].col.Chunks {
			scribble(k)
		}
		checkColumn(t, c.Columns()[0], want)
	})
}

// scribble overwrites everything that a chunk points to.
func scribble(c *chunk.Chunk) {
	for _, b := range c.Bufs {
		for i := range b {
			b[i] = 0x55
		}
	}
	for _, k := range c.Kids {
		scribble(k)
	}
	if c.Dict != nil {
		scribble(c.Dict)
	}
}
