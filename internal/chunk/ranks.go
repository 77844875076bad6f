package chunk

import (
	"context"
	"math/bits"
)

// Ranks counts marked rows: how many lie above a row, in one step. A nil
// *Ranks has a mark at every row.
type Ranks struct {
	words []uint64 // one more word than rows need
	above []int    // marks before each word
}

// NewRanks counts the bits of n rows, in n/64+1 words.
func NewRanks(words []uint64) *Ranks {
	r := &Ranks{words: words, above: make([]int, len(words))}
	sum := 0
	for k, w := range words {
		r.above[k] = sum
		sum += bits.OnesCount64(w)
	}
	return r
}

// PresentRanks marks the rows of a column that are not null.
func PresentRanks(ctx context.Context, col Column) (*Ranks, error) {
	words := make([]uint64, col.Len/64+1)
	row := 0
	for _, k := range col.Chunks {
		err := Blocks(ctx, 0, k.Len, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				if !k.Missing(i) {
					words[row>>6] |= 1 << (row & 63)
				}
				row++
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return NewRanks(words), nil
}

// Above returns the number of marks above row i.
func (r *Ranks) Above(i int) int {
	if r == nil {
		return i
	}
	return r.above[i>>6] + bits.OnesCount64(r.words[i>>6]&(1<<(i&63)-1))
}

// Row returns the row of the k-th mark.
func (r *Ranks) Row(k int) int {
	if r == nil {
		return k
	}
	for i := 0; ; i++ {
		if r.Above(i+1) > k {
			return i
		}
	}
}

// Has reports whether row i is marked.
func (r *Ranks) Has(i int) bool { return r == nil || r.words[i>>6]>>(i&63)&1 != 0 }
