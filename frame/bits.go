package frame

import "encoding/binary"

// word64 returns n bits of the bitmap from bit off on, n at most 64; the first
// is the lowest. A nil bitmap is all ones, as it is for validity.
func word64(bitmap []byte, off, n int) uint64 {
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

// equalBits says whether n bits are the same.
func equalBits(a []byte, i int, b []byte, j, n int) bool {
	for ; n > 0; n -= 64 {
		m := min(n, 64)
		if word64(a, i, m) != word64(b, j, m) {
			return false
		}
		i, j = i+m, j+m
	}
	return true
}

// copyBits copies n bits of src from bit j on to dst from bit i on. All other
// bits of dst stay as they are, and so do its bytes without such a bit. A nil
// src is all ones.
func copyBits(dst []byte, i int, src []byte, j, n int) {
	for n > 0 {
		if i&7 == 0 && n >= 64 {
			binary.LittleEndian.PutUint64(dst[i>>3:], word64(src, j, 64))
			i, j, n = i+64, j+64, n-64
			continue
		}
		m := min(n, 8-i&7)
		mask := byte(1<<m-1) << (i & 7)
		dst[i>>3] = dst[i>>3]&^mask | byte(word64(src, j, m))<<(i&7)
		i, j, n = i+m, j+m, n-m
	}
}

// setBit sets bit i.
func setBit(b []byte, i int) { b[i>>3] |= 1 << (i & 7) }

// bit says whether bit i is set.
func bit(b []byte, i int) bool { return b[i>>3]>>(i&7)&1 == 1 }
