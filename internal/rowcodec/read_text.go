package rowcodec

import (
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// bytesReader returns the function that reads strings and binary values. A string shares
// the bytes of the Arrow buffer, which is never written to, so it may be kept. A []byte is
// a copy in memory of the block, since a function may write to it.
func bytesReader(t arrow.DataType, k kind) readFunc {
	var of func(src *source, i int) []byte
	switch t := t.(type) {
	case *arrow.DictionaryType:
		return dictReader(t, k)
	case *arrow.StringViewType, *arrow.BinaryViewType:
		of = (*source).ViewBytes
	case *arrow.FixedSizeBinaryType:
		width := t.ByteWidth
		of = func(src *source, i int) []byte { return src.Bufs[1][(src.Off+i)*width:][:width] }
	case *arrow.LargeStringType, *arrow.LargeBinaryType:
		if k == kindString {
			return readStrings[int64]
		}
		of = bytesAt[int64]
	default:
		if k == kindString {
			return readStrings[int32]
		}
		of = bytesAt[int32]
	}
	return readEach(of, k)
}

// readStrings reads strings of the most common layout, between offsets. Slicing checks the
// offsets against the buffer: it panics for a bad one.
func readStrings[O int32 | int64](dst View, src *source, i, n int, _ *ReadMem) int {
	offsets := chunk.Values[O](src.Bufs[1])[src.Off+i:][:n+1]
	bytes := slices.Clip(src.Bufs[2])
	from := offsets[0]
	for k, to := range offsets[1:] {
		*at[string](dst, k) = chunk.Text(bytes[from:to])
		from = to
	}
	return n
}

// readEach returns the function that reads values which of finds one by one.
func readEach(of func(src *source, i int) []byte, k kind) readFunc {
	if k == kindString {
		return func(dst View, src *source, i, n int, _ *ReadMem) int {
			for k := range n {
				*at[string](dst, k) = chunk.Text(of(src, i+k))
			}
			return n
		}
	}
	return func(dst View, src *source, i, n int, mem *ReadMem) int {
		total := 0
		for k := range n {
			total += len(of(src, i+k))
		}
		if mem.bytes == nil || cap(mem.bytes)-len(mem.bytes) < total { // empty bytes are not nil
			mem.bytes = make([]byte, 0, max(total, 2*cap(mem.bytes)))
		}
		for k := range n {
			start := len(mem.bytes)
			mem.bytes = append(mem.bytes, of(src, i+k)...)
			end := len(mem.bytes)
			*at[[]byte](dst, k) = mem.bytes[start:end:end]
		}
		return n
	}
}

// bytesAt returns the bytes of row i, for a type with offsets of type O.
func bytesAt[O int32 | int64](src *source, i int) []byte {
	offsets := chunk.Values[O](src.Bufs[1])[src.Off+i:][:2]
	return slices.Clip(src.Bufs[2])[offsets[0]:offsets[1]]
}
