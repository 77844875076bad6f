package chunk_test

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// A slice of a column has the rows of the slice, shares its memory, and counts
// its own nulls.
func TestColumnSliceAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 30 {
			n := g.IntN(150)
			c := randomColumn(t, g, typ, n)
			rows := rowsOf(c)
			i := g.IntN(n + 1)
			j := i + g.IntN(n-i+1)
			s := c.Slice(i, j)
			checkColumn(t, s, rows[i:j])
			nulls := 0
			for k := range s.Len {
				if c.IsNull(i+k) != s.IsNull(k) || !reflect.DeepEqual(text(c.Value(i+k)), text(s.Value(k))) {
					t.Fatalf("row %d of the slice is %v, row %d of the column %v", k, s.Value(k), i+k, c.Value(i+k))
				}
				if s.IsNull(k) {
					nulls++
				}
			}
			if s.NullN() != nulls {
				t.Fatalf("%d nulls, expected %d", s.NullN(), nulls)
			}
			for k, ch := range s.Chunks {
				first := s.Starts()[k]
				whole, _ := c.Find(i + first)
				if len(ch.Bufs) > 1 && len(ch.Bufs[1]) > 0 && &ch.Bufs[1][0] != &whole.Bufs[1][0] {
					t.Fatalf("chunk %d was copied", k)
				}
			}
		}
	})
}

// text makes NaN comparable.
func text(v any) any {
	if f, ok := v.(float64); ok && f != f {
		return "NaN"
	}
	if f, ok := v.(float32); ok && f != f {
		return "NaN"
	}
	if list, ok := v.([]any); ok {
		out := make([]any, len(list))
		for i, x := range list {
			out[i] = text(x)
		}
		return out
	}
	return v
}

func TestFindPanicsOutsideOfTheColumn(t *testing.T) {
	c := randomColumn(t, arrowtest.Rand(1), arrow.PrimitiveTypes.Int64, 5)
	for _, i := range []int{-1, 5} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("row %d was found", i)
				}
			}()
			c.Find(i)
		}()
	}
}

// Starts returns the first row of each chunk, and FindStart agrees with Find.
func TestStarts(t *testing.T) {
	g := arrowtest.Rand(2)
	c := randomColumn(t, g, arrow.PrimitiveTypes.Int8, 500)
	starts := c.Starts()
	if starts[0] != 0 || starts[len(c.Chunks)] != 500 {
		t.Fatal(starts)
	}
	for row := range 500 {
		k := chunk.FindStart(starts, row)
		if want, i := c.Find(row); c.Chunks[k] != want || row-starts[k] != i {
			t.Fatalf("row %d is in chunk %d", row, k)
		}
	}
}

// One chunk of all rows, and a copy of each chunk, have the column's rows.
func TestRechunkAndCloneAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 10 {
			c := randomColumn(t, g, typ, g.IntN(100))
			rows := rowsOf(c)
			clone := chunk.Column{Field: c.Field, Len: c.Len}
			for _, k := range c.Chunks {
				clone.Chunks = append(clone.Chunks, chunk.Clone(k)...)
			}
			checkColumn(t, clone, rows)
			one, err := c.Rechunk(context.Background())
			if d, ok := chunk.Physical(typ).(*arrow.DictionaryType); ok && d.Ordered && err != nil {
				continue // its dictionaries have an order, so two are not merged
			}
			if err != nil {
				t.Fatal(err)
			}
			checkColumn(t, chunk.Column{Field: c.Field, Chunks: []*chunk.Chunk{one}, Len: one.Len}, rows)
			plain := chunk.WithoutRuns(c)
			if l, _ := chunk.LayoutOf(plain.Field.Type); l == chunk.LayoutRuns {
				t.Fatalf("%s without runs is %s", typ, plain.Field.Type)
			}
			if got := rowsOf(plain); !slices.Equal(got, rows) {
				t.Fatal("other rows without runs")
			}
		}
	})
}
