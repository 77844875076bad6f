package frame

import "github.com/parframe/parframe/internal/chunk"

// runner is a folder that folds a run of values and keeps what each row has:
// what values make one by one, without a call for each. The order is that of
// joining one value after another, and so is every bit.
type runner[T number64, A any] interface {
	// run stores in acc[i] what a and the values up to x[i] make, and returns
	// the last one.
	run(acc []A, x []T, a A) A
}

// These loops differ in their types alone; written once for all types, they
// would call join for each value.

func (f foldTwoSums) run(acc []twoSum, x []float64, a twoSum) twoSum {
	for i, v := range x {
		a = f.join(a, f.lift(v))
		acc[i] = a
	}
	return a
}

func (f foldInts) run(acc []int128, x []int64, a int128) int128 {
	for i, v := range x {
		a = f.join(a, f.lift(v))
		acc[i] = a
	}
	return a
}

func (f foldUints) run(acc []int128, x []uint64, a int128) int128 {
	for i, v := range x {
		a = f.join(a, f.lift(v))
		acc[i] = a
	}
	return a
}

func (f foldMoments) run(acc []moments, x []float64, a moments) moments {
	for i, v := range x {
		a = f.join(a, f.lift(v))
		acc[i] = a
	}
	return a
}

func (foldMin[T]) run(acc, x []T, a T) T {
	for i, v := range x {
		a = min(a, v)
		acc[i] = a
	}
	return a
}

func (foldMax[T]) run(acc, x []T, a T) T {
	for i, v := range x {
		a = max(a, v)
		acc[i] = a
	}
	return a
}

// runningDense is running for a cell without nulls or NaNs: x has its values,
// and valid and dst begin with it.
func (r *roller[T, R, A, F]) runningDense(b runner[T, A], s *rollMem[T, R, A], t tally[A], dst []R, valid []uint64, x []T, lo int) (row int, err error) {
	accs := sized64(&s.acc, 64)
	finish, least := r.finish, r.bounds.least
	for from := 0; from < len(x); from += 64 {
		part := x[from:min(from+64, len(x))]
		acc, n := accs[:len(part)], t.n
		if t.n == 0 {
			acc[0] = r.fold.lift(part[0])
			t.acc = b.run(acc[1:], part[1:], acc[0])
		} else {
			t.acc = b.run(acc, part, t.acc)
		}
		t.n += len(part)
		first := min(max(least-1-n, 0), len(part)) // rows before it see too few values
		to, word := dst[from:][:len(part)], chunk.LowBits(len(part))&^chunk.LowBits(first)
		for i := first; i < len(acc); i++ {
			res, ok := finish(acc[i], n+i+1)
			if ok {
				to[i] = res
				continue
			}
			word &^= 1 << (i & 63)
			if r.check != nil {
				if err := r.check(acc[i]); err != nil {
					return lo + from + i, err
				}
			}
		}
		valid[from>>6] = word
	}
	return lo, nil
}

// spoiler is a bulk folder in whose accumulator a NaN shows, so that nobody
// needs to look for one first.
type spoiler[A any] interface{ spoilt(acc A) bool }

func (foldTwoSums) spoilt(acc twoSum) bool { return acc.sum != acc.sum }

func (foldMoments) spoilt(acc moments) bool { return acc.mean != acc.mean || acc.m2 != acc.m2 }
