package parquet

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"math/big"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/pqmeta"
)

// encoder converts Arrow values to Parquet's physical values.
type encoder struct {
	kind  convKind
	in    int                                // bytes of an Arrow value
	out   int                                // bytes of a physical value
	fn    func(dst, src []byte, n int) error // nil if the bytes are the same
	less  func(a, b []byte) int              // order of physical values, nil if they have none
	isNaN func(v []byte) bool
}

// leafEncoding returns the schema element and the encoder for an Arrow type.
func leafEncoding(t arrow.DataType) (pqmeta.Element, encoder, error) {
	el := pqmeta.Element{Converted: pqmeta.NoConverted, FieldID: -1}
	if ext, ok := t.(arrow.ExtensionType); ok {
		t = ext.StorageType()
	}
	if d, ok := t.(*arrow.DictionaryType); ok {
		if !canEncode(d.ValueType) && d.ValueType.ID() != arrow.BOOL {
			return el, encoder{}, unsupported("%v", t)
		}
		return leafEncoding(d.ValueType)
	}
	set := func(p pqmeta.Type, k pqmeta.Kind, c pqmeta.Converted, e encoder) (pqmeta.Element, encoder, error) {
		el.Type, el.Logical.Kind, el.Converted = p, k, c
		return el, e, nil
	}
	bytesOf := func(n int, less func(a, b []byte) int) encoder {
		e := encoder{in: n, out: n, less: less}
		return e
	}
	switch t := t.(type) {
	case *arrow.NullType:
		return set(pqmeta.Int32, pqmeta.NullKind, pqmeta.NoConverted, encoder{kind: nullConv, out: 4})
	case *arrow.BooleanType:
		return set(pqmeta.Boolean, pqmeta.NoKind, pqmeta.NoConverted, encoder{kind: bitsConv})
	case *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type,
		*arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type, *arrow.Uint64Type:
		return integerEncoding(el, t)
	case *arrow.Float32Type:
		e := bytesOf(4, func(a, b []byte) int { return cmp.Compare(f32(a), f32(b)) })
		e.isNaN = func(v []byte) bool { return f32(v) != f32(v) }
		return set(pqmeta.Float, pqmeta.NoKind, pqmeta.NoConverted, e)
	case *arrow.Float64Type:
		e := bytesOf(8, func(a, b []byte) int { return cmp.Compare(f64(a), f64(b)) })
		e.isNaN = func(v []byte) bool { return f64(v) != f64(v) }
		return set(pqmeta.Double, pqmeta.NoKind, pqmeta.NoConverted, e)
	case *arrow.StringType, *arrow.LargeStringType, *arrow.StringViewType:
		return set(pqmeta.ByteArray, pqmeta.StringKind, pqmeta.ConvUTF8, encoder{kind: stringConv})
	case *arrow.BinaryType, *arrow.LargeBinaryType, *arrow.BinaryViewType:
		return set(pqmeta.ByteArray, pqmeta.NoKind, pqmeta.NoConverted, encoder{kind: stringConv})
	case *arrow.FixedSizeBinaryType:
		if t.ByteWidth < 1 {
			return el, encoder{}, unsupported("%v: Parquet has no values of 0 bytes", t)
		}
		el.TypeLength = int32(t.ByteWidth)
		return set(pqmeta.FixedLenByteArray, pqmeta.NoKind, pqmeta.NoConverted, bytesOf(t.ByteWidth, compareBytes))
	case *arrow.Float16Type:
		el.TypeLength = 2
		return set(pqmeta.FixedLenByteArray, pqmeta.Float16Kind, pqmeta.NoConverted, bytesOf(2, nil))
	case *arrow.Date32Type:
		return set(pqmeta.Int32, pqmeta.DateKind, pqmeta.ConvDate, bytesOf(4, compareInt32))
	case *arrow.Date64Type:
		return set(pqmeta.Int32, pqmeta.DateKind, pqmeta.ConvDate, encoder{in: 8, out: 4, fn: millisToDays, less: compareInt32})
	case *arrow.DurationType:
		return set(pqmeta.Int64, pqmeta.NoKind, pqmeta.NoConverted, bytesOf(8, compareInt64))
	case *arrow.MonthIntervalType:
		return set(pqmeta.Int32, pqmeta.NoKind, pqmeta.NoConverted, bytesOf(4, compareInt32))
	case *arrow.DayTimeIntervalType:
		el.TypeLength = 8
		return set(pqmeta.FixedLenByteArray, pqmeta.NoKind, pqmeta.NoConverted, bytesOf(8, nil))
	case *arrow.MonthDayNanoIntervalType:
		el.TypeLength = 16
		return set(pqmeta.FixedLenByteArray, pqmeta.NoKind, pqmeta.NoConverted, bytesOf(16, nil))
	case *arrow.Time32Type:
		el.Logical.Unit, el.Logical.UTC = pqmeta.Millis, true
		e := bytesOf(4, compareInt32)
		if t.Unit == arrow.Second {
			e.fn = secondsToMillis32
		}
		return set(pqmeta.Int32, pqmeta.TimeKind, pqmeta.ConvTimeMillis, e)
	case *arrow.Time64Type:
		el.Logical.Unit, el.Logical.UTC = pqmeta.Micros, true
		conv := pqmeta.ConvTimeMicros
		if t.Unit == arrow.Nanosecond {
			el.Logical.Unit, conv = pqmeta.Nanos, pqmeta.NoConverted
		}
		return set(pqmeta.Int64, pqmeta.TimeKind, conv, bytesOf(8, compareInt64))
	case *arrow.TimestampType:
		e := bytesOf(8, compareInt64)
		conv := pqmeta.NoConverted
		el.Logical.UTC = t.TimeZone != ""
		switch t.Unit {
		case arrow.Second:
			e.fn = secondsToMillis64
			el.Logical.Unit, conv = pqmeta.Millis, pqmeta.ConvTimestampMillis
		case arrow.Millisecond:
			el.Logical.Unit, conv = pqmeta.Millis, pqmeta.ConvTimestampMillis
		case arrow.Microsecond:
			el.Logical.Unit, conv = pqmeta.Micros, pqmeta.ConvTimestampMicros
		default:
			el.Logical.Unit = pqmeta.Nanos
		}
		if !el.Logical.UTC { // the converted types mean instants
			conv = pqmeta.NoConverted
		}
		return set(pqmeta.Int64, pqmeta.TimestampKind, conv, e)
	case *arrow.Decimal128Type:
		return decimalEncoding(el, t.Precision, t.Scale, 16)
	case *arrow.Decimal256Type:
		return decimalEncoding(el, t.Precision, t.Scale, 32)
	}
	return el, encoder{}, unsupported("Parquet has no form for %v", t)
}

