package chunk

import (
	"context"
	"errors"
	"iter"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/unset"
)

// Span is N rows of chunk Src of several chunks, from row Lo on. Rows to take, to
// filter, to join and to look up in a child are all lists of spans, so there is one
// kernel for each layout.
type Span struct {
	Src int32
	N   int32
	Lo  int
}

// spanRows is the most rows of a span: copying them takes well below a millisecond.
const spanRows = 1 << 14

// addSpan appends n rows, to the last span if they follow it.
func addSpan(spans []Span, src int32, lo, n int) []Span {
	if k := len(spans) - 1; k >= 0 {
		last := &spans[k]
		if last.Src == src && last.Lo+int(last.N) == lo && n <= spanRows-int(last.N) {
			last.N += int32(n)
			return spans
		}
	}
	for ; n > spanRows; n -= spanRows {
		spans = append(spans, Span{src, spanRows, lo})
		lo += spanRows
	}
	if n > 0 {
		spans = append(spans, Span{src, int32(n), lo})
	}
	return spans
}

// spanBlocks cuts the spans into blocks of about spanRows rows, until the context ends.
// A copy is then incomplete and must be discarded.
func spanBlocks(ctx context.Context, spans []Span) iter.Seq[[]Span] {
	return func(yield func([]Span) bool) {
		for len(spans) > 0 && ctx.Err() == nil {
			k, n := 0, int32(0)
			for k < len(spans) && n < spanRows {
				n += spans[k].N
				k++
			}
			if !yield(spans[:k]) {
				return
			}
			spans = spans[k:]
		}
	}
}

func countRows(spans []Span) int {
	n := 0
	for _, s := range spans {
		n += int(s.N)
	}
	return n
}

// errSplit is why rows do not fit one chunk: there are more bytes than the offsets can
// count, more values than the dictionary can hold, or dictionaries that cannot be
// merged.
var errSplit = errors.New("rows do not fit one Arrow chunk")

// PickAll copies rows as [Pick] does, and halves them until each part fits a chunk. A
// single row always fits, since it came from one. Once the context has ended, the
// result is incomplete and must be discarded.
func PickAll(ctx context.Context, typ arrow.DataType, srcs []*Chunk, spans []Span) []*Chunk {
	n := countRows(spans)
	if n == 0 {
		return nil
	}
	if c, err := Pick(ctx, typ, srcs, spans); err == nil {
		return []*Chunk{c}
	}
	left, right := cutSpans(spans, n/2)
	return append(PickAll(ctx, typ, srcs, left), PickAll(ctx, typ, srcs, right)...)
}

// cutSpans cuts the spans after n rows.
func cutSpans(spans []Span, n int) (left, right []Span) {
	for i, s := range spans {
		if n > int(s.N) {
			n -= int(s.N)
			continue
		}
		left = append(append(left, spans[:i]...), Span{s.Src, int32(n), s.Lo})
		if rest := s.N - int32(n); rest > 0 {
			right = append(right, Span{s.Src, rest, s.Lo + n})
		}
		return left, append(right, spans[i+1:]...)
	}
	return spans, nil
}

// Pick copies rows of chunks of one type into a new chunk, which has offset 0 and
// buffers of exactly its length, all the way down. It fails if the rows do not fit one
// chunk of the type. Once the context has ended, the result is incomplete and must be
// discarded.
func Pick(ctx context.Context, typ arrow.DataType, srcs []*Chunk, spans []Span) (*Chunk, error) {
	n := countRows(spans)
	l, width := LayoutOf(typ)
	c := &Chunk{Type: typ, Len: n, Bufs: make([][]byte, l.buffers())}
	if l.hasBitmap() {
		pickValid(c, ctx, srcs, spans)
	}
	var err error
	switch l {
	case LayoutBits:
		c.Bufs[1] = pickBits(ctx, srcs, spans, n, 1)
	case LayoutFixed:
		c.Bufs[1] = pickFixed(ctx, srcs, spans, n, width)
	case LayoutBytes32:
		err = pickBytes[int32](ctx, c, srcs, spans)
	case LayoutBytes64:
		err = pickBytes[int64](ctx, c, srcs, spans)
	case LayoutView:
		pickViews(c, ctx, srcs, spans)
	case LayoutDict:
		err = pickDict(c, ctx, srcs, spans)
	case LayoutList32, LayoutList64, LayoutListView32, LayoutListView64:
		err = pickLists(c, ctx, l, srcs, spans)
	case LayoutFixedList, LayoutStruct, layoutSparse, LayoutDense:
		err = pickKids(c, ctx, l, width, srcs, spans)
	case LayoutRuns:
		err = pickRuns(c, ctx, srcs, spans)
	}
	return c, err
}

// pickValid fills the validity bitmap, and leaves it out if there is no null.
func pickValid(c *Chunk, ctx context.Context, srcs []*Chunk, spans []Span) {
	nullable := false
	for _, src := range srcs {
		nullable = nullable || src.Bufs[0] != nil
	}
	if nullable {
		c.Bufs[0] = pickBits(ctx, srcs, spans, c.Len, 0)
		if c.NullN() > 0 {
			return
		}
		c.Bufs[0] = nil
	}
	c.nulls.Store(1)
}

// pickBits picks bits of a buffer. The bits of a source without the buffer are ones.
func pickBits(ctx context.Context, srcs []*Chunk, spans []Span, n, buf int) []byte {
	out := NewBytes((n + 7) / 8)
	k := 0
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.Src]
			from, i := src.Bufs[buf], src.Off+s.Lo
			if s.N > 1 {
				copyBits(out, k, from, i, int(s.N))
			} else if from == nil || Bit(from, i) {
				SetBit(out, k)
			}
			k += int(s.N)
		}
	}
	return out
}

func pickFixed(ctx context.Context, srcs []*Chunk, spans []Span, n, width int) []byte {
	switch width {
	case 1:
		return Bytes(pickWords[uint8](ctx, srcs, spans, n))
	case 2:
		return Bytes(pickWords[uint16](ctx, srcs, spans, n))
	case 4:
		return Bytes(pickWords[uint32](ctx, srcs, spans, n))
	case 8:
		return Bytes(pickWords[uint64](ctx, srcs, spans, n))
	case 16:
		return Bytes(pickWords[[2]uint64](ctx, srcs, spans, n))
	case 32:
		return Bytes(pickWords[[4]uint64](ctx, srcs, spans, n))
	}
	out := NewBytes(n * width)[:0]
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.Src]
			i := (src.Off + s.Lo) * width
			out = append(out, src.Bufs[1][i:i+int(s.N)*width]...)
		}
	}
	return out
}

func pickWords[T any](ctx context.Context, srcs []*Chunk, spans []Span, n int) []T {
	from := make([][]T, len(srcs))
	for i, src := range srcs {
		if src.Len > 0 {
			from[i] = Values[T](src.Bufs[1])[src.Off : src.Off+src.Len]
		}
	}
	out := unset.Make[T](n)
	k := 0
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			if s.N == 1 {
				out[k] = from[s.Src][s.Lo]
				k++
				continue
			}
			k += copy(out[k:], from[s.Src][s.Lo:s.Lo+int(s.N)])
		}
	}
	return out
}
