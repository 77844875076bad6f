package stats

import "context"

// slideMin and slideMax are slideFloats for the least and the greatest value.
// They differ from each other only in min and max: a call of a function value in
// these loops would take most of their time. They report false if there is a NaN,
// or if the context has ended.

func slideMin[T number](ctx context.Context, out, x []T, w int, buf *[]T) bool {
	front, next := halves(buf, w)
	lowerTail(ctx, front, x[:w])
	for {
		if front[0] != front[0] {
			return false
		}
		out[0] = front[0]
		if len(out) <= w {
			return lastMin(ctx, out, x[w:], front)
		}
		block, o, f, nx := x[w:2*w], out[:w], front[:w], next[:w]
		p, s := block[0], block[w-1]
		for j := 1; j < w; {
			if stops(ctx, w) {
				return false
			}
			end := min(j+rollCell, w)
			for o, f := o[:end], f[:end]; j < len(o) && j < len(f); j++ {
				k := len(block) - j
				p = min(p, block[j-1])
				o[j] = min(f[j], p)
				s = min(s, block[k])
				nx[k] = s
			}
		}
		nx[0] = min(s, block[0])
		front, next = next, front
		out, x = out[w:], x[w:]
	}
}

func slideMax[T number](ctx context.Context, out, x []T, w int, buf *[]T) bool {
	front, next := halves(buf, w)
	upperTail(ctx, front, x[:w])
	for {
		if front[0] != front[0] {
			return false
		}
		out[0] = front[0]
		if len(out) <= w {
			return lastMax(ctx, out, x[w:], front)
		}
		block, o, f, nx := x[w:2*w], out[:w], front[:w], next[:w]
		p, s := block[0], block[w-1]
		for j := 1; j < w; {
			if stops(ctx, w) {
				return false
			}
			end := min(j+rollCell, w)
			for o, f := o[:end], f[:end]; j < len(o) && j < len(f); j++ {
				k := len(block) - j
				p = max(p, block[j-1])
				o[j] = max(f[j], p)
				s = max(s, block[k])
				nx[k] = s
			}
		}
		nx[0] = max(s, block[0])
		front, next = next, front
		out, x = out[w:], x[w:]
	}
}

// lowerTail stores the least of x[k:] in dst[k], upperTail the greatest, until the
// context ends.
func lowerTail[T number](ctx context.Context, dst, x []T) {
	s := x[len(x)-1]
	for k := len(x) - 1; k >= 0 && !stops(ctx, len(x)); {
		for last := max(0, k-rollCell+1); k >= last; k-- {
			s = min(s, x[k])
			dst[k] = s
		}
	}
}

func upperTail[T number](ctx context.Context, dst, x []T) {
	s := x[len(x)-1]
	for k := len(x) - 1; k >= 0 && !stops(ctx, len(x)); {
		for last := max(0, k-rollCell+1); k >= last; k-- {
			s = max(s, x[k])
			dst[k] = s
		}
	}
}

// lastMin and lastMax do the last block, which no other follows.
func lastMin[T number](ctx context.Context, out, x, front []T) bool {
	p := front[0]
	for j := 1; j < len(out); {
		if stops(ctx, len(front)) {
			return false
		}
		if j == 1 {
			p = x[0]
		}
		for end := min(j+rollCell, len(out)); j < end; j++ {
			p = min(p, x[j-1])
			out[j] = min(front[j], p)
		}
	}
	return p == p
}

func lastMax[T number](ctx context.Context, out, x, front []T) bool {
	p := front[0]
	for j := 1; j < len(out); {
		if stops(ctx, len(front)) {
			return false
		}
		if j == 1 {
			p = x[0]
		}
		for end := min(j+rollCell, len(out)); j < end; j++ {
			p = max(p, x[j-1])
			out[j] = max(front[j], p)
		}
	}
	return p == p
}
