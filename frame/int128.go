package frame

import (
	"math/big"
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

// int64 and uint64 say whether the sum fits.
func (a int128) int64() (int64, bool)   { return int64(a.lo), a.hi == int64(a.lo)>>63 }
func (a int128) uint64() (uint64, bool) { return a.lo, a.hi == 0 }

// float is the float next to the sum, rounded once.
func (a int128) float() float64 {
	switch {
	case a.hi < 0:
		lo, borrow := bits.Sub64(0, a.lo, 0)
		return -int128{-a.hi - int64(borrow), lo}.float()
	case a.hi == 0:
		return float64(a.lo)
	}
	v := new(big.Int).Lsh(big.NewInt(a.hi), 64)
	f, _ := new(big.Float).SetInt(v.Add(v, new(big.Int).SetUint64(a.lo))).Float64()
	return f
}
