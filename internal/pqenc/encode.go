package pqenc

import "encoding/binary"

// AppendHybrid appends numbers of width bits: eight or more equal ones as a run,
// the others packed.
func AppendHybrid[T uint8 | uint32](dst []byte, v []T, width int) []byte {
	start := 0 // first number not written yet; all of them until i go into a packed run
	for i := 0; i < len(v); {
		run := 1
		for i+run < len(v) && v[i+run] == v[i] {
			run++
		}
		if run < 8 {
			i += min(8, len(v)-i)
			continue
		}
		dst = appendPacked(dst, v[start:i], width)
		dst = binary.AppendUvarint(dst, uint64(run)<<1)
		for k := 0; k < width; k += 8 {
			dst = append(dst, byte(uint32(v[i])>>k))
		}
		i += run
		start = i
	}
	return appendPacked(dst, v[start:], width)
}

// appendPacked appends a packed run, padded to a multiple of eight.
func appendPacked[T uint8 | uint32](dst []byte, v []T, width int) []byte {
	if len(v) == 0 {
		return dst
	}
	groups := (len(v) + 7) / 8
	dst = binary.AppendUvarint(dst, uint64(groups)<<1|1)
	if width == 0 {
		return dst
	}
	end := len(dst) + groups*width
	var word uint64
	n := 0
	for _, x := range v {
		word |= uint64(x) << n
		n += width
		for n >= 8 {
			dst = append(dst, byte(word))
			word >>= 8
			n -= 8
		}
	}
	if n > 0 {
		dst = append(dst, byte(word))
	}
	for len(dst) < end {
		dst = append(dst, 0)
	}
	return dst
}

// AppendBits appends n numbers of one bit, starting at bit off of a bitmap, as one
// packed run.
func AppendBits(dst []byte, b []byte, off, n int) []byte {
	if n == 0 {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64((n+7)/8)<<1|1)
	return AppendPlainBits(dst, b, off, n)
}

// AppendRun appends a run of n equal numbers of at most 8 bits.
func AppendRun(dst []byte, v byte, n int) []byte {
	if n == 0 {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64(n)<<1)
	return append(dst, v)
}

// AppendPlainBits appends n booleans, starting at bit off of a bitmap.
func AppendPlainBits(dst []byte, b []byte, off, n int) []byte {
	at := len(dst)
	dst = append(dst, make([]byte, (n+7)/8)...)
	copyBits(dst[at:], 0, b, off, n)
	return dst
}

// AppendPlainString appends one byte string.
func AppendPlainString(dst []byte, s []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(s)))
	return append(dst, s...)
}
