package rowcodec

import (
	"sync/atomic"

	"github.com/parframe/parframe/internal/chunk"
)

// putBits sets the bits lo..lo+n of dst to the lowest n of src; they were 0.
//
// Chunks of the engine begin at any row, so that two workers may write to the
// same word: a word that lies wholly in lo..lo+n belongs to the caller and is
// stored, the one at either end is shared and is or-ed atomically. Nobody
// reads before all have written.
func putBits(dst []uint64, lo int, src []uint64, n int) {
	for i := 0; i < n; {
		row := lo + i
		s := row & 63
		m := min(64-s, n-i)
		word := src[i>>6] >> (i & 63)
		if (i&63)+m > 64 {
			word |= src[i>>6+1] << (64 - i&63)
		}
		if m == 64 {
			dst[row>>6] = word
		} else {
			atomic.OrUint64(&dst[row>>6], word&chunk.LowBits(m)<<s)
		}
		i += m
	}
}

// flags collects bools as bits.
func flags(words []uint64, src View, n int) {
	for k := range n {
		var bit uint64
		if *at[bool](src, k) {
			bit = 1
		}
		words[k>>6] |= bit << (k & 63)
	}
}

// filled has a bit for each pointer that is not nil.
func filled(words []uint64, src View, n int) {
	for k := range n {
		var bit uint64
		if pointee[byte](src, k) != nil {
			bit = 1
		}
		words[k>>6] |= bit << (k & 63)
	}
}
