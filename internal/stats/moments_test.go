package stats

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// floatShapes are values on which sums of float64 lose digits, overflow or vanish.
var floatShapes = map[string]func(r *rand.Rand, i int) float64{
	"normal":       func(r *rand.Rand, _ int) float64 { return r.NormFloat64() },
	"far from 0":   func(r *rand.Rand, _ int) float64 { return 1.7e9 + r.Float64() },
	"cancel":       func(r *rand.Rand, i int) float64 { return []float64{1e16, 1, -1e16, r.Float64()}[i%4] },
	"huge":         func(r *rand.Rand, _ int) float64 { return (r.Float64() - 0.3) * math.MaxFloat64 },
	"tiny":         func(r *rand.Rand, _ int) float64 { return r.NormFloat64() * 1e-200 },
	"subnormal":    func(r *rand.Rand, _ int) float64 { return float64(r.IntN(9)) * 5e-324 },
	"of all sizes": func(r *rand.Rand, _ int) float64 { return math.Ldexp(r.Float64()+0.5, r.IntN(1800)-900) },
	"equal":        func(*rand.Rand, int) float64 { return 0.1 },
	"equal, huge":  func(*rand.Rand, int) float64 { return 1.1e308 },
	"equal, tiny":  func(*rand.Rand, int) float64 { return 3e-310 },
	"zeros":        func(*rand.Rand, int) float64 { return 0 },
	"a jump": func(r *rand.Rand, i int) float64 {
		return map[bool]float64{true: 1e9}[i > 5] + r.Float64()
	},
}

// exactMoments returns sum, mean, variance and deviation, rounded once.
func exactMoments(x []float64) (sum, mean, variance, deviation float64) {
	s, sq, n := new(big.Rat), new(big.Rat), new(big.Rat).SetInt64(int64(len(x)))
	for _, v := range x {
		r := new(big.Rat).SetFloat64(v)
		s.Add(s, r)
		sq.Add(sq, r.Mul(r, r))
	}
	sum, _ = s.Float64()
	m := new(big.Rat).Quo(s, n)
	mean, _ = m.Float64()
	if len(x) < 2 {
		return sum, mean, math.NaN(), math.NaN()
	}
	v := sq.Sub(sq, m.Mul(m, s))
	v.Quo(v, new(big.Rat).SetInt64(int64(len(x)-1)))
	variance, _ = v.Float64()
	root := new(big.Float).SetPrec(300).SetRat(v)
	deviation, _ = root.Sqrt(root).Float64()
	return sum, mean, variance, deviation
}

// neighbors reports whether two floats are the same, or neighbors.
func neighbors(a, b float64) bool {
	return a == b || a != a && b != b || math.Nextafter(a, b) == b
}

// The moments of floats are right to the last digit but one, and the same in whatever
// order and pieces they are made.
func TestMomentsOfFloats(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, name := range slices.Sorted(maps.Keys(floatShapes)) {
		value := floatShapes[name]
		for _, n := range []int{1, 2, 3, 3, 3, 7, 7, 64, 300} {
			x := make([]float64, n)
			for i := range x {
				x[i] = value(r, i)
			}
			sum, mean, variance, deviation := exactMoments(x)
			// What the lost digits lose: of it something shows where nearly all cancels.
			lost := 0.0
			for _, v := range x {
				lost += math.Abs(v) * 0x1p-104 * float64(n)
			}
			near := func(got, want float64) bool { return neighbors(got, want) || math.Abs(got-want) <= lost }
			for made, m := range momentsInAllWays(r, x) {
				if got := m.value(n); !near(got, sum) {
					t.Errorf("%s, %d, %s: sum %v, want %v", name, n, made, got, sum)
				}
				if got := m.mean(n); !near(got, mean) {
					t.Errorf("%s, %d, %s: mean %v, want %v", name, n, made, got, mean)
				}
				if got := m.variance(n); n > 1 && !neighbors(got, variance) {
					t.Errorf("%s, %d, %s: variance %v, want %v", name, n, made, got, variance)
				}
				if got := m.deviation(n); n > 1 && !neighbors(got, deviation) {
					t.Errorf("%s, %d, %s: deviation %v, want %v", name, n, made, got, deviation)
				}
			}
			if s := (sumFloats{}).many(x); !near(s.value(n), sum) || !near(s.mean(n), mean) {
				t.Errorf("%s, %d: sum %v and mean %v, want %v and %v", name, n, s.value(n), s.mean(n), sum, mean)
			}
		}
	}
}

