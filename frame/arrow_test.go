package frame

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/endian"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/internal/arrowtest"
)

// allTypes is a record of n rows with a column of every type.
func allTypes(g *arrowtest.Gen, n int) arrow.Record {
	var fields []arrow.Field
	var cols []arrow.Array
	for _, c := range arrowtest.Types() {
		fields = append(fields, arrow.Field{Name: c.Name, Type: c.Type, Nullable: true})
		cols = append(cols, g.Array(c.Type, n))
	}
	md := arrow.NewMetadata([]string{"k"}, []string{"v"})
	return array.NewRecord(arrow.NewSchema(fields, &md), cols, int64(n))
}

func recordRows(rec arrow.Record) [][]string {
	var rows [][]string
	for _, c := range rec.Columns() {
		rows = append(rows, arrowtest.Rows(c))
	}
	return rows
}

// What goes in comes out, in records and in tables, however it is cut.
func TestRecordsThereAndBack(t *testing.T) {
	g := arrowtest.Rand(1)
	one, two := allTypes(g, 70), allTypes(g, 30)
	f := must(FromRecords(nil, one, two))
	if f.NumRows() != 100 || f.NumCols() != len(arrowtest.Types()) || !f.Schema().Equal(one.Schema()) {
		t.Fatalf("%d rows, %d columns, %s", f.NumRows(), f.NumCols(), f.Schema())
	}
	recs := must(f.ToRecords())
	if len(recs) != 2 {
		t.Fatalf("%d records, expected 2", len(recs))
	}
	for i, want := range []arrow.Record{one, two} {
		if diff := cmp.Diff(recordRows(want), recordRows(recs[i])); diff != "" {
			t.Error(diff)
		}
		if v, ok := recs[i].Schema().Metadata().GetValue("k"); !ok || v != "v" {
			t.Error("metadata lost")
		}
	}
	table := f.ToTable()
	if g := must(FromTable(table)); !g.Equal(f) || len(g.Columns()[1].col.Chunks) != 2 {
		t.Error("FromTable(ToTable) differs:", f.Diff(g))
	}
	for k := range recs { // columns with borders of their own
		h := must(FromRecord(recs[k]))
		for i := range h.cols {
			cut := i % max(h.rows, 1)
			h.cols[i].Chunks = append(h.Columns()[i].col.Slice(0, cut).Chunks, h.Columns()[i].col.Slice(cut, h.rows).Chunks...)
		}
		again := must(h.ToRecords())
		if back := must(FromRecords(nil, again...)); !back.Equal(h) {
			t.Error(h.Diff(back))
		}
	}
}

func TestRecordsWithoutRowsOrColumns(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.BinaryTypes.String}}, nil)
	f := must(FromRecords(schema))
	if f.NumRows() != 0 || f.NumCols() != 1 || len(must(f.ToRecords())) != 0 || f.Columns()[0].NullN() != 0 {
		t.Error("a schema alone is not a frame without rows")
	}
	empty := array.NewRecord(schema, []arrow.Array{arrowtest.Rand(1).Array(arrow.BinaryTypes.String, 0)}, 0)
	if g := must(FromRecords(schema, empty, empty)); !g.Equal(f) || len(g.Columns()[0].col.Chunks) != 0 {
		t.Error("empty records count")
	}
	rows := must(FromRecord(array.NewRecord(arrow.NewSchema(nil, nil), nil, 5)))
	if rows.NumRows() != 5 {
		t.Errorf("%d rows without columns, expected 5", rows.NumRows())
	}
	recs := must(rows.ToRecords())
	if len(recs) != 1 || recs[0].NumRows() != 5 {
		t.Error("the number of rows is lost on the way out")
	}
	if n := must(FromTable(rows.ToTable())).NumRows(); n != 5 {
		t.Errorf("%d rows by way of a table", n)
	}
	if n := must(Concat(rows, rows.Head(2))).NumRows(); n != 7 {
		t.Errorf("%d rows after Concat, expected 7", n)
	}
	if n := must(rows.Filter([]bool{true, false, true, true, false})).NumRows(); n != 3 {
		t.Errorf("%d rows after Filter, expected 3", n)
	}
	if n := must(rows.Take([]int{0, 0, 4, 1})).NumRows(); n != 4 {
		t.Errorf("%d rows after Take, expected 4", n)
	}
}

