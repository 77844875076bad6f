package numparse

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
)

// Float64 reads a decimal number, correctly rounded: an optional minus, digits
// with at most one point among them, an optional exponent. It refuses a leading
// zero before another digit ("007.5"), "+1", "inf", "nan", hex, underscores,
// blanks, and values that overflow. The bits of an accepted value are those of
// strconv.ParseFloat.
//
//	Float64("12.50") = 12.5, true    Float64("1e3") = 1000, true
func Float64(b []byte) (float64, bool) { return Decimal(b, '.') }

// Decimal is Float64 with another decimal point, such as ','.
func Decimal(b []byte, point byte) (float64, bool) {
	if f, ok := short(b, point); ok {
		return f, true
	}
	d, ok := split(b, point)
	if !ok {
		return 0, false
	}
	if d.n <= 19 {
		if f, ok := d.exact(); ok {
			return f, true
		}
	}
	return slow(b, point)
}

// short reads a number of at most eight characters after its sign, all in one word.
// It reports false for a longer number, one with an exponent, and anything else that
// [split] decides.
func short(b []byte, point byte) (float64, bool) {
	neg := len(b) > 0 && b[0] == '-'
	if neg {
		b = b[1:]
	}
	n := len(b)
	if n-1 > 7 || n == 0 || cap(b) < 8 {
		return 0, false
	}
	w := front(b[:8], n)
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	x := w ^ ones*uint64(point)
	z := (x - ones) &^ x & tops
	if z == 0 || n == 1 || b[0] == '0' && b[1] != point {
		return 0, false
	}
	// The digits before the point move on by one, over it; '0' comes in front.
	at := uint(bits.TrailingZeros64(z)) - 7
	before := uint64(1)<<at - 1
	m, ok := eight(w&before<<8 | '0' | w&^(before<<8|0xff))
	f := float64(m) / float10[7-at/8]
	if neg {
		f = -f
	}
	return f, ok
}

// decimal is ±m·10^e, with m of n digits; m counts only where n <= 19.
type decimal struct {
	m   uint64
	e   int
	n   int
	neg bool
}

// split checks the grammar and reads mantissa and exponent.
func split(b []byte, point byte) (d decimal, ok bool) {
	d.neg = len(b) > 0 && b[0] == '-'
	if d.neg {
		b = b[1:]
	}
	dot := indexPoint(b, point)
	if dot < 0 {
		dot = len(b)
	}
	if len(b) > 1 && b[0] == '0' && b[1]-'0' <= 9 {
		return d, false
	}
	whole, fraction := b[:dot], b[min(dot+1, len(b)):]
	if len(whole)+len(fraction) <= 19 {
		// Most numbers: no exponent, so both parts are digits all through.
		if d.n = len(whole) + len(fraction); d.n == 0 {
			return d, false
		}
		ok1, ok2 := true, true
		var f uint64
		if len(whole) == 1 {
			d.m = uint64(whole[0] - '0')
			ok1 = d.m <= 9
		} else if len(whole) > 0 {
			d.m, ok1 = digits(whole)
		}
		if len(fraction) > 0 {
			f, ok2 = digits(fraction)
			d.m = d.m*pow10[len(fraction)] + f
			d.e = -len(fraction)
		}
		if ok1 && ok2 {
			return d, true
		}
	}
	return splitSlow(b, point, d.neg)
}

// splitSlow is split byte by byte, with an exponent, for any length.
func splitSlow(b []byte, point byte, neg bool) (d decimal, ok bool) {
	d.neg = neg
	seen, i := false, 0
	for ; i < len(b); i++ {
		if c := b[i] - '0'; c <= 9 {
			d.m = d.m*10 + uint64(c)
			if d.m != 0 || d.n > 0 {
				d.n++
			}
			if seen {
				d.e--
			}
		} else if b[i] == point && !seen {
			seen = true
		} else {
			break
		}
	}
	// At least one digit before the point.
	if i == 0 || i == 1 && seen {
		return d, false
	}
	if i == len(b) {
		return d, true
	}
	if b[i]|0x20 != 'e' {
		return d, false
	}
	b = b[i+1:]
	sign := 1
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		if b[0] == '-' {
			sign = -1
		}
		b = b[1:]
	}
	if len(b) == 0 {
		return d, false
	}
	e := 0
	for _, c := range b {
		if c -= '0'; c > 9 {
			return d, false
		}
		e = min(e*10+int(c), 1e6)
	}
	d.e += sign * e
	return d, true
}

// indexPoint is bytes.IndexByte, but faster if the point is among the first eight
// bytes.
func indexPoint(b []byte, point byte) int {
	if cap(b) < 8 {
		return bytes.IndexByte(b, point)
	}
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	w := binary.LittleEndian.Uint64(b[:8]) ^ ones*uint64(point)
	if z := (w - ones) &^ w & tops; z != 0 {
		if i := bits.TrailingZeros64(z) / 8; i < len(b) {
			return i
		}
		return -1
	}
	if len(b) <= 8 {
		return -1
	}
	if i := bytes.IndexByte(b[8:], point); i >= 0 {
		return i + 8
	}
	return -1
}

