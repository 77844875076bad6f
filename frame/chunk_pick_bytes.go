package frame

import (
	"context"
	"encoding/binary"
	"math"
)

// pickOffsets returns the offsets of the picked rows and, for each source, its
// own.
func pickOffsets[O int32 | int64](ctx context.Context, srcs []*chunk, spans []span, n int) (offs []O, from [][]O, err error) {
	from = make([][]O, len(srcs))
	for i, src := range srcs {
		if src.n > 0 {
			from[i] = values[O](src.bufs[1])[src.off : src.off+src.n+1]
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
			o := from[s.src][s.lo : s.lo+int(s.n)+1]
			size := int64(o[s.n] - o[0])
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

func pickBytes[O int32 | int64](ctx context.Context, c *chunk, srcs []*chunk, spans []span) error {
	offs, from, err := pickOffsets[O](ctx, srcs, spans, c.n)
	if err != nil {
		return err
	}
	data := make([]byte, offs[c.n])
	k := 0
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			o := from[s.src]
			k += copy(data[k:], srcs[s.src].bufs[2][o[s.lo]:o[s.lo+int(s.n)]])
		}
	}
	c.bufs[1], c.bufs[2] = rawBytes(offs), data
	return nil
}

// viewBufferBytes is the size of the buffers that picked views point into:
// their offsets are int32.
const viewBufferBytes = 1 << 30

// pickViews copies the bytes too, so that a few rows do not keep the buffers
// of all rows alive.
func pickViews(c *chunk, ctx context.Context, srcs []*chunk, spans []span) {
	total := 0
	eachView(ctx, srcs, spans, func(_ int, value []byte) {
		if len(value) > viewInline {
			total += len(value)
		}
	})
	headers := newBytes(c.n * viewSize)
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
				c.bufs = append(c.bufs, data)
			}
			data = make([]byte, 0, max(len(value), min(total, viewBufferBytes)))
		}
		binary.NativeEndian.PutUint32(h[8:], uint32(len(c.bufs)-2))
		binary.NativeEndian.PutUint32(h[12:], uint32(len(data)))
		data = append(data, value...)
		total -= len(value)
	})
	c.bufs[1] = headers
	if data != nil {
		c.bufs = append(c.bufs, data)
	}
}

// eachView calls fn for each row that is not null.
func eachView(ctx context.Context, srcs []*chunk, spans []span, fn func(k int, value []byte)) {
	k := 0
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.src]
			for i := s.lo; i < s.lo+int(s.n); i++ {
				if src.bufs[0] == nil || bit(src.bufs[0], src.off+i) {
					fn(k, src.viewBytes(i))
				}
				k++
			}
		}
	}
}
