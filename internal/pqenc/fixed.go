package pqenc

import (
	"encoding/binary"
	"math/bits"
)

// PlainFixed copies n values of width bytes.
func PlainFixed(dst []byte, n, width int, b []byte) error {
	if n*width > len(b) {
		return corrupt("%d values of %d bytes in a page of %d", n, width, len(b))
	}
	copy(dst, b[:n*width])
	return nil
}

// CheckIndexes checks that every index is below n.
func CheckIndexes(idx []uint32, n int) error {
	top := uint32(0)
	for _, i := range idx {
		top = max(top, i)
	}
	if len(idx) > 0 && int64(top) >= int64(n) {
		return corrupt("index %d in a dictionary of %d", top, n)
	}
	return nil
}

// GatherFixed copies the dictionary's values of width bytes that idx selects,
// which [CheckIndexes] has checked.
func GatherFixed[I int32 | uint32](dst []byte, dict []byte, idx []I, width int) {
	switch width {
	case 4:
		for k, i := range idx {
			binary.LittleEndian.PutUint32(dst[4*k:], binary.LittleEndian.Uint32(dict[4*int(i):]))
		}
	case 8:
		for k, i := range idx {
			binary.LittleEndian.PutUint64(dst[8*k:], binary.LittleEndian.Uint64(dict[8*int(i):]))
		}
	default:
		for k, i := range idx {
			at := int(i) * width
			copy(dst[k*width:(k+1)*width], dict[at:at+width])
		}
	}
}

// SplitStreams undoes BYTE_STREAM_SPLIT: the k-th stream holds the k-th byte of
// all values.
func SplitStreams(dst []byte, n, width int, b []byte) error {
	if n*width > len(b) {
		return corrupt("%d values of %d bytes in a page of %d", n, width, len(b))
	}
	for k := range width {
		for i, c := range b[k*n : (k+1)*n] {
			dst[i*width+k] = c
		}
	}
	return nil
}

// PlainBits copies n booleans into a bitmap, starting at bit off. The bits there must
// be 0.
func PlainBits(dst []byte, off, n int, b []byte) error {
	if (n+7)/8 > len(b) {
		return corrupt("%d booleans in a page of %d bytes", n, len(b))
	}
	copyBits(dst, off, b, 0, n)
	return nil
}

// DeltaFixed decodes DELTA_BINARY_PACKED into n integers of width bytes, 4 or
// 8.
func DeltaFixed(dst []byte, n, width int, b []byte) error {
	out := make([]int64, n)
	if _, err := Delta(out, b); err != nil {
		return err
	}
	for i, v := range out {
		if width == 4 {
			binary.LittleEndian.PutUint32(dst[4*i:], uint32(v))
		} else {
			binary.LittleEndian.PutUint64(dst[8*i:], uint64(v))
		}
	}
	return nil
}

// Spread moves the values of width bytes at the start of b to the positions whose
// bits are set in valid, in place, and zeroes the other positions. valid has n bits,
// of which as many are set as there are values.
func Spread(b []byte, width int, valid []byte, n, values int) {
	from := values
	switch width {
	case 4:
		for i := n - 1; i >= 0 && from <= i; i-- {
			if valid[i>>3]>>(i&7)&1 != 0 {
				from--
				binary.LittleEndian.PutUint32(b[4*i:], binary.LittleEndian.Uint32(b[4*from:]))
			} else {
				binary.LittleEndian.PutUint32(b[4*i:], 0)
			}
		}
	case 8:
		for i := n - 1; i >= 0 && from <= i; i-- {
			if valid[i>>3]>>(i&7)&1 != 0 {
				from--
				binary.LittleEndian.PutUint64(b[8*i:], binary.LittleEndian.Uint64(b[8*from:]))
			} else {
				binary.LittleEndian.PutUint64(b[8*i:], 0)
			}
		}
	default:
		for i := n - 1; i >= 0 && from <= i; i-- {
			if valid[i>>3]>>(i&7)&1 != 0 {
				from--
				copy(b[i*width:(i+1)*width], b[from*width:(from+1)*width])
			} else {
				clear(b[i*width : (i+1)*width])
			}
		}
	}
}

// SpreadOffsets is [Spread] for the offsets of byte strings: b holds values+1
// offsets at its start, and n+1 when it returns.
func SpreadOffsets[O int32 | int64](b []O, valid []byte, n, values int) {
	from := values
	for i := n - 1; i >= 0 && from <= i; i-- {
		b[i+1] = b[from]
		if valid[i>>3]>>(i&7)&1 != 0 {
			from--
		}
	}
}

// SpreadBits is [Spread] for booleans.
func SpreadBits(b []byte, valid []byte, n, values int) {
	from := values
	for i := n - 1; i >= 0 && from <= i; i-- {
		bit := byte(0)
		if valid[i>>3]>>(i&7)&1 != 0 {
			from--
			bit = b[from>>3] >> (from & 7) & 1
		}
		b[i>>3] = b[i>>3]&^(1<<(i&7)) | bit<<(i&7)
	}
}

// CountOnes counts the set bits among the first n.
func CountOnes(b []byte, n int) (ones int) {
	for _, c := range b[:n>>3] {
		ones += bits.OnesCount8(c)
	}
	if n&7 != 0 {
		ones += bits.OnesCount8(b[n>>3] & (1<<(n&7) - 1))
	}
	return ones
}
