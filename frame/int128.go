package frame

import "math/bits"

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

// int64 and uint64 say whether the sum fits.
func (a int128) int64() (int64, bool)   { return int64(a.lo), a.hi == int64(a.lo)>>63 }
func (a int128) uint64() (uint64, bool) { return a.lo, a.hi == 0 }

// float goes by the magnitude: the two halves of a small negative number are
// both large.
func (a int128) float() float64 {
	if a.hi < 0 {
		lo, borrow := bits.Sub64(0, a.lo, 0)
		return -int128{-a.hi - int64(borrow), lo}.float()
	}
	return float64(a.hi)*(1<<64) + float64(a.lo)
}
