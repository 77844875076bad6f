package csv

import (
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	decimals "github.com/apache/arrow/go/v15/arrow/decimal128"

	"github.com/parframe/parframe/internal/civil"
	"github.com/parframe/parframe/internal/numparse"
)

type decimal = decimals.Num

// fixedColumn holds values of a fixed width, each parsed by a function.
type fixedColumn[T any] struct {
	validity
	typ  arrow.DataType
	conv func([]byte) (T, bool)
	vals []T
}

func (c *fixedColumn[T]) start(rows int) {
	c.validity.start(rows)
	c.vals = make([]T, rows)
}

func (c *fixedColumn[T]) parse(b *batch, col, lo, hi int) int {
	maybeCR, nulls := b.maybeCR(col), b.nulls.lens
	for r, i := lo, lo*b.nc+col; r < hi; r, i = r+1, i+b.nc {
		text, ok := b.plain(i)
		quoted := false
		if maybeCR || !ok {
			text, quoted, _ = b.cell(r, col)
		}
		if nulls>>min(uint(len(text)), 63)&1 != 0 && b.isNull(text, quoted) {
			c.null(r)
			continue
		}
		v, ok := c.conv(text)
		if !ok {
			if b.lateNull(text, '.') {
				c.null(r)
				continue
			}
			return r
		}
		c.vals[r] = v
	}
	return hi
}

func (c *fixedColumn[T]) array() arrow.Array { return c.wrap(c.typ, asBytes(c.vals)) }

func convInt[T int8 | int16 | int32](bits int) func([]byte) (T, bool) {
	return func(b []byte) (T, bool) {
		v, ok := numparse.Int64(b)
		if !ok {
			var err error
			v, err = strconv.ParseInt(string(b), 10, 64)
			ok = err == nil
		}
		return T(v), ok && v>>(bits-1) == v>>63
	}
}

func convUint[T uint8 | uint16 | uint32 | uint64](bits int) func([]byte) (T, bool) {
	return func(b []byte) (T, bool) {
		v, ok := numparse.Uint64(b)
		if !ok {
			if len(b) > 0 && b[0] == '+' {
				b = b[1:]
			}
			var err error
			v, err = strconv.ParseUint(string(b), 10, 64)
			ok = err == nil
		}
		return T(v), ok && (bits == 64 || v>>bits == 0)
	}
}

func convFloat32(point byte) func([]byte) (float32, bool) {
	return func(b []byte) (float32, bool) {
		if v, ok := parseWord(b); ok {
			return float32(v), true
		}
		v, ok := parseFloat(b, point, 32)
		return float32(v), ok
	}
}

func convDate32(b []byte) (int32, bool) { return civil.Date(b) }

func convDate64(b []byte) (int64, bool) {
	d, ok := civil.Date(b)
	return int64(d) * 86_400_000, ok
}

// perSecond returns the number of units in a second.
func perSecond(u arrow.TimeUnit) int64 {
	return int64(time.Second / u.Multiplier())
}

func convTime[T int32 | int64](u arrow.TimeUnit) func([]byte) (T, bool) {
	per := perSecond(u)
	return func(b []byte) (T, bool) {
		sec, nano, _, ok := civil.Time(b)
		frac, fits := fraction(int64(nano), per)
		return T(int64(sec)*per + frac), ok && fits
	}
}

// convStamp reads timestamps. If the type has no zone, the text must have none. If it
// has one, a text without a zone is a local time of that zone, unless strict requires
// that every text has a zone.
func convStamp(u arrow.TimeUnit, zone *time.Location, strict bool) func([]byte) (int64, bool) {
	per := perSecond(u)
	return func(b []byte) (int64, bool) {
		s, ok := civil.Timestamp(b)
		local := s.Zone == civil.None
		if !ok || zone == nil && !local || zone != nil && local && strict {
			return 0, false
		}
		if zone != nil && zone != time.UTC && local {
			t := time.Unix(s.Sec, 0).UTC()
			s.Sec = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone).Unix()
		}
		frac, fits := fraction(int64(s.Nano), per)
		if !fits || per == 1e9 && !inNanoRange(s.Sec) {
			return 0, false
		}
		return s.Sec*per + frac, true
	}
}

// fraction converts nanoseconds to a unit, and reports whether that loses nothing.
func fraction(nano, per int64) (int64, bool) {
	one := 1_000_000_000 / per
	return nano / one, nano%one == 0
}

// convDecimal reads decimals of at most precision digits.
func convDecimal(precision, scale int32, point byte) func([]byte) (decimal, bool) {
	return func(b []byte) (decimal, bool) {
		neg := len(b) > 0 && b[0] == '-'
		if neg || len(b) > 0 && b[0] == '+' {
			b = b[1:]
		}
		var buf [48]byte
		digits, ok := decimalDigits(buf[:0], b, scale, point)
		if !ok || len(digits) > int(precision) {
			return decimal{}, false
		}
		if v, ok := numparse.Uint64(digits); ok && v <= math.MaxInt64 {
			if neg {
				return decimals.FromI64(-int64(v)), true
			}
			return decimals.FromI64(int64(v)), true
		}
		v, ok := new(big.Int).SetString("0"+string(digits), 10)
		if neg {
			v.Neg(v)
		}
		return decimals.FromBigInt(v), ok
	}
}

// decimalDigits appends the digits of a number without its sign, and scale of
// them after the point: zeros are added, and zeros beyond the scale are dropped.
// Leading zeros are dropped too.
func decimalDigits(digits, b []byte, scale int32, point byte) ([]byte, bool) {
	behind, seen, any := int32(0), false, false
	for _, c := range b {
		if c == point && !seen {
			seen = true
			continue
		}
		if c-'0' > 9 {
			return nil, false
		}
		any = true
		if seen {
			if behind == scale {
				if c != '0' {
					return nil, false
				}
				continue
			}
			behind++
		}
		if len(digits) > 0 || c != '0' {
			digits = append(digits, c)
		}
	}
	if len(digits) > 0 {
		for ; behind < scale; behind++ {
			digits = append(digits, '0')
		}
	}
	return digits, any
}
