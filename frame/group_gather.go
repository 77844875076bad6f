package frame

import (
	"context"
	"math"
	"math/bits"
	"slices"
)

func log2(n int) int { return bits.Len(uint(n)) }

// gatherRows is how many rows of a column without fixed width are gathered in
// one Arrow chunk: enough that what a chunk costs is noise, and few enough
// that all cores have some.
const gatherRows = 1 << 16

// gather returns the rows of the column in that order, and nulls for -1. It is
// Take on all cores.
func (c *call) gather(ctx context.Context, col Column, rows []int32) (Column, error) {
	out := Column{field: col.field, n: len(rows)}
	if out.n == 0 {
		return out, nil
	}
	missing := slices.Contains(rows, -1)
	out.field.Nullable = out.field.Nullable || missing
	var err error
	if width := gatherWidth(col); width > 0 {
		var one *chunk
		if one, err = c.gatherFixed(ctx, col, rows, width, missing); err == nil {
			out.chunks = []*chunk{one}
		}
		return out, err
	}
	col = col.oneDict()
	l, _ := layoutOf(col.field.Type)
	starts, srcs := col.starts(), slices.Clone(col.chunks)
	if missing {
		srcs = append(srcs, nullChunk(col.field.Type, 1))
		if d := srcs[0]; l == layoutDict && len(srcs) > 1 {
			srcs[len(srcs)-1].dict = d.dict
		}
	}
	pieces := make([][]*chunk, (len(rows)+gatherRows-1)/gatherRows)
	err = c.own(len(pieces), func(_ context.Context, lo, hi int) error {
		for k := lo; k < hi; k++ {
			part := rows[k*gatherRows : min((k+1)*gatherRows, len(rows))]
			if l == layoutBytes32 {
				if one := gatherText(col, starts, part, missing); one != nil {
					pieces[k] = []*chunk{one}
					continue
				}
			} else if !missing && (l == layoutBits || l == layoutDict) {
				if one := takeFlat(col, part); one != nil {
					pieces[k] = []*chunk{one}
					continue
				}
			}
			pieces[k] = pickAll(col.field.Type, srcs, rowSpans(starts, part))
		}
		return nil
	})
	out.chunks = slices.Concat(pieces...)
	return out, err
}

// gatherWidth returns the width of values that [call.gatherFixed] gathers, and 0
// for columns of others.
func gatherWidth(col Column) int {
	if l, width := layoutOf(col.field.Type); l == layoutFixed && width <= 32 && bits.OnesCount(uint(width)) == 1 {
		return width
	}
	return 0
}

// gatherText gathers rows of text without a list of spans, which would be
// longer than most text. It gives nil where the bytes do not fit one chunk.
func gatherText[R rowNumber](col Column, starts []int, rows []R, missing bool) *chunk {
	if len(col.chunks) == 1 && !missing {
		return takeText(col.chunks[0], rows)
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
func (c *call) gatherFixed(ctx context.Context, col Column, rows []int32, width int, missing bool) (*chunk, error) {
	src, err := col.flat()
	if err != nil {
		return nil, err
	}
	n := len(rows)
	data := newBytes(n * width)
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
		gatherValues(data[lo*width:], from, part, width)
		if valid != nil {
			copy(valid[lo/64:], gatherBits(src.bufs[0], src.off, part))
		}
		return nil
	})
	return newChunk(col.field.Type, n, valid, data), err
}

// flat returns a column of fixed width as one chunk.
func (c Column) flat() (*chunk, error) {
	switch len(c.chunks) {
	case 0:
		return nullChunk(c.field.Type, 0), nil
	case 1:
		return c.chunks[0], nil
	}
	return c.rechunk()
}

// gatherFrame gathers all columns.
func (c *call) gatherFrame(ctx context.Context, f *Frame, rows []int32) (*Frame, error) {
	cols := make([]Column, len(f.cols))
	for i, col := range f.cols {
		var err error
		if cols[i], err = c.gather(ctx, col, rows); err != nil {
			return nil, err
		}
	}
	g := f.like(cols)
	g.rows = len(rows)
	return g, nil
}
