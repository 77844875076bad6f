package pqenc

import (
	"encoding/binary"
)

// Delta decodes DELTA_BINARY_PACKED into dst, which the page must fill exactly, and
// returns the bytes after it. Sums wrap around, as they do in every writer. The
// caller truncates values of 32-bit types.
func Delta(dst []int64, b []byte) (rest []byte, err error) {
	d := deltaReader{b: b}
	blockSize, minis, total := d.uvarint(), d.uvarint(), d.uvarint()
	first := d.zigzag()
	if d.bad {
		return nil, corrupt("delta header ends too early")
	}
	if total != uint64(len(dst)) {
		return nil, corrupt("%d deltas where there are %d values", total, len(dst))
	}
	if total == 0 {
		return d.b, nil
	}
	if minis == 0 || blockSize == 0 || blockSize%minis != 0 || blockSize/minis%8 != 0 || blockSize > 1<<30 {
		return nil, corrupt("delta blocks of %d in %d parts", blockSize, minis)
	}
	perMini := int(blockSize / minis)
	dst[0] = first
	last, dst := first, dst[1:]
	for len(dst) > 0 {
		least := d.zigzag()
		if d.bad || uint64(len(d.b)) < minis {
			return nil, corrupt("deltas end too early")
		}
		widths := d.b[:minis]
		d.b = d.b[minis:]
		for _, w := range widths {
			if len(dst) == 0 {
				break // the widths of unused parts may be anything, and they have no bytes
			}
			if w > 64 {
				return nil, corrupt("delta of %d bits", w)
			}
			n := min(perMini, len(dst))
			size := perMini / 8 * int(w)
			if need := (n*int(w) + 7) / 8; size > len(d.b) && need <= len(d.b) {
				size = len(d.b) // padding left out at the very end
			}
			if size > len(d.b) {
				return nil, corrupt("deltas end too early")
			}
			last = sumDeltas(dst[:n], d.b[:size], int(w), least, last)
			d.b, dst = d.b[size:], dst[n:]
		}
	}
	return d.b, nil
}

// sumDeltas unpacks w bits per number, adds least to each, and sums them up.
func sumDeltas(dst []int64, b []byte, w int, least, last int64) int64 {
	if w == 0 {
		for i := range dst {
			last += least
			dst[i] = last
		}
		return last
	}
	mask := ^uint64(0) >> (64 - w)
	at := 0
	for i := range dst {
		var word uint64
		if p := at >> 3; p+9 <= len(b) {
			word = binary.LittleEndian.Uint64(b[p:])>>(at&7) | uint64(b[p+8])<<8<<(56-at&7)
		} else {
			for k := 0; k < 9 && p+k < len(b); k++ {
				if s := 8*k - at&7; s >= 0 {
					word |= uint64(b[p+k]) << s
				} else {
					word |= uint64(b[p+k]) >> -s
				}
			}
		}
		last += least + int64(word&mask)
		dst[i] = last
		at += w
	}
	return last
}

type deltaReader struct {
	b   []byte
	bad bool
}

func (d *deltaReader) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.bad = true
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *deltaReader) zigzag() int64 {
	u := d.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// lengths decodes n lengths. None may be negative, and their sum must not exceed
// limit.
func lengths(n int, b []byte, limit int) ([]int64, []byte, error) {
	out := make([]int64, n)
	rest, err := Delta(out, b)
	if err != nil {
		return nil, nil, err
	}
	sum := int64(0)
	for _, v := range out {
		if v < 0 || v > int64(limit) {
			return nil, nil, corrupt("string of %d bytes in a page of %d", v, limit)
		}
		sum += v
	}
	if limit >= 0 && sum > int64(limit) {
		return nil, nil, corrupt("strings of %d bytes in a page of %d", sum, limit)
	}
	return out, rest, nil
}
