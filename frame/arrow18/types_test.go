package arrow18_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	a18 "github.com/apache/arrow-go/v18/arrow"
	arr18 "github.com/apache/arrow-go/v18/arrow/array"
	ipc18 "github.com/apache/arrow-go/v18/arrow/ipc"
	mem18 "github.com/apache/arrow-go/v18/arrow/memory"
	a15 "github.com/apache/arrow/go/v15/arrow"
	ipc15 "github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/arrow18"
	"github.com/parframe/parframe/internal/arrowtest"
)

func stringReader(s string) io.Reader { return strings.NewReader(s) }

// Every type of v15, random data with nulls at all levels and offsets at all
// levels: the memory is the same on both sides, the frame that comes back
// equals the one that went, and its type is the same.
func TestAllTypesThereAndBack(t *testing.T) {
	for _, c := range arrowtest.Types() {
		t.Run(c.Name, func(t *testing.T) {
			for seed := range uint64(6) {
				g := arrowtest.Rand(seed)
				f := frameOf(t, g, c.Type, int(seed*13%40))
				recs := toBatches(t, f)
				own, err := f.ToRecords()
				if err != nil {
					t.Fatal(err)
				}
				if len(recs) != len(own) {
					t.Fatalf("%d record batches, %d of v15", len(recs), len(own))
				}
				for k, rec := range recs {
					if got, want := memory18(rec.Column(0).Data()), memory15(own[k].Column(0).Data()); !slices.Equal(got, want) {
						t.Fatalf("to v18: buffers at\n%q\nof\n%q", got, want)
					}
					back := fromBatch(t, rec)
					arrays := back.Columns()[0].Chunks()
					if got, want := memory15(arrays[0].Data()), memory15(own[k].Column(0).Data()); !slices.Equal(got, want) {
						t.Fatalf("from v18: buffers at\n%q\nof\n%q", got, want)
					}
					if got, want := arrowtest.Rows(arrays[0]), arrowtest.Rows(own[k].Column(0)); !slices.Equal(got, want) {
						t.Fatalf("there and back:\n%q\nwant\n%q", got, want)
					}
					if got, want := back.Schema().Field(0), own[k].Schema().Field(0); !got.Equal(want) || got.Type.String() != want.Type.String() {
						t.Fatalf("there and back: %v, want %v", got, want)
					}
				}
			}
		})
	}
}

// Columns that are cut in different places are cut where frame's own records
// are, and hold the same.
func TestAllTypesCut(t *testing.T) {
	for _, c := range arrowtest.Types() {
		f, g := frameOf(t, arrowtest.Rand(3), c.Type, 20), frameOf(t, arrowtest.Rand(4), c.Type, 20)
		last, err1 := g.Slice(7, 40)
		first, err2 := g.Slice(0, 7)
		joined, err3 := frame.Concat(last, first)
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		f, err := f.With(joined.Columns()[0].Rename("y"))
		if err != nil {
			t.Fatal(err)
		}
		own, err := f.ToRecords()
		if err != nil {
			t.Fatal(err)
		}
		recs := toBatches(t, f)
		if len(recs) != 4 || len(own) != 4 { // 13, 7, 13, 7 rows
			t.Fatalf("%s: %d batches, %d of v15", c.Name, len(recs), len(own))
		}
		for k, rec := range recs {
			back := fromBatch(t, rec)
			for i := range 2 {
				got, want := back.Columns()[i].Chunks()[0], own[k].Column(i)
				if !slices.Equal(memory18(rec.Column(i).Data()), memory15(want.Data())) || !slices.Equal(arrowtest.Rows(got), arrowtest.Rows(want)) {
					t.Errorf("%s: batch %d, column %d:\n%q\nwant\n%q", c.Name, k, i, arrowtest.Rows(got), arrowtest.Rows(want))
				}
			}
		}
	}
}

