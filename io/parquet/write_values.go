package parquet

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/internal/pqenc"
)

// append appends the values of the rows in pick of the leaf array, all rows if pick is
// nil.
func (o *leafWriter) append(ctx context.Context, s *shredded, a arrow.Array, pick []int32) error {
	n := a.Len()
	if pick != nil {
		n = len(pick)
	}
	if n == 0 {
		return nil
	}
	if d, ok := a.(*array.Dictionary); ok {
		return o.appendDictionary(ctx, s, d, pick, n)
	}
	at := s.values
	s.values += n
	switch o.enc.kind {
	case bitsConv:
		b := a.(*array.Boolean)
		for len(s.fixed) < (s.values+7)/8 {
			s.fixed = append(s.fixed, 0)
		}
		for k := range n {
			i := k
			if pick != nil {
				i = int(pick[k])
			}
			if b.Value(i) {
				s.fixed[(at+k)>>3] |= 1 << ((at + k) & 7)
			}
		}
		return nil
	case stringConv:
		return appendText(ctx, s, a, pick, n)
	}
	return o.appendFixed(ctx, s, a, pick, n)
}

// appendFixed appends values of a fixed number of bytes.
func (o *leafWriter) appendFixed(ctx context.Context, s *shredded, a arrow.Array, pick []int32, n int) error {
	in := o.enc.in
	raw := a.Data().Buffers()[1].Bytes()[a.Data().Offset()*in:]
	src := raw
	if pick != nil {
		src = make([]byte, n*in)
		for lo := 0; lo < n; lo += checkEvery {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			hi := min(lo+checkEvery, n)
			pqenc.GatherFixed(src[lo*in:hi*in], raw, pick[lo:hi], in)
		}
	}
	if o.enc.fn == nil {
		if s.fixed == nil {
			s.fixed = src[: n*in : n*in] // shares the memory of the array; nothing writes to it
		} else {
			s.fixed = append(s.fixed, src[:n*in]...)
		}
		return nil
	}
	at := len(s.fixed)
	s.fixed = append(s.fixed, make([]byte, n*o.enc.out)...)
	return o.enc.fn(s.fixed[at:], src, n)
}

// appendText appends byte strings.
func appendText(ctx context.Context, s *shredded, a arrow.Array, pick []int32, n int) error {
	value := textOf(a)
	if pick == nil {
		if offs, data, ok := contiguous(a, n); ok && s.data == nil {
			s.data, s.offs = data, offs // shares the memory of the array
			return nil
		}
	}
	for k := range n {
		if k%checkEvery == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		i := k
		if pick != nil {
			i = int(pick[k])
		}
		s.data = append(s.data, value(i)...)
		s.offs = append(s.offs, int64(len(s.data)))
	}
	return nil
}

// contiguous returns the offsets and the bytes of an array whose bytes need not be
// copied.
func contiguous(a arrow.Array, n int) (offs []int64, data []byte, ok bool) {
	bufs, off := a.Data().Buffers(), a.Data().Offset()
	offs = make([]int64, n+1)
	switch a.DataType().ID() {
	case arrow.STRING, arrow.BINARY:
		raw := arrow.Int32Traits.CastFromBytes(bufs[1].Bytes())[off : off+n+1]
		for i, o := range raw {
			offs[i] = int64(o - raw[0])
		}
		data = cut(bufs[2].Bytes(), int64(raw[0]), int64(raw[n]))
	case arrow.LARGE_STRING, arrow.LARGE_BINARY:
		raw := arrow.Int64Traits.CastFromBytes(bufs[1].Bytes())[off : off+n+1]
		for i, o := range raw {
			offs[i] = o - raw[0]
		}
		data = cut(bufs[2].Bytes(), raw[0], raw[n])
	default:
		return nil, nil, false
	}
	return offs, data, true
}

// cut returns b[lo:hi], without capacity beyond it.
func cut(b []byte, lo, hi int64) []byte { return b[lo:hi:hi] }

// textOf returns the function that returns the bytes of row i.
func textOf(a arrow.Array) func(i int) []byte {
	bufs, off := a.Data().Buffers(), a.Data().Offset()
	switch v := a.(type) {
	case *array.StringView:
		return func(i int) []byte { return []byte(v.Value(i)) }
	case *array.BinaryView:
		return v.Value
	case *array.LargeString, *array.LargeBinary:
		offs := arrow.Int64Traits.CastFromBytes(bufs[1].Bytes())[off:]
		data := bufs[2].Bytes()
		return func(i int) []byte { return data[offs[i]:offs[i+1]] }
	}
	offs := arrow.Int32Traits.CastFromBytes(bufs[1].Bytes())[off:]
	data := bufs[2].Bytes()
	return func(i int) []byte { return data[offs[i]:offs[i+1]] }
}

// appendDictionary appends the values that the rows of a dictionary array select, in
// plain form. Whether a dictionary is worthwhile is decided later, for all arrays of
// the row group together.
func (o *leafWriter) appendDictionary(ctx context.Context, s *shredded, d *array.Dictionary, pick []int32, n int) error {
	rows := make([]int32, n)
	for k := range rows {
		i := k
		if pick != nil {
			i = int(pick[k])
		}
		rows[k] = int32(d.GetValueIndex(i))
	}
	return o.append(ctx, s, storage(d.Dictionary()), rows)
}
