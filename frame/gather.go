package frame

import (
	"context"
	"math/bits"
	"slices"
	"sync/atomic"

	"github.com/parframe/parframe/internal/chunk"
)

func log2(n int) int { return bits.Len(uint(n)) }

// gatherRows is the number of rows of a column without fixed width that are gathered in
// one Arrow chunk: enough that the cost of a chunk does not matter, and few enough that
// all cores have work.
const gatherRows = 1 << 16

// gather returns the rows of the column in the given order, with nulls for -1. It is Take
// on all cores.
func (c *call) gather(col chunk.Column, rows []int32) (chunk.Column, error) {
	ctx := c.Context()
	out := chunk.Column{Field: col.Field, Len: len(rows)}
	if out.Len == 0 {
		return out, nil
	}
	missing, err := c.anyMissing(rows)
	if err != nil {
		return out, err
	}
	out.Field.Nullable = out.Field.Nullable || missing
	l, width := chunk.LayoutOf(col.Field.Type)
	if l == chunk.LayoutFixed && (width == 1 || width == 2 || width == 4 || width == 8 || width == 16 || width == 32) {
		var one *chunk.Chunk
		if one, err = c.gatherFixed(col, rows, width, missing); err == nil {
			out.Chunks = []*chunk.Chunk{one}
		}
		return out, err
	}
	col = col.OneDict(ctx)
	starts, srcs := col.Starts(), slices.Clone(col.Chunks)
	if missing {
		srcs = append(srcs, chunk.Nulls(col.Field.Type, 1))
		if d := srcs[0]; l == chunk.LayoutDict && len(srcs) > 1 {
			srcs[len(srcs)-1].Dict = d.Dict
		}
	}
	pieces := make([][]*chunk.Chunk, (len(rows)+gatherRows-1)/gatherRows)
	err = c.Ranges(len(pieces), func(ctx context.Context, lo, hi int) error {
		for k := lo; k < hi && ctx.Err() == nil; k++ {
			part := rows[k*gatherRows : min((k+1)*gatherRows, len(rows))]
			if l == chunk.LayoutBytes32 {
				if one := chunk.GatherText(ctx, col, starts, part, missing); one != nil {
					pieces[k] = []*chunk.Chunk{one}
					continue
				}
			} else if !missing && (l == chunk.LayoutBits || l == chunk.LayoutDict) {
				if one := chunk.TakeFlat(ctx, col, part); one != nil {
					pieces[k] = []*chunk.Chunk{one}
					continue
				}
			}
			pieces[k] = chunk.PickAll(ctx, col.Field.Type, srcs, chunk.RowSpans(starts, part))
		}
		return context.Cause(ctx)
	})
	out.Chunks = slices.Concat(pieces...)
	return out, err
}

// anyMissing reports whether -1 is among the rows.
func (c *call) anyMissing(rows []int32) (bool, error) {
	var found atomic.Bool
	err := c.Ranges((len(rows)+gatherRows-1)/gatherRows, func(_ context.Context, lo, hi int) error {
		if !found.Load() && slices.Contains(rows[lo*gatherRows:min(hi*gatherRows, len(rows))], -1) {
			found.Store(true)
		}
		return nil
	})
	return found.Load(), err
}

// gatherFixed writes all rows into one final buffer.
func (c *call) gatherFixed(col chunk.Column, rows []int32, width int, missing bool) (*chunk.Chunk, error) {
	ctx := c.Context()
	src, err := col.Flat(ctx)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	n := len(rows)
	data := chunk.UnsetBytes(n * width)
	var from []byte
	if src.Len > 0 {
		from = src.Bufs[1][src.Off*width:]
	}
	var valid []uint64
	if missing || src.NullN() > 0 {
		valid = make([]uint64, (n+63)/64)
	}
	// Words of 64 rows, so that no two workers share a word of the bitmap.
	err = c.Ranges((n+63)/64, func(_ context.Context, lo, hi int) error {
		lo, hi = lo*64, min(hi*64, n)
		part := rows[lo:hi]
		if missing {
			clear(data[lo*width : hi*width])
		}
		chunk.GatherValues(data[lo*width:], from, part, width)
		if valid != nil {
			copy(valid[lo/64:], chunk.GatherBits(ctx, src.Bufs[0], src.Off, part))
		}
		return nil
	})
	return chunk.New(col.Field.Type, n, valid, data), err
}

// gatherFrame gathers all columns.
func gatherFrame(c *call, f *Frame, rows []int32) (*Frame, error) {
	cols := make([]chunk.Column, len(f.cols))
	for i, col := range f.cols {
		var err error
		if cols[i], err = c.gather(col, rows); err != nil {
			return nil, err
		}
	}
	g := f.like(cols)
	g.rows = len(rows)
	return g, nil
}
