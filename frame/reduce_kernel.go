package frame

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/freelist"
)

// bulk is a folder that folds many values at once, faster than one by one.
// The order follows from their number alone.
type bulk[T number64, A any] interface{ many(x []T) A }

// many adds in four lanes: a compensated sum waits for itself.
func (f foldTwoSums) many(x []float64) twoSum {
	var s, lost [4]float64
	for len(x) >= 4 {
		for l, v := range x[:4] {
			t := s[l] + v
			z := t - s[l]
			lost[l] += (s[l] - (t - z)) + (v - z)
			s[l] = t
		}
		x = x[4:]
	}
	sum := f.join(f.join(twoSum{s[0], lost[0]}, twoSum{s[1], lost[1]}), f.join(twoSum{s[2], lost[2]}, twoSum{s[3], lost[3]}))
	for _, v := range x {
		sum = f.join(sum, twoSum{v, 0})
	}
	return sum
}

// many finds the mean first: that loses no digits, and takes less time than
// to update it for every value. The last term is what rounding the mean did.
func (foldMoments) many(x []float64) moments {
	n := float64(len(x))
	mean := foldTwoSums{}.many(x).value() / n
	var sq, rest [2]float64
	for i, v := range x {
		d := v - mean
		sq[i&1] += d * d
		rest[i&1] += d
	}
	r := rest[0] + rest[1]
	return moments{n, mean, sq[0] + sq[1] - r*r/n}
}

func (foldMin[T]) many(x []T) T {
	m := x[0]
	for _, v := range x {
		if v < m {
			m = v
		}
	}
	return m
}

func (foldMax[T]) many(x []T) T {
	m := x[0]
	for _, v := range x {
		if v > m {
			m = v
		}
	}
	return m
}

// reduceColumn folds the values of a column that are neither null nor NaN.
func reduceColumn[T number64, A any, F folder[T, A]](c *call, col chunk.Column, f F) (tally[A], error) {
	v, err := viewOf[T](col)
	if err != nil {
		return tally[A]{}, c.wrap(err)
	}
	r := &roller[T, T, A, F]{view: v, fold: f}
	size := gridRows(col.Len)
	cells := make([]tally[A], cellsIn(col.Len))
	err = c.rowRanges(col.Len, size, func(_ context.Context, lo, hi int) error {
		s := r.mem()
		cells[lo/size] = r.total(s, lo, hi)
		r.free.Give(s)
		return nil
	})
	if err != nil {
		return tally[A]{}, err
	}
	var all tally[A]
	for _, t := range cells {
		all = joinTallies(f, all, t)
	}
	return all, nil
}

// numbersOf returns the column's values that are neither null nor NaN, in
// memory of the caller's own.
func numbersOf(c *call, col chunk.Column) ([]float64, error) {
	v, err := viewOf[float64](col)
	if _, number := wideOf(col.Field.Type); !number {
		err = notNumbers(col)
	}
	if err != nil {
		return nil, c.wrap(err)
	}
	seen, err := observed(c.Context(), c, col)
	if err != nil {
		return nil, err
	}
	out := make([]float64, seen.upTo(col.Len))
	var free freelist.List[*[]float64]
	err = c.rowRanges(col.Len, rollCell, func(_ context.Context, lo, hi int) error {
		buf, ok := free.Take()
		if !ok {
			buf = new([]float64)
		}
		dst := out[seen.upTo(lo):seen.upTo(hi)]
		x := v.rows(lo, hi, buf)
		if len(x) == len(dst) {
			copy(dst, x)
		} else {
			k := 0
			for i, y := range x {
				if seen.has(lo + i) {
					dst[k] = y
					k++
				}
			}
		}
		free.Give(buf)
		return nil
	})
	return out, err
}

// isUnsigned reports whether the column is computed in uint64.
func isUnsigned(c chunk.Column) bool {
	id, _ := wideOf(c.Field.Type)
	return id == arrow.UINT64
}

// isSigned reports whether it is computed in int64.
func isSigned(c chunk.Column) bool {
	id, _ := wideOf(c.Field.Type)
	return id == arrow.INT64
}
