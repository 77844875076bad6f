package csv

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/civil"
)

// intCells writes integers.
type intCells[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64] struct {
	nulls
	*style
	vals []T
}

func (c *intCells[T]) append(dst []byte, i int) ([]byte, error) {
	if c.has(i) {
		return c.appendPlainNull(dst), nil
	}
	start := len(dst)
	if v := c.vals[i]; v < 0 {
		dst = strconv.AppendInt(dst, int64(v), 10)
	} else {
		dst = strconv.AppendUint(dst, uint64(v), 10)
	}
	return c.appendPlain(dst, start), nil
}

func appendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, "true"...)
	}
	return append(dst, "false"...)
}

// appendFloat appends the fewest digits that are read back as v, and always a point or
// an exponent, so that a column of whole floats is read back as floats.
func appendFloat(dst []byte, v float64) []byte {
	a := math.Abs(v)
	if a < 1e9 {
		// Most floats in files have a few decimals. i/10^k is rounded once. So if
		// it is v, the digits of i, at most 15, are those that strconv finds, as no
		// two decimals of 15 digits are the same float64.
		for k, p := range powers {
			if i := uint64(a*p + 0.5); float64(i)/p == a {
				return appendScaled(dst, i, k, math.Signbit(v))
			}
		}
	}
	return appendFloatBits(dst, v, 64)
}

var powers = [...]float64{1, 10, 100, 1000, 1e4, 1e5}

// appendScaled appends i/10^k.
func appendScaled(dst []byte, i uint64, k int, neg bool) []byte {
	if neg {
		dst = append(dst, '-')
	}
	if k == 0 {
		return append(strconv.AppendUint(dst, i, 10), '.', '0')
	}
	var buf [24]byte
	p := len(buf)
	for d := 0; d < k || i > 0 || d == k; d++ {
		if d == k {
			p--
			buf[p] = '.'
		}
		p--
		buf[p] = byte('0' + i%10)
		i /= 10
	}
	return append(dst, buf[p:]...)
}

func appendFloat32(dst []byte, v float32) []byte { return appendFloatBits(dst, float64(v), 32) }

func appendFloatBits(dst []byte, v float64, bits int) []byte {
	a := math.Abs(v)
	switch {
	case v != v:
		return append(dst, "NaN"...)
	case a > math.MaxFloat64:
		if v < 0 {
			dst = append(dst, '-')
		}
		return append(dst, "Inf"...)
	case a != 0 && (a < 1e-5 || a >= 1e16):
		return strconv.AppendFloat(dst, v, 'e', -1, bits)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, v, 'f', -1, bits)
	if slices.Contains(dst[start:], '.') {
		return dst
	}
	return append(dst, '.', '0')
}

// dateCells writes dates that are numbers of days.
type dateCells struct {
	nulls
	*style
	vals []arrow.Date32
}

func (c *dateCells) append(dst []byte, i int) ([]byte, error) {
	if c.has(i) {
		return c.appendPlainNull(dst), nil
	}
	day := int64(c.vals[i])
	if day < firstSecond/86400 || day > lastSecond/86400 {
		return dst, yearError(i)
	}
	start := len(dst)
	return c.appendPlain(civil.AppendDate(dst, day), start), nil
}

// The first and the last second of the years that civil.Timestamp reads, 0000 to
// 9999.
const (
	firstSecond = -62167219200
	lastSecond  = 253402300799
)

func yearError(row int) error {
	return fmt.Errorf("%w: row %d: a year beyond 0000 to 9999, which no CSV reader takes", frame.ErrValue, row)
}

// moment is a date, a time of day, or both.
type moment struct {
	sec, nano  int64
	date, time bool
	zone       *time.Location
}

// timeCells writes other dates, times and timestamps.
type timeCells struct {
	nulls
	*style
	value func(i int) (moment, error)
}

func (c *timeCells) append(dst []byte, i int) ([]byte, error) {
	if c.has(i) {
		return c.appendPlainNull(dst), nil
	}
	m, err := c.value(i)
	if err != nil {
		return dst, err
	}
	if m.date && (m.sec < firstSecond || m.sec > lastSecond) {
		return dst, yearError(i)
	}
	start := len(dst)
	switch {
	case m.date && !m.time:
		dst = civil.AppendDate(dst, m.sec/86400)
	case !m.date:
		dst = civil.AppendTime(dst, m.sec, m.nano)
	case m.zone == nil:
		dst = civil.AppendTimestamp(dst, m.sec, m.nano)
	default:
		dst = appendZoned(dst, m)
	}
	return c.appendPlain(dst, start), nil
}

// appendZoned appends the local time of the zone and its offset. If the offset has
// seconds, as offsets before 1900 have, it appends UTC.
func appendZoned(dst []byte, m moment) []byte {
	_, off := time.Unix(m.sec, 0).In(m.zone).Zone()
	if off == 0 || off%60 != 0 {
		return append(civil.AppendTimestamp(dst, m.sec, m.nano), 'Z')
	}
	dst = civil.AppendTimestamp(dst, m.sec+int64(off), m.nano)
	sign := byte('+')
	if off < 0 {
		sign, off = '-', -off
	}
	h, min := off/3600, off/60%60
	return append(dst, sign, byte('0'+h/10), byte('0'+h%10), ':', byte('0'+min/10), byte('0'+min%10))
}

func timeOfDay(v, per int64, row int) (moment, error) {
	if v < 0 || v >= 86400*per {
		return moment{}, fmt.Errorf("%w: row %d: a time of %d units, which is no time of day", frame.ErrValue, row, v)
	}
	return moment{sec: v / per, nano: v % per * (1_000_000_000 / per), time: true}, nil
}

// floorDiv divides and rounds toward minus infinity, so that the remainder is never
// negative.
func floorDiv(v, d int64) (quotient, remainder int64) {
	quotient, remainder = v/d, v%d
	if remainder < 0 {
		quotient--
		remainder += d
	}
	return quotient, remainder
}
