package stats

import "math"

// floatMoments are n values as seen from a pivot c: s1 is the sum of their
// differences from it, and s2 the sum of the squares of those. Each comes with
// what rounding took from it, so that it is known in about twice the precision
// of float64. The variance of n values is (s2 - s1²/n) / (n-1), for any c;
// digits are lost in this if s2 is much larger than the result. A c among the
// values, or near them, prevents it: then s2 is at most 2n times as large.
//
// Squares of float64 may be too large or too small for a float64. So the values
// are multiplied by 2^exp, which is -600, 0 or 600, to keep s2 within safe.
// With an infinity among them, s2 is NaN, c is 0, and s1 is their sum.
type floatMoments struct {
	n, c   float64
	s1, l1 float64
	s2, l2 float64
	exp    int
}

const (
	safeLow  = 0x1p-800
	safeHigh = 0x1p800
	expStep  = 600
)

// safe reports whether s2 is neither too large nor too small, nor NaN.
func safe(s2 float64) bool { return s2 >= safeLow && s2 <= safeHigh }

// momentsOfFloats makes moments as seen from c.
type momentsOfFloats struct{ c float64 }

func (momentsOfFloats) around(x float64) momentsOfFloats {
	if !finite(x) {
		return momentsOfFloats{}
	}
	return momentsOfFloats{x}
}

func (f momentsOfFloats) lift(x float64) floatMoments {
	d, e := twoSum(x, -f.c)
	p := float64(d * d) // the conversion keeps this from being fused with an addition
	if !safe(p) && d != 0 {
		return liftScaled(x)
	}
	return floatMoments{1, f.c, d, e, p, math.FMA(d, d, -p) + 2*d*e, 0}
}

// liftScaled is lift for a value far from 1, as seen from itself.
func liftScaled(x float64) floatMoments {
	switch {
	case !finite(x):
		return floatMoments{n: 1, s1: x, s2: math.NaN()}
	case math.Abs(x) > 1:
		return floatMoments{n: 1, c: math.Ldexp(x, -expStep), exp: -expStep}
	}
	return floatMoments{n: 1, c: math.Ldexp(x, expStep), exp: expStep}
}

func (momentsOfFloats) join(a, b floatMoments) floatMoments {
	if a.c == b.c && a.exp == b.exp {
		s2, e2 := twoSum(a.s2, b.s2)
		if safe(s2) || s2 == 0 {
			s1, e1 := twoSum(a.s1, b.s1)
			return floatMoments{a.n + b.n, a.c, s1, a.l1 + b.l1 + e1, s2, a.l2 + b.l2 + e2, a.exp}
		}
	}
	return joinFar(a, b)
}

// joinFar is join for moments as seen from different pivots, or scaled
// differently, or whose sum of squares is about to leave what is safe.
func joinFar(a, b floatMoments) floatMoments {
	if a.s2 != a.s2 || b.s2 != b.s2 {
		return floatMoments{n: a.n + b.n, s1: a.total() + b.total(), s2: math.NaN()}
	}
	exp := min(a.exp, b.exp)
	m := joinAt(a, b, exp)
	switch {
	case !(m.s2 <= safeHigh) && exp > -expStep:
		return joinAt(a, b, exp-expStep)
	case m.s2 < safeLow && exp < expStep:
		if up := joinAt(a, b, exp+expStep); up.s2 <= safeHigh && finite(up.c) && finite(up.s1) {
			return up
		}
	}
	return m
}

func joinAt(a, b floatMoments, exp int) floatMoments {
	a, b = a.scaled(exp), b.scaled(exp)
	if a.c == 0 {
		a = a.from(b.c)
	} else {
		b = b.from(a.c)
	}
	s1, e1 := twoSum(a.s1, b.s1)
	s2, e2 := twoSum(a.s2, b.s2)
	return floatMoments{a.n + b.n, a.c, s1, a.l1 + b.l1 + e1, s2, a.l2 + b.l2 + e2, exp}
}

// scaled returns m with the given exp.
func (m floatMoments) scaled(exp int) floatMoments {
	if exp == m.exp {
		return m
	}
	f := math.Ldexp(1, exp-m.exp)
	m.c, m.s1, m.l1 = m.c*f, m.s1*f, m.l1*f
	m.s2, m.l2 = m.s2*f*f, m.l2*f*f
	m.exp = exp
	return m
}

// from returns m as seen from c.
func (m floatMoments) from(c float64) floatMoments {
	if m.c == c {
		return m
	}
	d, e := twoSum(m.c, -c) // Σ(x-c) = s1 + nd, Σ(x-c)² = s2 + 2d·s1 + nd²
	nd := float64(m.n * d)
	ndLost := math.FMA(m.n, d, -nd) + m.n*e
	p := float64(2 * d * m.s1)
	pLost := math.FMA(2*d, m.s1, -p) + 2*(e*m.s1+d*m.l1)
	sq := float64(d * d)
	sqLost := math.FMA(d, d, -sq) + 2*d*e
	q := float64(m.n * sq)
	qLost := math.FMA(m.n, sq, -q) + m.n*sqLost

	var e1, e2, e3 float64
	m.c = c
	m.s1, e1 = twoSum(m.s1, nd)
	m.l1 += e1 + ndLost
	m.s2, e2 = twoSum(m.s2, p)
	m.s2, e3 = twoSum(m.s2, q)
	m.l2 += e2 + e3 + pLost + qLost
	return m
}

