package parquet

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/pqmeta"
)

// The loops for single types find what the one for all types finds, with NaN and zeros
// as the format requires.
func TestExtremesOfEveryType(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	negZero := math.Copysign(0, -1)
	odd := []float64{0, negZero, math.NaN(), math.Inf(1), math.Inf(-1), 1, -1, math.MaxFloat64, math.SmallestNonzeroFloat64}
	types := []arrow.DataType{
		arrow.PrimitiveTypes.Float64, arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int8,
		arrow.PrimitiveTypes.Uint64, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint16, arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64,
		arrow.FixedWidthTypes.Timestamp_us, arrow.FixedWidthTypes.Time32ms, arrow.FixedWidthTypes.Time64ns, arrow.FixedWidthTypes.Duration_ns, arrow.FixedWidthTypes.MonthInterval,
		&arrow.Decimal128Type{Precision: 7, Scale: 2}, &arrow.Decimal128Type{Precision: 18}, &arrow.Decimal128Type{Precision: 30}, &arrow.FixedSizeBinaryType{ByteWidth: 8},
	}
	for _, typ := range types {
		el, enc, err := leafEncoding(typ)
		if err != nil {
			t.Fatal(err)
		}
		o := &leafWriter{}
		o.el, o.enc = el, enc
		w := &chunkWriter{leafWriter: o}
		for range 500 {
			n := r.IntN(6)
			b := make([]byte, 0, n*enc.out)
			for range n {
				switch el.Type {
				case pqmeta.Double:
					b = binary.LittleEndian.AppendUint64(b, math.Float64bits(odd[r.IntN(len(odd))]))
				case pqmeta.Float:
					b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(odd[r.IntN(len(odd))])))
				default:
					v := make([]byte, enc.out)
					for i := range v {
						v[i] = []byte{0, 1, 0x7f, 0x80, 0xff}[r.IntN(5)]
					}
					b = append(b, v...)
				}
			}
			lo, hi := w.extremes(b, n)
			wantLo, wantHi := enc.extremes(b, n)
			switch el.Type {
			case pqmeta.Double, pqmeta.Float:
				checkFloatExtremes(t, typ, b, lo, hi, wantLo, wantHi)
			default:
				if !bytes.Equal(lo, wantLo) || !bytes.Equal(hi, wantHi) || (lo == nil) != (wantLo == nil) {
					t.Fatalf("%v %x: %x to %x; want %x to %x", typ, b, lo, hi, wantLo, wantHi)
				}
			}
		}
	}
}

func checkFloatExtremes(t *testing.T, typ arrow.DataType, b, lo, hi, wantLo, wantHi []byte) {
	t.Helper()
	if (lo == nil) != (wantLo == nil) {
		t.Fatalf("%v %x: %x to %x; want %x to %x", typ, b, lo, hi, wantLo, wantHi)
	}
	if lo == nil {
		return
	}
	value := func(v []byte) float64 {
		if len(v) == 4 {
			return float64(f32(v))
		}
		return f64(v)
	}
	l, h := value(lo), value(hi)
	if l != value(wantLo) || h != value(wantHi) {
		t.Errorf("%v %x: %v to %v; want %v to %v", typ, b, l, h, value(wantLo), value(wantHi))
	}
	if l == 0 && !math.Signbit(l) || h == 0 && math.Signbit(h) {
		t.Errorf("%v %x: %v to %v; want -0 as least and +0 as greatest", typ, b, l, h)
	}
}
