package chunk

import (
	"context"
	"encoding/binary"
	"math"
)

// pickOffsets returns the offsets of the picked rows, and the offsets of each source.
func pickOffsets[O int32 | int64](ctx context.Context, srcs []*Chunk, spans []Span, n int) (offs []O, from [][]O, err error) {
	from = make([][]O, len(srcs))
	for i, src := range srcs {
		if src.Len > 0 {
			from[i] = Values[O](src.Bufs[1])[src.Off : src.Off+src.Len+1]
		}
	}
	most := int64(math.MaxInt64)
	if _, short := any(offs).([]int32); short {
		most = math.MaxInt32
	}
	offs = make([]O, n+1)
	k, total := 1, int64(0)
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			o := from[s.Src][s.Lo : s.Lo+int(s.N)+1]
			size := int64(o[s.N] - o[0])
			if size > most-total {
				return nil, nil, errSplit
			}
			base := O(total) - o[0]
			for _, end := range o[1:] {
				offs[k] = base + end
				k++
			}
			total += size
		}
	}
	return offs, from, nil
}

func pickBytes[O int32 | int64](ctx context.Context, c *Chunk, srcs []*Chunk, spans []Span) error {
	offs, from, err := pickOffsets[O](ctx, srcs, spans, c.Len)
	if err != nil {
		return err
	}
	data := make([]byte, offs[c.Len])
	k := 0
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			o := from[s.Src]
			k += copy(data[k:], srcs[s.Src].Bufs[2][o[s.Lo]:o[s.Lo+int(s.N)]])
		}
	}
	c.Bufs[1], c.Bufs[2] = Bytes(offs), data
	return nil
}

// viewBufferBytes is the size of the buffers that picked views point into:
// their offsets are int32.
const viewBufferBytes = 1 << 30

// pickViews copies headers and bytes, so that a few rows do not keep the buffers of all
// rows alive.
func pickViews(c *Chunk, ctx context.Context, srcs []*Chunk, spans []Span) {
	total := 0
	eachView(ctx, srcs, spans, func(_ int, value []byte) {
		if len(value) > viewInline {
			total += len(value)
		}
	})
	headers := NewBytes(c.Len * viewSize)
	var data []byte
	eachView(ctx, srcs, spans, func(k int, value []byte) {
		h := headers[k*viewSize:][:viewSize]
		binary.NativeEndian.PutUint32(h, uint32(len(value)))
		copy(h[4:], value[:min(len(value), viewInline)])
		if len(value) <= viewInline {
			return
		}
		if len(value) > cap(data)-len(data) {
			if data != nil {
				c.Bufs = append(c.Bufs, data)
			}
			data = make([]byte, 0, max(len(value), min(total, viewBufferBytes)))
		}
		binary.NativeEndian.PutUint32(h[8:], uint32(len(c.Bufs)-2))
		binary.NativeEndian.PutUint32(h[12:], uint32(len(data)))
		data = append(data, value...)
		total -= len(value)
	})
	c.Bufs[1] = headers
	if data != nil {
		c.Bufs = append(c.Bufs, data)
	}
}

// eachView calls fn for each row that is not null.
func eachView(ctx context.Context, srcs []*Chunk, spans []Span, fn func(k int, value []byte)) {
	k := 0
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.Src]
			for i := s.Lo; i < s.Lo+int(s.N); i++ {
				if src.Bufs[0] == nil || Bit(src.Bufs[0], src.Off+i) {
					fn(k, src.ViewBytes(i))
				}
				k++
			}
		}
	}
}
