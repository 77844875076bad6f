package stats

import (
	"context"
	"math/bits"
)

// A slider folds windows, block of windows by block. The windows do not go back.
type slider[T, A any] struct {
	base, mid, end int
	back           A
	front          []A
	spreads        []spread // instead of front, for moments of floats
}

// fastSlider is a folder with a loop of its own for what slide does, in which
// accumulators stay in registers. It reports false if it cannot fold the windows;
// then slide has to, with a new slider.
type fastSlider[T, A any] interface {
	slide(ctx context.Context, s *slider[T, A], out []A, x []T, lo, hi []int) bool
}

// slideBlock is how many windows are folded before their results are made.
const slideBlock = 1 << 10

// slide folds each of the windows x[lo[i]:hi[i]] into out[i], but for empty
// ones. Neither bound ever decreases. It takes about three joins per value and
// window, however long windows are, and what has left a window leaves no trace:
// there is no subtraction. For this the values since some row mid are folded
// from the left (back), and those before it from the right, once (front[k]
// is the fold of x[base+k:mid]); when a window has moved beyond mid, mid
// becomes its end, and the value there the pivot of the folder, if pivot is not
// nil. If the context ends, the rest of out is not written.
func slide[T, A any, F folder[T, A]](ctx context.Context, f F, pivot func(x T) F, s *slider[T, A], out []A, x []T, lo, hi []int) {
	if pivot != nil && s.mid > 0 {
		f = pivot(x[s.mid-1])
	}
	for i, l := range lo {
		h := hi[i]
		switch {
		case l == h:
			continue
		case l >= s.mid:
			if pivot != nil {
				f = pivot(x[h-1]) // which is in all windows until the next time
			}
			if !foldTails(ctx, f, sized(&s.front, h-l), x[l:h]) {
				return
			}
			s.base, s.mid, s.end = l, h, h
		}
		for ; s.end < h; s.end++ {
			if s.end&(rollCell-1) == 0 && stops(ctx, h-s.end) {
				return
			}
			if v := f.lift(x[s.end]); s.end == s.mid {
				s.back = v
			} else {
				s.back = f.join(s.back, v)
			}
		}
		if out[i] = s.front[l-s.base]; s.end > s.mid {
			out[i] = f.join(out[i], s.back)
		}
	}
}

// foldTails stores the fold of x[k:] in tails[k]. It reports false if the context has ended.
func foldTails[T, A any, F folder[T, A]](ctx context.Context, f F, tails []A, x []T) bool {
	k := len(x) - 1
	acc := f.lift(x[k])
	tails[k] = acc
	for k--; k >= 0; {
		if stops(ctx, len(x)) {
			return false
		}
		for last := max(0, k-rollCell+1); k >= last; k-- {
			acc = f.join(f.lift(x[k]), acc)
			tails[k] = acc
		}
	}
	return true
}

// The following need no front: they add what enters a window and subtract what
// leaves it, exactly. s.back is the fold of x[s.base:s.end].

func (f sumInts[T]) slide(ctx context.Context, s *slider[T, int128], out []int128, x []T, lo, hi []int) bool {
	sum := s.back
	for i, l := range lo {
		if i == 0 && ctx.Err() != nil {
			return true
		}
		h := hi[i]
		if l >= s.end {
			sum, s.base, s.end = int128{}, l, l
		}
		for _, v := range x[s.end:h] {
			sum = sum.plus(f.lift(v))
		}
		for _, v := range x[s.base:l] {
			sum = sum.minus(f.lift(v))
		}
		s.base, s.end = l, h
		out[i] = sum
	}
	s.back = sum
	return true
}

func (f momentsOfInts[T]) slide(ctx context.Context, s *slider[T, intMoments], out []intMoments, x []T, lo, hi []int) bool {
	sum, s0, s1, s2 := s.back.sum, s.back.sq[0], s.back.sq[1], s.back.sq[2]
	var c uint64
	for i, l := range lo {
		if i == 0 && ctx.Err() != nil {
			return true
		}
		h := hi[i]
		if l >= s.end {
			sum, s0, s1, s2 = int128{}, 0, 0, 0
			s.base, s.end = l, l
		}
		for _, v := range x[s.end:h] {
			sum = sum.plus(sumInts[T]{}.lift(v))
			hi, lo := bits.Mul64(magnitude(v), magnitude(v))
			s0, c = bits.Add64(s0, lo, 0)
			s1, c = bits.Add64(s1, hi, c)
			s2 += c
		}
		for _, v := range x[s.base:l] {
			sum = sum.minus(sumInts[T]{}.lift(v))
			hi, lo := bits.Mul64(magnitude(v), magnitude(v))
			s0, c = bits.Sub64(s0, lo, 0)
			s1, c = bits.Sub64(s1, hi, c)
			s2 -= c
		}
		s.base, s.end = l, h
		out[i] = intMoments{sum, [3]uint64{s0, s1, s2}}
	}
	s.back = intMoments{sum, [3]uint64{s0, s1, s2}}
	return true
}

// slide is the function slide, for values whose squares are neither too large nor too
// small.
func (momentsOfFloats) slide(ctx context.Context, s *slider[float64, floatMoments], out []floatMoments, x []float64, lo, hi []int) bool {
	c, back := s.back.c, s.back.spread
	for i, l := range lo {
		h := hi[i]
		if l == h {
			continue
		}
		if l >= s.mid {
			c, back = x[h-1], spread{}
			if !tailSpreads(ctx, sized(&s.spreads, h-l), x[l:h]) {
				return false
			}
			s.base, s.mid, s.end = l, h, h
		}
		for ; s.end < h; s.end++ {
			if s.end&(rollCell-1) == 0 && stops(ctx, h-s.end) {
				return false
			}
			back = back.add(x[s.end], c)
		}
		all := s.spreads[l-s.base].join(back)
		if !all.usable() {
			return false
		}
		out[i] = floatMoments{float64(h - l), c, all, 0}
	}
	s.back = floatMoments{c: c, spread: back}
	return true
}
