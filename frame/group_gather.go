package frame

import (
	"context"
	"math/bits"
	"slices"
	"sync/atomic"
)

func log2(n int) int { return bits.Len(uint(n)) }

// gatherRows is how many rows of a column without fixed width are gathered in
// one Arrow chunk: enough that what a chunk costs is noise, and few enough
// that all cores have some.
const gatherRows = 1 << 16

// gather returns the rows of the column in that order, and nulls for -1. It is
// Take on all cores.
func (c *call) gather(col column, rows []int32) (column, error) {
	ctx := c.Context()
	out := column{field: col.field, n: len(rows)}
	if out.n == 0 {
		return out, nil
	}
	missing, err := c.anyMissing(rows)
	if err != nil {
		return out, err
	}
	out.field.Nullable = out.field.Nullable || missing
	l, width := layoutOf(col.field.Type)
	if l == layoutFixed && (width == 1 || width == 2 || width == 4 || width == 8 || width == 16 || width == 32) {
		var one *chunk
		if one, err = c.gatherFixed(col, rows, width, missing); err == nil {
			out.chunks = []*chunk{one}
		}
		return out, err
	}
	col = col.oneDict(ctx)
	starts, srcs := col.starts(), slices.Clone(col.chunks)
	if missing {
		srcs = append(srcs, nullChunk(col.field.Type, 1))
		if d := srcs[0]; l == layoutDict && len(srcs) > 1 {
			srcs[len(srcs)-1].dict = d.dict
		}
	}
	pieces := make([][]*chunk, (len(rows)+gatherRows-1)/gatherRows)
	err = c.own(len(pieces), func(ctx context.Context, lo, hi int) error {
		for k := lo; k < hi && ctx.Err() == nil; k++ {
			part := rows[k*gatherRows : min((k+1)*gatherRows, len(rows))]
			if l == layoutBytes32 {
				if one := gatherText(ctx, col, starts, part, missing); one != nil {
					pieces[k] = []*chunk{one}
					continue
				}
			} else if !missing && (l == layoutBits || l == layoutDict) {
				if one := takeFlat(ctx, col, part); one != nil {
					pieces[k] = []*chunk{one}
					continue
				}
			}
			pieces[k] = pickAll(ctx, col.field.Type, srcs, rowSpans(starts, part))
		}
		return context.Cause(ctx)
	})
	out.chunks = slices.Concat(pieces...)
	return out, err
}

// anyMissing reports whether -1 is among the rows.
func (c *call) anyMissing(rows []int32) (bool, error) {
	var found atomic.Bool
	err := c.own((len(rows)+gatherRows-1)/gatherRows, func(_ context.Context, lo, hi int) error {
		if !found.Load() && slices.Contains(rows[lo*gatherRows:min(hi*gatherRows, len(rows))], -1) {
			found.Store(true)
		}
		return nil
	})
	return found.Load(), err
}

// gatherFixed writes all rows into one final buffer.
func (c *call) gatherFixed(col column, rows []int32, width int, missing bool) (*chunk, error) {
	ctx := c.Context()
	src, err := col.flat(ctx)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	n := len(rows)
	data := unsetBytes(n * width)
	var from []byte
	if src.n > 0 {
		from = src.bufs[1][src.off*width:]
	}
	var valid []uint64
	if missing || src.nullN() > 0 {
		valid = make([]uint64, (n+63)/64)
	}
	// In words of 64 rows, so that no two workers share one of the bitmap.
	err = c.own((n+63)/64, func(_ context.Context, lo, hi int) error {
		lo, hi = lo*64, min(hi*64, n)
		part := rows[lo:hi]
		if missing {
			clear(data[lo*width : hi*width])
		}
		gatherValues(data[lo*width:], from, part, width)
		if valid != nil {
			copy(valid[lo/64:], gatherBits(ctx, src.bufs[0], src.off, part))
		}
		return nil
	})
	return newChunk(col.field.Type, n, valid, data), err
}

// gatherFrame gathers all columns.
func (c *call) gatherFrame(f *Frame, rows []int32) (*Frame, error) {
	cols := make([]column, len(f.cols))
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
