package frame

import "math"

// The loops here do what slide does for windows of w values each, one value
// apart: out[i] is made of x[i:i+w], and len(x) is len(out)+w-1. A block of w
// values is folded from the right while the one before it is used, so that
// the two chains of additions overlap.

// shortWindow is the length up to which adding up each window is as fast
// (BenchmarkRollingMean).
const shortWindow = 8

// slideSum adds; buf holds 2*w values. The order of additions is that of
// slide, or from the left for short windows.
func slideSum[T number64](out, x []T, w int, buf *[]T) {
	if w <= shortWindow {
		for i := range out {
			var s T
			for _, v := range x[i:][:w] {
				s += v
			}
			out[i] = s
		}
		return
	}
	front, next := halves(buf, w)
	var s T
	for k := w - 1; k >= 0; k-- {
		s += x[k]
		front[k] = s
	}
	for len(out) > 0 {
		out[0] = front[0]
		if len(out) <= w { // the last block: no other follows
			var p T
			for j := 1; j < len(out); j++ {
				p += x[w+j-1]
				out[j] = front[j] + p
			}
			return
		}
		block, o, f, nx := x[w:2*w], out[:w], front[:w], next[:w]
		var p, s T
		for j := 1; j < len(o) && j < len(f); j++ {
			k := len(block) - j
			p += block[j-1]
			o[j] = f[j] + p
			s += block[k]
			nx[k] = s
		}
		nx[0] = s + block[0]
		front, next = next, front
		out, x = out[w:], x[w:]
	}
}

// halves gives two slices of w values.
func halves[T any](buf *[]T, w int) (a, b []T) {
	if cap(*buf) < 2*w {
		*buf = make([]T, 2*w)
	}
	return (*buf)[:w:w], (*buf)[w : 2*w : 2*w]
}

// divide makes means of sums.
func divide(sums []float64, w float64) {
	for i, s := range sums {
		sums[i] = s / w
	}
}

// fits says that no sum of n of the values overflows.
func fits[T number64](x []T, n int) bool {
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
