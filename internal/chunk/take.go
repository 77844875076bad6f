package chunk

import (
	"context"
	"encoding/binary"
	"math"
)

// rowNumber is the number of a row: int in lists of the user's, int32 in lists of this
// library.
type rowNumber interface{ int | int32 }

// flatRun is how many rows a run must have on average for a list of spans to be worth
// it. Shorter runs are copied faster row by row. By BenchmarkFilterRuns of package
// frame both take the same time at runs of about 16.
const flatRun = 16

// flatShare is the share of a column, one in so many rows, from which on its chunks
// are joined before rows are taken. That is cheaper than to find the chunk of each row.
const flatShare = 8

// TakeFlat copies rows of the column without a list of spans, in one loop for each
// buffer. It returns nil where the type or the chunks need spans. Every row must exist.
func TakeFlat[R rowNumber](ctx context.Context, col Column, rows []R) *Chunk {
	if len(rows) == 0 {
		return nil
	}
	l, width := LayoutOf(col.Field.Type)
	var src *Chunk
	switch {
	case l == LayoutBytes32:
		return GatherText(ctx, col, col.Starts(), rows, false)
	case len(col.Chunks) == 1:
		src = col.Chunks[0]
	case l == LayoutFixed && width&(width-1) == 0 && len(rows) >= col.Len/flatShare:
		var err error
		if src, err = col.Flat(ctx); err != nil {
			return nil
		}
	default:
		return nil
	}
	n := len(rows)
	var data []byte
	switch l {
	case LayoutBits:
		data = BitmapBytes(GatherBits(ctx, src.Bufs[1], src.Off, rows), n)
	case LayoutFixed, LayoutDict:
		data = UnsetBytes(n * width)
		known := true
		_ = Blocks(ctx, 0, n, func(lo, hi int) {
			known = known && GatherValues(data[lo*width:], src.Bufs[1][src.Off*width:], rows[lo:hi], width)
		})
		if !known {
			return nil
		}
	default:
		return nil
	}
	var valid []uint64
	if src.NullN() > 0 {
		valid = GatherBits(ctx, src.Bufs[0], src.Off, rows)
	}
	c := New(col.Field.Type, n, valid, data)
	c.Dict = src.Dict
	return c
}

// GatherValues copies values of the given width by row. It returns false if it does
// not know the width.
func GatherValues[R rowNumber](dst, src []byte, rows []R, width int) bool {
	switch width {
	case 1:
		gatherWords(dst, src, rows)
	case 2:
		gatherWords(Values[uint16](dst), Values[uint16](src), rows)
	case 4:
		gatherWords(Values[uint32](dst), Values[uint32](src), rows)
	case 8:
		gatherWords(Values[uint64](dst), Values[uint64](src), rows)
	case 16:
		gatherWords(Values[[2]uint64](dst), Values[[2]uint64](src), rows)
	case 32:
		gatherWords(Values[[4]uint64](dst), Values[[4]uint64](src), rows)
	default:
		return false
	}
	return true
}

// gatherWords copies values by row. For a row that does not exist, it leaves dst as it
// is.
func gatherWords[T any, R rowNumber](dst, src []T, rows []R) {
	dst = dst[:len(rows)]
	for k, row := range rows {
		if uint(row) < uint(len(src)) {
			dst[k] = src[row]
		}
	}
}

// GatherBits collects bits by row: 0 for a negative row, and 1 for other rows if bitmap
// is nil.
func GatherBits[R rowNumber](ctx context.Context, bitmap []byte, off int, rows []R) []uint64 {
	words := make([]uint64, (len(rows)+63)/64)
	for w := range words {
		if w%256 == 0 && ctx.Err() != nil {
			break
		}
		part := rows[w*64 : min(w*64+64, len(rows))]
		var word uint64
		for j, row := range part {
			if row < 0 {
				continue
			}
			if bitmap == nil {
				word |= 1 << (j & 63)
				continue
			}
			i := off + int(row)
			word |= uint64(bitmap[i>>3]>>(i&7)&1) << (j & 63)
		}
		words[w] = word
	}
	return words
}

