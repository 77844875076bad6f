package csv

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// index is the positions of the fields of a text: field i is text[ends[i]+1:ends[i+1]].
// The delimiter or line end after it is at ends[i+1].
type index struct {
	ends  []uint32 // ends[0] is ^0, so that the first field begins at 0
	lines int      // line ends among them
	open  bool     // the text ends inside quotes
	odd   bool     // a quote is where RFC 4180 allows none
}

// pad is the number of readable bytes that must follow a text, so that the hot loops
// can load whole words.
const pad = 64

const (
	ones = 0x0101010101010101
	low7 = 0x7f7f7f7f7f7f7f7f
)

// zeroBytes returns 0x80 in every byte that is zero in x, and 0 in the others.
func zeroBytes(x uint64) uint64 {
	return ^((x&low7 + low7) | x | low7)
}

// gather collects the eight 0x80 bits of z in the low byte.
func gather(z uint64) uint64 { return z * 0x0002040810204081 >> 56 }

// insideQuotes returns the bytes from each opening quote up to the closing one, for
// the positions of all quotes: each bit is the XOR of all bits up to it.
func insideQuotes(q uint64) uint64 {
	q ^= q << 1
	q ^= q << 2
	q ^= q << 4
	q ^= q << 8
	q ^= q << 16
	q ^= q << 32
	return q
}

// patterns are the delimiter and the line end of a dialect, eight times each.
type patterns struct{ delim, nl uint64 }

// match finds the separators in eight bytes, one bit for each. Both separators are
// ASCII. In the low seven bits of each byte, adding 127 to the difference sets the
// eighth bit unless the difference is 0, and never carries. Bytes with the eighth bit
// set are not separators.
func (p *patterns) match(w uint64) uint64 {
	c := w & low7
	differs := ((c ^ p.delim) + low7) & ((c ^ p.nl) + low7)
	return gather(^(differs | w) & ^uint64(low7))
}

// find finds the separators of a block. The lowest bit is the first byte.
func (p *patterns) find(block *[64]byte) uint64 {
	s := p.match(binary.LittleEndian.Uint64(block[:]))
	s |= p.match(binary.LittleEndian.Uint64(block[8:])) << 8
	s |= p.match(binary.LittleEndian.Uint64(block[16:])) << 16
	s |= p.match(binary.LittleEndian.Uint64(block[24:])) << 24
	s |= p.match(binary.LittleEndian.Uint64(block[32:])) << 32
	s |= p.match(binary.LittleEndian.Uint64(block[40:])) << 40
	s |= p.match(binary.LittleEndian.Uint64(block[48:])) << 48
	return s | p.match(binary.LittleEndian.Uint64(block[56:]))<<56
}

// where returns the positions of one character in the block, as bits.
func where(block *[64]byte, c byte) (m uint64) {
	for k := 0; k < 64; k += 8 {
		m |= gather(zeroBytes(binary.LittleEndian.Uint64(block[k:])^ones*uint64(c))) << k
	}
	return m
}

// quoting is what scan carries from one block to the next.
type quoting struct {
	inside  uint64 // all ones if the block begins inside quotes
	mayOpen uint64 // bit 0: a quote may open at the block's first byte
	mustEnd uint64 // bit 0: the byte before was a closing quote
	odd     uint64 // not 0 if a quote was where none is allowed
}

// block removes the positions inside quotes from s and l. q are the quotes, s the
// separators, l the line ends, and cr the '\r' before a line end.
func (c *quoting) block(q, s, l, cr uint64) (_, _ uint64) {
	in := insideQuotes(q) ^ c.inside
	s &^= in
	l &^= in
	// An opening quote follows a separator, or a closing quote with which it is a
	// doubled quote. A closing quote is followed by a separator, an opening quote, or
	// the '\r' of a line end.
	opens, closes := q&in, q&^in
	c.odd |= opens &^ ((s|closes)<<1 | c.mayOpen | c.mustEnd)
	c.odd |= (closes<<1 | c.mustEnd) &^ (s | opens | cr)
	c.mayOpen = s >> 63
	c.mustEnd = closes >> 63
	c.inside = uint64(int64(in) >> 63)
	return s, l
}