func integerEncoding(el pqmeta.Element, t arrow.DataType) (pqmeta.Element, encoder, error) {
	width := t.(arrow.FixedWidthDataType).BitWidth() / 8
	signed := arrow.IsSignedInteger(t.ID())
	el.Type, el.Logical = pqmeta.Int32, pqmeta.Logical{Kind: pqmeta.IntegerKind, Bits: int8(8 * width), Signed: signed}
	step := map[int]pqmeta.Converted{1: 0, 2: 1, 4: 2, 8: 3}[width]
	if signed {
		el.Converted = pqmeta.ConvInt8 + step
	} else {
		el.Converted = pqmeta.ConvUint8 + step
	}
	e := encoder{in: width, out: 4, less: compareInt32}
	switch {
	case width == 8:
		e.out, e.less, el.Type = 8, compareInt64, pqmeta.Int64
		if !signed {
			e.less = func(a, b []byte) int { return cmp.Compare(u64(a), u64(b)) }
		}
	case width == 4 && !signed:
		e.less = func(a, b []byte) int { return cmp.Compare(u32(a), u32(b)) }
	case width == 1 && signed:
		e.fn = func(dst, src []byte, n int) error {
			for i := range n {
				binary.LittleEndian.PutUint32(dst[4*i:], uint32(int8(src[i])))
			}
			return nil
		}
	case width == 1:
		e.fn = func(dst, src []byte, n int) error {
			for i := range n {
				binary.LittleEndian.PutUint32(dst[4*i:], uint32(src[i]))
			}
			return nil
		}
	case width == 2 && signed:
		e.fn = func(dst, src []byte, n int) error {
			for i := range n {
				binary.LittleEndian.PutUint32(dst[4*i:], uint32(int16(binary.LittleEndian.Uint16(src[2*i:]))))
			}
			return nil
		}
	case width == 2:
		e.fn = func(dst, src []byte, n int) error {
			for i := range n {
				binary.LittleEndian.PutUint32(dst[4*i:], uint32(binary.LittleEndian.Uint16(src[2*i:])))
			}
			return nil
		}
	}
	// Plain INT32 and INT64 need no annotation, which older readers may not know.
	if signed && width >= 4 {
		el.Logical, el.Converted = pqmeta.Logical{}, pqmeta.NoConverted
	}
	return el, e, nil
}