// takeText is [GatherText] for one chunk, where every row exists.
func takeText[R rowNumber](ctx context.Context, src *Chunk, rows []R) *Chunk {
	n := len(rows)
	from := Values[int32](src.Bufs[1])[src.Off:][:src.Len+1]
	offs, begins, total := make([]int32, n+1), make([]int32, n), int64(0)
	var valid []uint64
	nulls := src.NullN() > 0
	if nulls {
		valid = GatherBits(ctx, src.Bufs[0], src.Off, rows)
	}
	_ = Blocks(ctx, 0, n, func(lo, hi int) {
		begins, ends := begins[lo:hi], offs[lo+1:hi+1]
		for k, row := range rows[lo:hi] {
			begin := from[row]
			size := int64(from[row+1] - begin)
			if nulls { // a null has no bytes
				size &= -int64(valid[(lo+k)>>6] >> ((lo + k) & 63) & 1)
			}
			total += size
			begins[k], ends[k] = begin, int32(total)
		}
	})
	if total > math.MaxInt32 {
		return nil
	}
	data := make([]byte, total)
	_ = Blocks(ctx, 0, n, func(lo, hi int) {
		copyTexts(data[offs[lo]:offs[hi]], src.Bufs[2], offs[lo:hi+1], begins[lo:hi])
	})
	return New(src.Type, n, valid, Bytes(offs), data)
}

// copyTexts copies texts, which begin at the given bytes of src, to dst, where text k
// goes from offs[k] to offs[k+1], both less offs[0]. For a short text it copies 16 bytes
// if there are as many, which needs no call; the next text overwrites the excess.
func copyTexts(dst, src []byte, offs, begins []int32) {
	lo, base := 0, int(offs[0])
	for k, begin := range begins {
		at, hi := int(begin), int(offs[k+1])-base
		if hi-lo <= 16 && lo+16 <= len(dst) && at+16 <= len(src) {
			to, from := dst[lo:lo+16], src[at:at+16]
			binary.NativeEndian.PutUint64(to, binary.NativeEndian.Uint64(from))
			binary.NativeEndian.PutUint64(to[8:], binary.NativeEndian.Uint64(from[8:]))
		} else {
			copy(dst[lo:hi], src[at:])
		}
		lo = hi
	}
}

// textLooks is the number of texts between two looks at the context.
const textLooks = 1 << 12

// GatherText copies rows of text without a list of spans, which would be longer than
// most texts. A negative row is a null; missing must be true if there is one. It
// returns nil if the bytes do not fit one chunk, and once the context has ended.
func GatherText[R rowNumber](ctx context.Context, col Column, starts []int, rows []R, missing bool) *Chunk {
	if len(col.Chunks) == 1 && !missing {
		return takeText(ctx, col.Chunks[0], rows)
	}
	var valid []uint64
	if missing || col.NullN() > 0 {
		valid = make([]uint64, (len(rows)+63)/64)
	}
	var c *Chunk
	var from []int32
	lo, hi := 0, 0
	find := func(row int) int {
		k := FindStart(starts, row)
		c, lo, hi = col.Chunks[k], starts[k], starts[k+1]
		from = Values[int32](c.Bufs[1])[c.Off:]
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
			} else if c.Bufs[0] == nil || Bit(c.Bufs[0], c.Off+i) {
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
		copy(data[offs[j]:offs[j+1]], c.Bufs[2][from[i]:])
	}
	return New(col.Field.Type, len(rows), valid, Bytes(offs), data)
}

// RowSpans lists rows as spans, for chunks that start at the given rows. A negative row
// is the first row of one more chunk, after the others.
func RowSpans(starts []int, rows []int32) []Span {
	spans := make([]Span, 0, len(rows))
	last := len(starts) - 1
	for _, row := range rows {
		if row < 0 {
			spans = append(spans, Span{int32(last), 1, 0})
			continue
		}
		k := FindStart(starts, int(row))
		spans = addSpan(spans, int32(k), int(row)-starts[k], 1)
	}
	return spans
}

// FindStart returns the range that has the row, of those that begin at starts.
func FindStart(starts []int, row int) int {
	lo, hi := 0, len(starts)-1
	for lo+1 < hi {
		if m := (lo + hi) / 2; starts[m] <= row {
			lo = m
		} else {
			hi = m
		}
	}
	return lo
}
