package frame

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/freelist"
)

// observed marks the rows that are neither null nor NaN; nil if all are.
func observed(ctx context.Context, c *call, col chunk.Column) (*ranks, error) {
	if id, _ := wideOf(col.Field.Type); id == 0 {
		if col.NullN() == 0 {
			return nil, nil
		}
		return presentRanks(c.Context(), col)
	}
	words := make([]uint64, col.Len/64+1)
	all, err := observedNumbers(c, col, words)
	if all || err != nil {
		return nil, err
	}
	return newRanks(words), nil
}

// observedNumbers is observed for columns of numbers, in parallel.
func observedNumbers(c *call, col chunk.Column, words []uint64) (bool, error) {
	id, _ := wideOf(col.Field.Type)
	if id != arrow.FLOAT64 && col.NullN() == 0 {
		return true, nil
	}
	if id == arrow.UINT64 {
		v, err := viewOf[uint64](col)
		if err != nil {
			return false, err
		}
		return v.present(0, col.Len, words), nil
	}
	if id == arrow.INT64 {
		v, err := viewOf[int64](col)
		if err != nil {
			return false, err
		}
		return v.present(0, col.Len, words), nil
	}
	v, err := viewOf[float64](col)
	if err != nil {
		return false, err
	}
	const piece = 1 << 14
	pieces := (col.Len + piece - 1) / piece
	whole := make([]bool, pieces)
	var free freelist.List[*[]float64]
	err = c.rowRanges(col.Len, piece, func(_ context.Context, lo, hi int) error {
		buf, ok := free.Take()
		if !ok {
			buf = new([]float64)
		}
		mine := words[lo>>6:][:(hi-lo+63)/64]
		whole[lo/piece] = v.observed(lo, hi, mine, v.rows(lo, hi, buf))
		free.Give(buf)
		return nil
	})
	if err != nil {
		return false, err
	}
	for _, w := range whole {
		if !w {
			return false, nil
		}
	}
	return true, nil
}

// observed stores a bit for each of rows lo..hi, whose values are x, that is
// neither null nor NaN, and reports whether all of them have one.
func (v *view[T]) observed(lo, hi int, words []uint64, x []T) (all bool) {
	all = v.present(lo, hi, words)
	if all {
		for i := range words[:(hi-lo+63)/64] {
			words[i] = chunk.LowBits(hi - lo - i<<6)
		}
		if !hasNaN(x) {
			return true
		}
	}
	dropNaN(words, x)
	return false
}
