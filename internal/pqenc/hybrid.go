// Package pqenc decodes and encodes what Parquet pages hold: levels and
// values, in the encodings of apache/parquet-format's Encodings.md.
//
// Decoders check every length against the bytes that are there and every index
// against its dictionary, so that damaged pages are errors, not panics.
package pqenc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// ErrCorrupt marks a page that does not hold what it says.
var ErrCorrupt = errors.New("corrupt page")

func corrupt(what string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(what, args...))
}

// Width returns the number of bits that a value of at most max takes.
func Width(max int) int { return bits.Len(uint(max)) }

// Hybrid reads numbers in the mix of run-length encoding and bit packing that the
// format calls the hybrid encoding.
type Hybrid struct {
	b     []byte
	width int

	repeat int    // numbers left of a run of equal ones
	value  uint32 // of each of them

	packed []byte // bits of a packed run
	bit    int    // position in packed
	left   int    // numbers left in packed
}

// NewHybrid reads numbers of width bits, at most 32, from b.
func NewHybrid(b []byte, width int) *Hybrid { return &Hybrid{b: b, width: width} }

// next starts the next run.
func (h *Hybrid) next() error {
	head, n := binary.Uvarint(h.b)
	if n <= 0 {
		return corrupt("run-length data ends too early")
	}
	h.b = h.b[n:]
	count := head >> 1
	if head&1 == 0 {
		nb := (h.width + 7) / 8
		if len(h.b) < nb {
			return corrupt("run-length data ends too early")
		}
		h.value = 0
		for i := range nb {
			h.value |= uint32(h.b[i]) << (8 * i)
		}
		if h.width < 32 && h.value>>h.width != 0 {
			return corrupt("number %d does not fit %d bits", h.value, h.width)
		}
		h.b = h.b[nb:]
		h.repeat = int(min(count, 1<<40)) // a run may promise more than a page takes
		return nil
	}
	if h.width == 0 {
		h.repeat, h.value = int(min(count, 1<<37))*8, 0
		return nil
	}
	// Some writers leave out the padding of the last run.
	nb := min(min(count, uint64(len(h.b)))*uint64(h.width), uint64(len(h.b)))
	h.packed, h.b = h.b[:nb], h.b[nb:]
	h.bit = 0
	h.left = len(h.packed) * 8 / h.width
	return nil
}

// Read fills dst.
func (h *Hybrid) Read(dst []uint32) error { return read(h, dst) }

// ReadLevels fills dst with levels of at most 8 bits.
func (h *Hybrid) ReadLevels(dst []uint8) error { return read(h, dst) }

func read[T uint8 | uint32](h *Hybrid, dst []T) error {
	for len(dst) > 0 {
		switch {
		case h.repeat > 0:
			n := min(h.repeat, len(dst))
			v := T(h.value)
			for i := range dst[:n] {
				dst[i] = v
			}
			dst = dst[n:]
			h.repeat -= n
		case h.left > 0:
			n := min(h.left, len(dst))
			unpack(dst[:n], h.packed, h.bit, h.width)
			h.bit += n * h.width
			h.left -= n
			dst = dst[n:]
		default:
			if err := h.next(); err != nil {
				return err
			}
			if h.repeat == 0 && h.left == 0 && len(h.b) == 0 {
				return corrupt("run-length data ends too early")
			}
		}
	}
	return nil
}

// unpack reads numbers of w bits, starting at bit position at.
func unpack[T uint8 | uint32](dst []T, b []byte, at, w int) {
	mask := uint64(1)<<w - 1
	i := 0
	for ; i < len(dst) && at>>3+8 <= len(b); i++ {
		dst[i] = T(binary.LittleEndian.Uint64(b[at>>3:]) >> (at & 7) & mask)
		at += w
	}
	for ; i < len(dst); i++ { // the last few, where a whole word is no longer there
		var word uint64
		for k, c := range b[at>>3:] {
			word |= uint64(c) << (8 * k)
		}
		dst[i] = T(word >> (at & 7) & mask)
		at += w
	}
}

// ReadBits reads n numbers of one bit into a bitmap, starting at bit off, and
// returns how many of them are 1. The bits of dst from off on must be 0.
func (h *Hybrid) ReadBits(dst []byte, off, n int) (ones int, err error) {
	for n > 0 {
		switch {
		case h.repeat > 0:
			k := min(h.repeat, n)
			if h.value != 0 {
				setBits(dst, off, k)
				ones += k
			}
			off, n, h.repeat = off+k, n-k, h.repeat-k
		case h.left > 0:
			k := min(h.left, n)
			ones += copyBits(dst, off, h.packed, h.bit, k)
			off, n, h.left, h.bit = off+k, n-k, h.left-k, h.bit+k
		default:
			if err := h.next(); err != nil {
				return 0, err
			}
			if h.repeat == 0 && h.left == 0 && len(h.b) == 0 {
				return 0, corrupt("run-length data ends too early")
			}
		}
	}
	return ones, nil
}

// setBits sets n bits, starting at off.
func setBits(b []byte, off, n int) {
	for ; n > 0 && off&7 != 0; off, n = off+1, n-1 {
		b[off>>3] |= 1 << (off & 7)
	}
	for ; n >= 8; off, n = off+8, n-8 {
		b[off>>3] = 0xff
	}
	for ; n > 0; off, n = off+1, n-1 {
		b[off>>3] |= 1 << (off & 7)
	}
}

// copyBits copies n bits to a position where all bits are 0, and counts the ones.
func copyBits(dst []byte, to int, src []byte, from, n int) (ones int) {
	for ; n >= 8 && from&7 == 0; from, to, n = from+8, to+8, n-8 {
		c := src[from>>3]
		ones += bits.OnesCount8(c)
		dst[to>>3] |= c << (to & 7)
		if to&7 != 0 {
			dst[to>>3+1] |= c >> (8 - to&7)
		}
	}
	for ; n > 0; from, to, n = from+1, to+1, n-1 {
		if src[from>>3]>>(from&7)&1 != 0 {
			dst[to>>3] |= 1 << (to & 7)
			ones++
		}
	}
	return ones
}

// BitPacked fills dst with levels in the old encoding that packs from the most
// significant bit on, and returns the bytes that they take.
func BitPacked(dst []uint8, b []byte, width int) (int, error) {
	n := (len(dst)*width + 7) / 8
	if n > len(b) {
		return 0, corrupt("levels of %d bytes in a page with %d", n, len(b))
	}
	at := 0
	for i := range dst {
		v := uint8(0)
		for range width {
			v = v<<1 | b[at>>3]>>(7-at&7)&1
			at++
		}
		dst[i] = v
	}
	return n, nil
}
