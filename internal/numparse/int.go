package numparse

import "math"

// Int64 reads a canonical decimal integer: an optional minus, then digits
// without a leading zero. It refuses "+5", "007", "-0", blanks, and values that do
// not fit.
//
//	Int64("-42") = -42, true    Int64("007") = 0, false
func Int64(b []byte) (int64, bool) {
	neg := len(b) > 0 && b[0] == '-'
	if neg {
		b = b[1:]
	}
	n := len(b)
	if n == 0 || n > 19 {
		return 0, false
	}
	if b[0] == '0' {
		return 0, n == 1 && !neg
	}
	if n <= 8 && cap(b) >= 8 {
		u, ok := eight(front(b[:8], n))
		if neg {
			return -int64(u), ok
		}
		return int64(u), ok
	}
	u, ok := digits(b)
	if neg {
		return -int64(u), ok && u <= -math.MinInt64
	}
	return int64(u), ok && u <= math.MaxInt64
}

// Uint64 is Int64 for values from 0 to 2^64-1.
func Uint64(b []byte) (uint64, bool) {
	n := len(b)
	if n == 0 || n > 20 {
		return 0, false
	}
	if b[0] == '0' {
		return 0, n == 1
	}
	if n < 20 {
		return digits(b)
	}
	u, ok := digits(b[:19])
	last := uint64(b[19] - '0')
	const top = math.MaxUint64
	if !ok || last > 9 || u > top/10 || u == top/10 && last > top%10 {
		return 0, false
	}
	return u*10 + last, true
}