func (f momentsOfFloats) many(x []float64) floatMoments {
	var s1, l1, s2, l2 float64 // locals stay in registers
	for _, v := range x {
		t := s1 + v
		z := t - s1
		l1 += (s1 - (t - z)) + (v - z)
		s1 = t
		p := float64(v * v)
		t = s2 + p
		z = t - s2
		l2 += (s2 - (t - z)) + (p - z) + math.FMA(v, v, -p)
		s2 = t
	}
	if !safe(s2) {
		return manyScaled(x)
	}
	m := floatMoments{float64(len(x)), 0, s1, l1, s2, l2, 0}
	return m.near(x)
}

// near returns the moments m of x, as seen from near x where that is needed.
func (m floatMoments) near(x []float64) floatMoments {
	const enough = 0x1p-20 // digits that may be lost
	if s := m.n * m.s2; s-m.s1*m.s1 < s*enough {
		return momentsAround(x, m.meanScaled(), m.exp)
	}
	return m
}

// momentsAround returns the moments of x·2^exp as seen from c.
func momentsAround(x []float64, c float64, exp int) floatMoments {
	var s1, l1, s2, l2 float64
	f := math.Ldexp(1, exp)
	for _, v := range x {
		d, e := twoSum(v*f, -c)
		p := float64(d * d)
		var e1, e2 float64
		s1, e1 = twoSum(s1, d)
		s2, e2 = twoSum(s2, p)
		l1 += e1 + e
		l2 += e2 + (math.FMA(d, d, -p) + 2*d*e)
	}
	return floatMoments{float64(len(x)), c, s1, l1, s2, l2, exp}
}

// manyScaled is many for values with squares that are too large or too small.
func manyScaled(x []float64) floatMoments {
	most, sum := 0.0, 0.0
	for _, v := range x {
		most = max(most, math.Abs(v))
		sum += v
	}
	switch {
	case !finite(most):
		return floatMoments{n: float64(len(x)), s1: sum, s2: math.NaN()}
	case most == 0:
		return floatMoments{n: float64(len(x))}
	case most > 1:
		return momentsAround(x, 0, -expStep).near(x)
	}
	return momentsAround(x, 0, expStep).near(x)
}

func (f momentsOfFloats) run(acc []floatMoments, x []float64, a floatMoments) floatMoments {
	n, c, s1, l1, s2, l2 := a.n, a.c, a.s1, a.l1, a.s2, a.l2
	for i, v := range x {
		d, e := twoSum(v, -c)
		p := float64(d * d)
		t2, e2 := twoSum(s2, p)
		if a.exp != 0 || !safe(t2) && !(t2 == 0 && d == 0) {
			return f.runScaled(acc[i:], x[i:], floatMoments{n, c, s1, l1, s2, l2, a.exp})
		}
		var e1 float64
		s1, e1 = twoSum(s1, d)
		l1 += e1 + e
		l2 += e2 + (math.FMA(d, d, -p) + 2*d*e)
		n, s2 = n+1, t2
		acc[i] = floatMoments{n, c, s1, l1, s2, l2, 0}
	}
	return floatMoments{n, c, s1, l1, s2, l2, a.exp}
}

// runScaled is run for values with squares that are too large or too small.
func (f momentsOfFloats) runScaled(acc []floatMoments, x []float64, a floatMoments) floatMoments {
	for i, v := range x {
		a = f.join(a, f.around(v).lift(v))
		acc[i] = a
	}
	return a
}

func (momentsOfFloats) spoilt(a *floatMoments) bool { return a.s1 != a.s1 }

// variance returns the variance of two or more values.
func (m *floatMoments) variance(int) float64 {
	v := m.varianceScaled()
	if m.exp != 0 {
		v = math.Ldexp(v, -2*m.exp)
	}
	return v
}

func (m *floatMoments) deviation(int) float64 {
	d := math.Sqrt(m.varianceScaled())
	if m.exp != 0 {
		d = math.Ldexp(d, -m.exp)
	}
	return d
}

func (m *floatMoments) varianceScaled() float64 {
	if m.s2 != m.s2 {
		return m.s2
	}
	return spreadOf(m.n, m.s1, m.l1, m.s2, m.l2)
}

// spreadOf returns (n·s2 - s1²) / (n·(n-1)), where l1 and l2 are what rounding took
// from s1 and s2.
func spreadOf(n, s1, l1, s2, l2 float64) float64 {
	a, b, d := float64(n*s2), float64(s1*s1), n*(n-1)
	lost := math.FMA(n, s2, -a) + n*l2 - (math.FMA(s1, s1, -b) + 2*s1*l1)
	num, e := twoSum(a, -b)
	if v := divided(num, lost+e, d); v > 0 {
		return v
	}
	return 0
}

// meanScaled returns the mean of the scaled values.
func (m *floatMoments) meanScaled() float64 {
	q := m.s1 / m.n
	s, e := twoSum(m.c, q)
	if !finite(s) {
		return s
	}
	return s + (e + (math.FMA(-q, m.n, m.s1)+m.l1)*(1/m.n))
}

func (m *floatMoments) mean(int) float64 {
	v := m.meanScaled()
	if m.exp != 0 {
		v = math.Ldexp(v, -m.exp)
	}
	return v
}

// total returns the sum of the values.
func (m *floatMoments) total() float64 {
	p := float64(m.n * m.c)
	s, e := twoSum(p, m.s1)
	if !finite(s) {
		return math.Ldexp(s, -m.exp)
	}
	return math.Ldexp(s+(e+math.FMA(m.n, m.c, -p)+m.l1), -m.exp)
}

func (m *floatMoments) value(int) float64 { return m.total() }
