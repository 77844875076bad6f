package frame

import (
	"context"
	"math/bits"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/engine"
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

// has says whether row i is marked.
func (r *ranks) has(i int) bool { return r == nil || r.words[i>>6]>>(i&63)&1 != 0 }

// atPlace gives an error about the k-th marked row that row.
func atPlace(err error, places *ranks) error {
	if e, ok := engine.As[*parallel.RowError](err); ok && places != nil {
		e.Row = places.row(e.Row)
	}
	return err
}

// presentRanks marks the rows that are not null.
func presentRanks(ctx context.Context, col column) (*ranks, error) {
	words := make([]uint64, col.n/64+1)
	row := 0
	for _, k := range col.chunks {
		err := inBlocks(ctx, 0, k.n, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				if !k.missing(i) {
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
func presentValues[T any](ctx context.Context, c *call, in *plan, col column) (vals []T, places *ranks, err error) {
	f := newFrame([]column{col}, col.n)
	if _, err := newReader(&in.fields[0], col); err != nil {
		return nil, nil, c.wrap(err)
	}
	if in.fields[0].form == formPlain {
		if col.NullN() > 0 {
			if places, err = presentRanks(c.Context(), col); err != nil {
				return nil, nil, err
			}
			mask := make([]bool, col.n)
			err = inBlocks(c.Context(), 0, col.n, func(lo, hi int) {
				for i := lo; i < hi; i++ {
					mask[i] = places.has(i)
				}
			})
			if err != nil {
				return nil, nil, err
			}
			if f, err = c.filter(f, places.upTo(col.n), mask); err != nil {
				return nil, nil, err
			}
		} else if len(col.chunks) == 1 && sameMemoryAs(col.field.Type, in.fields[0].kind) {
			k := col.chunks[0]
			return values[T](k.bufs[1])[k.off:][:k.n:k.n], nil, nil
		}
	}
	vals, err = readRows[T](c, in, f)
	return vals, places, atPlace(err, places)
}

// sameMemoryAs says whether a column of the type holds values as a slice of
// the kind does.
func sameMemoryAs(t arrow.DataType, k kind) bool {
	if k == kindBool || k == kindTime {
		return false
	}
	_, fixed := kinds[k].typ.(arrow.FixedWidthDataType)
	return fixed && sameType(physical(t), kinds[k].typ)
}
