package parquet

import (
	"fmt"
	"math"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/files"
)

// bounds are an interval in the values of a column.
type bounds struct {
	i64    [2]int64
	u64    [2]uint64
	f64    [2]float64
	text   [2][]byte // nil for no bound
	family family
}

// family is how the values of a type are compared.
type family int8

const (
	signedInts family = iota
	unsignedInts
	floats
	texts
	none
)

// boundsFor returns the interval as bounds for a column of type t.
func (c Condition) boundsFor(t arrow.DataType) (b bounds, err error) {
	if c.in.lo == nil && c.in.hi == nil {
		return b, files.BadOption("Where: column %q: Between(nil, nil) leaves out nothing but nulls; say lo or hi", c.column)
	}
	b.i64 = [2]int64{math.MinInt64, math.MaxInt64}
	b.u64 = [2]uint64{0, math.MaxUint64}
	b.f64 = [2]float64{math.Inf(-1), math.Inf(1)}
	set, err := b.setterFor(t)
	if err != nil {
		return b, unsupported("Where: %s: column %q is %v", c, c.column, t)
	}
	for i, v := range [2]any{c.in.lo, c.in.hi} {
		if v == nil {
			continue
		}
		switch want := set(i, v); want {
		case "":
		case notNaN:
			return b, files.BadOption("Where: %s: column %q is %v; a bound is NaN", c, c.column, t)
		default:
			return b, fmt.Errorf("%w: Where: %s: column %q is %v; a bound of type %T is not %s", frame.ErrType, c, c.column, t, v, want)
		}
	}
	return b, nil
}

// notNaN describes a bound of floats.
const notNaN = "a number that is not NaN"

// setterFor sets the family for type t. It returns the function that sets bound i
// (0 is the lower one) to v. That function returns a description of what v should
// be, or "" if v is right.
func (b *bounds) setterFor(t arrow.DataType) (set func(i int, v any) (want string), err error) {
	if tick, ok := tickOf(t); ok {
		b.family = signedInts
		if isDateOrTimestamp(t) {
			return func(i int, v any) string { return b.setTime(i, v, tick) }, nil
		}
		return func(i int, v any) string { return b.setDuration(i, v, tick) }, nil
	}
	switch id := t.ID(); {
	case arrow.IsInteger(id):
		b.family = signedInts
		if arrow.IsUnsignedInteger(id) {
			b.family = unsignedInts
		}
		return b.setInteger, nil
	case id == arrow.FLOAT32 || id == arrow.FLOAT64:
		b.family = floats
		return b.setFloat, nil
	case id == arrow.STRING || id == arrow.LARGE_STRING || id == arrow.BINARY || id == arrow.LARGE_BINARY:
		b.family = texts
		return b.setText, nil
	}
	return nil, ErrUnsupported
}

// setTime sets bound i for dates and timestamps, which count ticks.
func (b *bounds) setTime(i int, v any, tick time.Duration) (want string) {
	switch v := v.(type) {
	case time.Time:
		b.i64[i] = ticks(v, tick, i == 1)
		return ""
	case time.Duration:
		return "a time.Time"
	}
	return "a time.Time or time.Duration"
}

// setDuration sets bound i for durations and times of day.
func (b *bounds) setDuration(i int, v any, tick time.Duration) (want string) {
	switch v := v.(type) {
	case time.Duration:
		b.i64[i] = divide(int64(v), int64(tick), i == 1)
		return ""
	case time.Time:
		return "a time.Duration"
	}
	return "a time.Time or time.Duration"
}

// setFloat sets bound i for floats.
func (b *bounds) setFloat(i int, v any) (want string) {
	i64, u64, f64, kind := number(v)
	switch kind {
	case signedInts:
		b.f64[i] = float64(i64)
	case unsignedInts:
		b.f64[i] = float64(u64)
	case floats:
		if b.f64[i] = f64; f64 != f64 {
			return notNaN
		}
	default:
		return "a number"
	}
	return ""
}

// setText sets bound i for text and binary.
func (b *bounds) setText(i int, v any) (want string) {
	switch v := v.(type) {
	case string:
		b.text[i] = append([]byte{}, v...)
	case []byte:
		b.text[i] = append([]byte{}, v...)
	default:
		return "a string"
	}
	return ""
}