// momentsInAllWays makes the moments of x at once, one by one, in pieces, and as
// the windows do.
func momentsInAllWays(r *rand.Rand, x []float64) map[string]*floatMoments {
	f, n := momentsOfFloats{}, len(x)
	out := map[string]*floatMoments{}
	add := func(name string, m floatMoments) { out[name] = &m }
	add("at once", f.many(x))
	first := f.around(x[0]).lift(x[0])
	add("one by one", f.run(make([]floatMoments, n-1), x[1:], first))
	cut := r.IntN(n + 1)
	parts := make([]tally[floatMoments], 0, 2)
	for _, p := range [][]float64{x[:cut], x[cut:]} {
		if len(p) > 0 {
			parts = append(parts, tally[floatMoments]{f.many(p), len(p)})
		}
	}
	all := parts[0]
	for _, p := range parts[1:] {
		all = joinTallies(f, all, p)
	}
	add(fmt.Sprint("cut at ", cut), all.acc)
	add("a piece, then one by one", f.run(make([]floatMoments, n), x[:0], f.many(x)))
	if cut > 0 {
		add("the rest one by one", f.run(make([]floatMoments, n), x[cut:], f.many(x[:cut])))
	}
	// Two windows: the first ends at the cut, the second has all.
	acc, lo, hi := make([]floatMoments, 2), []int{0, 0}, []int{cut, n}
	slide(context.Background(), f, f.around, &slider[float64, floatMoments]{}, acc, x, lo, hi)
	add("slide", acc[1])
	if f.slide(context.Background(), &slider[float64, floatMoments]{}, acc, x, lo, hi) {
		add("fast slide", acc[1])
	}
	return out
}

// An infinity makes the mean infinite and the variance NaN, wherever it stands.
func TestMomentsOfInfinities(t *testing.T) {
	for _, x := range [][]float64{{math.Inf(1), 1, 2}, {1, math.Inf(1), 2}, {1, 2, math.Inf(1)}, {1e308, math.Inf(1), 1e308, 1e308}} {
		r := rand.New(rand.NewPCG(1, 2))
		for made, m := range momentsInAllWays(r, x) {
			if !math.IsInf(m.value(0), 1) || !math.IsInf(m.mean(0), 1) || m.variance(0) == m.variance(0) || m.deviation(0) == m.deviation(0) {
				t.Errorf("%v, %s: %v, %v, %v, %v", x, made, m.value(0), m.mean(0), m.variance(0), m.deviation(0))
			}
		}
		if s := (sumFloats{}).many(x); !math.IsInf(s.value(0), 1) || !math.IsInf(s.mean(len(x)), 1) {
			t.Errorf("%v: %v, %v", x, s.value(0), s.mean(len(x)))
		}
	}
	both := sumFloats{}.many([]float64{math.Inf(1), 1, math.Inf(-1)})
	if v := both.value(0); v == v {
		t.Errorf("the sum of both infinities is %v", v)
	}
}

// Sums that are too large on the way are not too large in the end.
func TestSumsBeyondTheLargestFloat(t *testing.T) {
	x := []float64{1.5e308, 1.5e308, -1.5e308, -1e308}
	want := 5e307
	s := sumFloats{}.many(x)
	if got := s.value(0); got != want {
		t.Errorf("the sum is %v, want %v", got, want)
	}
	a, b := sumFloats{}.many(x[:2]), sumFloats{}.many(x[2:])
	j := sumFloats{}.join(a, b)
	if got := j.value(0); got != want {
		t.Errorf("joined, the sum is %v, want %v", got, want)
	}
	if got := a.mean(2); got != 1.5e308 {
		t.Errorf("the mean is %v, want 1.5e308", got)
	}
	if got := a.value(0); !math.IsInf(got, 1) {
		t.Errorf("the sum is %v, want +Inf", got)
	}
}

func TestQuotient(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	word := func() uint64 { return r.Uint64() >> r.IntN(64) }
	for range 20_000 {
		words := make([]uint64, 1+r.IntN(4))
		for i := range words {
			if words[i] = word(); r.IntN(3) == 0 {
				words[i] = 0
			}
		}
		d := max(word(), 1)
		want, _ := new(big.Rat).SetFrac(bigOf(words), new(big.Int).SetUint64(d)).Float64()
		if got := quotient(words, d); got != want {
			t.Fatalf("quotient(%v, %d) = %v, want %v", words, d, got, want)
		}
		if hi, lo := words[0], words[len(words)-1]; len(words) == 2 {
			if got := quotient128(hi, lo, d); got != want {
				t.Fatalf("quotient128(%d, %d, %d) = %v, want %v", hi, lo, d, got, want)
			}
		}
	}
}

