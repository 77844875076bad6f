package frame_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// rowsAlone returns a frame of n rows without columns.
func rowsAlone(n int) *frame.Frame {
	return must(frame.FromRecord(array.NewRecord(arrow.NewSchema(nil, nil), nil, int64(n))))
}

// randomColumn returns a column of n rows in Arrow chunks of random lengths.
func randomColumn(t *testing.T, g *arrowtest.Gen, name string, typ arrow.DataType, n int) frame.Column {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: name, Type: typ, Nullable: true}}, nil)
	var recs []arrow.Record
	for _, a := range g.Arrays(typ, n) {
		recs = append(recs, array.NewRecord(schema, []arrow.Array{a}, int64(a.Len())))
	}
	f, err := frame.FromRecords(schema, recs...)
	if err != nil {
		t.Fatalf("column %q: %v", name, err)
	}
	return f.Columns()[0]
}

func randomFrame(t *testing.T, g *arrowtest.Gen, typ arrow.DataType, n int) *frame.Frame {
	t.Helper()
	f, err := frame.New(randomColumn(t, g, "x", typ, n))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// rowsOf reads the rows of a column with Arrow's own accessors.
func rowsOf(c frame.Column) []string { return arrowtest.Rows(c.Chunks()...) }

// checkColumn compares a column with rows read by Arrow's accessors, and validates it.
func checkColumn(t *testing.T, c frame.Column, want []string) {
	t.Helper()
	if c.Len() != len(want) {
		t.Fatalf("%d rows, expected %d", c.Len(), len(want))
	}
	if err := must(frame.New(c)).Validate(); err != nil {
		t.Fatal(err)
	}
	if got := rowsOf(c); !slices.Equal(got, want) {
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("row %d is %s, expected %s", i, got[i], want[i])
			}
		}
	}
}

// memoryOf returns the column in the form that the packages below frame use.
func memoryOf(c frame.Column) chunk.Column { return must(frame.New(c)).Memory()[0] }

// withMetadata returns the frame with one entry of metadata in its schema.
func withMetadata(f *frame.Frame, key, value string) *frame.Frame {
	md := arrow.NewMetadata([]string{key}, []string{value})
	return must(frame.FromMemory(arrow.NewSchema(f.Schema().Fields(), &md), f.Memory(), f.NumRows()))
}

// col makes a column of values.
func col[T any](t testing.TB, name string, v []T) frame.Column {
	t.Helper()
	c, err := frame.NewColumn(name, v)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("unexpected: %v", err))
	}
	return v
}

func stringReader(s string) io.Reader { return strings.NewReader(s) }
