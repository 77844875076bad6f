package frame

import (
	"cmp"
	"context"
	"slices"
	"sort"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/keys"
)

// quantile returns the q-quantile of values that are not empty and none of
// which is NaN. It moves them about, and takes linear time. What it returns is of no
// use once the context has ended.
func quantile(ctx context.Context, v []float64, q float64) float64 {
	k, share := quantileAt(len(v), q)
	selectNth(ctx, v, k)
	x := v[k]
	if share == 0 {
		return x
	}
	return between(x, least(ctx, v[k+1:]), share)
}

// least is the least of the values, which are not empty.
func least(ctx context.Context, v []float64) float64 {
	x := v[0]
	_ = chunk.Blocks(ctx, 0, len(v), func(lo, hi int) { x = min(x, slices.Min(v[lo:hi])) })
	return x
}

// quantileAt returns between which two of n sorted values the quantile lies.
func quantileAt(n int, q float64) (k int, share float64) {
	at := q * float64(n-1)
	k = min(int(at), n-1)
	if share = at - float64(k); k == n-1 {
		share = 0
	}
	return k, share
}

// between interpolates as numpy does: exact at both ends, and monotonic.
func between(a, b, share float64) float64 {
	if a == b {
		return a // also of infinities
	}
	if share < 0.5 {
		return a + (b-a)*share
	}
	return b - (b-a)*(1-share)
}

// selectNth puts the k-th smallest value in its place, nothing greater before
// it and nothing smaller behind it (Hoare 1961). Where the pivots are bad again
// and again, it sorts. It stops when the context ends.
func selectNth(ctx context.Context, v []float64, k int) {
	const looks = 1 << 14
	for budget := 4 * log2(len(v)); len(v) > 32; budget-- {
		if budget == 0 {
			_ = keys.SortFunc(ctx, v, make([]float64, len(v)), cmp.Compare[float64])
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

func median3(a, b, c float64) float64 {
	return max(min(a, b), min(max(a, b), c))
}

// quantileOf is the quantile over the sorted cells of a group of n values: the
// place of a value is found by halving the range of the bits that order floats.
func quantileOf(cells []numberState, n int, q float64) float64 {
	k, share := quantileAt(n, q)
	x := nthOf(cells, k)
	if share == 0 {
		return x
	}
	return between(x, nthOf(cells, k+1), share)
}

func nthOf(cells []numberState, k int) float64 {
	lo, hi := uint64(0), ^uint64(0)
	for lo < hi {
		mid := lo + (hi-lo)/2
		below := 0 // values up to mid
		for i := range cells {
			v := cells[i].sorted
			below += sort.Search(len(v), func(j int) bool { return keys.FloatWord(v[j]) > mid })
		}
		if below > k {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return keys.WordFloat(lo)
}
