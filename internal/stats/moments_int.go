package stats

import (
	"math"
	"math/big"
	"math/bits"
)

// intMoments are the sums of integers and of their squares, both exact.
type intMoments struct {
	sum int128
	sq  [3]uint64 // the lowest word first: 2⁶⁴ squares fit
}

type momentsOfInts[T int64 | uint64] struct{}

func (momentsOfInts[T]) lift(x T) intMoments {
	hi, lo := bits.Mul64(magnitude(x), magnitude(x))
	return intMoments{sumInts[T]{}.lift(x), [3]uint64{lo, hi}}
}

func magnitude[T int64 | uint64](x T) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

func (momentsOfInts[T]) join(a, b intMoments) intMoments {
	var c uint64
	a.sum = a.sum.plus(b.sum)
	a.sq[0], c = bits.Add64(a.sq[0], b.sq[0], 0)
	a.sq[1], c = bits.Add64(a.sq[1], b.sq[1], c)
	a.sq[2] += b.sq[2] + c
	return a
}

func (f momentsOfInts[T]) many(x []T) intMoments {
	var sum int128
	var s0, s1, s2, c uint64 // locals stay in registers
	for _, v := range x {
		sum = sum.plus(sumInts[T]{}.lift(v))
		hi, lo := bits.Mul64(magnitude(v), magnitude(v))
		s0, c = bits.Add64(s0, lo, 0)
		s1, c = bits.Add64(s1, hi, c)
		s2 += c
	}
	return intMoments{sum, [3]uint64{s0, s1, s2}}
}

func (f momentsOfInts[T]) run(acc []intMoments, x []T, a intMoments) intMoments {
	sum, s0, s1, s2 := a.sum, a.sq[0], a.sq[1], a.sq[2]
	var c uint64
	for i, v := range x {
		sum = sum.plus(sumInts[T]{}.lift(v))
		hi, lo := bits.Mul64(magnitude(v), magnitude(v))
		s0, c = bits.Add64(s0, lo, 0)
		s1, c = bits.Add64(s1, hi, c)
		s2 += c
		acc[i] = intMoments{sum, [3]uint64{s0, s1, s2}}
	}
	return intMoments{sum, [3]uint64{s0, s1, s2}}
}

// variance returns the variance of n values, rounded once. There must be two or
// more.
//
// It is (n·Σx² - (Σx)²) / (n·(n-1)), whose numerator is exact in 256 bits.
func (a *intMoments) variance(n int) float64 {
	hi, d := bits.Mul64(uint64(n), uint64(n-1))
	if sumHigh, sum := a.sum.abs(); hi|sumHigh|a.sq[1]|a.sq[2] == 0 { // as mostly
		h, l := bits.Mul64(uint64(n), a.sq[0])
		sh, sl := bits.Mul64(sum, sum)
		l, borrow := bits.Sub64(l, sl, 0)
		h, _ = bits.Sub64(h, sh, borrow)
		return quotient128(h, l, d)
	}
	words := a.spread(n)
	if hi == 0 {
		return quotient(words, d)
	}
	r := new(big.Rat).SetFrac(bigOf(words), bigOf([]uint64{hi, d}))
	f, _ := r.Float64()
	return f
}

// spread returns n·Σx² - (Σx)², the highest word first.
func (a *intMoments) spread(n int) []uint64 {
	num := times(uint64(n), a.sq)
	sq := square(a.sum.abs())
	var borrow uint64
	for i := range num {
		num[i], borrow = bits.Sub64(num[i], sq[i], borrow)
	}
	return []uint64{num[3], num[2], num[1], num[0]}
}

// times returns n·a, the lowest word first.
func times(n uint64, a [3]uint64) (p [4]uint64) {
	var carry uint64
	for i, w := range a {
		hi, lo := bits.Mul64(n, w)
		var c uint64
		p[i], c = bits.Add64(lo, carry, 0)
		carry = hi + c
	}
	p[3] = carry
	return p
}

// square returns the square of hi*2^64 + lo, the lowest word first.
func square(hi, lo uint64) (p [4]uint64) {
	var c uint64
	p[1], p[0] = bits.Mul64(lo, lo)
	p[3], p[2] = bits.Mul64(hi, hi)
	h, l := bits.Mul64(hi, lo)
	for range 2 {
		p[1], c = bits.Add64(p[1], l, 0)
		p[2], c = bits.Add64(p[2], h, c)
		p[3] += c
	}
	return p
}

// bigOf returns the number whose words begin with the highest.
func bigOf(words []uint64) *big.Int {
	v := new(big.Int)
	for _, w := range words {
		v.Lsh(v, 64).Or(v, new(big.Int).SetUint64(w))
	}
	return v
}

func (a *intMoments) deviation(n int) float64 { return math.Sqrt(a.variance(n)) }

// ticks returns the deviation times step, as the nearest integer, and of two that are as
// near the even one, and whether it fits. step, or 1/step, is an integer.
func (a *intMoments) ticks(n int, step float64) (int64, bool) {
	d := a.deviation(n) * step
	// d is off by less than d·2⁻⁵⁰. That matters only near the middle of two integers.
	if frac := d - math.Floor(d); d < 1<<50 && math.Abs(frac-0.5) > d*0x1p-50 {
		return int64(math.Round(d)), true
	}
	num, den := bigOf(a.spread(n)), big.NewInt(int64(n))
	den.Mul(den, big.NewInt(int64(n-1)))
	of, by := num, int64(step)
	if step < 1 {
		of, by = den, int64(1/step)
	}
	of.Mul(of, big.NewInt(by)).Mul(of, big.NewInt(by))
	root := new(big.Float).SetPrec(256).SetRat(new(big.Rat).SetFrac(num, den))
	root.Sqrt(root).Add(root, big.NewFloat(0.5))
	v, _ := root.Int(nil)
	if root.IsInt() && v.Bit(0) == 1 {
		v.Sub(v, big.NewInt(1))
	}
	return v.Int64(), v.IsInt64()
}

func (a *intMoments) mean(n int) float64  { return a.sum.over(n) }
func (a *intMoments) rounded(n int) int64 { return a.sum.rounded(n) }
