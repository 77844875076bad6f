package frame_test

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

	"github.com/parframe/parframe/frame"
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

// Data survives the round trip through records and tables, however it is cut.
func TestRecordsRoundTrip(t *testing.T) {
	g := arrowtest.Rand(1)
	one, two := allTypes(g, 70), allTypes(g, 30)
	f := must(frame.FromRecords(nil, one, two))
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
	if g := must(frame.FromTable(table)); !g.Equal(f) || len(memoryOf(g.Columns()[1]).Chunks) != 2 {
		t.Error("FromTable(ToTable) differs:", f.Diff(g))
	}
	for k := range recs { // each column has its own borders
		h := must(frame.FromRecord(recs[k]))
		cols := h.Memory()
		for i, c := range cols {
			cut := i % max(h.NumRows(), 1)
			cols[i].Chunks = append(c.Slice(0, cut).Chunks, c.Slice(cut, c.Len).Chunks...)
		}
		h = must(frame.FromMemory(h.Schema(), cols, h.NumRows()))
		again := must(h.ToRecords())
		if back := must(frame.FromRecords(nil, again...)); !back.Equal(h) {
			t.Error(h.Diff(back))
		}
	}
}

func TestRecordsWithoutRowsOrColumns(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.BinaryTypes.String}}, nil)
	f := must(frame.FromRecords(schema))
	if f.NumRows() != 0 || f.NumCols() != 1 || len(must(f.ToRecords())) != 0 || f.Columns()[0].NullN() != 0 {
		t.Error("a schema alone is not a frame without rows")
	}
	empty := array.NewRecord(schema, []arrow.Array{arrowtest.Rand(1).Array(arrow.BinaryTypes.String, 0)}, 0)
	if g := must(frame.FromRecords(schema, empty, empty)); !g.Equal(f) || len(memoryOf(g.Columns()[0]).Chunks) != 0 {
		t.Error("empty records count")
	}
	rows := must(frame.FromRecord(array.NewRecord(arrow.NewSchema(nil, nil), nil, 5)))
	if rows.NumRows() != 5 {
		t.Errorf("%d rows without columns, expected 5", rows.NumRows())
	}
	recs := must(rows.ToRecords())
	if len(recs) != 1 || recs[0].NumRows() != 5 {
		t.Error("the number of rows is lost on the way out")
	}
	if n := must(frame.FromTable(rows.ToTable())).NumRows(); n != 5 {
		t.Errorf("%d rows by way of a table", n)
	}
	if n := must(frame.Concat(rows, rows.Head(2))).NumRows(); n != 7 {
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
	f := must(frame.FromRecord(rec))
	if diff := cmp.Diff([]string{"a", "a_1", "a_2", "a_3", "b"}, f.Names()); diff != "" {
		t.Error(diff)
	}
	if v, ok := must(f.Column("a_2")).Field().Metadata.GetValue(frame.OriginalName); !ok || v != "a" {
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
		"nil record":       {failure(frame.FromRecord(nil)), frame.ErrInvalid, "the record is nil"},
		"nil among":        {failure(frame.FromRecords(nil, rec("x", i64), nil)), frame.ErrInvalid, "record 1 is nil"},
		"nil first":        {failure(frame.FromRecords(nil, nil, rec("x", i64))), frame.ErrInvalid, "record 0 is nil"},
		"nothing":          {failure(frame.FromRecords(nil)), frame.ErrInvalid, "neither a schema nor a record"},
		"nil table":        {failure(frame.FromTable(nil)), frame.ErrInvalid, "the table is nil"},
		"nil array":        {failure(frame.ColumnOf("x", nil)), frame.ErrInvalid, `column "x": the array is nil`},
		"other type":       {failure(frame.FromRecords(nil, rec("x", i64), rec("x", str))), frame.ErrType, `record 1: wrong type: column "x" is utf8, expected int64`},
		"other name":       {failure(frame.FromRecords(nil, rec("x", i64), rec("y", i64))), frame.ErrType, `column 0 is "y", expected "x"`},
		"other columns":    {failure(frame.FromRecords(arrow.NewSchema(nil, nil), rec("x", i64))), frame.ErrType, "1 columns, expected 0"},
		"short buffer":     {failure(frame.ColumnOf("x", short)), frame.ErrInvalid, `column "x": buffer 1 has 8 bytes, expected at least 9 for 65 rows`},
		"other byte order": {failure(frame.FromRecord(foreign)), frame.ErrInvalid, "another byte order"},
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

// The caller may release everything, and the checking allocator counts down to zero; the
// frame does not change.
func TestReleaseIsHarmless(t *testing.T) {
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

	f := must(frame.FromRecord(rec))
	out := must(f.ToRecords())
	rec.Release()
	mem.AssertSize(t, 0)
	if &memoryOf(f.Columns()[0]).Chunks[0].Bufs[1][0] != &shared[0] {
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

// cMemory is an allocator whose memory is gone after Free.
type cMemory struct{ *memory.GoAllocator }

func (cMemory) Free(b []byte) { clear(b) }

func TestForeignMemoryIsCopied(t *testing.T) {
	for name, mem := range map[string]memory.Allocator{"plain": cMemory{}, "checked": memory.NewCheckedAllocator(cMemory{})} {
		b := array.NewInt64Builder(mem)
		b.AppendValues([]int64{1, 2, 3}, nil)
		a := b.NewArray()
		s := ofSliced(a)
		whole, sliced, lent := must(frame.ColumnOf("x", a)), must(frame.ColumnOf("x", s)), must(frame.ColumnOf("x", a, frame.Borrow()))
		s.Release()
		if got := must(frame.Values[int64](lent)); !slices.Equal(got, []int64{1, 2, 3}) {
			t.Errorf("%s: lent: %v", name, got)
		}
		if &memoryOf(lent).Chunks[0].Bufs[1][0] != &a.Data().Buffers()[1].Bytes()[0] {
			t.Errorf("%s: lent memory was copied", name)
		}
		own := must(frame.New(lent)).Clone().Columns()[0]
		a.Release()
		for what, c := range map[string]frame.Column{"whole": whole, "sliced": sliced, "cloned": own} {
			if got := must(frame.Values[int64](c)); !slices.Equal(got, []int64{1, 2, 3}) {
				t.Errorf("%s: %s: %v after Release", name, what, got)
			}
		}
		if got := must(frame.Values[int64](lent)); slices.Equal(got, []int64{1, 2, 3}) {
			t.Errorf("%s: this allocator does not show what it should", name)
		}
	}
}

// ofSliced returns the array over a buffer that is a slice of another.
func ofSliced(a arrow.Array) arrow.Array {
	buf := memory.SliceBuffer(a.Data().Buffers()[1], 0, a.Data().Buffers()[1].Len())
	defer buf.Release()
	data := array.NewData(a.DataType(), a.Len(), []*memory.Buffer{nil, buf}, nil, 0, 0)
	defer data.Release()
	return array.NewInt64Data(data)
}
