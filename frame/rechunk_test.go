package frame_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// dictColumn has one Arrow chunk for each dictionary, with each value once.
func dictColumn(index arrow.DataType, ordered bool, dicts ...[]string) frame.Column {
	typ := &arrow.DictionaryType{IndexType: index, ValueType: arrow.BinaryTypes.String, Ordered: ordered}
	var recs []arrow.Record
	for _, d := range dicts {
		codes := array.NewBuilder(memory.DefaultAllocator, index)
		for i := range d {
			if err := codes.AppendValueFromString(strconv.Itoa(i)); err != nil {
				panic(err)
			}
		}
		a := array.NewDictionaryArray(typ, codes.NewArray(), must(frame.NewColumn("d", d)).Chunks()[0])
		recs = append(recs, array.NewRecord(arrow.NewSchema([]arrow.Field{{Name: "x", Type: typ}}, nil), []arrow.Array{a}, int64(len(d))))
	}
	return must(frame.FromRecords(nil, recs...)).Columns()[0]
}

func TestRechunkMergesDictionaries(t *testing.T) {
	c := dictColumn(arrow.PrimitiveTypes.Int8, false, []string{"b", "a"}, []string{"c", "b"}, []string{"b", "a"})
	f := must(must(frame.New(c)).Rechunk())
	checkColumn(t, f.Columns()[0], []string{`"b"`, `"a"`, `"c"`, `"b"`, `"b"`, `"a"`})
	if got := arrowtest.Rows(f.Columns()[0].Chunks()[0].(*array.Dictionary).Dictionary()); strings.Join(got, " ") != `"b" "a" "c"` {
		t.Errorf("the dictionary is %s", got)
	}
	if g := must(f.Rechunk()); memoryOf(g.Columns()[0]).Chunks[0] != memoryOf(f.Columns()[0]).Chunks[0] {
		t.Error("one chunk was copied")
	}
}

// Twice 100 distinct values are too many for int8. Rows of both then have two chunks,
// unless the selected rows use few enough values.
func TestDictionaryOverflow(t *testing.T) {
	c := dictColumn(arrow.PrimitiveTypes.Int8, false, names("a", 100), names("b", 100))
	f := must(frame.New(c))
	if _, err := f.Rechunk(); !errors.Is(err, frame.ErrType) || !strings.Contains(err.Error(), `column "x": wrong type: dictionary<`) {
		t.Error(err)
	}
	few := must(f.Take([]int{0, 150, 1, 199}))
	checkColumn(t, few.Columns()[0], []string{`"a0"`, `"b50"`, `"a1"`, `"b99"`})
	if len(memoryOf(few.Columns()[0]).Chunks) != 1 {
		t.Errorf("%d chunks for 4 values", len(memoryOf(few.Columns()[0]).Chunks))
	}
	all := must(f.Take(upTo(200)))
	checkColumn(t, all.Columns()[0], rowsOf(c))
	wide := must(frame.New(dictColumn(arrow.PrimitiveTypes.Int16, false, names("a", 100), names("b", 100))))
	if g := must(wide.Rechunk()); len(memoryOf(g.Columns()[0]).Chunks) != 1 {
		t.Error("200 values do not fit int16")
	}
}

// The order of an ordered dictionary matters, so two of them are not merged.
func TestOrderedDictionaries(t *testing.T) {
	c := dictColumn(arrow.PrimitiveTypes.Int8, true, []string{"low", "high"}, []string{"high", "low"})
	f := must(frame.New(c))
	if _, err := f.Rechunk(); !errors.Is(err, frame.ErrType) {
		t.Error(err)
	}
	g := must(f.Take([]int{3, 0, 1, 2}))
	checkColumn(t, g.Columns()[0], []string{`"low"`, `"low"`, `"high"`, `"high"`})
	same := dictColumn(arrow.PrimitiveTypes.Int8, true, []string{"low", "high"}, []string{"low", "high"})
	if h := must(must(frame.New(same)).Rechunk()); len(memoryOf(h.Columns()[0]).Chunks) != 1 {
		t.Error("equal ordered dictionaries are not one")
	}
}

func names(prefix string, n int) []string {
	s := make([]string, n)
	for i := range s {
		s[i] = prefix + strconv.Itoa(i)
	}
	return s
}

// The last run of an int16 ends at 32,767 or before.
func TestShortRunEnds(t *testing.T) {
	ends := must(frame.NewColumn("e", []int16{30_000})).Chunks()[0]
	one := must(frame.New(must(frame.ColumnOf("x", array.NewRunEndEncodedArray(ends, must(frame.NewColumn("v", []int64{7})).Chunks()[0], 30_000, 0)))))
	f := must(frame.Concat(one, one))
	if _, err := f.Rechunk(); !errors.Is(err, frame.ErrType) {
		t.Error(err)
	}
	g := must(f.Take(upTo(60_000)))
	if !g.Equal(f) || len(memoryOf(g.Columns()[0]).Chunks) < 2 {
		t.Error("Take:", f.Diff(g))
	}
	nulls := must(frame.Concat(f, rowsAlone(100_000)))
	if err := nulls.Validate(); err != nil || nulls.Columns()[0].NullN() != 100_000 {
		t.Error(nulls.Columns()[0].NullN(), err)
	}
}

// List views on the same values represent 2 GiB without using them.
func TestListsPast2G(t *testing.T) {
	const rows = 5
	sizes := slices.Repeat([]int32{1 << 30}, rows)
	data := array.NewData(arrow.ListViewOf(arrow.Null), rows, []*memory.Buffer{nil, memory.NewBufferBytes(make([]byte, 4*rows)), memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(sizes))}, []arrow.ArrayData{array.NewNull(1 << 30).Data()}, 0, 0)
	one := must(frame.New(must(frame.ColumnOf("x", array.NewListViewData(data)))))
	f := must(frame.Concat(one, one))
	if err := f.Validate(); err != nil {
		t.Fatal(err)
	}
	g := must(f.Rechunk())
	if g.Columns()[0].Type().ID() != arrow.LARGE_LIST_VIEW || memoryOf(g.Columns()[0]).Chunks[0].Kids[0].Len != 10<<30 {
		t.Errorf("%s with %d values", g.Columns()[0].Type(), memoryOf(g.Columns()[0]).Chunks[0].Kids[0].Len)
	}
	if typ := g.Schema().Field(0).Type; typ.ID() != arrow.LARGE_LIST_VIEW {
		t.Errorf("%s in the schema", typ)
	}
	h := must(f.Take(upTo(2 * rows)))
	if h.Columns()[0].Type().ID() != arrow.LIST_VIEW || !h.Equal(f) {
		t.Error("Take:", h.Diff(f))
	}
	if h := f.Clone(); !h.Equal(f) || h.NumRows() != 2*rows {
		t.Error("Clone:", h.Diff(f))
	}
}

func TestCloneOwnsItsMemory(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		f := randomFrame(t, g, typ, 50)
		want := rowsOf(f.Columns()[0])
		c := f.Clone()
		if len(memoryOf(c.Columns()[0]).Chunks) != len(memoryOf(f.Columns()[0]).Chunks) {
			t.Errorf("%d chunks, expected %d", len(memoryOf(c.Columns()[0]).Chunks), len(memoryOf(f.Columns()[0]).Chunks))
		}
		for _, k := range memoryOf(f.Columns()[0]).Chunks {
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
