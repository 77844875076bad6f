package stats

import "math"

// sumInts adds integers. No sum of fewer than 2⁶³ of them overflows.
type sumInts[T int64 | uint64] struct{}

func (sumInts[T]) lift(x T) int128 {
	if signed := T(0)-1 < 0; signed {
		return int128{int64(x) >> 63, uint64(x)}
	}
	return int128{0, uint64(x)}
}

func (sumInts[T]) join(a, b int128) int128 { return a.plus(b) }

func (f sumInts[T]) many(x []T) (s int128) {
	for _, v := range x {
		s = s.plus(f.lift(v))
	}
	return s
}

func (f sumInts[T]) run(acc []int128, x []T, a int128) int128 {
	for i, v := range x {
		a = a.plus(f.lift(v))
		acc[i] = a
	}
	return a
}

// floatSum is a sum of floats and what rounding has taken from it so far
// (Neumaier 1974), found by Knuth's branch-free TwoSum. Together they are the
// sum in about twice the precision of float64.
//
// Where finite values add up to more than a float64 can hold, sum and lost
// are small: they are multiplied by 2⁻⁶⁴, so that fewer than 2⁶⁴ values do
// not overflow.
type floatSum struct {
	sum, lost float64
	small     bool
}

// twoSum returns a+b and what rounding took from it.
func twoSum(a, b float64) (sum, lost float64) {
	sum = a + b
	z := sum - a
	return sum, (a - (sum - z)) + (b - z)
}

// exact reports whether twoSum found a sum and what was lost. Near the largest floats,
// its steps may overflow where the sum does not.
func exact(sum, lost float64) bool { return finite(sum + lost) }

func finite(x float64) bool { return x-x == 0 }

type sumFloats struct{}

func (sumFloats) lift(x float64) floatSum { return floatSum{sum: x} }

func (sumFloats) join(a, b floatSum) floatSum {
	s, e := twoSum(a.sum, b.sum)
	if exact(s, e) && !a.small && !b.small {
		return floatSum{sum: s, lost: a.lost + b.lost + e}
	}
	return joinSmall(a, b)
}

func joinSmall(a, b floatSum) floatSum {
	if !finite(a.sum) || !finite(b.sum) { // there is an infinity among the values
		return floatSum{sum: a.sum + b.sum}
	}
	a, b = a.shrunk(), b.shrunk()
	s, e := twoSum(a.sum, b.sum)
	return floatSum{s, a.lost + b.lost + e, true}
}

func (a floatSum) shrunk() floatSum {
	if a.small {
		return a
	}
	return floatSum{a.sum * 0x1p-64, a.lost * 0x1p-64, true}
}

func (f sumFloats) many(x []float64) floatSum {
	var sum, lost float64
	for _, v := range x {
		t := sum + v
		z := t - sum
		lost += (sum - (t - z)) + (v - z)
		sum = t
	}
	if exact(sum, lost) {
		return floatSum{sum: sum, lost: lost}
	}
	a := f.lift(x[0])
	for _, v := range x[1:] {
		a = f.join(a, f.lift(v))
	}
	return a
}

func (f sumFloats) run(acc []floatSum, x []float64, a floatSum) floatSum {
	if a.small {
		return f.runSmall(acc, x, a)
	}
	acc = acc[:len(x)]
	sum, lost := a.sum, a.lost
	for i, v := range x {
		t := sum + v
		z := t - sum
		lost += (sum - (t - z)) + (v - z)
		sum = t
		acc[i] = floatSum{sum: sum, lost: lost}
	}
	if exact(sum, lost) {
		return floatSum{sum: sum, lost: lost}
	}
	return f.runSmall(acc, x, a)
}

// runSmall is run for values that add up to more than a float64 can hold.
func (f sumFloats) runSmall(acc []floatSum, x []float64, a floatSum) floatSum {
	for i, v := range x {
		a = f.join(a, f.lift(v))
		acc[i] = a
	}
	return a
}

func (sumFloats) spoilt(a *floatSum) bool { return a.sum != a.sum }

// value returns the sum, rounded to a float64.
func (a *floatSum) value(int) float64 {
	switch {
	case !finite(a.sum): // and what was lost is no number
		return a.sum
	case a.small:
		return (a.sum + a.lost) * 0x1p64
	}
	return a.sum + a.lost
}

// mean returns the sum divided by n.
func (a *floatSum) mean(n int) float64 {
	q := divided(a.sum, a.lost, float64(n))
	if a.small {
		q *= 0x1p64
	}
	return q
}

// runningMeans stores the means of sums of n, n+1, ... values.
func runningMeans(out []float64, acc []floatSum, n int) {
	out = out[:len(acc)]
	for i := range acc {
		out[i] = acc[i].mean(n + i)
	}
}

// divided returns (hi+lo)/n, rounded once or nearly so.
func divided(hi, lo, n float64) float64 {
	inverse := 1 / n
	q := hi * inverse
	if !finite(q) {
		return q
	}
	return q + (math.FMA(-q, n, hi)+lo)*inverse // a division less than of both
}
