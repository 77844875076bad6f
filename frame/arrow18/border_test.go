package arrow18_test

import (
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	a18 "github.com/apache/arrow-go/v18/arrow"
	arr18 "github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/endian"
	mem18 "github.com/apache/arrow-go/v18/arrow/memory"
	a15 "github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/arrow18"
	"github.com/parframe/parframe/internal/arrowtest"
)

func int64s(mem mem18.Allocator, values ...int64) a18.Array {
	b := arr18.NewInt64Builder(mem)
	defer b.Release()
	b.AppendValues(values, nil)
	return b.NewArray()
}

// The caller may release its data, and nothing of it is kept: the checked allocator
// counts to zero.
func TestReleaseIsHarmless(t *testing.T) {
	mem := mem18.NewCheckedAllocator(mem18.NewGoAllocator())
	a := int64s(mem, 1, 2, 3)
	rec := batchOf("x", a)
	a.Release()
	f := fromBatch(t, rec)
	rec.Release()
	mem.AssertSize(t, 0)
	runtime.GC()
	for _, back := range toBatches(t, f) {
		back.Retain()
		back.Release()
		back.Release()
	}
	got, err := frame.Values[int64](f.Columns()[0])
	if diff := cmp.Diff([]int64{1, 2, 3}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

// foreign memory is of an allocator that nobody knows.
type foreign struct{ mem18.GoAllocator }

func TestForeignMemoryIsCopied(t *testing.T) {
	for name, mem := range map[string]mem18.Allocator{"plain": &foreign{}, "checked": mem18.NewCheckedAllocator(&foreign{})} {
		rec := batchOf("x", int64s(mem, 1, 2, 3))
		at := memory18(rec.Column(0).Data())
		for _, c := range []struct {
			opts   []frame.ImportOption
			shared bool
		}{{nil, false}, {[]frame.ImportOption{frame.Borrow()}, true}} {
			f := fromBatch(t, rec, c.opts...)
			if got := slices.Equal(memory15(f.Columns()[0].Chunks()[0].Data()), at); got != c.shared {
				t.Errorf("%s: shared: %t, want %t", name, got, c.shared)
			}
			tab, err := arrow18.FromTable(arr18.NewTableFromRecords(rec.Schema(), []a18.RecordBatch{rec}), c.opts...)
			if err != nil || !tab.Equal(f) {
				t.Error(err)
			}
		}
	}
	// A slice of a buffer belongs to whom the buffer belongs to.
	whole := mem18.NewResizableBuffer(&foreign{})
	whole.Resize(64)
	data := arr18.NewData(a18.PrimitiveTypes.Int64, 2, []*mem18.Buffer{nil, mem18.SliceBuffer(whole, 8, 16)}, nil, 0, 0)
	rec := batchOf("x", arr18.MakeFromData(data))
	if f := fromBatch(t, rec); slices.Equal(memory15(f.Columns()[0].Chunks()[0].Data()), memory18(data)) {
		t.Error("a part of foreign memory is shared")
	}
}

// Tables whose columns are cut in different places, with empty chunks.
func TestTables(t *testing.T) {
	mem := mem18.NewGoAllocator()
	fields := []a18.Field{{Name: "a", Type: a18.PrimitiveTypes.Int64}, {Name: "b", Type: a18.PrimitiveTypes.Int64}}
	md := a18.NewMetadata([]string{"who"}, []string{"we"})
	fields[1].Metadata = a18.NewMetadata([]string{"unit"}, []string{"mm"})
	chunked := func(arrays ...a18.Array) *a18.Chunked { return a18.NewChunked(a18.PrimitiveTypes.Int64, arrays) }
	table := arr18.NewTable(a18.NewSchema(fields, &md), []a18.Column{
		*a18.NewColumn(fields[0], chunked(int64s(mem, 1, 2), int64s(mem), int64s(mem, 3, 4, 5))),
		*a18.NewColumn(fields[1], chunked(int64s(mem, 10, 20, 30, 40), arr18.NewSlice(int64s(mem, 0, 50, 60), 1, 2))),
	}, 5)
	f, err := arrow18.FromTable(table)
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := f.Schema().Metadata().GetValue("who"); !ok || v != "we" {
		t.Error("no metadata of the schema")
	}
	if v, ok := f.Schema().Field(1).Metadata.GetValue("unit"); !ok || v != "mm" {
		t.Error("no metadata of the field")
	}
	var lengths []int64
	for _, rec := range toBatches(t, f) {
		lengths = append(lengths, rec.NumRows())
	}
	if diff := cmp.Diff([]int64{2, 2, 1}, lengths); diff != "" {
		t.Error(diff)
	}
	back, err := arrow18.ToTable(f)
	if err != nil {
		t.Fatal(err)
	}
	if !back.Schema().Equal(table.Schema()) || back.NumRows() != 5 || len(back.Column(0).Data().Chunks()) != 2 {
		t.Errorf("%v", back)
	}
	again, err := arrow18.FromTable(back)
	if err != nil || !again.Equal(f) {
		t.Error("there and back differs", err)
	}
	b, err := frame.Values[int64](f.Columns()[1])
	if diff := cmp.Diff([]int64{10, 20, 30, 40, 50}, b); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestRecordBatches(t *testing.T) {
	mem := mem18.NewGoAllocator()
	one, two := batchOf("x", int64s(mem, 1, 2)), batchOf("x", int64s(mem, 3))
	f, err := arrow18.FromRecordBatches(nil, one, two)
	if err != nil {
		t.Fatal(err)
	}
	got, err := frame.Values[int64](f.Columns()[0])
	if diff := cmp.Diff([]int64{1, 2, 3}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	none, err := arrow18.FromRecordBatches(one.Schema())
	if err != nil || none.NumRows() != 0 || none.NumCols() != 1 {
		t.Error(none, err)
	}
	if recs := toBatches(t, none); len(recs) != 0 {
		t.Errorf("%d batches of no rows", len(recs))
	}
	other := batchOf("y", int64s(mem, 3))
	if _, err := arrow18.FromRecordBatches(nil, one, other); !errors.Is(err, frame.ErrType) || !strings.Contains(err.Error(), `record 1: wrong type: column 0 is "y"`) {
		t.Error(err)
	}
}

func TestNothing(t *testing.T) {
	_, err1 := arrow18.FromRecordBatch(nil)
	_, err2 := arrow18.FromRecordBatches(nil)
	_, err3 := arrow18.FromTable(nil)
	_, err4 := arrow18.ToRecordBatches(nil)
	_, err5 := arrow18.ToTable(nil)
	_, err6 := arrow18.FromRecordBatches(batchOf("x", arr18.NewNull(1)).Schema(), nil)
	_, err7 := arrow18.FromRecordBatches(nil, nil)
	for i, err := range []error{err1, err2, err3, err4, err5, err6, err7} {
		if !errors.Is(err, arrow18.ErrNil) {
			t.Errorf("%d: %v", i+1, err)
		}
	}
	// Rows without columns.
	rec := arr18.NewRecordBatch(a18.NewSchema(nil, nil), nil, 0)
	f := fromBatch(t, rec)
	if f.NumRows() != 0 || f.NumCols() != 0 || len(toBatches(t, f)) != 0 {
		t.Error(f)
	}
}

func TestDuplicateNames(t *testing.T) {
	mem := mem18.NewGoAllocator()
	fields := []a18.Field{{Name: "a", Type: a18.PrimitiveTypes.Int64}, {Name: "a", Type: a18.PrimitiveTypes.Int64}}
	rec := arr18.NewRecordBatch(a18.NewSchema(fields, nil), []a18.Array{int64s(mem, 1), int64s(mem, 2)}, 1)
	if diff := cmp.Diff([]string{"a", "a_1"}, fromBatch(t, rec).Names()); diff != "" {
		t.Error(diff)
	}
}

func TestOtherByteOrder(t *testing.T) {
	other := endian.BigEndian
	if endian.NativeEndian == endian.BigEndian {
		other = endian.LittleEndian
	}
	s := a18.NewSchemaWithEndian([]a18.Field{{Name: "a", Type: a18.PrimitiveTypes.Int64}}, nil, other)
	if _, err := arrow18.FromRecordBatches(s); !errors.Is(err, arrow18.ErrUnsupported) {
		t.Error(err)
	}
}

// A batch of somebody else's making, whose array is not what its schema says.
type liar struct{ a18.RecordBatch }

func (l liar) Schema() *a18.Schema {
	return a18.NewSchema([]a18.Field{{Name: "x", Type: a18.PrimitiveTypes.Int32}}, nil)
}

func TestArrayOfAnotherType(t *testing.T) {
	rec := liar{batchOf("x", int64s(mem18.NewGoAllocator(), 1))}
	if _, err := arrow18.FromRecordBatch(rec); !errors.Is(err, frame.ErrType) || !strings.Contains(err.Error(), `column "x": an array of int64 in a column of int32`) {
		t.Error(err)
	}
}

// Other goroutines may use the batch meanwhile, also in the ways in which
// Arrow writes to it (for the race detector).
func TestBatchInUse(t *testing.T) {
	for typ, json := range map[a18.DataType]string{
		a18.ListOf(a18.PrimitiveTypes.Int64): `[[1, null], null, [3]]`,
		&a18.DictionaryType{IndexType: a18.PrimitiveTypes.Int8, ValueType: a18.BinaryTypes.String}: `["a", null, "b"]`,
	} {
		rec := batchOf("x", arr18.NewSlice(array18(t, typ, json), 1, 3))
		var wg sync.WaitGroup
		wg.Go(func() {
			_ = rec.Column(0).NullN()
			if d, ok := rec.Column(0).(*arr18.Dictionary); ok {
				_ = d.Dictionary().NullN()
			}
		})
		for range 3 {
			wg.Go(func() {
				if f := fromBatch(t, rec); f.Columns()[0].NullN() != 1 {
					t.Error("nulls")
				}
			})
		}
		wg.Wait()
	}
}

// Neither way reads the data: a bitmap or values of any size cost the same.
func TestCostDoesNotDependOnRows(t *testing.T) {
	allocs := func(n int) (in, out float64) {
		g := arrowtest.Rand(1)
		c, err := frame.ColumnOf("x", g.Array(a15.StructOf(a15.Field{Name: "s", Type: a15.BinaryTypes.String, Nullable: true}), n))
		if err != nil {
			t.Fatal(err)
		}
		f, err := frame.New(c)
		if err != nil {
			t.Fatal(err)
		}
		rec := toBatches(t, f)[0]
		return testing.AllocsPerRun(20, func() { fromBatch(t, rec) }), testing.AllocsPerRun(20, func() { toBatches(t, f) })
	}
	in1, out1 := allocs(100)
	in2, out2 := allocs(100_000)
	if in1 != in2 || out1 != out2 {
		t.Errorf("allocations in: %v and %v, out: %v and %v", in1, in2, out1, out2)
	}
}

// Arrow makes arrays of structs with any number of children.
func TestChildrenThatDoNotFit(t *testing.T) {
	child := int64s(mem18.NewGoAllocator(), 1, 2).Data()
	typ := a18.StructOf(a18.Field{Name: "a", Type: a18.PrimitiveTypes.Int64}, a18.Field{Name: "b", Type: a18.PrimitiveTypes.Int64})
	for _, kids := range [][]a18.ArrayData{{child}, {child, child, child}} {
		rec := batchOf("x", arr18.MakeFromData(arr18.NewData(typ, 2, []*mem18.Buffer{nil}, kids, 0, 0)))
		if _, err := arrow18.FromRecordBatch(rec); !errors.Is(err, frame.ErrInvalid) || !strings.Contains(err.Error(), `column "x"`) || !strings.Contains(err.Error(), "children, expected 2") {
			t.Errorf("%d children: %v", len(kids), err)
		}
	}
}

// A table asks for null counts: they are counted once, for a dictionary with
// nulls of its own as well, and are those that Arrow would count.
func TestTablesKnowTheirNulls(t *testing.T) {
	for _, c := range arrowtest.Types() {
		f := frameOf(t, arrowtest.Rand(11), c.Type, 500)
		tables := [2]a18.Table{}
		for k := range tables {
			var err error
			if tables[k], err = arrow18.ToTable(f); err != nil {
				t.Fatal(err)
			}
		}
		for i, a := range tables[1].Column(0).Data().Chunks() {
			if own := f.Columns()[0].Chunks()[i]; own.Data().NullN() < 0 || own.NullN() != a.NullN() {
				t.Errorf("%s: chunk %d: %d nulls in the table, %d known to the frame", c.Name, i, a.NullN(), own.Data().NullN())
			}
		}
		if again, err := arrow18.FromTable(tables[0]); err != nil || !slices.Equal(arrowtest.Rows(again.Columns()[0].Chunks()[1]), arrowtest.Rows(f.Columns()[0].Chunks()[1])) {
			t.Errorf("%s: from the table: %v", c.Name, err)
		}
	}
}
