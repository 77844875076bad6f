package csv

import (
	"encoding/binary"
	"math/bits"
)

// index is where the fields of a text lie: field i is text[ends[i]+1:ends[i+1]].
// The delimiter or line end after it stands at ends[i+1].
type index struct {
	ends  []uint32 // ends[0] is ^0, so that the first field begins at 0
	lines int      // line ends among them
	open  bool     // the text ends inside quotes
	odd   bool     // a quote stands where RFC 4180 has none
}

// pad is how many bytes must be readable behind a text, so that the hot loops
// may load whole words.
const pad = 64

const (
	ones = 0x0101010101010101
	low7 = 0x7f7f7f7f7f7f7f7f
)

// zeroBytes has 0x80 in every byte of the result that is zero in x, exactly.
func zeroBytes(x uint64) uint64 {
	return ^((x&low7 + low7) | x | low7)
}

// gather brings the eight 0x80 bits of z together in the low byte.
func gather(z uint64) uint64 { return z * 0x0002040810204081 >> 56 }

// insideQuotes turns quote positions into the bytes from an opening quote up
// to the closing one: each bit is the XOR of all bits up to it.
func insideQuotes(q uint64) uint64 {
	q ^= q << 1
	q ^= q << 2
	q ^= q << 4
	q ^= q << 8
	q ^= q << 16
	q ^= q << 32
	return q
}

// scan indexes text[:n], which begins at a record and holds whole records,
// 64 bytes at a time. text has pad more bytes. Room is reused from ix.
func (d *dialect) scan(text []byte, n int, ix *index) {
	text = text[:n+pad]
	ends := append(ix.ends[:0], ^uint32(0))
	var inside uint64    // all ones if the block begins inside quotes
	mayOpen := uint64(1) // bit 0: a quote may open at the block's first byte
	var mustEnd uint64   // bit 0: the byte before was a closing quote
	lines, odd := 0, uint64(0)
	delim, nl, quote := ones*uint64(d.delim), ones*uint64(d.nl), ones*uint64(d.quote)
	for base := 0; base < n; base += 64 {
		block := text[base : base+64]
		var q, s, l uint64
		var anyQ uint64
		for k := 0; k < 64; k += 8 {
			w := binary.LittleEndian.Uint64(block[k:])
			zl := zeroBytes(w ^ nl)
			zd := zeroBytes(w ^ delim)
			zq := zeroBytes(w ^ quote)
			s |= gather(zl|zd) << k
			l |= gather(zl) << k
			q |= gather(zq) << k
			anyQ |= zq
		}
		if base+64 > n {
			keep := uint64(1)<<(n-base) - 1
			s &= keep
			l &= keep
			q &= keep
		}
		if d.quote == 0 {
			q = 0
		}
		if q|inside|mustEnd != 0 {
			in := insideQuotes(q) ^ inside
			s &^= in
			l &^= in
			// An opening quote follows a separator, or a closing quote, with
			// which it makes one doubled quote.
			opens, closes := q&in, q&^in
			odd |= opens &^ ((s|closes)<<1 | mayOpen | mustEnd)
			// After a closing quote comes a separator, or an opening quote, or
			// the '\r' of a line end.
			after := closes<<1 | mustEnd
			odd |= after &^ (s | opens | carriage(block, base, n, text))
			mayOpen = s >> 63
			mustEnd = closes >> 63
			inside = uint64(int64(in) >> 63)
		} else {
			mayOpen = s >> 63
		}
		lines += bits.OnesCount64(l)
		ends = flatten(ends, uint32(base), s)
	}
	ix.ends, ix.lines = ends, lines
	ix.open = inside != 0
	ix.odd = odd != 0
}

// flatten appends base plus the position of each bit in m.
func flatten(ends []uint32, base uint32, m uint64) []uint32 {
	if len(ends)+64 > cap(ends) {
		grown := make([]uint32, len(ends), 2*cap(ends)+1024)
		copy(grown, ends)
		ends = grown
	}
	n := len(ends)
	k := bits.OnesCount64(m)
	out := ends[n : n+k]
	for i := range out {
		out[i] = base + uint32(bits.TrailingZeros64(m))
		m &= m - 1
	}
	return ends[:n+k]
}

// carriage finds each '\r' of the block that has a '\n' behind it.
func carriage(block []byte, base, n int, text []byte) (m uint64) {
	for k := 0; k < 64; k += 8 {
		m |= gather(zeroBytes(binary.LittleEndian.Uint64(block[k:])^ones*'\r')) << k
	}
	for rest := m; rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros64(rest)
		if base+i+1 >= n || text[base+i+1] != '\n' {
			m &^= 1 << i
		}
	}
	return m
}