// number returns a Go number of any type in one of three forms. kind says which, and
// is none if v is not a number.
func number(v any) (i int64, u uint64, f float64, kind family) {
	switch v := v.(type) {
	case int:
		return int64(v), 0, 0, signedInts
	case int8:
		return int64(v), 0, 0, signedInts
	case int16:
		return int64(v), 0, 0, signedInts
	case int32:
		return int64(v), 0, 0, signedInts
	case int64:
		return v, 0, 0, signedInts
	case uint:
		return 0, uint64(v), 0, unsignedInts
	case uint8:
		return 0, uint64(v), 0, unsignedInts
	case uint16:
		return 0, uint64(v), 0, unsignedInts
	case uint32:
		return 0, uint64(v), 0, unsignedInts
	case uint64:
		return 0, v, 0, unsignedInts
	case float32:
		return 0, 0, float64(v), floats
	case float64:
		return 0, 0, v, floats
	}
	return 0, 0, 0, none
}

// setInteger sets bound i for integers. A bound beyond the range of the type becomes
// one that the same values satisfy. If no value does, lo is above hi.
func (b *bounds) setInteger(i int, v any) (want string) {
	i64, u64, f64, kind := number(v)
	if kind == floats {
		if f64 != f64 {
			return "a number"
		}
		if i == 0 {
			f64 = math.Ceil(f64)
		} else {
			f64 = math.Floor(f64)
		}
		switch {
		case f64 >= 1<<63:
			kind, u64 = unsignedInts, math.MaxUint64
			if f64 < 1<<64 {
				u64 = uint64(f64)
			}
		case f64 < -1<<63:
			kind, i64 = signedInts, math.MinInt64
			if i == 1 {
				b.empty()
			}
		default:
			kind, i64 = signedInts, int64(f64)
		}
	}
	if kind != signedInts && kind != unsignedInts {
		return "a number"
	}
	if kind == signedInts {
		b.i64[i] = i64
		switch {
		case i64 >= 0:
			b.u64[i] = uint64(i64)
		case i == 1:
			b.u64 = [2]uint64{1, 0}
		}
		return ""
	}
	b.u64[i] = u64
	switch {
	case u64 <= math.MaxInt64:
		b.i64[i] = int64(u64)
	case i == 0:
		b.i64 = [2]int64{1, 0}
	}
	return ""
}

func (b *bounds) empty() { b.i64, b.u64 = [2]int64{1, 0}, [2]uint64{1, 0} }

// tickOf returns the unit in which a temporal type counts.
func tickOf(t arrow.DataType) (time.Duration, bool) {
	switch t := t.(type) {
	case *arrow.TimestampType:
		return t.Unit.Multiplier(), true
	case *arrow.DurationType:
		return t.Unit.Multiplier(), true
	case *arrow.Time32Type:
		return t.Unit.Multiplier(), true
	case *arrow.Time64Type:
		return t.Unit.Multiplier(), true
	case *arrow.Date32Type:
		return 24 * time.Hour, true
	case *arrow.Date64Type:
		return time.Millisecond, true
	}
	return 0, false
}

func isDateOrTimestamp(t arrow.DataType) bool {
	switch t.ID() {
	case arrow.TIMESTAMP, arrow.DATE32, arrow.DATE64:
		return true
	}
	return false
}

// ticks returns the number of ticks from 1970 to t, rounded down or up, and limited to
// the range of an int64.
func ticks(t time.Time, tick time.Duration, down bool) int64 {
	if tick >= time.Second {
		per := int64(tick / time.Second)
		s := t.Unix()
		if t.Nanosecond() > 0 && !down {
			s++
		}
		return divide(s, per, down)
	}
	perSecond := int64(time.Second / tick)
	if s := t.Unix(); s > math.MaxInt64/perSecond-1 {
		return math.MaxInt64
	} else if s < math.MinInt64/perSecond+1 {
		return math.MinInt64
	}
	return t.Unix()*perSecond + divide(int64(t.Nanosecond()), int64(tick), down)
}

// divide returns a/b, rounded down or up.
func divide(a, b int64, down bool) int64 {
	q := a / b
	if r := a % b; r < 0 && down {
		q--
	} else if r > 0 && !down {
		q++
	}
	return q
}
