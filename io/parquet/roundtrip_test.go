package parquet

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/internal/filetest"
	"github.com/parframe/parframe/parallel"
)

func TestMain(m *testing.M) { calltest.Main(m) }

// frameOf makes a frame of one column per type, in several Arrow chunks, each
// a slice of a larger array.
func frameOf(t testing.TB, seed uint64, types []arrow.DataType, nulls float64, chunks ...int) *frame.Frame {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	fields := make([]arrow.Field, len(types))
	cols := make([]arrow.Column, len(types))
	rows := 0
	for _, n := range chunks {
		rows += n
	}
	for i, typ := range types {
		fields[i] = arrow.Field{Name: fmt.Sprintf("c%d", i), Type: typ, Nullable: nulls > 0 || typ.ID() == arrow.NULL}
		var parts []arrow.Array
		for k, n := range chunks {
			front := (k * 3) % 11
			a := filetest.Random(r, typ, front+n+k, nulls)
			parts = append(parts, array.NewSlice(a, int64(front), int64(front+n)))
		}
		cols[i] = *arrow.NewColumn(fields[i], arrow.NewChunked(typ, parts))
	}
	meta := arrow.NewMetadata([]string{"origin"}, []string{"test"})
	f, err := frame.FromTable(array.NewTable(arrow.NewSchema(fields, &meta), cols, int64(rows)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func allTypes() []arrow.DataType {
	types := append(filetest.Flat(), filetest.Nested()...)
	return append(types, filetest.Dictionaries()...)
}

func write(t testing.TB, f *frame.Frame, o WriteOptions, opts ...parallel.Option) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := Write(context.Background(), &buf, f, o, opts...); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func readBytes(b []byte, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return Read(context.Background(), bytes.NewReader(b), int64(len(b)), o, opts...)
}

// equal compares values column by column, so that a failure names the type.
func equal(t *testing.T, want, got *frame.Frame) {
	t.Helper()
	for i, f := range want.Schema().Fields() {
		// As text: a timestamp type that has printed a value is not equal to
		// itself any more, inside of a dictionary type.
		if g := got.Schema().Field(i); fmt.Sprint(f) != fmt.Sprint(g) {
			t.Errorf("field %v %v became %v %v", f, f.Metadata, g, g.Metadata)
		}
	}
	if want.NumRows() != got.NumRows() {
		t.Fatalf("%d rows became %d", want.NumRows(), got.NumRows())
	}
	if want.Equal(got) {
		return
	}
	w, g := want.Columns(), got.Columns()
	for i := range w {
		a, b := text(w[i]), text(g[i])
		for k := range a {
			if a[k] != b[k] {
				t.Errorf("%s (%v) row %d: %.200s became %.200s", w[i].Name(), w[i].Type(), k, a[k], b[k])
				break
			}
		}
	}
	t.Error("frames are not equal")
}

func text(c frame.Column) (out []string) {
	for _, a := range c.Chunks() {
		for i := range a.Len() {
			out = append(out, a.ValueStr(i))
		}
	}
	return out
}

// Every type is read as it was written, with any share of nulls, from slices and many
// chunks, with small row groups and every compression.
func TestRoundTrip(t *testing.T) {
	for _, nulls := range []float64{0, 0.1, 0.5, 1} {
		for _, chunks := range [][]int{{0}, {1}, {2, 3}, {64, 1, 0, 199}, {3000}} {
			f := frameOf(t, 1, allTypes(), nulls, chunks...)
			for _, o := range []WriteOptions{{}, {RowGroupRows: 7, NoDictionary: true}, {RowGroupRows: 1000}} {
				if o.RowGroupRows == 7 && f.NumRows() > 300 {
					continue
				}
				t.Run(fmt.Sprint(nulls, chunks, o.RowGroupRows), func(t *testing.T) {
					got, err := readBytes(write(t, f, o), ReadOptions{})
					if err != nil {
						t.Fatal(err)
					}
					equal(t, f, got)
				})
			}
		}
	}
}
