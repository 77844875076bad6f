package frame

import (
	"context"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
)

// Rechunk returns the frame with one Arrow chunk per column. Columns that are
// in one chunk are shared, the others copied.
//
//	(Frame) Frame
//
// Text, binary data and lists whose chunks together pass the 2 GiB (or 2³¹
// values) that 32-bit offsets can count become large_utf8, large_binary and
// large_list. Chunks with different dictionaries get one of all their values.
// A column that cannot be one chunk all the same is an [ErrType] that names
// it: nested text past 2 GiB, more distinct values than a dictionary's codes,
// ordered dictionaries that differ, more rows than an int16 run end can count.
func (f *Frame) Rechunk() (*Frame, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.Rechunk: %w", ErrNilFrame)
	}
	cols := make([]Column, len(f.cols))
	same := true
	for i, c := range f.cols {
		if cols[i] = c; len(c.chunks) < 2 {
			continue
		}
		one, err := c.rechunk(context.Background())
		if err != nil {
			return nil, fmt.Errorf("frame.Rechunk: column %q: %w: %s: %w", c.field.Name, ErrType, c.field.Type, err)
		}
		same = same && one.typ == c.field.Type
		cols[i].field.Type = one.typ
		cols[i].chunks = []*chunk{one}
	}
	if !same {
		return f.like(cols), nil
	}
	return &Frame{schema: f.Schema(), cols: cols, rows: f.rows}, nil
}

func (c Column) rechunk(ctx context.Context) (*chunk, error) {
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
		chunks[i] = k.enlarged(large)
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
func (c *chunk) enlarged(to arrow.DataType) *chunk {
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

// Clone returns the frame with memory of its own, which the garbage collector
// frees: it ends a loan made with [Borrow], and lets go of the rows that a
// slice does not show. Arrow chunks stay as they are, but for one that had
// views on the same values more than 2³¹ times.
func (f *Frame) Clone() *Frame {
	f = f.orZero()
	cols := make([]Column, len(f.cols))
	for i, c := range f.cols {
		cols[i] = Column{field: c.field, n: c.n}
		for _, k := range c.chunks {
			cols[i].chunks = append(cols[i].chunks, k.clone()...)
		}
	}
	return &Frame{schema: f.Schema(), cols: cols, rows: f.rows}
}

func (c *chunk) clone() []*chunk {
	whole := []*chunk{c}
	copies := pickAll(context.Background(), c.typ, whole, wholeSpans(whole))
	for _, k := range copies {
		k.ownDicts()
	}
	return copies
}

// ownDicts gives a fresh copy dictionaries of its own: pick shares them.
func (c *chunk) ownDicts() {
	if c.dict != nil {
		d := []*chunk{c.dict}
		c.dict, _ = pick(context.Background(), c.dict.typ, d, wholeSpans(d))
		c.dict.ownDicts()
	}
	for _, kid := range c.kids {
		kid.ownDicts()
	}
}
