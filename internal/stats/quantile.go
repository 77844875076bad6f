package stats

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"
	"sort"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/keys"
)

// Quantiles are looked for among words of 64 bits that are ordered as the values
// are, so that one selection serves all types.

// wordOf returns the word of a value, which is not NaN.
func wordOf[T number](x T) uint64 {
	switch x := any(x).(type) {
	case int64:
		return uint64(x) ^ 1<<63
	case uint64:
		return x
	case float64:
		return keys.FloatWord(x)
	}
	panic("no number")
}

func putWords[T number](dst []uint64, x []T) {
	for i, v := range x {
		dst[i] = wordOf(v)
	}
}

func valueOf[T number](w uint64) T {
	var x T
	switch p := any(&x).(type) {
	case *int64:
		*p = int64(w ^ 1<<63)
	case *uint64:
		*p = w
	case *float64:
		*p = keys.WordFloat(w)
	}
	return x
}

// quantileAt returns where the q-quantile of n sorted values lies: between values k and
// k+1, at a share of the way from the one to the other. If share is 0, it is value k, and
// there may be no value k+1.
func quantileAt(n int, q float64) (k int, share float64) {
	at := q * float64(n-1)
	k = min(int(at), n-1)
	if share = at - float64(k); k == n-1 {
		share = 0
	}
	return k, share
}

// quantileOf returns the words between which the q-quantile lies, of words that
// are not empty. It moves them about, and takes linear time. What it returns is
// of no use once the context has ended.
func quantileOf(ctx context.Context, v []uint64, q float64) (a, b uint64, share float64) {
	k, share := quantileAt(len(v), q)
	selectNth(ctx, v, k)
	if share == 0 {
		return v[k], v[k], 0
	}
	return v[k], leastWord(ctx, v[k+1:]), share
}

// leastWord returns the least of the words, which are not empty.
func leastWord(ctx context.Context, v []uint64) uint64 {
	const short = 1 << 14
	if len(v) <= short {
		return slices.Min(v)
	}
	x := v[0]
	_ = chunk.Blocks(ctx, 0, len(v), func(lo, hi int) { x = min(x, slices.Min(v[lo:hi])) })
	return x
}

// selectNth puts the k-th smallest word in its place, nothing greater before
// it and nothing smaller behind it (Hoare 1961). Where the pivots are bad again
// and again, it sorts. It stops when the context ends.
func selectNth(ctx context.Context, v []uint64, k int) {
	const looks = 1 << 14
	for budget := 4 * bits.Len(uint(len(v))); len(v) > 32; budget-- {
		if budget == 0 {
			_ = keys.SortFunc(ctx, v, make([]uint64, len(v)), cmp.Compare[uint64])
			return
		}
		p := median3(v[0], v[len(v)/2], v[len(v)-1])
		i, j := 0, len(v)-1
		for next := 0; i <= j; {
			if i >= next {
				if ctx.Err() != nil {
					return
				}
				next = i + looks
			}
			for v[i] < p {
				i++
			}
			for p < v[j] {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			v = v[:j+1]
		case k >= i:
			v, k = v[i:], k-i
		default:
			return
		}
	}
	slices.Sort(v)
}

func median3(a, b, c uint64) uint64 { return max(min(a, b), min(max(a, b), c)) }

// quantileOfParts is quantileOf for n words in sorted parts.
func quantileOfParts(parts [][]uint64, n int, q float64) (a, b uint64, share float64) {
	k, share := quantileAt(n, q)
	a = nthOf(parts, k)
	if share == 0 {
		return a, a, 0
	}
	return a, nthOf(parts, k+1), share
}

// nthOf finds the k-th word by halving the range in which it lies.
func nthOf(parts [][]uint64, k int) uint64 {
	lo, hi := uint64(0), ^uint64(0)
	for lo < hi {
		mid := lo + (hi-lo)/2
		below := 0 // words up to mid
		for _, v := range parts {
			below += sort.Search(len(v), func(j int) bool { return v[j] > mid })
		}
		if below > k {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// between interpolates linearly between the values of two words.
func between[T number](a, b uint64, share float64) float64 {
	switch x, y := any(valueOf[T](a)), valueOf[T](b); x := x.(type) {
	case float64:
		return betweenFloats(x, float64(y), share)
	case int64:
		return betweenInts(float64(x>>32), uint32(x), b-a, share)
	case uint64:
		return betweenInts(float64(x>>32), uint32(x), b-a, share)
	}
	panic("no number")
}

// betweenFloats interpolates as numpy does: exact at both ends, and monotonic.
func betweenFloats(a, b, share float64) float64 {
	d := b - a
	switch {
	case a == b || share == 0:
		return a // also of infinities
	case math.IsInf(a, 0) || math.IsInf(b, 0):
		return a + b // NaN between infinities of both signs
	case math.IsInf(d, 0):
		return 2 * betweenFloats(a/2, b/2, share)
	case share < 0.5:
		return a + d*share
	}
	return b - d*(1-share)
}

// betweenInts returns high*2^32 + low + diff*share, rounded once or nearly so.
func betweenInts(high float64, low uint32, diff uint64, share float64) float64 {
	f := [6]float64{high * (1 << 32), float64(low)}
	for i, d := range []float64{float64(diff>>32) * (1 << 32), float64(uint32(diff))} {
		p := float64(d * share)
		f[2+2*i], f[3+2*i] = p, math.FMA(d, share, -p)
	}
	sum := sumFloats{}.many(f[:])
	return sum.value(0)
}

// betweenTimes is between for times and durations: the nearest tick, and of two
// that are as near the even one.
func betweenTimes(a, b uint64, share float64) int64 {
	x := valueOf[int64](a)
	frac, exp := math.Frexp(share)
	if share == 0 || exp < -75 {
		return x
	}
	// (b-a)·share is the product of two integers, shifted by k.
	k := 53 - exp
	hi, lo := bits.Mul64(b-a, uint64(frac*(1<<53)))
	var whole, rest uint64 // rest is the fraction, in units of 2⁻⁶⁴
	if k < 64 {
		whole, rest = hi<<(64-k)|lo>>k, lo<<(64-k)
	} else {
		whole, rest = hi>>(k-64), hi<<(128-k)|lo>>(k-64)
		if lo<<(128-k) != 0 {
			rest |= 1
		}
	}
	if half := uint64(1) << 63; rest > half || rest == half && (uint64(x)+whole)&1 == 1 {
		whole++
	}
	return x + int64(whole)
}
