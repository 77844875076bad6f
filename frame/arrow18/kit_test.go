package arrow18_test

import (
	"fmt"
	"testing"
	"unsafe"

	a18 "github.com/apache/arrow-go/v18/arrow"
	arr18 "github.com/apache/arrow-go/v18/arrow/array"
	mem18 "github.com/apache/arrow-go/v18/arrow/memory"
	a15 "github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/arrow18"
	"github.com/parframe/parframe/internal/arrowtest"
)

// frameOf returns a frame with a column of the type in each of two Arrow
// chunks.
func frameOf(t testing.TB, g *arrowtest.Gen, typ a15.DataType, n int) *frame.Frame {
	t.Helper()
	var parts []*frame.Frame
	for range 2 {
		c, err := frame.ColumnOf("x", g.Array(typ, n))
		if err != nil {
			t.Fatal(err)
		}
		f, err := frame.New(c)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, f)
	}
	f, err := frame.Concat(parts...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// batchOf returns a record batch with that one column.
func batchOf(name string, a a18.Array) a18.RecordBatch {
	schema := a18.NewSchema([]a18.Field{{Name: name, Type: a.DataType(), Nullable: true}}, nil)
	return arr18.NewRecordBatch(schema, []a18.Array{a}, int64(a.Len()))
}

// array18 makes an array of v18 from cells as in Arrow's JSON.
func array18(t testing.TB, typ a18.DataType, json string) a18.Array {
	t.Helper()
	a, _, err := arr18.FromJSON(mem18.NewGoAllocator(), typ, stringReader(json))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func fromBatch(t testing.TB, rec a18.RecordBatch, opts ...frame.ImportOption) *frame.Frame {
	t.Helper()
	f, err := arrow18.FromRecordBatch(rec, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func toBatches(t testing.TB, f *frame.Frame) []a18.RecordBatch {
	t.Helper()
	recs, err := arrow18.ToRecordBatches(f)
	if err != nil {
		t.Fatal(err)
	}
	return recs
}

// memory15 and memory18 list where the buffers of an array are and how long,
// children and dictionaries too.
func memory15(d a15.ArrayData) (at []string) {
	for _, b := range d.Buffers() {
		if b != nil {
			at = append(at, place(b.Bytes()))
		}
	}
	for _, k := range d.Children() {
		at = append(at, memory15(k)...)
	}
	if d.DataType().ID() == a15.DICTIONARY {
		at = append(at, memory15(d.Dictionary())...)
	}
	return at
}

func memory18(d a18.ArrayData) (at []string) {
	for _, b := range d.Buffers() {
		if b != nil {
			at = append(at, place(b.Bytes()))
		}
	}
	for _, k := range d.Children() {
		at = append(at, memory18(k)...)
	}
	if d.DataType().ID() == a18.DICTIONARY {
		at = append(at, memory18(d.Dictionary())...)
	}
	return at
}

func place(b []byte) string {
	if len(b) == 0 {
		return "empty"
	}
	return fmt.Sprintf("%p+%d", unsafe.SliceData(b), len(b))
}
