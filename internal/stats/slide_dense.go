package stats

import (
	"context"
	"math"

	"github.com/parframe/parframe/internal/unset"
)

// The loops here do what slide does for windows of w values each, one value
// apart: out[i] is made of x[i:i+w], and len(x) is len(out)+w-1. A block of w
// values is folded from the right while the one before it is used, so that
// the two chains of additions overlap. The folds of whole blocks tell whether
// there is a NaN in x, without a look at each value.

// enormous is beyond what slideFloats adds up: two sums below it do not
// overflow.
const enormous = 0x1p1022

// slideFloats divides the sum of each window by a number. It reports false, and out has
// nothing of use, if there is a NaN or an infinity in x, or values are enormous,
// or if the context has ended.
func slideFloats(ctx context.Context, out, x []float64, w int, by float64, buf *[]float64) bool {
	front, next := halves(buf, w)
	s := 0.0
	for k := w - 1; k >= 0; {
		if stops(ctx, w) {
			return false
		}
		for last := max(0, k-rollCell+1); k >= last; k-- {
			s += x[k]
			front[k] = s
		}
	}
	for {
		if !(math.Abs(s) < enormous) {
			return false
		}
		if len(out) <= w { // the last block: no other follows
			return lastFloats(ctx, out, x[w:], front, by)
		}
		block, o, f, nx := x[w:][:w], out[:w], front[:w], next[:w]
		o[0] = f[0] / by
		p := 0.0
		s = 0
		f, o = f[1:], o[1:]
		head := block[:w-1]
		f, o = f[:len(head)], o[:len(head)]
		for j := 0; j < len(head); {
			if stops(ctx, w) {
				return false
			}
			end := min(j+rollCell, len(head))
			for head, f, o := head[:end], f[:end], o[:end]; j < len(head) && j < len(f) && j < len(o); j++ {
				k := w - 1 - j
				p += head[j]
				o[j] = (f[j] + p) / by
				s += block[k]
				nx[k] = s
			}
		}
		s += block[0]
		nx[0] = s
		front, next = next, front
		out, x = out[w:], x[w:]
	}
}

func lastFloats(ctx context.Context, out, x, front []float64, by float64) bool {
	p := 0.0
	out[0] = front[0] / by
	for j := 1; j < len(out); {
		if stops(ctx, len(out)) {
			return false
		}
		for end := min(j+rollCell, len(out)); j < end; j++ {
			p += x[j-1]
			out[j] = (front[j] + p) / by
		}
	}
	return math.Abs(p) < enormous
}

// slideSpreads computes variances, or their roots, of two or more values. It reports
// false if there is a NaN or an infinity in x, if squares are too large or too small,
// or if the context has ended.
func slideSpreads(ctx context.Context, out, x []float64, w int, root bool, buf *[]spread) bool {
	n, tails := float64(w), sized(buf, w)
	for len(out) > 0 {
		// Each window has the last value of the block, so that one pivot does for all.
		if !tailSpreads(ctx, tails, x[:w]) {
			return false
		}
		c, next := x[w-1], x[w-1:] // next[j] is the last value of window j
		some := out[:min(w, len(out))]
		var back spread
		for j := range some {
			if j&(rollCell-1) == 0 && stops(ctx, w) {
				return false
			}
			back = back.add(next[j], c) // which is nothing for j = 0
			all := tails[j].join(back)
			if !all.usable() {
				return false
			}
			if some[j] = all.variance(n); root {
				some[j] = math.Sqrt(some[j])
			}
		}
		out, x = out[len(some):], x[len(some):]
	}
	return true
}

// tailSpreads stores the spread of x[k:], as seen from the last value, in tails[k]. It
// reports false if the context has ended.
func tailSpreads(ctx context.Context, tails []spread, x []float64) bool {
	var s spread
	c := x[len(x)-1]
	for k := len(x) - 1; k >= 0; k-- {
		if k&(rollCell-1) == 0 && stops(ctx, len(x)) {
			return false
		}
		s = s.add(x[k], c)
		tails[k] = s
	}
	return true
}

// slideInts adds integers; no sum overflows. It reports false if the context has
// ended.
func slideInts[T int64 | uint64](ctx context.Context, out, x []T, w int) bool {
	var s T
	for _, v := range x[:w-1] {
		s += v
	}
	for i := 0; i < len(out); {
		if stops(ctx, w) {
			return false
		}
		for end := min(i+rollCell, len(out)); i < end; i++ {
			s += x[i+w-1]
			out[i] = s
			s -= x[i] // exact
		}
	}
	return true
}

// halves gives two slices of w values.
func halves[T any](buf *[]T, w int) (a, b []T) {
	if cap(*buf) < 2*w {
		*buf = unset.Make[T](2 * w)
	}
	return (*buf)[:w:w], (*buf)[w : 2*w : 2*w]
}

// fits reports whether no sum of n of the values overflows.
func fits[T int64 | uint64](x []T, n int) bool {
	var most T
	switch any(most).(type) {
	case int64:
		limit := math.MaxInt64 / int64(n)
		for _, v := range x {
			if int64(v) > limit || int64(v) < -limit {
				return false
			}
		}
	case uint64:
		limit := uint64(math.MaxUint64) / uint64(n)
		for _, v := range x {
			if uint64(v) > limit {
				return false
			}
		}
	}
	return true
}
