package frame

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// eachType runs fn as a subtest for every Arrow type, with a generator whose
// seed is the type's number.
func eachType(t *testing.T, fn func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen)) {
	t.Helper()
	for i, c := range arrowtest.Types() {
		t.Run(c.Name, func(t *testing.T) { fn(t, c.Type, arrowtest.Rand(uint64(i))) })
	}
}

// randomColumn returns a column of n rows in Arrow chunks of random lengths.
func randomColumn(t *testing.T, g *arrowtest.Gen, name string, typ arrow.DataType, n int) Column {
	t.Helper()
	c := Column{chunk.Column{Field: arrow.Field{Name: name, Type: typ, Nullable: true}}}
	for c.col.Len < n {
		m := 1 + g.IntN(n-c.col.Len)
		k, err := chunk.ImportColumn(c.col.Field, []arrow.Array{g.Array(typ, m)}, false)
		if err != nil {
			t.Fatalf("column %q: %v", name, err)
		}
		c.col.Chunks = append(c.col.Chunks, k.Chunks...)
		c.col.Len += m
	}
	return c
}

func randomFrame(t *testing.T, g *arrowtest.Gen, typ arrow.DataType, n int) *Frame {
	t.Helper()
	f, err := New(randomColumn(t, g, "x", typ, n))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// rowsOf is the oracle: what Arrow's own accessors find in a column.
func rowsOf(c Column) []string {
	rows := []string{}
	for _, a := range c.Chunks() {
		rows = append(rows, arrowtest.Rows(a)...)
	}
	return rows
}

// checkColumn holds a column to the rows that the oracle expects, and to the
// rules of Arrow.
func checkColumn(t *testing.T, c Column, want []string) {
	t.Helper()
	if c.Len() != len(want) {
		t.Fatalf("%d rows, expected %d", c.Len(), len(want))
	}
	for _, k := range c.col.Chunks {
		if err := chunk.CheckShape(k); err != nil {
			t.Fatal(err)
		}
	}
	if got := rowsOf(c); !slices.Equal(got, want) {
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("row %d is %s, expected %s", i, got[i], want[i])
			}
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("unexpected: %v", err))
	}
	return v
}

func stringReader(s string) io.Reader { return strings.NewReader(s) }
