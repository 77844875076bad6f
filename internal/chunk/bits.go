package chunk

import (
	"encoding/binary"
	"math/bits"
)

// Word returns n bits of the bitmap from bit off on, where n is at most 64. The first
// bit is the lowest. A nil bitmap is all ones, as for validity.
func Word(bitmap []byte, off, n int) uint64 {
	if bitmap == nil {
		return ^uint64(0) >> (64 - n)
	}
	i, shift := off>>3, off&7
	var w uint64
	if i+9 <= len(bitmap) {
		w = binary.LittleEndian.Uint64(bitmap[i:])>>shift | uint64(bitmap[i+8])<<(64-shift)
	} else {
		for k, b := range bitmap[i:min(i+9, len(bitmap))] {
			if k < 8 {
				w |= uint64(b) << (8 * k) >> shift
			} else {
				w |= uint64(b) << (64 - shift)
			}
		}
	}
	return w & (^uint64(0) >> (64 - n))
}

// equalBits reports whether n bits are the same.
func equalBits(a []byte, i int, b []byte, j, n int) bool {
	for ; n > 0; n -= 64 {
		m := min(n, 64)
		if Word(a, i, m) != Word(b, j, m) {
			return false
		}
		i, j = i+m, j+m
	}
	return true
}

// copyBits copies n bits of src from bit j on to dst from bit i on. It leaves all
// other bits of dst as they are, and does not touch bytes that have none of the n. A
// nil src is all ones.
func copyBits(dst []byte, i int, src []byte, j, n int) {
	for n > 0 {
		if i&7 == 0 && n >= 64 {
			binary.LittleEndian.PutUint64(dst[i>>3:], Word(src, j, 64))
			i, j, n = i+64, j+64, n-64
			continue
		}
		m := min(n, 8-i&7)
		mask := byte(1<<m-1) << (i & 7)
		dst[i>>3] = dst[i>>3]&^mask | byte(Word(src, j, m))<<(i&7)
		i, j, n = i+m, j+m, n-m
	}
}

// SetBit sets bit i.
func SetBit(b []byte, i int) { b[i>>3] |= 1 << (i & 7) }

// Bit reports whether bit i is set.
func Bit(b []byte, i int) bool { return b[i>>3]>>(i&7)&1 == 1 }

// validRuns calls fn for each longest run of rows from i to i+n that are not
// null, with its first row and its length, until fn returns false.
func (c *Chunk) validRuns(i, n int, fn func(lo, n int) bool) bool {
	for end := i + n; i < end; {
		i += c.countBits(i, end-i, 0)
		run := c.countBits(i, end-i, ^uint64(0))
		if run > 0 && !fn(i, run) {
			return false
		}
		i += run
	}
	return true
}

// countBits returns the number of equal validity bits from row i on, at most n: set
// bits if flip is all ones, clear bits if flip is 0.
func (c *Chunk) countBits(i, n int, flip uint64) int {
	k := 0
	for k < n {
		m := min(n-k, 64)
		m2 := bits.TrailingZeros64(Word(c.Bufs[0], c.Off+i+k, m) ^ flip)
		if k += min(m, m2); m2 < m {
			break
		}
	}
	return k
}

// LowBits returns a word whose lowest n bits are set: all of them for n >= 64.
func LowBits(n int) uint64 {
	if n >= 64 {
		return ^uint64(0)
	}
	return 1<<n - 1
}

// LoadBits copies n bits of a bitmap to words.
func LoadBits(words []uint64, bitmap []byte, off, n int) {
	for i := 0; i < n; i += 64 {
		words[i>>6] = Word(bitmap, off+i, min(64, n-i))
	}
}

// NextRun returns the next run of set bits among the first n, from bit i on. If there
// is none, from is n.
func NextRun(words []uint64, i, n int) (from, to int) {
	from = nextBit(words, i, n, 0)
	return from, nextBit(words, from, n, ^uint64(0))
}

// nextBit returns the first bit from i on that is set in words^flip, or n.
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