func TestDuplicateNamesAreNumbered(t *testing.T) {
	i64 := arrow.PrimitiveTypes.Int64
	schema := arrow.NewSchema([]arrow.Field{{Name: "a", Type: i64}, {Name: "a_1", Type: i64}, {Name: "a", Type: i64}, {Name: "a", Type: i64}, {Name: "b", Type: i64}}, nil)
	g := arrowtest.Rand(1)
	rec := array.NewRecord(schema, []arrow.Array{g.Array(i64, 2), g.Array(i64, 2), g.Array(i64, 2), g.Array(i64, 2), g.Array(i64, 2)}, 2)
	f := must(FromRecord(rec))
	if diff := cmp.Diff([]string{"a", "a_1", "a_2", "a_3", "b"}, f.Names()); diff != "" {
		t.Error(diff)
	}
	if v, ok := must(f.Column("a_2")).Field().Metadata.GetValue(OriginalName); !ok || v != "a" {
		t.Errorf("the original name is %q", v)
	}
	if must(f.Column("a_1")).Field().HasMetadata() {
		t.Error("a_1 is said to be renamed")
	}
}

func TestImportErrors(t *testing.T) {
	i64, str := arrow.PrimitiveTypes.Int64, arrow.BinaryTypes.String
	g := arrowtest.Rand(1)
	rec := func(name string, typ arrow.DataType) arrow.Record {
		return array.NewRecord(arrow.NewSchema([]arrow.Field{{Name: name, Type: typ}}, nil), []arrow.Array{g.Array(typ, 3)}, 3)
	}
	short := array.NewBooleanData(array.NewData(arrow.FixedWidthTypes.Boolean, 65, []*memory.Buffer{nil, memory.NewBufferBytes(make([]byte, 8))}, nil, 0, 0))
	foreign := array.NewRecord(arrow.NewSchemaWithEndian([]arrow.Field{{Name: "x", Type: i64}}, nil, otherEndian()), []arrow.Array{g.Array(i64, 1)}, 1)
	for name, c := range map[string]struct {
		err  error
		kind error
		text string
	}{
		"nil record":       {failure(FromRecord(nil)), ErrInvalid, "the record is nil"},
		"nil among":        {failure(FromRecords(nil, rec("x", i64), nil)), ErrInvalid, "record 1 is nil"},
		"nil first":        {failure(FromRecords(nil, nil, rec("x", i64))), ErrInvalid, "record 0 is nil"},
		"nothing":          {failure(FromRecords(nil)), ErrInvalid, "neither a schema nor a record"},
		"nil table":        {failure(FromTable(nil)), ErrInvalid, "the table is nil"},
		"nil array":        {failure(ColumnOf("x", nil)), ErrInvalid, `column "x": the array is nil`},
		"other type":       {failure(FromRecords(nil, rec("x", i64), rec("x", str))), ErrType, `record 1: wrong type: column "x" is utf8, expected int64`},
		"other name":       {failure(FromRecords(nil, rec("x", i64), rec("y", i64))), ErrType, `column 0 is "y", expected "x"`},
		"other columns":    {failure(FromRecords(arrow.NewSchema(nil, nil), rec("x", i64))), ErrType, "1 columns, expected 0"},
		"short buffer":     {failure(ColumnOf("x", short)), ErrInvalid, `column "x": buffer 1 has 8 bytes, expected at least 9 for 65 rows`},
		"other byte order": {failure(FromRecord(foreign)), ErrInvalid, "another byte order"},
	} {
		if !errors.Is(c.err, c.kind) || !strings.Contains(c.err.Error(), c.text) {
			t.Errorf("%s: %v, expected %q", name, c.err, c.text)
		}
	}
}

