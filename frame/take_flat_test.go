package frame

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/parframe/parframe/internal/chunk"
)

// Texts around the 16 bytes that are copied at once, up to the very ends of
// both buffers, are those of the plain loop; so are nulls, and slices.
func TestTakeFlatTexts(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for _, longest := range []int{1, 8, 15, 16, 17, 40} {
		texts := make([]*string, 300)
		for i := range texts {
			if rng.IntN(5) > 0 {
				texts[i] = new(strings.Repeat(string(rune('a'+i%26)), rng.IntN(longest+1)))
			}
		}
		for _, lo := range []int{0, 13, 64} {
			col := must(New(must(NewColumn("s", texts)))).slice(lo, 300).Columns()[0]
			for _, n := range []int{0, 1, 63, 64, 65, 500} {
				rows, numbers := make([]int, n), make([]int32, n)
				for k := range rows {
					rows[k] = rng.IntN(300 - lo)
					numbers[k] = int32(rows[k])
				}
				want := make([]any, n)
				for k, row := range rows {
					if s := texts[lo+row]; s != nil {
						want[k] = *s
					}
				}
				for name, got := range map[string]*chunk.Chunk{"int": chunk.TakeFlat(t.Context(), col.col, rows), "int32": chunk.TakeFlat(t.Context(), col.col, numbers)} {
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

// Bits by row are those of the loop over them; a row below 0 has none.
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

// Whether rows are picked one by one or as spans does not show.
func TestPickFlatAndSpans(t *testing.T) {
	f := benchFrame(3000)
	f = must(Concat(f.slice(0, 700), f.slice(700, 701), f.slice(701, 3000)))
	rng := rand.New(rand.NewPCG(7, 7))
	for _, run := range []int{1, 5, 40} {
		mask, rows := make([]bool, 0, f.rows), []int{}
		for keep := false; len(mask) < f.rows; keep = !keep {
			for range min(1+rng.IntN(2*run), f.rows-len(mask)) {
				if mask = append(mask, keep); keep {
					rows = append(rows, len(mask)-1)
				}
			}
		}
		n, runs := chunk.CountMask(mask)
		want := f.pick(t.Context(), chunk.SelectMask(t.Context(), mask, n, 0))
		for name, got := range map[string]*Frame{
			"mask": f.pick(t.Context(), chunk.SelectMask(t.Context(), mask, n, n)), "rows": f.pick(t.Context(), chunk.SelectRows(rows, n)), "spans of rows": f.pick(t.Context(), chunk.SelectRows(rows, 0)),
			"Filter": must(f.Filter(mask)), "Take": must(f.Take(rows)),
		} {
			if !got.Equal(want) {
				t.Errorf("runs of %d, %s: %s", run, name, got.Diff(want))
			}
		}
		if counted := countRuns(mask); runs != counted {
			t.Errorf("runs of %d: counted %d, want %d", run, runs, counted)
		}
	}
}

func countRuns(mask []bool) (runs int) {
	for i, keep := range mask {
		if keep && (i == 0 || !mask[i-1]) {
			runs++
		}
	}
	return runs
}
