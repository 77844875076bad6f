package rowcodec

import (
	"sync/atomic"

	"github.com/parframe/parframe/internal/chunk"
)

// putBits copies the lowest n bits of src to bits lo to lo+n of dst, which must be 0.
//
// Chunks of the work begin at any row, so two workers may write to the same word. A word
// that lies within lo to lo+n belongs to the caller and is stored. The word at either end
// may be shared and is or-ed atomically. The bits are not read before all workers have
// finished.
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

// flags sets the bit of each of n bools that is true.
func flags(words []uint64, src View, n int) {
	for k := range n {
		var bit uint64
		if *at[bool](src, k) {
			bit = 1
		}
		words[k>>6] |= bit << (k & 63)
	}
}

// filled sets the bit of each of n pointers that is not nil.
func filled(words []uint64, src View, n int) {
	for k := range n {
		var bit uint64
		if pointee[byte](src, k) != nil {
			bit = 1
		}
		words[k>>6] |= bit << (k & 63)
	}
}