func otherEndian() endian.Endianness {
	if endian.NativeEndian == endian.LittleEndian {
		return endian.BigEndian
	}
	return endian.LittleEndian
}

// The caller may release everything, and the checking allocator counts down to
// zero; the frame is as it was.
func TestReleaseHarmsNothing(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	b := array.NewRecordBuilder(mem, arrow.NewSchema([]arrow.Field{{Name: "i", Type: arrow.PrimitiveTypes.Int64}, {Name: "s", Type: arrow.BinaryTypes.String}, {Name: "l", Type: arrow.ListOf(arrow.PrimitiveTypes.Int32)}}, nil))
	for i := range 100 {
		b.Field(0).(*array.Int64Builder).Append(int64(i))
		b.Field(1).(*array.StringBuilder).Append(strings.Repeat("x", i))
		b.Field(2).(*array.ListBuilder).Append(true)
		b.Field(2).(*array.ListBuilder).ValueBuilder().(*array.Int32Builder).Append(int32(i))
	}
	rec := b.NewRecord()
	b.Release()
	want := recordRows(rec)
	shared := rec.Column(0).Data().Buffers()[1].Bytes()

	f := must(FromRecord(rec))
	out := must(f.ToRecords())
	rec.Release()
	mem.AssertSize(t, 0)
	if &f.Columns()[0].col.Chunks[0].Bufs[1][0] != &shared[0] {
		t.Error("memory of Go's allocator was copied")
	}
	if diff := cmp.Diff(want, recordRows(out[0])); diff != "" {
		t.Error(diff)
	}
	out[0].Release()
	if got := rowsOf(f.Columns()[1]); !slices.Equal(got, want[1]) {
		t.Error("releasing a record of the frame's took the values away")
	}
}

// cMemory stands for an allocator whose memory is gone after Free.
type cMemory struct{ *memory.GoAllocator }

func (cMemory) Free(b []byte) { clear(b) }

func TestForeignMemoryIsCopied(t *testing.T) {
	for name, mem := range map[string]memory.Allocator{"plain": cMemory{}, "checked": memory.NewCheckedAllocator(cMemory{})} {
		b := array.NewInt64Builder(mem)
		b.AppendValues([]int64{1, 2, 3}, nil)
		a := b.NewArray()
		s := ofSliced(a)
		whole, sliced, lent := must(ColumnOf("x", a)), must(ColumnOf("x", s)), must(ColumnOf("x", a, Borrow()))
		s.Release()
		if got := must(Values[int64](lent)); !slices.Equal(got, []int64{1, 2, 3}) {
			t.Errorf("%s: lent: %v", name, got)
		}
		if &lent.col.Chunks[0].Bufs[1][0] != &a.Data().Buffers()[1].Bytes()[0] {
			t.Errorf("%s: lent memory was copied", name)
		}
		own := must(New(lent)).Clone().Columns()[0]
		a.Release()
		for what, c := range map[string]Column{"whole": whole, "sliced": sliced, "cloned": own} {
			if got := must(Values[int64](c)); !slices.Equal(got, []int64{1, 2, 3}) {
				t.Errorf("%s: %s: %v after Release", name, what, got)
			}
		}
		if got := must(Values[int64](lent)); slices.Equal(got, []int64{1, 2, 3}) {
			t.Errorf("%s: this allocator does not show what it should", name)
		}
	}
}

// ofSliced is the array on a buffer that is a slice of another.
func ofSliced(a arrow.Array) arrow.Array {
	buf := memory.SliceBuffer(a.Data().Buffers()[1], 0, a.Data().Buffers()[1].Len())
	defer buf.Release()
	data := array.NewData(a.DataType(), a.Len(), []*memory.Buffer{nil, buf}, nil, 0, 0)
	defer data.Release()
	return array.NewInt64Data(data)
}
