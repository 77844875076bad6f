package rowcodec

import (
	"math/bits"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/apache/arrow/go/v15/arrow/float16"

	"github.com/parframe/parframe/internal/chunk"
)

// readerOf returns the function that reads a column of the type into fields of the kind,
// a pair that [fitting] allows. total reports whether the function can read null rows too,
// which hold arbitrary bytes.
func readerOf(t arrow.DataType, k kind) (read readFunc, total bool, err error) {
	switch t.ID() {
	case arrow.BOOL:
		return readBools, true, nil
	case arrow.INT8:
		return widenTo[int8](k), true, nil
	case arrow.INT16:
		return widenTo[int16](k), true, nil
	case arrow.INT32:
		return widenTo[int32](k), true, nil
	case arrow.INT64:
		if k == kindFloat64 {
			return readExact[int64], false, nil
		}
		return widen[int64, int64], true, nil
	case arrow.UINT8:
		return widenTo[uint8](k), true, nil
	case arrow.UINT16:
		return widenTo[uint16](k), true, nil
	case arrow.UINT32:
		return widenTo[uint32](k), true, nil
	case arrow.UINT64:
		if k == kindFloat64 {
			return readExact[uint64], false, nil
		}
		return widen[uint64, uint64], true, nil
	case arrow.FLOAT16:
		if k == kindFloat32 {
			return readHalves[float32], true, nil
		}
		return readHalves[float64], true, nil
	case arrow.FLOAT32:
		return widenTo[float32](k), true, nil
	case arrow.FLOAT64:
		return widen[float64, float64], true, nil
	case arrow.TIMESTAMP, arrow.DATE32, arrow.DATE64:
		read, err = timeReader(t)
		return read, true, err
	case arrow.DURATION, arrow.TIME32, arrow.TIME64:
		return durationReader(t), false, nil
	case arrow.DECIMAL128:
		return readPlain[decimal128.Num], true, nil
	case arrow.DECIMAL256:
		return readPlain[decimal256.Num], true, nil
	}
	// At a null, offsets are still in order; views and codes may be anything.
	return bytesReader(t, k), hasOffsets(t) && k == kindString, nil
}

// widenTo returns the function that copies values of type S into fields of the kind. Its
// list has pairs that lose values, since S may be any small type; fitting does not allow
// these.
func widenTo[S int8 | int16 | int32 | uint8 | uint16 | uint32 | float32](k kind) readFunc {
	switch k {
	case kindInt8:
		return widen[S, int8]
	case kindInt16:
		return widen[S, int16]
	case kindInt32:
		return widen[S, int32]
	case kindInt64:
		return widen[S, int64]
	case kindUint8:
		return widen[S, uint8]
	case kindUint16:
		return widen[S, uint16]
	case kindUint32:
		return widen[S, uint32]
	case kindUint64:
		return widen[S, uint64]
	case kindFloat32:
		return widen[S, float32]
	}
	return widen[S, float64]
}

// widen copies values of type S as values of type D, which holds all of them.
func widen[S, D chunk.Number](dst View, src *source, i, n int, _ *ReadMem) int {
	for k, v := range chunk.Values[S](src.Bufs[1])[src.Off+i:][:n] {
		*at[D](dst, k) = D(v)
	}
	return n
}

// readPlain copies values that have the same memory layout in Go and in Arrow.
func readPlain[T any](dst View, src *source, i, n int, _ *ReadMem) int {
	for k, v := range chunk.Values[T](src.Bufs[1])[src.Off+i:][:n] {
		*at[T](dst, k) = v
	}
	return n
}

// readExact copies integers into float64 fields, up to the first that float64 cannot
// hold: its set bits span more than 53 binary digits.
func readExact[S int64 | uint64](dst View, src *source, i, n int, _ *ReadMem) int {
	for k, v := range chunk.Values[S](src.Bufs[1])[src.Off+i:][:n] {
		abs := uint64(v)
		if v < 0 {
			abs = -abs
		}
		if abs > 1<<53 && bits.Len64(abs)-bits.TrailingZeros64(abs) > 53 {
			return k
		}
		*at[float64](dst, k) = float64(v)
	}
	return n
}

// readHalves reads float16, of which float32 holds every value.
func readHalves[D float32 | float64](dst View, src *source, i, n int, _ *ReadMem) int {
	for k, v := range chunk.Values[uint16](src.Bufs[1])[src.Off+i:][:n] {
		*at[D](dst, k) = D(float16.FromBits(v).Float32())
	}
	return n
}

// readBools turns bits into bools.
func readBools(dst View, src *source, i, n int, _ *ReadMem) int {
	var words [BlockWords]uint64
	for from := 0; from < n; from += BlockRows {
		m := min(BlockRows, n-from)
		chunk.LoadBits(words[:], src.Bufs[1], src.Off+i+from, m)
		flag(dst.from(from), words[:], m)
	}
	return n
}

// readNothing is the readFunc of the null type: no row has a value.
func readNothing(_ View, _ *source, _, n int, _ *ReadMem) int { return n }

// zeroOf returns the function that clears a value of the kind. For structs see zeroStruct.
func zeroOf(k kind) func(dst View, i int) {
	switch k {
	case kindBool, kindInt8, kindUint8:
		return zero[uint8]
	case kindInt16, kindUint16:
		return zero[uint16]
	case kindInt32, kindUint32, kindFloat32:
		return zero[uint32]
	case kindString:
		return zero[string]
	case kindBytes:
		return zero[[]byte]
	case kindTime:
		return zero[time.Time]
	case kindDecimal128:
		return zero[decimal128.Num]
	case kindDecimal256:
		return zero[decimal256.Num]
	case kindList:
		return zero[[]byte] // all slices have the same layout
	}
	return zero[uint64]
}

// zero clears the i-th value.
func zero[T any](dst View, i int) { *at[T](dst, i) = *new(T) }
