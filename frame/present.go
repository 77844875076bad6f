package frame

import (
	"context"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/rowcodec"
	"github.com/parframe/parframe/parallel"
)

// atPlace gives an error about the k-th marked row that row.
func atPlace(err error, places *chunk.Ranks) error {
	if e, ok := engine.As[*parallel.RowError](err); ok && places != nil {
		e.Row = places.Row(e.Row)
	}
	return err
}

// presentValues reads a column as a slice, and finds which rows have an element
// in it: all, for nil, or those that are not null where T has no place for
// nulls. The slice may be the column's own memory.
func presentValues[T any](ctx context.Context, c *call, in *rowcodec.Plan, col chunk.Column) (vals []T, places *chunk.Ranks, err error) {
	f := newFrame([]chunk.Column{col}, col.Len)
	if _, err := rowcodec.NewReader(&in.Fields[0], col); err != nil {
		return nil, nil, c.wrap(err)
	}
	if in.Fields[0].Form == rowcodec.FormPlain {
		if col.NullN() > 0 {
			if places, err = chunk.PresentRanks(c.Context(), col); err != nil {
				return nil, nil, err
			}
			mask := make([]bool, col.Len)
			err = chunk.Blocks(c.Context(), 0, col.Len, func(lo, hi int) {
				for i := lo; i < hi; i++ {
					mask[i] = places.Has(i)
				}
			})
			if err != nil {
				return nil, nil, err
			}
			if f, err = filterFrame(c, f, places.Above(col.Len), mask); err != nil {
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
