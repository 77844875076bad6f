package frame

import "math/bits"

// ranks counts marked rows: how many lie above a row, in one step. A nil
// *ranks has a mark at every row.
type ranks struct {
	words []uint64 // one more word than rows need
	above []int    // marks before each word
}

// newRanks counts the bits of n rows.
func newRanks(words []uint64) *ranks {
	r := &ranks{words: words, above: make([]int, len(words))}
	sum := 0
	for k, w := range words {
		r.above[k] = sum
		sum += bits.OnesCount64(w)
	}
	return r
}

// upTo returns the number of marks above row i.
func (r *ranks) upTo(i int) int {
	if r == nil {
		return i
	}
	return r.above[i>>6] + bits.OnesCount64(r.words[i>>6]&(1<<(i&63)-1))
}

// row returns the row of the k-th mark.
func (r *ranks) row(k int) int {
	if r == nil {
		return k
	}
	for i := 0; ; i++ {
		if r.upTo(i+1) > k {
			return i
		}
	}
}
