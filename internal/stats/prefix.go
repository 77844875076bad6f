package stats

import (
	"context"
	"math/bits"

	"github.com/parframe/parframe/internal/chunk"
)

// gridRows is the length of the cells in which columns are folded. It follows
// from the number of rows alone, so that every bit of a float result does. There
// are at most 1,024 cells, and none is so short that it costs more to begin
// it than to fold it.
func gridRows(n int) int { return (max(n/1024+1, 4096) + 63) &^ 63 }

// cellsIn is how many cells n rows make.
func cellsIn(n int) int { return (n + gridRows(n) - 1) / gridRows(n) }

// prefix computes the statistic over windows that begin with the first row, in two
// passes: the cells of the grid are folded, what lies before each is found from
// left to right, and then every cell is folded once more, row by row.
func (r *roller[T, R, A, F]) prefix(w Workers, own bool) error {
	size := gridRows(r.n)
	before := make([]tally[A], cellsIn(r.n)+1)
	err := w.RowRanges(r.n, size, func(_ context.Context, lo, hi int) (int, error) {
		s := r.mem()
		before[lo/size+1] = r.total(s, lo, hi)
		r.free.Give(s)
		return lo, nil
	})
	if err != nil {
		return err
	}
	for k := 1; k < len(before); k++ {
		before[k] = joinTallies(r.fold, before[k-1], before[k])
	}
	return w.RowRanges(r.n, size, func(_ context.Context, lo, hi int) (int, error) {
		s := r.mem()
		row, err := r.running(s, before[lo/size], lo, hi, own)
		r.free.Give(s)
		return row, err
	})
}

// mem is scratch memory from the free list.
func (r *roller[T, R, A, F]) mem() *rollMem[T, R, A] {
	if s, ok := r.free.Take(); ok {
		return s
	}
	return &rollMem[T, R, A]{}
}

// total folds the values of a cell that are neither null nor NaN.
func (r *roller[T, R, A, F]) total(s *rollMem[T, R, A], lo, hi int) (t tally[A]) {
	if b, ok := any(r.fold).(spoiler[A]); ok && r.view.present(lo, hi, sized(&s.words, (hi-lo+63)/64)) {
		x := r.view.rows(lo, hi, &s.x)
		if acc := r.fold.many(x); !b.spoilt(&acc) {
			return tally[A]{acc, len(x)}
		}
	}
	if x := r.view.seen(lo, hi, &s.x, &s.words); len(x) > 0 {
		t = tally[A]{r.fold.many(x), len(x)}
	}
	return t
}

// running stores the results of a cell, before which the values made t.
func (r *roller[T, R, A, F]) running(s *rollMem[T, R, A], t tally[A], lo, hi int, own bool) (row int, err error) {
	x := r.view.rows(lo, hi, &s.x)
	words := sized(&s.words, (hi-lo+63)/64)
	all := r.view.observed(lo, hi, words, x)
	var dst []R
	if r.same {
		dst = chunk.Values[R](r.data)[lo:hi]
	} else {
		dst = sized(&s.res, hi-lo)
		clear(dst)
	}
	valid := r.valid[lo>>6:]
	if all {
		row, err = r.runningDense(s, t, dst, valid, x, lo)
	} else {
		row, err = r.runningGaps(s, t, dst, valid, words, x, lo, own)
	}
	if err == nil && !r.same {
		storeAny(r.finish.typ, r.data, lo, dst)
	}
	return row, err
}

// runningGaps is running for a cell in which the values without a bit in words
// are missing.
func (r *roller[T, R, A, F]) runningGaps(s *rollMem[T, R, A], t tally[A], dst []R, valid, words []uint64, x []T, lo int, own bool) (row int, err error) {
	least := max(r.least, r.finish.least)
	packed, accs := sized(&s.packed, 64), sized(&s.acc, 65)
	for from := 0; from < len(x); from += 64 {
		word, n := words[from>>6], 0
		for w := word; w != 0; w &= w - 1 {
			packed[n] = x[from+bits.TrailingZeros64(w)]
			n++
		}
		accs[0] = t.acc
		before := t.n
		t = r.runAll(accs[1:], packed[:n], t)
		k := 0 // values of this block up to the row
		for i := from; i < min(from+64, len(x)); i++ {
			has := word>>(i&63)&1 != 0
			if has {
				k++
			}
			if !has && own || before+k < least {
				continue
			}
			if before+k > 0 && !r.result(&dst[i], &accs[k], before+k) {
				return lo + i, r.finish.err(&accs[k])
			}
			valid[i>>6] |= 1 << (i & 63)
		}
	}
	return lo, nil
}

// runAll stores in acc[i] what t and the values up to x[i] make, and returns the
// last one.
func (r *roller[T, R, A, F]) runAll(acc []A, x []T, t tally[A]) tally[A] {
	if t.n == 0 && len(x) > 0 {
		acc[0] = r.first(x[0])
		t = tally[A]{acc[0], 1}
		acc, x = acc[1:], x[1:]
	}
	if len(x) == 0 {
		return t
	}
	return tally[A]{r.fold.run(acc, x, t.acc), t.n + len(x)}
}

// first returns the accumulator of the first value of all.
func (r *roller[T, R, A, F]) first(x T) A {
	if r.pivot != nil {
		return r.pivot(x).lift(x)
	}
	return r.fold.lift(x)
}

// runningDense is running for a cell without nulls or NaNs: x has its values,
// and valid and dst begin with it.
func (r *roller[T, R, A, F]) runningDense(s *rollMem[T, R, A], t tally[A], dst []R, valid []uint64, x []T, lo int) (row int, err error) {
	accs := sized(&s.acc, 64)
	of, fits, least := r.finish.of, r.finish.fits, max(r.least, r.finish.least)
	for from := 0; from < len(x); from += 64 {
		part := x[from:min(from+64, len(x))]
		acc, n := accs[:len(part)], t.n
		t = r.runAll(acc, part, t)
		first := min(max(least-1-n, 0), len(part)) // rows before it see too few values
		valid[from>>6] = chunk.LowBits(len(part)) &^ chunk.LowBits(first)
		to := dst[from:][:len(part)]
		if r.finish.all != nil {
			r.finish.all(to[first:], acc[first:], n+first+1)
			first = len(acc)
		}
		for i := first; i < len(acc); i++ {
			if fits != nil && !fits(&acc[i], n+i+1) {
				return lo + from + i, r.finish.err(&acc[i])
			}
			to[i] = of(&acc[i], n+i+1)
		}
	}
	return lo, nil
}