// scan indexes text[:n], which is a number of whole records, 64 bytes at a time. text
// has pad more bytes. The memory of ix is used again.
//
// Most blocks have no quote, which one quick search finds out for many of them. Only
// their separators are needed.
func (d *dialect) scan(text []byte, n int, ix *index) {
	text = text[:n+pad]
	ends := append(ix.ends[:0], ^uint32(0))
	c := quoting{mayOpen: 1}
	lines := bytes.Count(text[:n], []byte{d.nl}) // those in quotes are subtracted below
	p := patterns{ones * uint64(d.delim), ones * uint64(d.nl)}
	quote := d.nextQuote(text[:n], 0)
	for base := 0; base < n; base += 64 {
		block := (*[64]byte)(text[base:])
		s := p.find(block)
		if base+64 <= quote && c.inside|c.mustEnd == 0 {
			c.mayOpen = s >> 63
		} else {
			q, l := uint64(0), where(block, d.nl)
			if quote < min(base+64, n) {
				q = where(block, d.quote)
				quote = d.nextQuote(text[:n], base+64)
			}
			if base+64 > n {
				keep := uint64(1)<<(n-base) - 1
				s, l, q = s&keep, l&keep, q&keep
			}
			all := bits.OnesCount64(l)
			s, l = c.block(q, s, l, carriage(block, base, n, text))
			lines -= all - bits.OnesCount64(l)
		}
		ends = flatten(ends, uint32(base), s)
	}
	ix.ends, ix.lines = ends, lines
	ix.open = c.inside != 0
	ix.odd = c.odd != 0
}

// nextQuote returns the position of the first quote at or after from, or the end of
// the text.
func (d *dialect) nextQuote(text []byte, from int) int {
	if d.quote != 0 && from < len(text) {
		if i := bytes.IndexByte(text[from:], d.quote); i >= 0 {
			return from + i
		}
	}
	return len(text)
}

// flatten appends base plus the position of each bit in m. It always writes eight, as
// few blocks of 64 bytes have more: a branch on the number is mispredicted too often.
func flatten(ends []uint32, base uint32, m uint64) []uint32 {
	n := len(ends)
	if n+64 > cap(ends) {
		grown := make([]uint32, n, 2*cap(ends)+1024)
		copy(grown, ends)
		ends = grown
	}
	k := bits.OnesCount64(m)
	out := (*[8]uint32)(ends[n : n+8])
	out[0] = base + uint32(bits.TrailingZeros64(m))
	m &= m - 1
	out[1] = base + uint32(bits.TrailingZeros64(m))
	m &= m - 1
	out[2] = base + uint32(bits.TrailingZeros64(m))
	m &= m - 1
	out[3] = base + uint32(bits.TrailingZeros64(m))
	m &= m - 1
	out[4] = base + uint32(bits.TrailingZeros64(m))
	m &= m - 1
	out[5] = base + uint32(bits.TrailingZeros64(m))
	m &= m - 1
	out[6] = base + uint32(bits.TrailingZeros64(m))
	m &= m - 1
	out[7] = base + uint32(bits.TrailingZeros64(m))
	m &= m - 1
	if k > 8 {
		rest := ends[n+8 : n+k]
		for i := range rest {
			rest[i] = base + uint32(bits.TrailingZeros64(m))
			m &= m - 1
		}
	}
	return ends[:n+k]
}

// carriage finds each '\r' of the block that is followed by a '\n'.
func carriage(block *[64]byte, base, n int, text []byte) uint64 {
	m := where(block, '\r')
	for rest := m; rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros64(rest)
		if base+i+1 >= n || text[base+i+1] != '\n' {
			m &^= 1 << i
		}
	}
	return m
}
