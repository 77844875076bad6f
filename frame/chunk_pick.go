package frame

import (
	"context"
	"errors"
	"iter"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/unset"
)

// span is a range of rows of one of several chunks: n rows of chunk src from
// row lo on. Rows that are taken, filtered, joined or looked up in a child are
// all lists of spans, so there is one kernel per layout.
type span struct {
	src int32
	n   int32
	lo  int
}

// spanRows is the most rows of a span: copying them takes well below a millisecond.
const spanRows = 1 << 14

// addSpan appends n rows, to the last span where they go on from it.
func addSpan(spans []span, src int32, lo, n int) []span {
	if k := len(spans) - 1; k >= 0 {
		last := &spans[k]
		if last.src == src && last.lo+int(last.n) == lo && n <= spanRows-int(last.n) {
			last.n += int32(n)
			return spans
		}
	}
	for ; n > spanRows; n -= spanRows {
		spans = append(spans, span{src, spanRows, lo})
		lo += spanRows
	}
	if n > 0 {
		spans = append(spans, span{src, int32(n), lo})
	}
	return spans
}

// spanBlocks cuts the spans into blocks of about spanRows rows, until the context
// ends. Whoever copies them comes to no end then, and nobody looks at the copy.
func spanBlocks(ctx context.Context, spans []span) iter.Seq[[]span] {
	return func(yield func([]span) bool) {
		for len(spans) > 0 && ctx.Err() == nil {
			k, n := 0, int32(0)
			for k < len(spans) && n < spanRows {
				n += spans[k].n
				k++
			}
			if !yield(spans[:k]) {
				return
			}
			spans = spans[k:]
		}
	}
}

func countRows(spans []span) int {
	n := 0
	for _, s := range spans {
		n += int(s.n)
	}
	return n
}

// errSplit says that the rows do not fit one chunk of the type: more bytes
// than its offsets can count, more values than its dictionary can hold, or
// dictionaries that cannot become one.
var errSplit = errors.New("rows do not fit one Arrow chunk")

// pickAll returns the rows in as few halves, quarters … as it takes. A row by
// itself always fits, since it came from one chunk. What it returns is of no use
// once the context has ended.
func pickAll(ctx context.Context, typ arrow.DataType, srcs []*chunk, spans []span) []*chunk {
	n := countRows(spans)
	if n == 0 {
		return nil
	}
	if c, err := pick(ctx, typ, srcs, spans); err == nil {
		return []*chunk{c}
	}
	left, right := cutSpans(spans, n/2)
	return append(pickAll(ctx, typ, srcs, left), pickAll(ctx, typ, srcs, right)...)
}

// cutSpans cuts the spans after n rows.
func cutSpans(spans []span, n int) (left, right []span) {
	for i, s := range spans {
		if n > int(s.n) {
			n -= int(s.n)
			continue
		}
		left = append(append(left, spans[:i]...), span{s.src, int32(n), s.lo})
		if rest := s.n - int32(n); rest > 0 {
			right = append(right, span{s.src, rest, s.lo + n})
		}
		return left, append(right, spans[i+1:]...)
	}
	return spans, nil
}

// pick copies rows of chunks of one type into a new chunk, which has offset 0
// and buffers of exactly its length, all the way down. The only error is
// errSplit.
func pick(ctx context.Context, typ arrow.DataType, srcs []*chunk, spans []span) (*chunk, error) {
	n := countRows(spans)
	l, width := layoutOf(typ)
	c := &chunk{typ: typ, n: n, bufs: make([][]byte, l.buffers())}
	if l.hasBitmap() {
		pickValid(c, ctx, srcs, spans)
	}
	var err error
	switch l {
	case layoutBits:
		c.bufs[1] = pickBits(ctx, srcs, spans, n, 1)
	case layoutFixed:
		c.bufs[1] = pickFixed(ctx, srcs, spans, n, width)
	case layoutBytes32:
		err = pickBytes[int32](ctx, c, srcs, spans)
	case layoutBytes64:
		err = pickBytes[int64](ctx, c, srcs, spans)
	case layoutView:
		pickViews(c, ctx, srcs, spans)
	case layoutDict:
		err = pickDict(c, ctx, srcs, spans)
	case layoutList32, layoutList64, layoutListView32, layoutListView64:
		err = pickLists(c, ctx, l, srcs, spans)
	case layoutFixedList, layoutStruct, layoutSparse, layoutDense:
		err = pickKids(c, ctx, l, width, srcs, spans)
	case layoutRuns:
		err = pickRuns(c, ctx, srcs, spans)
	}
	return c, err
}

// pickValid fills the validity bitmap, and leaves it out if there is no null.
func pickValid(c *chunk, ctx context.Context, srcs []*chunk, spans []span) {
	nullable := false
	for _, src := range srcs {
		nullable = nullable || src.bufs[0] != nil
	}
	if nullable {
		c.bufs[0] = pickBits(ctx, srcs, spans, c.n, 0)
		if c.nullN() > 0 {
			return
		}
		c.bufs[0] = nil
	}
	c.nulls.Store(1)
}

// pickBits picks bits of a buffer; where a source has none, they are ones.
func pickBits(ctx context.Context, srcs []*chunk, spans []span, n, buf int) []byte {
	out := newBytes((n + 7) / 8)
	k := 0
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.src]
			from, i := src.bufs[buf], src.off+s.lo
			if s.n > 1 {
				copyBits(out, k, from, i, int(s.n))
			} else if from == nil || bit(from, i) {
				setBit(out, k)
			}
			k += int(s.n)
		}
	}
	return out
}

func pickFixed(ctx context.Context, srcs []*chunk, spans []span, n, width int) []byte {
	switch width {
	case 1:
		return rawBytes(pickWords[uint8](ctx, srcs, spans, n))
	case 2:
		return rawBytes(pickWords[uint16](ctx, srcs, spans, n))
	case 4:
		return rawBytes(pickWords[uint32](ctx, srcs, spans, n))
	case 8:
		return rawBytes(pickWords[uint64](ctx, srcs, spans, n))
	case 16:
		return rawBytes(pickWords[[2]uint64](ctx, srcs, spans, n))
	case 32:
		return rawBytes(pickWords[[4]uint64](ctx, srcs, spans, n))
	}
	out := newBytes(n * width)[:0]
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.src]
			i := (src.off + s.lo) * width
			out = append(out, src.bufs[1][i:i+int(s.n)*width]...)
		}
	}
	return out
}

func pickWords[T any](ctx context.Context, srcs []*chunk, spans []span, n int) []T {
	from := make([][]T, len(srcs))
	for i, src := range srcs {
		if src.n > 0 {
			from[i] = values[T](src.bufs[1])[src.off : src.off+src.n]
		}
	}
	out := unset.Make[T](n)
	k := 0
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			if s.n == 1 {
				out[k] = from[s.src][s.lo]
				k++
				continue
			}
			k += copy(out[k:], from[s.src][s.lo:s.lo+int(s.n)])
		}
	}
	return out
}
