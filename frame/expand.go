package frame

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// gridRows is the length of the cells in which columns are folded. It follows
// from the number of rows alone, so that every bit of a float result does. There
// are at most 1,024 cells, and none is so short that it costs more to begin
// it than to fold it.
func gridRows(n int) int { return (max(n/1024+1, 4096) + 63) &^ 63 }

// cellsIn is how many cells n rows make.
func cellsIn(n int) int { return (n + gridRows(n) - 1) / gridRows(n) }

// twoSum is a sum of floats and what rounding has taken from it so far, as by
// Neumaier (1974), with Knuth's branch-free way to find it.
type twoSum struct{ sum, lost float64 }

type foldTwoSums struct{}

func (foldTwoSums) lift(x float64) twoSum { return twoSum{x, 0} }

func (foldTwoSums) join(a, b twoSum) twoSum {
	s := a.sum + b.sum
	z := s - a.sum
	return twoSum{s, a.lost + b.lost + ((a.sum - (s - z)) + (b.sum - z))}
}

// value is the sum. Where it is infinite, what was lost is no number.
func (a twoSum) value() float64 {
	if v := a.sum + a.lost; v == v {
		return v
	}
	return a.sum
}

// prefix computes the function over windows that begin with the first row, as
// [parallel.Scan] does: the cells of the grid are folded, what lies before each
// is found from left to right, and then every cell is folded once more, row by
// row. own says that only rows with a value of their own have a result.
func (r *roller[T, R, A, F]) prefix(c *call, name string, own bool) (chunk.Column, error) {
	n := r.bounds.n
	size := gridRows(n)
	before := make([]tally[A], cellsIn(n)+1)
	err := c.rowRanges(n, size, func(_ context.Context, lo, hi int) error {
		s := r.mem()
		before[lo/size+1] = r.total(s, lo, hi)
		r.free.Give(s)
		return nil
	})
	if err != nil {
		return chunk.Column{}, err
	}
	for k := 1; k < len(before); k++ {
		before[k] = joinTallies(r.fold, before[k-1], before[k])
	}
	r.valid = make([]uint64, (n+63)/64)
	r.data = chunk.NewBytes(n * bitsOf(r.typ) / 8)
	r.same = bitsOf(r.typ) == 64
	err = c.rowRanges(n, size, func(ctx context.Context, lo, hi int) error {
		s := r.mem()
		row, err := r.running(s, before[lo/size], lo, hi, own)
		*rowCell(ctx) = row
		r.free.Give(s)
		return err
	})
	if err != nil {
		return chunk.Column{}, err
	}
	return r.column(name), nil
}

// tally is what n values were folded to.
type tally[A any] struct {
	acc A
	n   int
}

func joinTallies[T number64, A any, F folder[T, A]](f F, a, b tally[A]) tally[A] {
	switch {
	case a.n == 0:
		return b
	case b.n == 0:
		return a
	}
	return tally[A]{f.join(a.acc, b.acc), a.n + b.n}
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
	x := r.view.rows(lo, hi, &s.x)
	words := sized64(&s.words, (hi-lo+63)/64)
	if b, ok := any(r.fold).(spoiler[A]); ok && len(x) > 0 && r.view.present(lo, hi, words) {
		if acc := any(r.fold).(bulk[T, A]).many(x); !b.spoilt(acc) {
			return tally[A]{acc, len(x)}
		}
	}
	all := r.view.observed(lo, hi, words, x)
	if b, ok := any(r.fold).(bulk[T, A]); ok {
		if !all {
			kept := sized64(&s.packed, len(x))[:0]
			for i, v := range x {
				if words[i>>6]>>(i&63)&1 != 0 {
					kept = append(kept, v)
				}
			}
			x = kept
		}
		if len(x) > 0 {
			t = tally[A]{b.many(x), len(x)}
		}
		return t
	}
	for i, v := range x {
		switch {
		case !all && words[i>>6]>>(i&63)&1 == 0:
		case t.n == 0:
			t = tally[A]{r.fold.lift(v), 1}
		default:
			t.acc = r.fold.join(t.acc, r.fold.lift(v))
			t.n++
		}
	}
	return t
}

// running stores the results of a cell, before which the values made t.
func (r *roller[T, R, A, F]) running(s *rollMem[T, R, A], t tally[A], lo, hi int, own bool) (row int, err error) {
	x := r.view.rows(lo, hi, &s.x)
	words := sized64(&s.words, (hi-lo+63)/64)
	all := r.view.observed(lo, hi, words, x)
	var dst []R
	if r.same {
		dst = chunk.Values[R](r.data)[lo:hi]
	} else {
		dst = sized64(&s.res, hi-lo)
		clear(dst)
	}
	valid := r.valid[lo>>6:]
	if b, ok := any(r.fold).(runner[T, A]); ok && all {
		if row, err = r.runningDense(b, s, t, dst, valid, x, lo); err == nil && !r.same {
			storeWide(r.typ, r.data, lo, dst)
		}
		return row, err
	}
	for i, v := range x {
		has := all || words[i>>6]>>(i&63)&1 != 0
		switch {
		case !has && own:
			continue
		case !has:
		case t.n == 0:
			t = tally[A]{r.fold.lift(v), 1}
		default:
			t.acc = r.fold.join(t.acc, r.fold.lift(v))
			t.n++
		}
		if t.n < r.bounds.least {
			continue
		}
		res, ok := r.empty, r.emptyOK
		if t.n > 0 {
			if res, ok = r.finish(t.acc, t.n); !ok && r.check != nil {
				if err := r.check(t.acc); err != nil {
					return lo + i, err
				}
			}
		}
		if ok {
			dst[i] = res
			valid[i>>6] |= 1 << (i & 63)
		}
	}
	if !r.same {
		storeWide(r.typ, r.data, lo, dst)
	}
	return lo, nil
}

// column is the finished column.
func (r *roller[T, R, A, F]) column(name string) chunk.Column {
	n := r.bounds.n
	col := chunk.Column{Field: arrow.Field{Name: name, Type: r.typ, Nullable: true}, Len: n}
	if n > 0 {
		col.Chunks = []*chunk.Chunk{chunk.New(r.typ, n, r.valid, r.data)}
	}
	return col
}
