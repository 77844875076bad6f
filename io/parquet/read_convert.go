package parquet

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/pqmeta"
)

// converter converts Parquet's physical values to Arrow values.
type converter struct {
	kind convKind
	in   int                                // bytes of a physical value
	out  int                                // bytes of an Arrow value
	fn   func(dst, src []byte, n int) error // nil if the bytes are the same
}

type convKind int8

const (
	fixedConv   convKind = iota
	bitsConv             // booleans
	stringConv           // byte strings
	decimalConv          // byte strings that are numbers; fn converts one of them, n is its length
	nullConv             // only nulls
)

func same(width int) converter { return converter{in: width, out: width} }

// narrow converts INT32 to a smaller integer, which must hold it.
func narrow[T int8 | int16 | uint8 | uint16](dst, src []byte, n int) error {
	w := len(dst) / max(n, 1)
	for i := range n {
		v := int32(binary.LittleEndian.Uint32(src[4*i:]))
		t := T(v)
		if int32(t) != v {
			return malformed("%d does not fit %T", v, t)
		}
		if w == 1 {
			dst[i] = byte(t)
		} else {
			binary.LittleEndian.PutUint16(dst[2*i:], uint16(t))
		}
	}
	return nil
}

func narrow64to32(dst, src []byte, n int) error {
	for i := range n {
		v := binary.LittleEndian.Uint64(src[8*i:])
		if v>>32 != 0 {
			return malformed("%d does not fit uint32", int64(v))
		}
		binary.LittleEndian.PutUint32(dst[4*i:], uint32(v))
	}
	return nil
}

func daysToMillis(dst, src []byte, n int) error {
	for i := range n {
		days := int32(binary.LittleEndian.Uint32(src[4*i:]))
		binary.LittleEndian.PutUint64(dst[8*i:], uint64(int64(days)*86_400_000))
	}
	return nil
}

func millisToSeconds32(dst, src []byte, n int) error {
	for i := range n {
		v := int32(binary.LittleEndian.Uint32(src[4*i:]))
		if v%1000 != 0 {
			return malformed("%d ms is not a whole second, as the Arrow schema wants", v)
		}
		binary.LittleEndian.PutUint32(dst[4*i:], uint32(v/1000))
	}
	return nil
}

func millisToSeconds64(dst, src []byte, n int) error {
	for i := range n {
		v := int64(binary.LittleEndian.Uint64(src[8*i:]))
		if v%1000 != 0 {
			return malformed("%d ms is not a whole second, as the Arrow schema wants", v)
		}
		binary.LittleEndian.PutUint64(dst[8*i:], uint64(v/1000))
	}
	return nil
}

const (
	julianUnixEpoch = 2_440_588 // Julian day of 1970-01-01
	nanosPerDay     = 86_400_000_000_000
)

// fromInt96 converts nanoseconds of the day and Julian day to nanoseconds since 1970,
// which span 1677 to 2262. A day outside is an error.
func fromInt96(dst, src []byte, n int) error {
	for i := range n {
		b := src[12*i:]
		nanos := int64(binary.LittleEndian.Uint64(b))
		day := int64(binary.LittleEndian.Uint32(b[8:])) - julianUnixEpoch
		v, ok := nanosOf(day, nanos)
		if !ok {
			return misfit("INT96 timestamp of Julian day %d and %d ns, outside of 1677-09-21 to 2262-04-11, which nanoseconds reach", day+julianUnixEpoch, nanos)
		}
		binary.LittleEndian.PutUint64(dst[8*i:], uint64(v))
	}
	return nil
}

// nanosOf returns the nanoseconds since 1970 of a day, and of nanoseconds in it or up to
// a day beside it. It reports false if an int64 cannot hold them.
func nanosOf(day, nanos int64) (int64, bool) {
	const most = math.MaxInt64 / nanosPerDay // whole days
	if day < -most-1 || day > most+1 || nanos < -nanosPerDay || nanos > nanosPerDay {
		return 0, false
	}
	// From the end of the day nearer to 1970, which is never out of reach.
	if day < 0 {
		day, nanos = day+1, nanos-nanosPerDay
	} else if day > 0 {
		day, nanos = day-1, nanos+nanosPerDay
	}
	v := day*nanosPerDay + nanos
	return v, v < day*nanosPerDay == (nanos < 0)
}

// decimalWidth is the number of bytes of an Arrow decimal.
func decimalWidth(t arrow.DataType) int { return t.(arrow.FixedWidthDataType).BitWidth() / 8 }

// decimalConverter returns the converter from one of the four physical types of
// decimals to Arrow decimals of out bytes.
func decimalConverter(el *pqmeta.Element, out int) (converter, error) {
	switch el.Type {
	case pqmeta.Int32:
		return converter{in: 4, out: out, fn: func(dst, src []byte, n int) error {
			for i := range n {
				extend(dst[i*out:(i+1)*out], uint64(int64(int32(binary.LittleEndian.Uint32(src[4*i:])))))
			}
			return nil
		}}, nil
	case pqmeta.Int64:
		return converter{in: 8, out: out, fn: func(dst, src []byte, n int) error {
			for i := range n {
				extend(dst[i*out:(i+1)*out], binary.LittleEndian.Uint64(src[8*i:]))
			}
			return nil
		}}, nil
	case pqmeta.FixedLenByteArray:
		in := int(el.TypeLength)
		return converter{in: in, out: out, fn: func(dst, src []byte, n int) error {
			for i := range n {
				if err := fromBigEndian(dst[i*out:(i+1)*out], src[i*in:(i+1)*in]); err != nil {
					return err
				}
			}
			return nil
		}}, nil
	case pqmeta.ByteArray:
		return converter{kind: decimalConv, out: out, fn: func(dst, src []byte, n int) error {
			return fromBigEndian(dst, src[:n])
		}}, nil
	}
	return converter{}, unsupported("DECIMAL of physical type %v", el.Type)
}

// extend writes v as a two's complement number of len(dst) bytes.
func extend(dst []byte, v uint64) {
	binary.LittleEndian.PutUint64(dst, v)
	sign := uint64(int64(v) >> 63)
	for k := 8; k < len(dst); k += 8 {
		binary.LittleEndian.PutUint64(dst[k:], sign)
	}
}

// fromBigEndian converts a big-endian number of any length to len(dst) bytes in
// little-endian form. Bytes that do not fit must repeat the sign.
func fromBigEndian(dst, src []byte) error {
	if len(src) == 0 {
		return malformed("decimal of no bytes")
	}
	sign := byte(int8(src[0]) >> 7)
	for len(src) > len(dst) {
		if src[0] != sign || byte(int8(src[1])>>7) != sign {
			return malformed("decimal does not fit %d bytes", len(dst))
		}
		src = src[1:]
	}
	for i := range dst {
		if i < len(src) {
			dst[i] = src[len(src)-1-i]
		} else {
			dst[i] = sign
		}
	}
	return nil
}
