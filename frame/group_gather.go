package frame

import (
	"context"
	"math"
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
func (c *call) gather(col Column, rows []int32) (Column, error) {
	ctx := c.Context()
	out := Column{field: col.field, n: len(rows)}
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

// textLooks is how many texts are gathered between two looks at the context.
const textLooks = 1 << 12

// gatherText gathers rows of text without a list of spans, which would be
// longer than most text. It gives nil where the bytes do not fit one chunk, and
// once the context has ended.
func gatherText[R rowNumber](ctx context.Context, col Column, starts []int, rows []R, missing bool) *chunk {
	if len(col.chunks) == 1 && !missing {
		return takeText(ctx, col.chunks[0], rows)
	}
	var valid []uint64
	if missing || col.NullN() > 0 {
		valid = make([]uint64, (len(rows)+63)/64)
	}
	var c *chunk
	var from []int32
	lo, hi := 0, 0
	find := func(row int) int {
		k := findStart(starts, row)
		c, lo, hi = col.chunks[k], starts[k], starts[k+1]
		from = values[int32](c.bufs[1])[c.off:]
		return row - lo
	}
	offs, total := make([]int32, len(rows)+1), int64(0)
	for j, row := range rows {
		if j%textLooks == 0 && ctx.Err() != nil {
			return nil
		}
		if row >= 0 {
			i := int(row) - lo
			if int(row) < lo || int(row) >= hi {
				i = find(int(row))
			}
			if valid == nil {
				total += int64(from[i+1] - from[i])
			} else if c.bufs[0] == nil || bit(c.bufs[0], c.off+i) {
				total += int64(from[i+1] - from[i])
				valid[j>>6] |= 1 << (j & 63)
			}
		}
		if total > math.MaxInt32 {
			return nil
		}
		offs[j+1] = int32(total)
	}
	data := make([]byte, total)
	for j, row := range rows {
		if j%textLooks == 0 && ctx.Err() != nil {
			return nil
		}
		if offs[j] == offs[j+1] {
			continue
		}
		i := int(row) - lo
		if int(row) < lo || int(row) >= hi {
			i = find(int(row))
		}
		copy(data[offs[j]:offs[j+1]], c.bufs[2][from[i]:])
	}
	return newChunk(col.field.Type, len(rows), valid, rawBytes(offs), data)
}

// rowSpans is takeSpans for rows of which -1 is the row behind all others.
func rowSpans(starts []int, rows []int32) []span {
	spans := make([]span, 0, len(rows))
	last := len(starts) - 1
	for _, row := range rows {
		if row < 0 {
			spans = append(spans, span{int32(last), 1, 0})
			continue
		}
		k := findStart(starts, int(row))
		spans = addSpan(spans, int32(k), int(row)-starts[k], 1)
	}
	return spans
}

// gatherFixed writes all rows into one final buffer.
func (c *call) gatherFixed(col Column, rows []int32, width int, missing bool) (*chunk, error) {
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

// flat returns a column of fixed width as one chunk.
func (c Column) flat(ctx context.Context) (*chunk, error) {
	switch len(c.chunks) {
	case 0:
		return nullChunk(c.field.Type, 0), nil
	case 1:
		return c.chunks[0], nil
	}
	return c.rechunk(ctx)
}

// gatherFrame gathers all columns.
func (c *call) gatherFrame(f *Frame, rows []int32) (*Frame, error) {
	cols := make([]Column, len(f.cols))
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
