package frame

import "github.com/apache/arrow/go/v15/arrow"

// dictReader reads the values that the indexes of a dictionary column stand
// for. Nothing is decoded up front: the dictionary may be far longer than the
// rows.
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
	index, value := indexOf(t.IndexType), bytesAt[int32]
	if large {
		value = bytesAt[int64]
	}
	return readEach(func(src *source, i int) []byte {
		return value(src.dict, src.dict.off+index(src, i))
	}, k)
}

// dictStrings is the reader for dictionaries with offsets of type O.
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

// readDict checks every index against the dictionary by slicing.
func readDict[I number, O int32 | int64](dst strided, src *source, i, n int, _ *readMem) int {
	d := src.dict
	offsets := values[O](d.data)[d.off:][: d.n+1 : d.n+1]
	for k, v := range values[I](src.data)[src.off+i:][:n] {
		pair := offsets[int(v):][:2]
		*at[string](dst, k) = sharedText(d.bytes[pair[0]:pair[1]])
	}
	return n
}

// indexOf returns the function that gives the index at i of the buffers.
func indexOf(t arrow.DataType) func(src *source, i int) int {
	switch t.ID() {
	case arrow.INT8:
		return indexAt[int8]
	case arrow.INT16:
		return indexAt[int16]
	case arrow.INT32:
		return indexAt[int32]
	case arrow.INT64:
		return indexAt[int64]
	case arrow.UINT8:
		return indexAt[uint8]
	case arrow.UINT16:
		return indexAt[uint16]
	case arrow.UINT32:
		return indexAt[uint32]
	}
	return indexAt[uint64]
}

func indexAt[I number](src *source, i int) int { return int(values[I](src.data)[i]) }

// hideNulls makes rows null whose index is that of a null in the dictionary.
func (s *source) hideNulls() {
	if s.dict.valid == nil {
		return
	}
	index := indexOf(s.typ.(*arrow.DictionaryType).IndexType)
	seen := make([]byte, (s.off+s.n+7)/8)
	for i := s.off; i < s.off+s.n; i++ {
		if s.valid != nil && s.valid[i>>3]>>(i&7)&1 == 0 {
			continue
		}
		// An index outside the dictionary stays: reading it fails for its row.
		k := index(s, i)
		if d := s.dict.off + k; k < 0 || k >= s.dict.n || s.dict.valid[d>>3]>>(d&7)&1 != 0 {
			seen[i>>3] |= 1 << (i & 7)
		}
	}
	s.valid = seen
}
