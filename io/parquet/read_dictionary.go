package parquet

import (
	"context"
	"encoding/binary"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// canEncode reports whether [dictionaries] can make a dictionary of values of type t.
func canEncode(t arrow.DataType) bool {
	switch t.ID() {
	case arrow.STRING, arrow.BINARY, arrow.LARGE_STRING, arrow.LARGE_BINARY:
		return true
	case arrow.BOOL, arrow.NULL:
		return false
	}
	_, ok := t.(arrow.FixedWidthDataType)
	return ok
}

// dictionaries encodes plain values as a dictionary in the order of their first
// appearance. It begins a new array when there are more values than the indices can
// number.
func dictionaries(ctx context.Context, dt *arrow.DictionaryType, plain *array.Data) ([]*array.Data, error) {
	width := dt.IndexType.(arrow.FixedWidthDataType).BitWidth() / 8
	most := 1 << min(8*width-1, 40)
	if arrow.IsUnsignedInteger(dt.IndexType.ID()) {
		most *= 2
	}
	value := valueBytes(plain)
	n := plain.Len()
	var valid []byte
	if b := plain.Buffers()[0]; b != nil {
		valid = b.Bytes()
	}
	var out []*array.Data
	index := make(map[string]int)
	var first []int // rows that hold a value for the first time
	idx := make([]byte, 0, n*width)
	lo := 0
	flush := func(hi int) {
		bits, nulls := cutBits(valid, lo, hi)
		dict := gather(plain, value, first)
		out = append(out, array.NewDataWithDictionary(dt, hi-lo, []*memory.Buffer{buffer(bits), textBuffer(idx)}, nulls, 0, dict))
	}
	for i := range n {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		k := 0
		if valid == nil || valid[i>>3]>>(i&7)&1 != 0 {
			v := value(i)
			var ok bool
			if k, ok = index[string(v)]; !ok {
				if k = len(first); k == most {
					flush(i)
					lo, k = i, 0
					clear(index)
					first, idx = nil, make([]byte, 0, (n-i)*width)
				}
				index[string(v)] = k
				first = append(first, i)
			}
		}
		switch width {
		case 1:
			idx = append(idx, byte(k))
		case 2:
			idx = binary.LittleEndian.AppendUint16(idx, uint16(k))
		case 4:
			idx = binary.LittleEndian.AppendUint32(idx, uint32(k))
		default:
			idx = binary.LittleEndian.AppendUint64(idx, uint64(k))
		}
	}
	flush(n)
	return out, nil
}

// valueBytes returns the function that returns the bytes of row i.
func valueBytes(d *array.Data) func(i int) []byte {
	bufs := d.Buffers()
	switch d.DataType().ID() {
	case arrow.STRING, arrow.BINARY:
		offs, data := arrow.Int32Traits.CastFromBytes(bufs[1].Bytes()), bufs[2].Bytes()
		return func(i int) []byte { return data[offs[i]:offs[i+1]] }
	case arrow.LARGE_STRING, arrow.LARGE_BINARY:
		offs, data := arrow.Int64Traits.CastFromBytes(bufs[1].Bytes()), bufs[2].Bytes()
		return func(i int) []byte { return data[offs[i]:offs[i+1]] }
	}
	width := d.DataType().(arrow.FixedWidthDataType).BitWidth() / 8
	var data []byte
	if bufs[1] != nil {
		data = bufs[1].Bytes()
	}
	return func(i int) []byte { return data[i*width : (i+1)*width] }
}

// gather returns an array of the given rows, none of which is null.
func gather(d *array.Data, value func(int) []byte, rows []int) *array.Data {
	var data []byte
	offs := make([]int64, 1, len(rows)+1)
	for _, i := range rows {
		data = append(data, value(i)...)
		offs = append(offs, int64(len(data)))
	}
	bufs := []*memory.Buffer{nil, textBuffer(data)}
	switch d.DataType().ID() {
	case arrow.STRING, arrow.BINARY:
		small := make([]int32, len(offs))
		for i, o := range offs {
			small[i] = int32(o)
		}
		bufs = []*memory.Buffer{nil, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(small)), textBuffer(data)}
	case arrow.LARGE_STRING, arrow.LARGE_BINARY:
		bufs = []*memory.Buffer{nil, memory.NewBufferBytes(arrow.Int64Traits.CastToBytes(offs)), textBuffer(data)}
	}
	return array.NewData(d.DataType(), len(rows), bufs, nil, 0, 0)
}
