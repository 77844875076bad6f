package frame

import "math/bits"

// Bitmaps are handled as words of 64 rows; the lowest bit is the first row,
// whatever the byte order of the machine.

// lowBits has the lowest n bits set, all of them for n >= 64.
func lowBits(n int) uint64 {
	if n >= 64 {
		return ^uint64(0)
	}
	return 1<<n - 1
}

// loadBits copies n bits of a bitmap to words.
func loadBits(words []uint64, bitmap []byte, off, n int) {
	for i := 0; i < n; i += 64 {
		words[i>>6] = word64(bitmap, off+i, min(64, n-i))
	}
}

// nextRun returns the next run of set bits among n, from bit i on: from..to.
// from is n if there is none.
func nextRun(words []uint64, i, n int) (from, to int) {
	from = nextBit(words, i, n, 0)
	return from, nextBit(words, from, n, ^uint64(0))
}

// nextBit returns the first bit from i on that is set in words^flip, else n.
func nextBit(words []uint64, i, n int, flip uint64) int {
	for i < n {
		w := (words[i>>6] ^ flip) >> (i & 63)
		if w != 0 {
			return min(n, i+bits.TrailingZeros64(w))
		}
		i = i&^63 + 64
	}
	return n
}

// flag stores n bits as bools.
func flag(dst strided, words []uint64, n int) {
	for i := range n {
		*at[bool](dst, i) = words[i>>6]>>(i&63)&1 != 0
	}
}
