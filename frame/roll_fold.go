package frame

import (
	"context"
	"math"

	"github.com/parframe/parframe/internal/unset"
)

// folder is how values of a window are combined: one value to an
// accumulator, and two neighbours to one. join is associative but for
// rounding; there is no neutral element, since no window is empty here.
type folder[T number64, A any] interface {
	lift(x T) A
	join(a, b A) A
}

// foldFloats adds floats.
type foldFloats struct{}

func (foldFloats) lift(x float64) float64    { return x }
func (foldFloats) join(a, b float64) float64 { return a + b }

// foldMin and foldMax keep the least and the greatest; there are no NaNs.
type foldMin[T number64] struct{}

func (foldMin[T]) lift(x T) T    { return x }
func (foldMin[T]) join(a, b T) T { return min(a, b) }

type foldMax[T number64] struct{}

func (foldMax[T]) lift(x T) T    { return x }
func (foldMax[T]) join(a, b T) T { return max(a, b) }

// foldInts adds integers. No sum of fewer than 2⁶³ of them overflows.
type foldInts struct{}

func (foldInts) lift(x int64) int128     { return int128{x >> 63, uint64(x)} }
func (foldInts) join(a, b int128) int128 { return a.plus(b) }

type foldUints struct{}

func (foldUints) lift(x uint64) int128    { return int128{0, x} }
func (foldUints) join(a, b int128) int128 { return a.plus(b) }

// moments are number, mean, and sum of squared distances from the mean, joined
// as by Chan, Golub and LeVeque (1979): no digits are lost where the mean is
// large and the distances are small.
type moments struct{ n, mean, m2 float64 }

type foldMoments struct{}

func (foldMoments) lift(x float64) moments { return moments{1, x, 0} }

func (foldMoments) join(a, b moments) moments {
	n := a.n + b.n
	d := b.mean - a.mean
	return moments{n, a.mean + d*(b.n/n), a.m2 + b.m2 + d*d*(a.n*b.n/n)}
}

// variance is that of a sample: divided by one less than the number.
func (m moments) variance() (float64, bool) { return m.m2 / (m.n - 1), m.n > 1 }

func (m moments) deviation() (float64, bool) { return math.Sqrt(m.m2 / (m.n - 1)), m.n > 1 }

// slide folds each of the windows x[lo[i]:hi[i]] into out[i], but for empty
// ones. Neither bound ever decreases. It takes about three joins per value and
// window, however long windows are, and what has left a window leaves no trace:
// there is no subtraction. For this the values since some row mid are folded
// from the left (back), and those before it from the right, once (front[k]
// is the fold of x[base+k:mid]); when a window has moved beyond mid, mid
// becomes its end. Where the context ends, the rest of out is not written.
func slide[T number64, A any, F folder[T, A]](ctx context.Context, f F, out []A, x []T, lo, hi []int, front *[]A) {
	var back A
	base, mid, end := 0, 0, 0
	for i, l := range lo {
		if i&(rollCell-1) == 0 && stops(ctx, len(lo)) {
			return
		}
		h := hi[i]
		if l == h {
			continue
		}
		if l >= mid {
			if cap(*front) < h-l {
				*front = unset.Make[A](max(h-l, 2*cap(*front)))
			}
			buf := (*front)[:h-l]
			acc := f.lift(x[h-1])
			buf[h-1-l] = acc
			for k := h - 2; k >= l; {
				if stops(ctx, h-l) {
					return
				}
				for last := max(l, k-rollCell+1); k >= last; k-- {
					acc = f.join(f.lift(x[k]), acc)
					buf[k-l] = acc
				}
			}
			base, mid, end = l, h, h
			out[i] = acc
			continue
		}
		for ; end < h; end++ {
			if end&(rollCell-1) == 0 && stops(ctx, h-end) {
				return
			}
			if v := f.lift(x[end]); end == mid {
				back = v
			} else {
				back = f.join(back, v)
			}
		}
		if end == mid {
			out[i] = (*front)[:mid-base][l-base]
		} else {
			out[i] = f.join((*front)[:mid-base][l-base], back)
		}
	}
}
