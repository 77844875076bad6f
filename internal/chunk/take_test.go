package chunk_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// Texts around the 16 bytes that are copied at once, up to the very ends of
// both buffers, are copied as by a plain loop; so are nulls, and slices.
func TestTakeFlatTexts(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for _, longest := range []int{1, 8, 15, 16, 17, 40} {
		texts := arrowtest.Made(300, func(i int) any {
			if rng.IntN(5) == 0 {
				return nil
			}
			return strings.Repeat(string(rune('a'+i%26)), rng.IntN(longest+1))
		})
		whole := columnOf(t, arrow.BinaryTypes.String, arrowtest.Build(t, arrow.BinaryTypes.String, texts)...)
		for _, lo := range []int{0, 13, 64} {
			col := whole.Slice(lo, 300)
			for _, n := range []int{0, 1, 63, 64, 65, 500} {
				rows, numbers := make([]int, n), make([]int32, n)
				want := make([]any, n)
				for k := range rows {
					rows[k] = rng.IntN(300 - lo)
					numbers[k] = int32(rows[k])
					want[k] = texts[lo+rows[k]]
				}
				for name, got := range map[string]*chunk.Chunk{"int": chunk.TakeFlat(t.Context(), col, rows), "int32": chunk.TakeFlat(t.Context(), col, numbers)} {
					if got == nil {
						if n > 0 {
							t.Fatalf("%s: no chunk of %d rows", name, n)
						}
						continue
					}
					have := make([]any, n)
					for k := range have {
						have[k] = got.Value(k)
					}
					if !slices.Equal(have, want) {
						t.Fatalf("longest %d, from %d, %d rows of %s: %v, want %v", longest, lo, n, name, have, want)
					}
				}
			}
		}
	}
}

// Texts of several chunks are gathered as by a plain loop. A row below 0 is a null.
func TestGatherTextOfChunks(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, nullable := range []bool{false, true} {
		texts := arrowtest.Made(300, func(i int) any {
			if nullable && i%7 == 0 {
				return nil
			}
			return strings.Repeat(string(rune('a'+i%26)), rng.IntN(20))
		})
		var arrays []arrow.Array
		for _, part := range [][]any{texts[:50], texts[50:51], texts[51:300]} {
			arrays = append(arrays, arrowtest.Build(t, arrow.BinaryTypes.String, part)...)
		}
		col := columnOf(t, arrow.BinaryTypes.String, arrays...)
		for _, least := range []int32{0, -1} {
			rows, want := make([]int32, 500), make([]any, 500)
			for k := range rows {
				if rows[k] = least + rng.Int32N(300-least); rows[k] >= 0 {
					want[k] = texts[rows[k]]
				}
			}
			c := chunk.GatherText(t.Context(), col, col.Starts(), rows, least < 0)
			for k := range rows {
				if got := c.Value(k); got != want[k] {
					t.Fatalf("nullable %v, from row %d on: row %d is %v, expected %v", nullable, least, rows[k], got, want[k])
				}
			}
		}
	}
}

// Rows in consecutive places make one span, and negative rows are row 0 of one more chunk.
func TestRowSpans(t *testing.T) {
	got := chunk.RowSpans([]int{0, 3, 5}, []int32{0, -1, 1, 2, 3, 4, 3, -1, -1})
	want := []chunk.Span{{Src: 0, N: 1, Lo: 0}, {Src: 2, N: 1, Lo: 0}, {Src: 0, N: 2, Lo: 1}, {Src: 1, N: 2, Lo: 0}, {Src: 1, N: 1, Lo: 0}, {Src: 2, N: 1, Lo: 0}, {Src: 2, N: 1, Lo: 0}}
	if !slices.Equal(got, want) {
		t.Errorf("spans %v, expected %v", got, want)
	}
}

// A list of more values than a span may have is picked whole.
func TestPickLongList(t *testing.T) {
	b := array.NewListBuilder(memory.DefaultAllocator, arrow.PrimitiveTypes.Int32)
	for _, n := range []int32{3, 50_000, 2} {
		b.Append(true)
		for i := range n {
			b.ValueBuilder().(*array.Int32Builder).Append(i)
		}
	}
	lists := b.NewArray()
	c := columnOf(t, lists.DataType(), lists)
	want := rowsOf(c)
	for name, p := range map[string]chunk.Selection{"all": chunk.SelectRows([]int{0, 1, 2}, 1), "two": chunk.SelectRows([]int{1, 2}, 1)} {
		got := p.Of(t.Context(), []chunk.Column{c})[0]
		if !slices.Equal(rowsOf(got), want[3-p.Len:]) {
			t.Errorf("%s: other lists", name)
		}
	}
}

