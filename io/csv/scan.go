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

// masks are the bytes of a block that scan looks for, one bit for each.
type masks struct {
	s    uint64 // delimiters and line ends, the first byte in the lowest bit
	l, q uint64 // line ends, and quotes: in another order, good for counting
}

// patterns are the characters of a dialect, eight times each.
type patterns struct{ delim, nl, quote uint64 }

// match finds the characters in eight bytes: bit 7 of each byte of s, l and q
// says whether it is a separator, a line end, a quote.
func (p *patterns) match(w uint64) (s, l, q uint64) {
	const tops = ^uint64(low7)
	d := w ^ p.delim
	l, q = w^p.nl, w^p.quote
	d |= d&low7 + low7
	l |= l&low7 + low7
	q |= q&low7 + low7
	return ^(d & l) & tops, ^l & tops, ^q & tops
}

// find fills in the masks of a block. Bit 7 of each byte, shifted to bit k for
// the k-th word, lets eight words fit in one, without a multiplication.
func (p *patterns) find(block *[64]byte) (m masks) {
	s, l, q := p.match(binary.LittleEndian.Uint64(block[:]))
	m.s = gather(s)
	m.l = l >> 7
	m.q = q >> 7
	s, l, q = p.match(binary.LittleEndian.Uint64(block[8:]))
	m.s |= gather(s) << 8
	m.l |= l >> 6
	m.q |= q >> 6
	s, l, q = p.match(binary.LittleEndian.Uint64(block[16:]))
	m.s |= gather(s) << 16
	m.l |= l >> 5
	m.q |= q >> 5
	s, l, q = p.match(binary.LittleEndian.Uint64(block[24:]))
	m.s |= gather(s) << 24
	m.l |= l >> 4
	m.q |= q >> 4
	s, l, q = p.match(binary.LittleEndian.Uint64(block[32:]))
	m.s |= gather(s) << 32
	m.l |= l >> 3
	m.q |= q >> 3
	s, l, q = p.match(binary.LittleEndian.Uint64(block[40:]))
	m.s |= gather(s) << 40
	m.l |= l >> 2
	m.q |= q >> 2
	s, l, q = p.match(binary.LittleEndian.Uint64(block[48:]))
	m.s |= gather(s) << 48
	m.l |= l >> 1
	m.q |= q >> 1
	s, l, q = p.match(binary.LittleEndian.Uint64(block[56:]))
	m.s |= gather(s) << 56
	m.l |= l >> 0
	m.q |= q >> 0
	return m
}

// where gives the places of one character in the block, in order.
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
	odd     uint64 // not 0: a quote stood where none may
}

// block takes what lies inside quotes from s and l, which are in order, as q is.
func (c *quoting) block(q, s, l, cr uint64) (_, _ uint64) {
	in := insideQuotes(q) ^ c.inside
	s &^= in
	l &^= in
	// An opening quote follows a separator, or a closing quote, with which it
	// makes one doubled quote. After a closing quote comes a separator, or an
	// opening quote, or the '\r' of a line end.
	opens, closes := q&in, q&^in
	c.odd |= opens &^ ((s|closes)<<1 | c.mayOpen | c.mustEnd)
	c.odd |= (closes<<1 | c.mustEnd) &^ (s | opens | cr)
	c.mayOpen = s >> 63
	c.mustEnd = closes >> 63
	c.inside = uint64(int64(in) >> 63)
	return s, l
}

// scan indexes text[:n], which begins at a record and holds whole records,
// 64 bytes at a time. text has pad more bytes. Room is reused from ix.
func (d *dialect) scan(text []byte, n int, ix *index) {
	text = text[:n+pad]
	ends := append(ix.ends[:0], ^uint32(0))
	c := quoting{mayOpen: 1}
	lines := 0
	p := patterns{ones * uint64(d.delim), ones * uint64(d.nl), ones * uint64(d.quote)}
	for base := 0; base < n; base += 64 {
		block := (*[64]byte)(text[base:])
		m := p.find(block)
		if d.quote == 0 {
			m.q = 0
		}
		if m.q|c.inside|c.mustEnd != 0 || base+64 > n {
			q, l := where(block, d.quote), where(block, d.nl)
			if d.quote == 0 {
				q = 0
			}
			if base+64 > n {
				keep := uint64(1)<<(n-base) - 1
				m.s, l, q = m.s&keep, l&keep, q&keep
			}
			m.s, m.l = c.block(q, m.s, l, carriage(block, base, n, text))
		} else {
			c.mayOpen = m.s >> 63
		}
		lines += bits.OnesCount64(m.l)
		ends = flatten(ends, uint32(base), m.s)
	}
	ix.ends, ix.lines = ends, lines
	ix.open = c.inside != 0
	ix.odd = c.odd != 0
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
