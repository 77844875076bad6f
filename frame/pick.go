package frame

import (
	"errors"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
)

// span is a range of rows of one of several chunks: n rows of chunk src from
// row lo on. Rows that are taken, filtered, joined or looked up in a child are
// all lists of spans, so there is one kernel per layout.
type span struct {
	src int32
	n   int32
	lo  int
}

// addSpan appends n rows, to the last span where they go on from it.
func addSpan(spans []span, src int32, lo, n int) []span {
	if k := len(spans) - 1; k >= 0 {
		last := &spans[k]
		if last.src == src && last.lo+int(last.n) == lo && n <= math.MaxInt32-int(last.n) {
			last.n += int32(n)
			return spans
		}
	}
	for ; n > math.MaxInt32; n -= math.MaxInt32 {
		spans = append(spans, span{src, math.MaxInt32, lo})
		lo += math.MaxInt32
	}
	if n > 0 {
		spans = append(spans, span{src, int32(n), lo})
	}
	return spans
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
// itself always fits, since it came from one chunk.
func pickAll(typ arrow.DataType, srcs []*chunk, spans []span) []*chunk {
	n := countRows(spans)
	if n == 0 {
		return nil
	}
	if c, err := pick(typ, srcs, spans); err == nil {
		return []*chunk{c}
	}
	left, right := cutSpans(spans, n/2)
	return append(pickAll(typ, srcs, left), pickAll(typ, srcs, right)...)
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
func pick(typ arrow.DataType, srcs []*chunk, spans []span) (*chunk, error) {
	n := countRows(spans)
	l, width := layoutOf(typ)
	c := &chunk{typ: typ, n: n, bufs: make([][]byte, l.buffers())}
	if l.hasBitmap() {
		c.pickValid(srcs, spans)
	}
	var err error
	switch l {
	case layoutBits:
		c.bufs[1] = pickBits(srcs, spans, n, 1)
	case layoutFixed:
		c.bufs[1] = pickFixed(srcs, spans, n, width)
	case layoutBytes32:
		err = pickBytes[int32](c, srcs, spans)
	case layoutBytes64:
		err = pickBytes[int64](c, srcs, spans)
	case layoutView:
		c.pickViews(srcs, spans)
	case layoutDict:
		err = c.pickDict(srcs, spans)
	case layoutList32, layoutList64, layoutListView32, layoutListView64:
		err = c.pickLists(l, srcs, spans)
	case layoutFixedList, layoutStruct, layoutSparse, layoutDense:
		err = c.pickKids(l, width, srcs, spans)
	case layoutRuns:
		err = c.pickRuns(srcs, spans)
	}
	return c, err
}

// pickValid fills the validity bitmap, and leaves it out if there is no null.
func (c *chunk) pickValid(srcs []*chunk, spans []span) {
	nullable := false
	for _, src := range srcs {
		nullable = nullable || src.bufs[0] != nil
	}
	if nullable {
		c.bufs[0] = pickBits(srcs, spans, c.n, 0)
		if c.nullN() > 0 {
			return
		}
		c.bufs[0] = nil
	}
	c.nulls.Store(1)
}

// pickBits picks bits of a buffer; where a source has none, they are ones.
func pickBits(srcs []*chunk, spans []span, n, buf int) []byte {
	out := newBytes((n + 7) / 8)
	k := 0
	for _, s := range spans {
		src := srcs[s.src]
		from, i := src.bufs[buf], src.off+s.lo
		if s.n > 1 {
			copyBits(out, k, from, i, int(s.n))
		} else if from == nil || bit(from, i) {
			setBit(out, k)
		}
		k += int(s.n)
	}
	return out
}

func pickFixed(srcs []*chunk, spans []span, n, width int) []byte {
	switch width {
	case 1:
		return rawBytes(pickWords[uint8](srcs, spans, n))
	case 2:
		return rawBytes(pickWords[uint16](srcs, spans, n))
	case 4:
		return rawBytes(pickWords[uint32](srcs, spans, n))
	case 8:
		return rawBytes(pickWords[uint64](srcs, spans, n))
	case 16:
		return rawBytes(pickWords[[2]uint64](srcs, spans, n))
	case 32:
		return rawBytes(pickWords[[4]uint64](srcs, spans, n))
	}
	out := newBytes(n * width)[:0]
	for _, s := range spans {
		src := srcs[s.src]
		i := (src.off + s.lo) * width
		out = append(out, src.bufs[1][i:i+int(s.n)*width]...)
	}
	return out
}

func pickWords[T any](srcs []*chunk, spans []span, n int) []T {
	from := make([][]T, len(srcs))
	for i, src := range srcs {
		if src.n > 0 {
			from[i] = values[T](src.bufs[1])[src.off : src.off+src.n]
		}
	}
	out := make([]T, n)
	k := 0
	for _, s := range spans {
		if s.n == 1 {
			out[k] = from[s.src][s.lo]
			k++
			continue
		}
		k += copy(out[k:], from[s.src][s.lo:s.lo+int(s.n)])
	}
	return out
}
