package chunk_test

import (
	"math/rand/v2"
	"testing"

	"github.com/parframe/parframe/internal/chunk"
)

func TestRanks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 63, 64, 65, 300} {
		words := make([]uint64, n/64+1)
		var marked []int
		for i := range n {
			if r.IntN(3) == 0 {
				words[i>>6] |= 1 << (i & 63)
				marked = append(marked, i)
			}
		}
		ranks := chunk.NewRanks(words)
		for i, k := 0, 0; i <= n; i++ {
			if got := ranks.Above(i); got != k {
				t.Fatalf("%d rows: %d marks above row %d, want %d", n, got, i, k)
			}
			if is := k < len(marked) && marked[k] == i; i < n && ranks.Has(i) != is {
				t.Fatalf("%d rows: row %d is marked: %v", n, i, !is)
			} else if is {
				if got := ranks.Row(k); got != i {
					t.Fatalf("%d rows: mark %d is row %d, want %d", n, k, got, i)
				}
				k++
			}
		}
	}
	var all *chunk.Ranks
	if all.Above(7) != 7 || all.Row(7) != 7 || !all.Has(7) {
		t.Error("nil has no mark at every row")
	}
}
