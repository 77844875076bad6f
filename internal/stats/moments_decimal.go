package stats

import (
	"math"
	"math/big"
	"math/bits"
)

// wideMoments are the sums of decimals and of their squares, both exact.
type wideMoments struct {
	sum wideSum
	sq  [9]uint64 // the lowest word first: 2⁶⁴ squares fit
}

type momentsOfDecimals struct{ sumDecimals }

func (f momentsOfDecimals) lift(x wide) (m wideMoments) {
	m.sum = f.sumDecimals.lift(x)
	mag := m.sum
	if int64(mag[4]) < 0 {
		mag = mag.negated()
	}
	used := len(x)
	for used > 0 && mag[used-1] == 0 {
		used--
	}
	for i := range used {
		var carry uint64
		for k := range used {
			hi, lo := bits.Mul64(mag[i], mag[k])
			var c uint64
			lo, c = bits.Add64(lo, carry, 0)
			hi += c
			m.sq[i+k], c = bits.Add64(m.sq[i+k], lo, 0)
			carry = hi + c
		}
		m.sq[i+used] = carry
	}
	return m
}

func (f momentsOfDecimals) join(a, b wideMoments) wideMoments {
	a.sum = f.sumDecimals.join(a.sum, b.sum)
	var c uint64
	for i := range a.sq {
		a.sq[i], c = bits.Add64(a.sq[i], b.sq[i], c)
	}
	return a
}

func (f momentsOfDecimals) many(x []wide) (a wideMoments) {
	for _, v := range x {
		a = f.join(a, f.lift(v))
	}
	return a
}

func (f momentsOfDecimals) run(acc []wideMoments, x []wide, a wideMoments) wideMoments {
	for i, v := range x {
		a = f.join(a, f.lift(v))
		acc[i] = a
	}
	return a
}

// variance returns the variance of n decimals, two or more, rounded once; see
// intMoments.variance.
func (f decimalForm) variance(a *wideMoments, n int) float64 {
	if a.small() && f.scale >= 0 && f.scale <= 9 {
		m := &intMoments{int128{int64(a.sum[1]), a.sum[0]}, [3]uint64(a.sq[:3])}
		if hi, d := bits.Mul64(uint64(n)*uint64(n-1), uint64(pow10Floats[f.scale]*pow10Floats[f.scale])); hi == 0 && uint64(n) < 1<<32 {
			return quotient(m.spread(n), d)
		}
	}
	words := a.sq[:]
	sq := new(big.Int)
	for i := len(words) - 1; i >= 0; i-- {
		sq.Lsh(sq, 64).Or(sq, new(big.Int).SetUint64(words[i]))
	}
	sum, count := a.sum.big(), big.NewInt(int64(n))
	num := new(big.Int).Sub(sq.Mul(sq, count), sum.Mul(sum, sum))
	den := count.Mul(count, big.NewInt(int64(n-1)))
	if f.scale < 0 {
		num.Mul(num, pow10(-2*f.scale))
	} else {
		den.Mul(den, pow10(2*f.scale))
	}
	v, _ := new(big.Rat).SetFrac(num, den).Float64()
	return v
}

// small reports whether the moments fit an intMoments.
func (a *wideMoments) small() bool {
	sign := uint64(int64(a.sum[1]) >> 63)
	for _, w := range a.sq[3:] {
		if w != 0 {
			return false
		}
	}
	return a.sum[2] == sign && a.sum[3] == sign && a.sum[4] == sign
}

func (f decimalForm) deviation(a *wideMoments, n int) float64 { return math.Sqrt(f.variance(a, n)) }

func (a *wideMoments) total() *wideSum { return &a.sum }