// GatherBits collects the bits of a loop over the rows; a row below 0 has none.
func TestGatherBits(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	bitmap := make([]byte, 40)
	for i := range bitmap {
		bitmap[i] = byte(rng.Uint32())
	}
	for _, bitmap := range [][]byte{nil, bitmap} {
		for _, n := range []int{0, 1, 63, 64, 65, 200} {
			rows := make([]int32, n)
			for k := range rows {
				rows[k] = rng.Int32N(301) - 1
			}
			words := chunk.GatherBits(t.Context(), bitmap, 7, rows)
			for k, row := range rows {
				want := row >= 0 && (bitmap == nil || chunk.Bit(bitmap, 7+int(row)))
				if got := words[k/64]>>(k%64)&1 == 1; got != want {
					t.Fatalf("%d rows: bit %d of row %d is %v", n, k, row, got)
				}
			}
		}
	}
}

// Rows are the same whether they are picked one by one or as spans, by number or
// by mask, and in runs of any length.
func TestSelectionAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for _, run := range []int{1, 5, 40} {
			col := randomColumn(t, g, typ, 300)
			all := rowsOf(col)
			mask, rows, want, runs := []bool{}, []int{}, []string{}, 0
			for keep := false; len(mask) < col.Len; keep = !keep {
				for range min(1+g.IntN(2*run), col.Len-len(mask)) {
					if keep {
						if len(mask) == 0 || !mask[len(mask)-1] {
							runs++
						}
						rows, want = append(rows, len(mask)), append(want, all[len(mask)])
					}
					mask = append(mask, keep)
				}
			}
			n, counted := chunk.CountMask(mask)
			if n != len(rows) || counted != runs {
				t.Fatalf("CountMask: %d rows in %d runs, expected %d in %d", n, counted, len(rows), runs)
			}
			for name, p := range map[string]chunk.Selection{
				"rows by mask":  chunk.SelectMask(t.Context(), mask, n, n),
				"spans by mask": chunk.SelectMask(t.Context(), mask, n, 0),
				"rows":          chunk.SelectRows(rows, n),
				"spans of rows": chunk.SelectRows(rows, 0),
			} {
				t.Run(name, func(t *testing.T) {
					for _, got := range p.Of(t.Context(), []chunk.Column{col, col}) {
						checkColumn(t, got, want)
					}
				})
			}
		}
	})
}

// BenchmarkFilterRuns chose flatRun: half of the rows, which lie in runs of
// that length, one by one and as spans.
func BenchmarkFilterRuns(b *testing.B) {
	const n = 1_000_000
	ints := columnOf(b, arrow.PrimitiveTypes.Int64, arrowtest.Build(b, arrow.PrimitiveTypes.Int64, arrowtest.Made(n, func(i int) any { return int64(i) }))...)
	texts := columnOf(b, arrow.BinaryTypes.String, arrowtest.Build(b, arrow.BinaryTypes.String, arrowtest.Made(n, func(i int) any { return fmt.Sprint("row ", i%1000) }))...)
	cols := []chunk.Column{ints, texts}
	for _, run := range []int{1, 4, 8, 16, 64} {
		rng := rand.New(rand.NewPCG(1, 1))
		mask := make([]bool, 0, n)
		for keep := false; len(mask) < n; keep = !keep {
			for range min(1+rng.IntN(2*run), n-len(mask)) {
				mask = append(mask, keep)
			}
		}
		kept, _ := chunk.CountMask(mask)
		for name, runs := range map[string]int{"flat": kept, "spans": 0} {
			b.Run(fmt.Sprintf("run=%d/%s", run, name), func(b *testing.B) {
				for b.Loop() {
					chunk.SelectMask(b.Context(), mask, kept, runs).Of(b.Context(), cols)
				}
			})
		}
	}
}
