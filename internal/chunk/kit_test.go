package chunk_test

import (
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// columnOf returns column x of the arrays.
func columnOf(t testing.TB, typ arrow.DataType, arrays ...arrow.Array) chunk.Column {
	t.Helper()
	c, err := chunk.ImportColumn(arrow.Field{Name: "x", Type: typ, Nullable: true}, arrays, false)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// randomColumn returns a column of n rows in Arrow chunks of random lengths.
func randomColumn(t testing.TB, g *arrowtest.Gen, typ arrow.DataType, n int) chunk.Column {
	t.Helper()
	return columnOf(t, typ, g.Arrays(typ, n)...)
}

// randomChunk returns a chunk of n rows.
func randomChunk(t testing.TB, g *arrowtest.Gen, typ arrow.DataType, n int) *chunk.Chunk {
	t.Helper()
	c, err := chunk.Import(g.Array(typ, n).Data(), typ, false)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// rowsOf returns the rows of a column by Arrow's own accessors.
func rowsOf(c chunk.Column) []string { return arrowtest.Rows(c.Arrays()...) }

// checkColumn compares a column with the rows that Arrow's accessors found, and
// checks its chunks.
func checkColumn(t testing.TB, c chunk.Column, want []string) {
	t.Helper()
	n := 0
	for _, k := range c.Chunks {
		if err := chunk.Validate(k); err != nil {
			t.Fatal(err)
		}
		n += k.Len
	}
	if c.Len != len(want) || n != len(want) {
		t.Fatalf("%d rows in chunks of %d, expected %d", c.Len, n, len(want))
	}
	if got := rowsOf(c); !slices.Equal(got, want) {
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("row %d is %s, expected %s", i, got[i], want[i])
			}
		}
	}
}
