// Package numparse reads decimal numbers from text, exactly as strconv does
// but several times faster: eight digits at a time, and correctly rounded.
//
// It accepts less than strconv on purpose. [Int64] accepts only the canonical
// spelling, so that an accepted value can be written back as the same text: "007"
// and "+5" are not integers here. A lenient caller tries strconv when numparse
// refuses.
package numparse

import "encoding/binary"

const (
	zeros = 0x3030303030303030 // eight times '0'
	high  = 0xF0F0F0F0F0F0F0F0
)

// digits reads 1 to 19 digits as a number, and reports whether there is nothing
// else. It reads up to eight bytes beyond b if b's capacity has them.
func digits(b []byte) (uint64, bool) {
	n := len(b)
	if cap(b) < 24 {
		return digitsSlow(b)
	}
	b = b[:24]
	switch {
	case n <= 8:
		return eight(front(b, n))
	case n <= 16:
		hi, ok1 := eight(front(b, n-8))
		lo, ok2 := eight(binary.LittleEndian.Uint64(b[n-8:]))
		return hi*1e8 + lo, ok1 && ok2
	default:
		hi, ok1 := eight(front(b, n-16))
		mid, ok2 := eight(binary.LittleEndian.Uint64(b[n-16:]))
		lo, ok3 := eight(binary.LittleEndian.Uint64(b[n-8:]))
		return (hi*1e8+mid)*1e8 + lo, ok1 && ok2 && ok3
	}
}

// front loads the first n bytes of b, 1 to 8 of them, with '0' before them.
func front(b []byte, n int) uint64 {
	w := binary.LittleEndian.Uint64(b)
	return w<<(64-8*uint(n)) | uint64(zeros)>>(8*uint(n))
}

// Pairs splits the eight digits of a date, the first in the lowest byte, into the
// number of the first four and those of the two pairs after them.
func Pairs(w uint64) (y, m, d int32, ok bool) {
	ok = w&high|(w+0x0606060606060606)&high>>4 == 0x3333333333333333
	w -= zeros
	w = w*10 + w>>8
	return int32(w&0xFF*100 + w>>16&0xFF), int32(w >> 32 & 0xFF), int32(w >> 48 & 0xFF), ok
}

// eight turns eight digits, the first in the lowest byte, into their number:
// neighbors are joined to pairs, pairs to fours, fours to eight.
func eight(w uint64) (uint64, bool) {
	// High nibble 3 before and after adding 6: the byte is '0' to '9'. A carry
	// out of a byte comes only from 0xFA and above, which fails the first test.
	ok := w&high|(w+0x0606060606060606)&high>>4 == 0x3333333333333333
	w -= zeros
	w = w*10 + w>>8
	const pair = 0x000000FF000000FF
	w = (w&pair*(100+1000000<<32) + w>>16&pair*(1+10000<<32)) >> 32
	return w & 0xFFFFFFFF, ok
}

func digitsSlow(b []byte) (uint64, bool) {
	v := uint64(0)
	for _, c := range b {
		c -= '0'
		if c > 9 {
			return 0, false
		}
		v = v*10 + uint64(c)
	}
	return v, len(b) > 0
}
