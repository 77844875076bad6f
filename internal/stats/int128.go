package stats

import (
	"math"
	"math/bits"
)

// int128 is hi*2^64 + lo: a sum of integers in two's complement. No sum of
// fewer than 2⁶³ of them overflows.
type int128 struct {
	hi int64
	lo uint64
}

func (a int128) plus(b int128) int128 {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	return int128{a.hi + b.hi + int64(carry), lo}
}

func (a int128) minus(b int128) int128 {
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	return int128{a.hi - b.hi - int64(borrow), lo}
}

// abs returns the magnitude of a.
func (a int128) abs() (hi, lo uint64) {
	if a.hi >= 0 {
		return uint64(a.hi), a.lo
	}
	lo, borrow := bits.Sub64(0, a.lo, 0)
	return -uint64(a.hi) - borrow, lo
}

// fitsIn reports whether T holds the sum.
func fitsIn[T int64 | uint64](a int128) bool {
	if T(0)-1 < 0 {
		return a.hi == int64(a.lo)>>63
	}
	return a.hi == 0
}

// over returns a/n, rounded once, for n above 0.
func (a int128) over(n int) float64 {
	hi, lo := a.abs()
	q := quotient128(hi, lo, uint64(n))
	if a.hi < 0 {
		return -q
	}
	return q
}

func (a *int128) mean(n int) float64 { return a.over(n) }

// rounded returns the integer next to a/n, and of two that are as near the
// even one. a/n must be the mean of n values of 64 bits, so that it fits.
func (a *int128) rounded(n int) int64 {
	hi, lo := a.abs()
	q, r := bits.Div64(hi%uint64(n), lo, uint64(n))
	if twice := 2 * r; twice > uint64(n) || twice == uint64(n) && q&1 == 1 {
		q++
	}
	if a.hi < 0 {
		return int64(-q)
	}
	return int64(q)
}

// quotient128 is quotient for two words.
func quotient128(hi, lo, d uint64) float64 {
	switch {
	case hi == 0 && lo <= 1<<53 && d <= 1<<53:
		return float64(lo) / float64(d)
	case hi >= d:
		return quotient([]uint64{hi, lo}, d)
	}
	q, rem := bits.Div64(hi, lo, d)
	f, rem := bits.Div64(rem, 0, d) // the first digits of the fraction
	n := bits.LeadingZeros64(q)
	if n == 64 {
		return quotient([]uint64{hi, lo}, d)
	}
	top := q<<n | f>>(64-n)
	if f<<n|rem != 0 {
		top |= 1 // too low a digit to matter but in a tie
	}
	return float64(top) * math.Float64frombits(uint64(1023-n)<<52)
}

// quotient returns num/d, rounded once. The words of num begin with the
// highest. d must not be 0.
func quotient(num []uint64, d uint64) float64 {
	for len(num) > 1 && num[0] == 0 {
		num = num[1:]
	}
	// Long division, until there are two words from the first that is not 0.
	// Behind the words of num come zeros, the first digits of the fraction.
	var hi, rem uint64
	for i := 0; ; i++ {
		var w, q uint64
		if i < len(num) {
			w = num[i]
		} else if rem == 0 && hi == 0 {
			return 0
		}
		q, rem = bits.Div64(rem, w, d)
		if hi == 0 {
			hi = q
			continue
		}
		for k := i + 1; k < len(num); k++ {
			rem |= num[k]
		}
		if rem != 0 {
			q |= 1 // too low a digit to matter but in a tie
		}
		return math.Ldexp(float128(hi, q), 64*(len(num)-1-i))
	}
}

// float128 returns the float next to hi*2^64 + lo, where hi is not 0.
func float128(hi, lo uint64) float64 {
	n := bits.LeadingZeros64(hi)
	top, rest := hi<<n|lo>>(64-n), lo<<n
	if rest != 0 {
		top |= 1
	}
	return math.Ldexp(float64(top), 64-n)
}
