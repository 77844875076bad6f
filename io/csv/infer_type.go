package csv

import (
	"math"
	"strconv"
	"sync/atomic"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/civil"
	"github.com/parframe/parframe/internal/numparse"
)

// kinds is a set of kinds of cells. The type of a column follows from the union over all
// its cells, so it depends on the file alone: not on the order of rows, the sample, or
// the number of cores.
type kinds uint32

const (
	kindInt   kinds = 1 << iota // canonical int64 that float64 would not spoil
	kindBig                     // canonical int64 that float64 would spoil: 2^53+1
	kindFloat                   // any other decimal number
	kindWord                    // nan, inf, …: numbers only in a column with other numbers
	kindBool                    // true, false
	kindDate                    // 2006-01-02
	kindStamp                   // 2006-01-02 15:04:05.999999
	kindZoned                   // the same with Z or ±hh:mm
	kindNano                    // … with more than six digits of a second
	kindFar                     // … or a day outside what nanoseconds reach
	kindText                    // anything else
)

// inferred returns the type of a column with cells of the given kinds.
//
//	no values at all                  string
//	int                               int64
//	int with float or nan             float64, unless an int is one that float64 would change
//	true, false                       bool
//	date                              date32
//	date and time, also among dates   timestamp[us], [ns] if digits need it
//	the same, all with a zone         timestamp[us or ns, UTC]
//	everything else, any other mix    string
func inferred(k kinds) arrow.DataType {
	const times = kindDate | kindStamp | kindZoned | kindNano | kindFar
	switch {
	case k&kindText != 0:
	case k == kindBool:
		return arrow.FixedWidthTypes.Boolean
	case k != 0 && k&^(kindInt|kindBig) == 0:
		return arrow.PrimitiveTypes.Int64
	case k&(kindInt|kindFloat) != 0 && k&^(kindInt|kindFloat|kindWord) == 0:
		return arrow.PrimitiveTypes.Float64
	case k&kindDate != 0 && k&^(kindDate|kindFar) == 0:
		return arrow.FixedWidthTypes.Date32
	case k&times != 0 && k&^times == 0:
		local, zoned := k&(kindDate|kindStamp) != 0, k&kindZoned != 0
		if local && zoned || k&kindNano != 0 && k&kindFar != 0 {
			break
		}
		t := &arrow.TimestampType{Unit: arrow.Microsecond}
		if k&kindNano != 0 {
			t.Unit = arrow.Nanosecond
		}
		if zoned {
			t.TimeZone = "UTC"
		}
		return t
	}
	return arrow.BinaryTypes.String
}

// tried returns the type that a column is read with while only some of its cells are
// known. It is the inferred type, except for sets that are strings only if no other
// kind follows: for these it is a type that refuses other kinds.
func tried(k kinds) arrow.DataType {
	switch k {
	case 0:
		return arrow.Null
	case kindWord:
		return arrow.PrimitiveTypes.Float64
	}
	return inferred(k)
}

// kindOf returns the kind of a cell that is not null.
func kindOf(b []byte, point byte) kinds {
	if len(b) == 0 {
		return kindText
	}
	switch c := b[0]; {
	case c-'0' <= 9 || c == '-' || c == point:
		if v, ok := numparse.Int64(b); ok {
			return kindOfInt(v)
		}
		if f, ok := numparse.Decimal(b, point); ok {
			if math.Abs(f) >= 1<<53 && spoiled(b, f) {
				return kindText // digits that neither int64 nor float64 preserves
			}
			return kindFloat
		}
		if len(b) >= 10 && b[4] == '-' {
			return kindOfTime(b)
		}
	}
	if _, ok := parseBool(b); ok {
		return kindBool
	}
	if _, ok := parseWord(b); ok {
		return kindWord
	}
	return kindText
}

func kindOfInt(v int64) kinds {
	if -1<<53 <= v && v <= 1<<53 {
		return kindInt
	}
	var a, f [32]byte
	if string(strconv.AppendInt(a[:0], v, 10)) == string(strconv.AppendFloat(f[:0], float64(v), 'f', -1, 64)) {
		return kindInt
	}
	return kindBig
}

// spoiled reports whether the text is a whole number, written in digits, that f prints
// with other digits.
func spoiled(b []byte, f float64) bool {
	for i, c := range b {
		if c-'0' > 9 && !(i == 0 && c == '-') {
			return false
		}
	}
	var a [400]byte
	return string(strconv.AppendFloat(a[:0], f, 'f', -1, 64)) != string(b)
}

func kindOfTime(b []byte) kinds {
	s, ok := civil.Timestamp(b)
	if !ok {
		return kindText
	}
	var k kinds
	switch {
	case len(b) == 10:
		k = kindDate
	case s.Zone == civil.Offset:
		k = kindZoned
	default:
		k = kindStamp
	}
	if s.Digits > 6 {
		k |= kindNano
	}
	if !inNanoRange(s.Sec) {
		k |= kindFar
	}
	return k
}

// inNanoRange reports whether the second fits in an int64 of nanoseconds: 1677-09-21 to
// 2262-04-11.
func inNanoRange(sec int64) bool {
	return -math.MaxInt64/1_000_000_000 < sec && sec < math.MaxInt64/1_000_000_000
}

// parseBool accepts the spellings that Go, Python, SQL and R print.
func parseBool(b []byte) (v, ok bool) {
	switch string(b) {
	case "true", "True", "TRUE":
		return true, true
	case "false", "False", "FALSE":
		return false, true
	}
	return false, false
}

// parseWord accepts the numbers without digits, as Go, Python, C, R, SQL and JavaScript
// print them.
func parseWord(b []byte) (float64, bool) {
	if len(b) < 3 || len(b) > 9 {
		return 0, false
	}
	s := string(b)
	sign := 1
	if s[0] == '-' {
		sign, s = -1, s[1:]
	} else if s[0] == '+' {
		s = s[1:]
	}
	switch s {
	case "NaN", "nan", "NAN":
		return math.NaN(), len(s) == len(b)
	case "Inf", "inf", "INF", "Infinity", "infinity", "INFINITY":
		return math.Inf(sign), true
	}
	return 0, false
}

// kindSet is a set of kinds that goroutines share.
type kindSet struct{ bits atomic.Uint32 }

func (s *kindSet) add(k kinds) kinds { return kinds(s.bits.Or(uint32(k))) | k }
func (s *kindSet) get() kinds        { return kinds(s.bits.Load()) }
