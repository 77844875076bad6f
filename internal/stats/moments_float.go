package stats

import "math"

// spread is the sum s1 of differences from a pivot, and the sum s2 of their
// squares. Each comes with what rounding took from it, so that it is known in about
// twice the precision of float64.
type spread struct{ s1, l1, s2, l2 float64 }

// add adds the difference of x from c. A square that is too small makes s2 NaN.
func (s spread) add(x, c float64) spread {
	d, e := twoSum(x, -c)
	p := float64(d * d) // the conversion keeps this from being fused with an addition
	if p < safeLow && d != 0 {
		p = math.NaN()
	}
	return s.plus(d, e, p)
}

// plus adds the difference d+e, where d² rounded is p.
func (s spread) plus(d, e, p float64) spread {
	s1, e1 := twoSum(s.s1, d)
	s2, e2 := twoSum(s.s2, p)
	return spread{s1, s.l1 + (e1 + e), s2, s.l2 + (e2 + (math.FMA(d, d, -p) + 2*d*e))}
}

func (s spread) join(t spread) spread {
	s1, e1 := twoSum(s.s1, t.s1)
	s2, e2 := twoSum(s.s2, t.s2)
	return spread{s1, s.l1 + t.l1 + e1, s2, s.l2 + t.l2 + e2}
}

// usable reports whether no square was too large or too small, nor any value NaN or
// infinite.
func (s spread) usable() bool { return s.s2 <= safeHigh }

// variance returns (n·s2 - s1²) / (n·(n-1)).
func (s spread) variance(n float64) float64 {
	a, b, d := float64(n*s.s2), float64(s.s1*s.s1), n*(n-1)
	lost := math.FMA(n, s.s2, -a) + n*s.l2 - (math.FMA(s.s1, s.s1, -b) + 2*s.s1*s.l1)
	num, e := twoSum(a, -b)
	if v := divided(num, lost+e, d); v > 0 {
		return v
	}
	return 0
}

// floatMoments are n values, and their spread as seen from a pivot c, from which the
// variance follows, for any c. Digits are lost in it if s2 is much larger than
// the result. A c among the values, or near them, prevents it: then s2 is at
// most 2n times as large.
//
// Squares of float64 may be too large or too small for a float64. So the values
// are multiplied by 2^exp, which is -600, 0 or 600, to keep s2 within safe.
// With an infinity among them, s2 is NaN, c is 0, and s1 is the sum of the infinities.
type floatMoments struct {
	n, c float64
	spread
	exp int
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
	s := spread{}.add(x, f.c)
	if !s.usable() {
		return liftScaled(x)
	}
	return floatMoments{1, f.c, s, 0}
}

// liftScaled is lift for a value far from 1, as seen from itself.
func liftScaled(x float64) floatMoments {
	switch {
	case !finite(x):
		return infinite(1, x)
	case math.Abs(x) > 1:
		return floatMoments{n: 1, c: math.Ldexp(x, -expStep), exp: -expStep}
	}
	return floatMoments{n: 1, c: math.Ldexp(x, expStep), exp: expStep}
}

// infinite returns the moments of n values, given the sum of the infinities among them.
// The other values do not count: their sum might be an infinity of its own.
func infinite(n, sum float64) floatMoments {
	return floatMoments{n: n, spread: spread{s1: sum, s2: math.NaN()}}
}

// infinities returns the sum of the infinities among the values.
func (m *floatMoments) infinities() float64 {
	if m.s2 != m.s2 {
		return m.s1
	}
	return 0
}

func (momentsOfFloats) join(a, b floatMoments) floatMoments {
	if a.c == b.c && a.exp == b.exp {
		if s := a.spread.join(b.spread); safe(s.s2) || s.s2 == 0 {
			return floatMoments{a.n + b.n, a.c, s, a.exp}
		}
	}
	return joinFar(a, b)
}

// joinFar is join for moments as seen from different pivots, or scaled
// differently, or whose sum of squares is about to leave what is safe.
func joinFar(a, b floatMoments) floatMoments {
	if a.s2 != a.s2 || b.s2 != b.s2 {
		return infinite(a.n+b.n, a.infinities()+b.infinities())
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
	return floatMoments{a.n + b.n, a.c, a.spread.join(b.spread), exp}
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
	m := floatMoments{float64(len(x)), 0, spread{s1, l1, s2, l2}, 0}
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
	var s spread
	f := math.Ldexp(1, exp)
	for _, v := range x {
		d, e := twoSum(v*f, -c)
		s = s.plus(d, e, float64(d*d))
	}
	return floatMoments{float64(len(x)), c, s, exp}
}

// manyScaled is many for values with squares that are too large or too small.
func manyScaled(x []float64) floatMoments {
	most, infinities := 0.0, 0.0
	for _, v := range x {
		most = max(most, math.Abs(v))
		if !finite(v) { // or NaN, which has to show
			infinities += v
		}
	}
	switch {
	case !finite(most):
		return infinite(float64(len(x)), infinities)
	case most == 0:
		return floatMoments{n: float64(len(x))}
	case most > 1:
		return momentsAround(x, 0, -expStep).near(x)
	}
	return momentsAround(x, 0, expStep).near(x)
}

func (f momentsOfFloats) run(acc []floatMoments, x []float64, a floatMoments) floatMoments {
	n, s := a.n, a.spread
	for i, v := range x {
		t := s.add(v, a.c)
		if a.exp != 0 || !t.usable() {
			return f.runScaled(acc[i:], x[i:], floatMoments{n, a.c, s, a.exp})
		}
		n, s = n+1, t
		acc[i] = floatMoments{n, a.c, s, 0}
	}
	return floatMoments{n, a.c, s, a.exp}
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
	return m.spread.variance(m.n)
}

// meanScaled returns the mean of the scaled values.
func (m *floatMoments) meanScaled() float64 {
	inverse := 1 / m.n
	q := m.s1 * inverse
	s, e := twoSum(m.c, q)
	if !finite(s) {
		return s
	}
	return s + (e + (math.FMA(-q, m.n, m.s1)+m.l1)*inverse)
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
