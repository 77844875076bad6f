package frame

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
)

func (c column) rechunk(ctx context.Context) (*chunk, error) {
	spans := wholeSpans(c.chunks)
	one, err := pick(ctx, c.field.Type, c.chunks, spans)
	if err == nil {
		return one, nil
	}
	large := largeType(c.field.Type)
	if large == nil {
		return nil, err
	}
	chunks := make([]*chunk, len(c.chunks))
	for i, k := range c.chunks {
		chunks[i] = enlarged(k, large)
	}
	return pick(ctx, large, chunks, spans)
}

// wholeSpans lists all rows of the chunks.
func wholeSpans(chunks []*chunk) []span {
	spans := make([]span, 0, len(chunks))
	for i, k := range chunks {
		spans = addSpan(spans, int32(i), 0, k.n)
	}
	return spans
}

// largeType returns the twin of the type that has 64-bit offsets, or nil.
func largeType(t arrow.DataType) arrow.DataType {
	switch t := t.(type) {
	case *arrow.StringType:
		return arrow.BinaryTypes.LargeString
	case *arrow.BinaryType:
		return arrow.BinaryTypes.LargeBinary
	case *arrow.ListType:
		return arrow.LargeListOfField(t.ElemField())
	case *arrow.ListViewType:
		return arrow.LargeListViewOfField(t.ElemField())
	}
	return nil
}

// enlarged returns the chunk as one of its type's large twin.
func enlarged(c *chunk, to arrow.DataType) *chunk {
	k := &chunk{typ: to, off: c.off, n: c.n, bufs: append([][]byte(nil), c.bufs...), kids: c.kids}
	end := c.off + c.n
	switch c.typ.ID() {
	case arrow.LIST_VIEW:
		k.bufs[1] = rawBytes(widened[int32, int64](values[int32](c.bufs[1])[:end]))
		k.bufs[2] = rawBytes(widened[int32, int64](values[int32](c.bufs[2])[:end]))
	default:
		k.bufs[1] = rawBytes(widened[int32, int64](values[int32](c.bufs[1])[:end+1]))
	}
	return k
}

func cloneChunk(c *chunk) []*chunk {
	whole := []*chunk{c}
	copies := pickAll(context.Background(), c.typ, whole, wholeSpans(whole))
	for _, k := range copies {
		ownDicts(k)
	}
	return copies
}

// ownDicts gives a fresh copy dictionaries of its own: pick shares them.
func ownDicts(c *chunk) {
	if c.dict != nil {
		d := []*chunk{c.dict}
		c.dict, _ = pick(context.Background(), c.dict.typ, d, wholeSpans(d))
		ownDicts(c.dict)
	}
	for _, kid := range c.kids {
		ownDicts(kid)
	}
}

// flat returns a column of fixed width as one chunk.
func (c column) flat(ctx context.Context) (*chunk, error) {
	switch len(c.chunks) {
	case 0:
		return nullChunk(c.field.Type, 0), nil
	case 1:
		return c.chunks[0], nil
	}
	return c.rechunk(ctx)
}
