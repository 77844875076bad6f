package frame

import (
	"context"
	"math/bits"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/rowcodec"
	"github.com/parframe/parframe/parallel"
)

// ranks counts marked rows: how many lie above a row, in one step. A nil
// *ranks has a mark at every row.
type ranks struct {
	words []uint64 // one more word than rows need
	above []int    // marks before each word
}

// newRanks counts the bits of n rows.
func newRanks(words []uint64) *ranks {
	r := &ranks{words: words, above: make([]int, len(words))}
	sum := 0
	for k, w := range words {
		r.above[k] = sum
		sum += bits.OnesCount64(w)
	}
	return r
}

// upTo returns the number of marks above row i.
func (r *ranks) upTo(i int) int {
	if r == nil {
		return i
	}
	return r.above[i>>6] + bits.OnesCount64(r.words[i>>6]&(1<<(i&63)-1))
}

// row returns the row of the k-th mark.
func (r *ranks) row(k int) int {
	if r == nil {
		return k
	}
	for i := 0; ; i++ {
		if r.upTo(i+1) > k {
			return i
		}
	}
}

// has reports whether row i is marked.
func (r *ranks) has(i int) bool { return r == nil || r.words[i>>6]>>(i&63)&1 != 0 }

// atPlace gives an error about the k-th marked row that row.
func atPlace(err error, places *ranks) error {
	if e, ok := engine.As[*parallel.RowError](err); ok && places != nil {
		e.Row = places.row(e.Row)
	}
	return err
}

// presentRanks marks the rows that are not null.
func presentRanks(ctx context.Context, col chunk.Column) (*ranks, error) {
	words := make([]uint64, col.Len/64+1)
	row := 0
	for _, k := range col.Chunks {
		err := chunk.Blocks(ctx, 0, k.Len, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				if !k.Missing(i) {
					words[row>>6] |= 1 << (row & 63)
				}
				row++
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return newRanks(words), nil
}

// presentValues reads a column as a slice, and says which rows have an element
// in it: all, for nil, or those that are not null where T has no place for
// nulls. The slice may be the column's own memory.
func presentValues[T any](ctx context.Context, c *call, in *rowcodec.Plan, col chunk.Column) (vals []T, places *ranks, err error) {
	f := newFrame([]chunk.Column{col}, col.Len)
	if _, err := rowcodec.NewReader(&in.Fields[0], col); err != nil {
		return nil, nil, c.wrap(err)
	}
	if in.Fields[0].Form == rowcodec.FormPlain {
		if col.NullN() > 0 {
			if places, err = presentRanks(c.Context(), col); err != nil {
				return nil, nil, err
			}
			mask := make([]bool, col.Len)
			err = chunk.Blocks(c.Context(), 0, col.Len, func(lo, hi int) {
				for i := lo; i < hi; i++ {
					mask[i] = places.has(i)
				}
			})
			if err != nil {
				return nil, nil, err
			}
			if f, err = filterFrame(c, f, places.upTo(col.Len), mask); err != nil {
				return nil, nil, err
			}
		} else if len(col.Chunks) == 1 && rowcodec.SameMemoryAs(col.Field.Type, in.Fields[0].Kind) {
			k := col.Chunks[0]
			return chunk.Values[T](k.Bufs[1])[k.Off:][:k.Len:k.Len], nil, nil
		}
	}
	vals, err = readRows[T](c, in, f)
	return vals, places, atPlace(err, places)
}