// decimalEncoding stores decimals as integers if those are large enough, and
// otherwise as big-endian bytes.
func decimalEncoding(el pqmeta.Element, precision, scale int32, in int) (pqmeta.Element, encoder, error) {
	if precision < 1 || precision > 76 || scale < 0 || scale > precision {
		return el, encoder{}, unsupported("decimal(%d, %d): want 0 <= scale <= precision <= 76", precision, scale)
	}
	el.Logical = pqmeta.Logical{Kind: pqmeta.DecimalKind, Precision: precision, Scale: scale}
	el.Converted, el.Precision, el.Scale = pqmeta.ConvDecimal, precision, scale
	switch {
	case precision <= 9:
		el.Type = pqmeta.Int32
		return el, encoder{in: in, out: 4, fn: decimalToInt(in, 4), less: compareInt32}, nil
	case precision <= 18:
		el.Type = pqmeta.Int64
		return el, encoder{in: in, out: 8, fn: decimalToInt(in, 8), less: compareInt64}, nil
	}
	size := decimalSize(int(precision))
	el.Type, el.TypeLength = pqmeta.FixedLenByteArray, int32(size)
	fn := func(dst, src []byte, n int) error {
		for i := range n {
			v := src[i*in : (i+1)*in]
			sign := byte(int8(v[in-1]) >> 7)
			for k := range size {
				if k < in {
					dst[i*size+size-1-k] = v[k]
				} else {
					dst[i*size+size-1-k] = sign
				}
			}
			for k := size; k < in; k++ {
				if v[k] != sign || byte(int8(v[size-1])>>7) != sign {
					return misfit("a decimal with more than %d digits", precision)
				}
			}
		}
		return nil
	}
	return el, encoder{in: in, out: size, fn: fn, less: compareBigEndian}, nil
}

// decimalSize returns the least number of bytes for a number of digits and a sign.
func decimalSize(precision int) int {
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(precision)), nil)
	return (most.Sub(most, big.NewInt(1)).BitLen() + 8) / 8
}

func decimalToInt(in, out int) func(dst, src []byte, n int) error {
	return func(dst, src []byte, n int) error {
		for i := range n {
			v := src[i*in : (i+1)*in]
			sign := byte(int8(v[out-1]) >> 7)
			for _, b := range v[out:] {
				if b != sign {
					return misfit("a decimal that does not fit its type's precision")
				}
			}
			copy(dst[i*out:], v[:out])
		}
		return nil
	}
}

func millisToDays(dst, src []byte, n int) error {
	for i := range n {
		v := int64(u64(src[8*i:]))
		if v%86_400_000 != 0 {
			return misfit("date64 of %d ms, which is not a whole day", v)
		}
		if d := v / 86_400_000; d < math.MinInt32 || d > math.MaxInt32 {
			return misfit("date64 of %d ms, out of range", v)
		}
		binary.LittleEndian.PutUint32(dst[4*i:], uint32(v/86_400_000))
	}
	return nil
}

func secondsToMillis32(dst, src []byte, n int) error {
	for i := range n {
		v := int64(int32(u32(src[4*i:]))) * 1000
		if v != int64(int32(v)) {
			return misfit("time of %d s, out of range", v/1000)
		}
		binary.LittleEndian.PutUint32(dst[4*i:], uint32(v))
	}
	return nil
}

func secondsToMillis64(dst, src []byte, n int) error {
	for i := range n {
		v := int64(u64(src[8*i:]))
		if v > math.MaxInt64/1000 || v < math.MinInt64/1000 {
			return misfit("timestamp of %d s: Parquet counts milliseconds, which overflow", v)
		}
		binary.LittleEndian.PutUint64(dst[8*i:], uint64(v*1000))
	}
	return nil
}

func u32(b []byte) uint32  { return binary.LittleEndian.Uint32(b) }
func u64(b []byte) uint64  { return binary.LittleEndian.Uint64(b) }
func f32(b []byte) float32 { return math.Float32frombits(u32(b)) }
func f64(b []byte) float64 { return math.Float64frombits(u64(b)) }

func compareInt32(a, b []byte) int { return cmp.Compare(int32(u32(a)), int32(u32(b))) }
func compareInt64(a, b []byte) int { return cmp.Compare(int64(u64(a)), int64(u64(b))) }
func compareBytes(a, b []byte) int { return bytes.Compare(a, b) }

// compareBigEndian compares two's complement numbers of equal length.
func compareBigEndian(a, b []byte) int {
	if d := cmp.Compare(int8(a[0]), int8(b[0])); d != 0 {
		return d
	}
	return bytes.Compare(a[1:], b[1:])
}
