package rowcodec

import (
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// dictReader returns the function that reads the values of a dictionary column by their
// codes. It does not decode the dictionary first, which may be far longer than the rows.
func dictReader(t *arrow.DictionaryType, k kind) readFunc {
	large := false
	switch t.ValueType.ID() {
	case arrow.LARGE_STRING, arrow.LARGE_BINARY:
		large = true
	}
	switch {
	case k == kindString && large:
		return dictStrings[int64](t.IndexType)
	case k == kindString:
		return dictStrings[int32](t.IndexType)
	}
	value := bytesAt[int32]
	if large {
		value = bytesAt[int64]
	}
	return readEach(func(src *source, i int) []byte { return value(src.words, src.index(i)) }, k)
}

// dictStrings returns the function that reads strings by codes of type index, from a
// dictionary with offsets of type O.
func dictStrings[O int32 | int64](index arrow.DataType) readFunc {
	switch index.ID() {
	case arrow.INT8:
		return readDict[int8, O]
	case arrow.INT16:
		return readDict[int16, O]
	case arrow.INT32:
		return readDict[int32, O]
	case arrow.INT64:
		return readDict[int64, O]
	case arrow.UINT8:
		return readDict[uint8, O]
	case arrow.UINT16:
		return readDict[uint16, O]
	case arrow.UINT32:
		return readDict[uint32, O]
	}
	return readDict[uint64, O]
}

// readDict reads strings by codes of type I. Slicing checks every code against the
// dictionary: it panics for a bad one.
func readDict[I chunk.Number, O int32 | int64](dst View, src *source, i, n int, _ *ReadMem) int {
	d := src.words
	offsets := chunk.Values[O](d.Bufs[1])[d.Off:][: d.Len+1 : d.Len+1]
	bytes := slices.Clip(d.Bufs[2])
	for k, v := range chunk.Values[I](src.Bufs[1])[src.Off+i:][:n] {
		word := offsets[int(v):][:2]
		*at[string](dst, k) = chunk.Text(bytes[word[0]:word[1]])
	}
	return n
}

// hideNulls makes a row null if its value in the dictionary is null.
func (s *source) hideNulls() {
	if s.words.valid == nil {
		return
	}
	seen := make([]byte, (s.Off+s.Len+7)/8)
	for i := range s.Len {
		if s.valid != nil && !chunk.Bit(s.valid, s.Off+i) {
			continue
		}
		// A row whose code is not in the dictionary stays valid: reading it fails.
		if k := s.index(i); k < 0 || k >= s.words.Len || chunk.Bit(s.words.valid, s.words.Off+k) {
			chunk.SetBit(seen, s.Off+i)
		}
	}
	s.valid = seen
}