// Moments of integers are exact at the ends of their types.
func TestMomentsOfInts(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		n := 2 + r.IntN(20)
		signed, unsigned := make([]int64, n), make([]uint64, n)
		shift := r.IntN(64)
		for i := range n {
			unsigned[i] = r.Uint64()
			if signed[i] = int64(r.Uint64()) >> shift; r.IntN(5) == 0 {
				signed[i], unsigned[i] = math.MinInt64, math.MaxUint64
			}
		}
		checkIntMoments(t, signed, func(v int64) *big.Int { return big.NewInt(v) })
		checkIntMoments(t, unsigned, func(v uint64) *big.Int { return new(big.Int).SetUint64(v) })
	}
}

func checkIntMoments[T int64 | uint64](t *testing.T, x []T, of func(T) *big.Int) {
	t.Helper()
	sum, sq, n := new(big.Int), new(big.Int), int64(len(x))
	for _, v := range x {
		sum.Add(sum, of(v))
		sq.Add(sq, new(big.Int).Mul(of(v), of(v)))
	}
	num := new(big.Int).Sub(sq.Mul(sq, big.NewInt(n)), new(big.Int).Mul(sum, sum))
	variance, _ := new(big.Rat).SetFrac(num, big.NewInt(n*(n-1))).Float64()
	mean, _ := new(big.Rat).SetFrac(sum, big.NewInt(n)).Float64()
	f := momentsOfInts[T]{}
	m := f.many(x)
	accs := make([]intMoments, len(x))
	f.run(accs, x[1:], f.lift(x[0]))
	one := accs[len(x)-2]
	f.slide(context.Background(), &slider[T, intMoments]{}, accs[:2], append(slices.Clone(x), x...), []int{1, len(x)}, []int{len(x), 2 * len(x)})
	for name, got := range map[string]*intMoments{"many": &m, "run": &one, "slide": &accs[1]} {
		if got.variance(int(n)) != variance || got.mean(int(n)) != mean {
			t.Fatalf("%s of %v: %v and %v, want %v and %v", name, x, got.variance(int(n)), got.mean(int(n)), variance, mean)
		}
	}
}

// A quantile between two times is the nearest tick, and of two that are as near the
// even one.
func TestBetweenTimes(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	half := big.NewRat(1, 2)
	for range 20_000 {
		a, b := int64(r.Uint64())>>r.IntN(64), int64(r.Uint64())>>r.IntN(64)
		a, b = min(a, b), max(a, b)
		share := []float64{0, 0.5, 0.25, r.Float64(), math.Ldexp(r.Float64(), -r.IntN(100))}[r.IntN(5)]
		want := new(big.Rat).SetInt(new(big.Int).Sub(big.NewInt(b), big.NewInt(a)))
		want.Mul(want, new(big.Rat).SetFloat64(share)).Add(want, new(big.Rat).SetInt64(a)).Add(want, half)
		whole := new(big.Int).Div(want.Num(), want.Denom()) // rounded, half up
		if want.IsInt() && whole.Bit(0) == 1 {
			whole.Sub(whole, big.NewInt(1))
		}
		if got := betweenTimes(wordOf(a), wordOf(b), share); got != whole.Int64() {
			t.Fatalf("%v between %d and %d: %d, want %v", share, a, b, got, whole)
		}
	}
}

// The mean of equal values is this value, and their variance 0.
func TestMomentsOfEqualValues(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for n := 1; n < 1500; n++ {
		v := math.Ldexp(r.NormFloat64(), r.IntN(200)-100)
		x := slices.Repeat([]float64{v}, n)
		sum, m := sumFloats{}.many(x), momentsOfFloats{}.many(x)
		if sum.mean(n) != v || m.mean(n) != v || n > 1 && m.variance(n) != 0 {
			t.Fatalf("%d times %v: means %v and %v, variance %v", n, v, sum.mean(n), m.mean(n), m.variance(n))
		}
	}
}

// Finite values that add up to more than a float64 holds are nothing beside an infinity.
func TestSumOfMomentsWithAnInfinity(t *testing.T) {
	huge, inf := []float64{math.MaxFloat64, math.MaxFloat64}, []float64{math.Inf(-1)}
	var f momentsOfFloats
	for i, m := range []floatMoments{
		f.join(f.many(huge), f.many(inf)), f.join(f.many(inf), f.many(huge)), f.many(append(huge, inf...)),
	} {
		if m.total() != math.Inf(-1) || m.mean(0) != math.Inf(-1) || m.variance(0) == m.variance(0) {
			t.Errorf("%d: sum %v, mean %v, variance %v", i, m.total(), m.mean(0), m.variance(0))
		}
	}
}
