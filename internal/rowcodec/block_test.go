package rowcodec_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/rowcodec"
)

func randomBits(n int, r *rand.Rand) []bool {
	bits := make([]bool, n)
	on := false
	for i := range bits {
		if r.IntN(5) == 0 {
			on = !on
		}
		bits[i] = on
	}
	return bits
}

// A block excludes the rows that are null in a field that cannot hold it, in any of its
// columns, wherever these begin a new Arrow chunk.
func TestBlockExcludesNulls(t *testing.T) {
	type row struct{ A, B, C int8 }
	p, err := rowcodec.PlanOf(reflect.TypeFor[row]())
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(2, 2))
	for round := range 100 {
		const length = 600
		null := make([]bool, length)
		var cols []chunk.Column
		for k, name := range []string{"A", "B", "C"} {
			valid := randomBits(length, r)
			c := build(t, arrow.PrimitiveTypes.Int8, arrowtest.Made(length, func(i int) any {
				if valid[i] {
					return int8(i)
				}
				null[i] = true
				return nil
			}), arrowtest.Ends(length, 3*round+k)...)
			cols = append(cols, c.Renamed(name))
		}
		readers, err := p.Bind(cols)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			n := 1 + r.IntN(rowcodec.BlockRows)
			lo := r.IntN(length - n + 1)
			var b rowcodec.Block
			b.Reset(n)
			for _, rd := range readers {
				rd.Gather(&b, rowcodec.ViewOf(make([]row, n)), lo, n, &rowcodec.ReadMem{})
			}
			first := n
			for i := n - 1; i >= 0; i-- {
				if got := b.Valid[i>>6]>>(i&63)&1 == 0; got != null[lo+i] {
					t.Fatalf("row %d of %d: null is %v", i, n, got)
				}
				if null[lo+i] {
					first = i
				}
			}
			if b.FirstNull() != first || b.Nulls != (first < n) || (b.Ran() != nil) != b.Nulls {
				t.Fatalf("first null %d, %v, want %d", b.FirstNull(), b.Nulls, first)
			}
		}
	}
}

// Rows whose bits share words are written at once from many goroutines.
func TestScatterSharedWords(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 300 {
		n := r.IntN(1000)
		valid, flags := randomBits(n, r), randomBits(n, r)
		rows := make([]struct{ F rowcodec.Null[bool] }, n)
		want := make([]any, n)
		for i := range rows {
			if valid[i] {
				rows[i].F, want[i] = rowcodec.Some(flags[i]), flags[i]
			}
		}
		ws := writers[struct{ F rowcodec.Null[bool] }](t, n)
		var mems [][]rowcodec.WriteMem
		var wg sync.WaitGroup
		for lo := 0; lo < n; {
			hi := min(n, lo+1+r.IntN(rowcodec.BlockRows))
			first, part, mem := lo, rows[lo:hi], make([]rowcodec.WriteMem, 1)
			mems = append(mems, mem)
			wg.Go(func() { ws[0].Scatter(rowcodec.ViewOf(part), first, len(part), nil, &mem[0]) })
			lo = hi
		}
		wg.Wait()
		cols, err := rowcodec.Finish(t.Context(), ws, mems, serially)
		if err != nil {
			t.Fatal(err)
		}
		if got := cells(cols[0]); !slices.Equal(got, want) {
			t.Fatalf("%d rows: %v, want %v", n, got, want)
		}
	}
}
