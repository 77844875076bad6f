package chunk_test

import (
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// A buffer that does not start at a multiple of 8 bytes is copied, also where memory is
// borrowed. Another is not.
func TestImportCopiesUnalignedMemory(t *testing.T) {
	bytes := chunk.Bytes(make([]uint64, 4))
	for _, lo := range []int{0, 1, 4, 8} {
		bytes[lo] = 7
		data := array.NewData(arrow.PrimitiveTypes.Int64, 3, []*memory.Buffer{nil, memory.NewBufferBytes(bytes[lo:])}, nil, 0, 0)
		c, err := chunk.Import(data, arrow.PrimitiveTypes.Int64, true)
		if err != nil {
			t.Fatal(err)
		}
		if shared := &c.Bufs[1][0] == &bytes[lo]; shared != (lo%8 == 0) || c.Value(0).(int64)&255 != 7 {
			t.Errorf("from byte %d on: shared is %t, and the first value %v", lo, shared, c.Value(0))
		}
	}
}

// An array that is imported, and made from the chunk again, is the same.
func TestImportThereAndBackAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 20 {
			a := g.Array(typ, g.IntN(60))
			want := arrowtest.Rows(a)
			for _, borrow := range []bool{false, true} {
				c, err := chunk.Import(a.Data(), typ, borrow)
				if err != nil {
					t.Fatal(err)
				}
				if got := arrowtest.Rows(c.Array()); !slices.Equal(got, want) {
					t.Fatalf("%q became %q", want, got)
				}
			}
		}
	})
}

// An array can be imported under a type that names the inner fields differently from its
// own. The types must be the same otherwise.
func TestImportAsTheDeclaredType(t *testing.T) {
	parts := func(name string, typ arrow.DataType) arrow.DataType {
		return arrow.StructOf(arrow.Field{Name: name, Type: typ, Nullable: true})
	}
	ints := arrow.PrimitiveTypes.Int64
	a := arrowtest.Rand(1).Array(parts("a", ints), 5)
	c, err := chunk.Import(a.Data(), parts("b", ints), false)
	if err != nil || !chunk.SameType(c.Type, parts("b", ints)) || chunk.SameType(c.Type, a.DataType()) {
		t.Errorf("%v, %v", c, err)
	}
	if c, err := chunk.Import(a.Data(), parts("a", arrow.PrimitiveTypes.Uint64), false); err == nil {
		t.Errorf("%v imported as %s", a, c.Type)
	}
}

// A child or a dictionary with too few bytes for its rows is an error of the array.
func TestImportChecksBelow(t *testing.T) {
	ints := arrow.PrimitiveTypes.Int64
	bytes := func(n int) *memory.Buffer { return memory.NewBufferBytes(chunk.NewBytes(n)) }
	short := array.NewData(ints, 3, []*memory.Buffer{nil, bytes(16)}, nil, 0, 0)
	parts := arrow.StructOf(arrow.Field{Name: "a", Type: ints})
	coded := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: ints}
	for name, d := range map[string]*array.Data{
		"child":      array.NewData(parts, 3, []*memory.Buffer{nil}, []arrow.ArrayData{short}, 0, 0),
		"dictionary": array.NewDataWithDictionary(coded, 3, []*memory.Buffer{nil, bytes(3)}, 0, 0, short),
	} {
		if c, err := chunk.Import(d, d.DataType(), false); err == nil {
			t.Errorf("%s: the chunk is %v, without an error", name, c)
		}
	}
}

// Entries and keys of a map may have a bitmap, if it has no null.
func TestArrayOfMapWithBitmaps(t *testing.T) {
	b := array.NewMapBuilder(memory.DefaultAllocator, arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64, false)
	b.Append(true)
	b.KeyBuilder().(*array.StringBuilder).Append("a")
	b.ItemBuilder().(*array.Int64Builder).Append(1)
	a := b.NewArray()
	c, err := chunk.Import(a.Data(), a.DataType(), false)
	if err != nil {
		t.Fatal(err)
	}
	entries := c.Kids[0]
	entries.Bufs[0], entries.Kids[0].Bufs[0] = []byte{1}, []byte{1}
	if got, want := arrowtest.Rows(c.Array()), arrowtest.Rows(a); !slices.Equal(got, want) {
		t.Errorf("%q became %q", want, got)
	}
}
