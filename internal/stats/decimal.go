package stats

import (
	"encoding/binary"
	"math/big"
	"math/bits"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// wide is a decimal without its scale: 256 bits in two's complement, the lowest
// word first.
type wide [4]uint64

// wideSum is a sum of fewer than 2⁶⁴ of them.
type wideSum [5]uint64

type sumDecimals struct{}

func (sumDecimals) lift(x wide) wideSum {
	return wideSum{x[0], x[1], x[2], x[3], uint64(int64(x[3]) >> 63)}
}

func (sumDecimals) join(a, b wideSum) wideSum {
	var c uint64
	for i := range a {
		a[i], c = bits.Add64(a[i], b[i], c)
	}
	return a
}

func (f sumDecimals) many(x []wide) (a wideSum) {
	for _, v := range x {
		a = f.join(a, f.lift(v))
	}
	return a
}

func (f sumDecimals) run(acc []wideSum, x []wide, a wideSum) wideSum {
	for i, v := range x {
		a = f.join(a, f.lift(v))
		acc[i] = a
	}
	return a
}

func (a wideSum) negated() wideSum {
	c := uint64(1)
	for i := range a {
		a[i], c = bits.Add64(^a[i], 0, c)
	}
	return a
}

// big returns the sum as a number of arbitrary length.
func (a wideSum) big() *big.Int {
	neg := int64(a[4]) < 0
	if neg {
		a = a.negated()
	}
	v := bigOf([]uint64{a[4], a[3], a[2], a[1], a[0]})
	if neg {
		v.Neg(v)
	}
	return v
}

// decimalForm is how the decimals of a type are stored.
type decimalForm struct {
	words int // of 64 bits
	scale int32
	limit *big.Int // the least magnitude that has too many digits
}

func decimalFormOf(t arrow.DataType) decimalForm {
	switch t := chunk.Physical(t).(type) {
	case *arrow.Decimal128Type:
		return decimalForm{2, t.Scale, pow10(38)}
	case *arrow.Decimal256Type:
		return decimalForm{4, t.Scale, pow10(76)}
	}
	panic("no decimal type")
}

// widestDecimal is the type of sums of a type of decimals.
func widestDecimal(t arrow.DataType) arrow.DataType {
	if t, ok := chunk.Physical(t).(*arrow.Decimal128Type); ok {
		return &arrow.Decimal128Type{Precision: 38, Scale: t.Scale}
	}
	return &arrow.Decimal256Type{Precision: 76, Scale: decimalFormOf(t).scale}
}

func pow10(n int32) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// fits reports whether the sum has no more digits than the type.
func (f decimalForm) fits(a *wideSum) bool { return a.small() || a.big().CmpAbs(f.limit) < 0 }

// small reports whether the sum fits 64 bits.
func (a *wideSum) small() bool {
	sign := uint64(int64(a[0]) >> 63)
	return a[1] == sign && a[2] == sign && a[3] == sign && a[4] == sign
}

// over returns the sum, with its scale, divided by n and rounded once.
func (f decimalForm) over(a *wideSum, n int) float64 {
	if s := int64(a[0]); a.small() && f.scale >= 0 && f.scale <= 15 && -1<<53 <= s && s <= 1<<53 {
		if d := pow10Floats[f.scale] * float64(n); d <= 1<<53 {
			return float64(s) / d
		}
	}
	num, den := a.big(), big.NewInt(int64(n))
	if f.scale < 0 {
		num.Mul(num, pow10(-f.scale))
	} else {
		den.Mul(den, pow10(f.scale))
	}
	v, _ := new(big.Rat).SetFrac(num, den).Float64()
	return v
}

var pow10Floats = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// load copies rows of a chunk.
func (f decimalForm) load(dst []wide, c *chunk.Chunk, i int) {
	b := c.Bufs[1][(c.Off+i)*f.words*8:]
	for k := range dst {
		v := &dst[k]
		for w := range f.words {
			v[w] = binary.LittleEndian.Uint64(b[(k*f.words+w)*8:])
		}
		for w := f.words; w < len(v); w++ {
			v[w] = uint64(int64(v[f.words-1]) >> 63)
		}
	}
}

func (a *wideSum) total() *wideSum { return a }

// floats copies rows of a chunk as the floats next to them.
func (f decimalForm) floats(dst []float64, c *chunk.Chunk, i int) {
	var v [1]wide
	for k := range dst {
		f.load(v[:], c, i+k)
		sum := sumDecimals{}.lift(v[0])
		dst[k] = f.over(&sum, 1)
	}
}

// store writes values from row i on.
func (f decimalForm) store(buf []byte, i int, src []wide) {
	b := buf[i*f.words*8:]
	for k, v := range src {
		for w := range f.words {
			binary.LittleEndian.PutUint64(b[(k*f.words+w)*8:], v[w])
		}
	}
}