// What v18 has after the conversion is what it reads from the same data
// written by v15 as IPC, which shares no code with the conversion; and the
// other way round.
func TestSameAsByIPC(t *testing.T) {
	for _, c := range arrowtest.Types() {
		if hasExtension(c.Type) || strings.Contains(c.Name, "run_end_encoded") {
			continue // read as their storage; v15 writes slices of runs wrongly
		}
		t.Run(c.Name, func(t *testing.T) {
			g := arrowtest.Rand(7)
			g.Offsets = !strings.Contains(c.Name, "union") && !strings.Contains(c.Name, "view") // v15 writes those slices wrongly
			col, err := frame.ColumnOf("x", g.Array(c.Type, 50))
			if err != nil {
				t.Fatal(err)
			}
			f, err := frame.New(col)
			if err != nil {
				t.Fatal(err)
			}
			rec := toBatches(t, f)[0]
			if read := throughIPC15(t, f); !arr18.Equal(read.Column(0), rec.Column(0)) && read.Column(0).String() != rec.Column(0).String() { // NaN
				t.Errorf("to v18:\n%v\nby IPC:\n%v", rec.Column(0), read.Column(0))
			}
			read := throughIPC18(t, rec)
			if got, want := fromBatch(t, rec).Columns()[0].Chunks()[0], read.Column(0); !slices.Equal(arrowtest.Rows(got), arrowtest.Rows(want)) {
				t.Errorf("from v18:\n%v\nby IPC:\n%v", got, want)
			}
		})
	}
}

func hasExtension(t a15.DataType) bool { return strings.Contains(t.String(), "tagged") }

func throughIPC15(t *testing.T, f *frame.Frame) a18.RecordBatch {
	t.Helper()
	recs, err := f.ToRecords()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := ipc15.NewWriter(&b, ipc15.WithSchema(f.Schema()))
	if err := w.Write(recs[0]); err != nil {
		t.Skipf("v15 cannot write it: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := ipc18.NewReader(&b)
	if err != nil {
		t.Skipf("v18 cannot read it: %v", err)
	}
	rec, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func throughIPC18(t *testing.T, rec a18.RecordBatch) a15.Record {
	t.Helper()
	var b bytes.Buffer
	w := ipc18.NewWriter(&b, ipc18.WithSchema(rec.Schema()))
	if err := w.Write(rec); err != nil {
		t.Skipf("v18 cannot write it: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := ipc15.NewReader(&b)
	if err != nil {
		t.Skipf("v15 cannot read it: %v", err)
	}
	out, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What v15 has no type for is named, wherever it stands.
func TestUnsupportedTypes(t *testing.T) {
	d32 := &a18.Decimal32Type{Precision: 5, Scale: 2}
	for name, typ := range map[string]a18.DataType{
		"alone":   d32,
		"wide":    &a18.Decimal64Type{Precision: 12, Scale: 1},
		"list":    a18.ListOf(d32),
		"struct":  a18.StructOf(a18.Field{Name: "a", Type: a18.FixedSizeListOf(2, d32)}),
		"dict":    &a18.DictionaryType{IndexType: a18.PrimitiveTypes.Int8, ValueType: d32},
		"map":     a18.MapOf(a18.BinaryTypes.String, d32),
		"runs":    a18.RunEndEncodedOf(a18.PrimitiveTypes.Int32, d32),
		"union":   a18.DenseUnionOf([]a18.Field{{Name: "u", Type: d32}}, []a18.UnionTypeCode{3}),
		"foreign": newLabel(d32),
	} {
		schema := a18.NewSchema([]a18.Field{{Name: "ok", Type: a18.Null}, {Name: "price " + name, Type: typ}}, nil)
		_, err := arrow18.FromRecordBatches(schema)
		wantUnsupported(t, "arrow18.FromRecordBatches: ", err, name, typ)
		if name == "foreign" {
			continue // has no builder
		}
		rec := arr18.NewRecordBatch(schema, []a18.Array{arr18.NewNull(0), empty18(typ)}, 0)
		_, err = arrow18.FromRecordBatch(rec)
		wantUnsupported(t, "arrow18.FromRecordBatch: ", err, name, typ)
		_, err = arrow18.FromTable(arr18.NewTableFromRecords(schema, []a18.RecordBatch{rec}))
		wantUnsupported(t, "arrow18.FromTable: ", err, name, typ)
	}
}

func wantUnsupported(t *testing.T, call string, err error, name string, typ a18.DataType) {
	t.Helper()
	if !errors.Is(err, arrow18.ErrUnsupported) || !strings.HasPrefix(err.Error(), call) ||
		!strings.Contains(err.Error(), `column "price `+name+`" of type `+typ.String()) || !strings.Contains(err.Error(), "Arrow v15 has no decimal") {
		t.Errorf("%s: %v", name, err)
	}
}

func empty18(t a18.DataType) a18.Array {
	return arr18.NewBuilder(mem18.NewGoAllocator(), t).NewArray()
}
