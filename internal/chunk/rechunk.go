package chunk

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
)

// Rechunk returns the column as one chunk, of the type with 64-bit offsets if the
// offsets of its own cannot count all bytes or values. The error is that the rows fit
// neither.
func (c Column) Rechunk(ctx context.Context) (*Chunk, error) {
	spans := WholeSpans(c.Chunks)
	one, err := Pick(ctx, c.Field.Type, c.Chunks, spans)
	if err == nil {
		return one, nil
	}
	large := largeType(c.Field.Type)
	if large == nil {
		return nil, err
	}
	chunks := make([]*Chunk, len(c.Chunks))
	for i, k := range c.Chunks {
		chunks[i] = enlarged(k, large)
	}
	return Pick(ctx, large, chunks, spans)
}

// WholeSpans lists all rows of the chunks.
func WholeSpans(chunks []*Chunk) []Span {
	spans := make([]Span, 0, len(chunks))
	for i, k := range chunks {
		spans = addSpan(spans, int32(i), 0, k.Len)
	}
	return spans
}

// largeType returns the same type with 64-bit offsets, or nil if there is none.
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

// enlarged returns the chunk as one of the type that [largeType] returned.
func enlarged(c *Chunk, to arrow.DataType) *Chunk {
	k := &Chunk{Type: to, Off: c.Off, Len: c.Len, Bufs: append([][]byte(nil), c.Bufs...), Kids: c.Kids}
	end := c.Off + c.Len
	switch c.Type.ID() {
	case arrow.LIST_VIEW:
		k.Bufs[1] = Bytes(widened[int32, int64](Values[int32](c.Bufs[1])[:end]))
		k.Bufs[2] = Bytes(widened[int32, int64](Values[int32](c.Bufs[2])[:end]))
	default:
		k.Bufs[1] = Bytes(widened[int32, int64](Values[int32](c.Bufs[1])[:end+1]))
	}
	return k
}

// Clone returns the chunk with memory of its own.
func Clone(c *Chunk) []*Chunk {
	whole := []*Chunk{c}
	copies := PickAll(context.Background(), c.Type, whole, WholeSpans(whole))
	for _, k := range copies {
		ownDicts(k)
	}
	return copies
}

// ownDicts replaces the dictionaries of a copy, which Pick shares, by copies.
func ownDicts(c *Chunk) {
	if c.Dict != nil {
		d := []*Chunk{c.Dict}
		c.Dict, _ = Pick(context.Background(), c.Dict.Type, d, WholeSpans(d))
		ownDicts(c.Dict)
	}
	for _, kid := range c.Kids {
		ownDicts(kid)
	}
}

// Flat returns a column of fixed width as one chunk.
func (c Column) Flat(ctx context.Context) (*Chunk, error) {
	switch len(c.Chunks) {
	case 0:
		return Nulls(c.Field.Type, 0), nil
	case 1:
		return c.Chunks[0], nil
	}
	return c.Rechunk(ctx)
}

// WithoutRuns returns a run-end encoded column as the plain column it stands for.
func WithoutRuns(c Column) Column {
	t, ok := Physical(c.Field.Type).(*arrow.RunEndEncodedType)
	if !ok {
		return c
	}
	plain := Column{Field: c.Field, Len: c.Len}
	plain.Field.Type = t.Encoded()
	for _, k := range c.Chunks {
		spans := make([]Span, k.Len)
		for i := range spans {
			spans[i] = Span{0, 1, k.RunAt(i)}
		}
		plain.Chunks = append(plain.Chunks, PickAll(context.Background(), t.Encoded(), []*Chunk{k.Kids[1]}, spans)...)
	}
	return WithoutRuns(plain)
}