// exact returns the correctly rounded value without tables of 128-bit powers, for
// exponents up to ±27, since 5^27 is the largest power in 64 bits. It reports false
// for others. The last bit is right because nothing is rounded before the end:
// either both operands are float64 without error and the machine rounds once
// (Clinger 1990), or the quotient or product is taken in 128-bit integers and a
// sticky bit records the bits that are cut off.
func (d decimal) exact() (float64, bool) {
	e := d.e
	if d.m < 1<<53 && -22 <= e && e <= 22 {
		f := float64(d.m)
		if e < 0 {
			f /= float10[-e]
		} else {
			f *= float10[e]
		}
		if d.neg {
			f = -f
		}
		return f, true
	}
	if e < -27 || e > 27 || d.m == 0 {
		return 0, false
	}
	var q uint64  // the leading bits of the value, 63 or 64 of them
	var exp int   // value = q · 2^exp
	var lost bool // something below q is not zero
	if e < 0 {
		lm, ld := bits.LeadingZeros64(d.m), bits.LeadingZeros64(pow5[-e])
		m, den := d.m<<lm, pow5[-e]<<ld
		if f, ok := d.times(m, -63-lm+ld+e); ok {
			return f, true
		}
		var r uint64
		q, r = bits.Div64(m>>1, m<<63, den)
		lost = r != 0
		exp = -63 - lm + ld + e
	} else {
		hi, lo := bits.Mul64(d.m, pow5[e])
		q, exp = lo, e
		if hi != 0 {
			l := bits.LeadingZeros64(hi)
			q = hi<<l | lo>>(64-l)
			lost = lo<<l != 0
			exp = 64 - l + e
		}
	}
	l := bits.LeadingZeros64(q)
	q <<= l // top bit is bit 63
	exp -= l
	mant := q >> 11
	rest := q << 53 // the 11 bits cut off, at the top
	if rest > 1<<63 || rest == 1<<63 && (lost || mant&1 == 1) {
		mant++ // to 2^53 at most, which is the next power of two
	}
	// All exponents here are far inside the normal range.
	f := float64(mant) * math.Float64frombits(uint64(exp+11+1023)<<52)
	if d.neg {
		f = -f
	}
	return f, true
}

// times multiplies m, whose top bit is set, by the reciprocal of the power of
// five instead of dividing by the power, which takes several times longer.
// The reciprocal is cut off after 64 bits, so the product is too small by less
// than 1 in its upper half. It reports false if that error could decide between
// rounding up and down, which happens once in 500 times.
func (d decimal) times(m uint64, exp int) (float64, bool) {
	q, lo := bits.Mul64(m, reciprocal5[-d.e])
	if q>>63 == 0 { // then bit 62 is the top one
		q, exp = q<<1|lo>>63, exp-1
	}
	const half = 1 << 10
	rest := q & (2*half - 1) // the bits beyond those of a float64
	if rest-(half-3) <= 3 {
		return 0, false
	}
	mant := q >> 11
	if rest > half {
		mant++ // to 2^53 at most, which is the next power of two
	}
	f := float64(mant) * math.Float64frombits(uint64(exp+11+1023)<<52)
	if d.neg {
		f = -f
	}
	return f, true
}

// reciprocal5[k] is 2^127 divided by the power of five with as many zeros
// behind it as make it 64 bits long, for k above 0.
var reciprocal5 = func() (r [28]uint64) {
	for k := 1; k < len(r); k++ {
		r[k], _ = bits.Div64(1<<63, 0, pow5[k]<<bits.LeadingZeros64(pow5[k]))
	}
	return r
}()

// slow uses strconv, which accepts every length and exponent.
func slow(b []byte, point byte) (float64, bool) {
	s := string(b)
	if point != '.' {
		c := bytes.Clone(b)
		if i := bytes.IndexByte(c, point); i >= 0 {
			c[i] = '.'
		}
		s = string(c)
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

var pow10 = [20]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
	1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// float10 are the powers of ten that float64 holds without error.
var float10 = [23]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
	1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// pow5 are the powers of five that fit in 64 bits.
var pow5 = [28]uint64{1, 5, 25, 125, 625, 3125, 15625, 78125, 390625, 1953125,
	9765625, 48828125, 244140625, 1220703125, 6103515625, 30517578125,
	152587890625, 762939453125, 3814697265625, 19073486328125,
	95367431640625, 476837158203125, 2384185791015625, 11920928955078125,
	59604644775390625, 298023223876953125, 1490116119384765625, 7450580596923828125}
