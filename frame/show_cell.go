package frame

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// cellWriter writes single values for people to read. It stops soon after max bytes, so a
// value of any size costs no more than the part that is shown.
type cellWriter struct {
	buf []byte
	max int
}

// cellText returns the i-th value of a on one line, as String, Print and HTML show it, in
// about max bytes at most.
func cellText(a arrow.Array, i, max int) string {
	w := cellWriter{max: max}
	w.value(a, i, false)
	return printable(clip(string(w.buf), max))
}

func (w *cellWriter) full() bool      { return len(w.buf) > w.max }
func (w *cellWriter) text(s string)   { w.buf = append(w.buf, clip(s, w.max+1)...) }
func (w *cellWriter) integer(v int64) { w.buf = strconv.AppendInt(w.buf, v, 10) }

// value writes the i-th value of a. Strings inside nested values are quoted, so that ["a,
// b"] and ["a", "b"] look different.
func (w *cellWriter) value(a arrow.Array, i int, quote bool) {
	if a.DataType().ID() == arrow.NULL || a.IsNull(i) { // a null array has no bitmap to ask
		w.text("null")
		return
	}
	switch a := a.(type) {
	case *array.Boolean:
		w.buf = strconv.AppendBool(w.buf, a.Value(i))
	case *array.Int8:
		w.integer(int64(a.Value(i)))
	case *array.Int16:
		w.integer(int64(a.Value(i)))
	case *array.Int32:
		w.integer(int64(a.Value(i)))
	case *array.Int64:
		w.integer(a.Value(i))
	case *array.Uint8:
		w.integer(int64(a.Value(i)))
	case *array.Uint16:
		w.integer(int64(a.Value(i)))
	case *array.Uint32:
		w.integer(int64(a.Value(i)))
	case *array.Uint64:
		w.buf = strconv.AppendUint(w.buf, a.Value(i), 10)
	case *array.Float16:
		w.text(floatText(float64(a.Value(i).Float32()), 32))
	case *array.Float32:
		w.text(floatText(float64(a.Value(i)), 32))
	case *array.Float64:
		w.text(floatText(a.Value(i), 64))
	case *array.Decimal128:
		w.text(a.Value(i).ToString(a.DataType().(*arrow.Decimal128Type).Scale))
	case *array.Decimal256:
		w.text(a.Value(i).ToString(a.DataType().(*arrow.Decimal256Type).Scale))
	case *array.String:
		w.str(a.Value(i), quote)
	case *array.LargeString:
		w.str(a.Value(i), quote)
	case *array.StringView:
		w.str(a.Value(i), quote)
	case *array.Binary:
		w.bytes(a.Value(i))
	case *array.LargeBinary:
		w.bytes(a.Value(i))
	case *array.BinaryView:
		w.bytes(a.Value(i))
	case *array.FixedSizeBinary:
		w.bytes(a.Value(i))
	default:
		if !w.temporal(a, i) && !w.nested(a, i, quote) {
			w.text(a.ValueStr(i)) // a type that a later Arrow added
		}
	}
}

func (w *cellWriter) str(s string, quote bool) {
	if !quote && s != "null" { // a quoted word differs from a null
		w.text(s)
		return
	}
	w.text(`"`)
	w.text(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(clip(s, w.max+1)))
	w.text(`"`)
}

// bytes writes b in Go syntax, with escapes for everything but ASCII: b"a\xff".
func (w *cellWriter) bytes(b []byte) {
	more := len(b) > w.max
	if more {
		b = b[:w.max]
	}
	w.text("b")
	w.buf = strconv.AppendQuoteToASCII(w.buf, string(b))
	if more {
		w.text(ellipsis)
	}
}

// floatText returns v with up to six decimals and at least one, as Polars does: 0.1,
// 33.942501, 2.0; numbers too small or too large for this get an exponent. It is for
// reading: 2/3 and 0.666667 look the same.
func floatText(v float64, bits int) string {
	switch abs := math.Abs(v); {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	case abs != 0 && abs < 1e-4 || abs >= 1e15:
		return shorter(strconv.FormatFloat(v, 'e', -1, bits), strconv.FormatFloat(v, 'e', 6, bits))
	}
	s := shorter(strconv.FormatFloat(v, 'f', -1, bits), strconv.FormatFloat(v, 'f', 6, bits))
	if !strings.Contains(s, ".") {
		return s + ".0"
	}
	if s = strings.TrimRight(s, "0"); strings.HasSuffix(s, ".") {
		s += "0"
	}
	return s
}

func shorter(a, b string) string {
	if len(b) < len(a) {
		return b
	}
	return a
}

const (
	dateLayout = "2006-01-02"
	timeLayout = "15:04:05.999999999"
)

// temporal writes a date, time, timestamp, duration or interval, and reports whether a
// holds such values. A timestamp with a zone is shown in that zone with its offset, one
// without a zone as it is stored.
func (w *cellWriter) temporal(a arrow.Array, i int) bool {
	switch a := a.(type) {
	case *array.Date32:
		w.text(a.Value(i).ToTime().Format(dateLayout))
	case *array.Date64:
		t := time.UnixMilli(int64(a.Value(i))).UTC()
		w.text(t.Format(dateLayout))
		if t.Truncate(24*time.Hour) != t { // not a whole day, against the format's rule
			w.text(t.Format(" " + timeLayout))
		}
	case *array.Time32:
		w.text(a.Value(i).ToTime(a.DataType().(*arrow.Time32Type).Unit).Format(timeLayout))
	case *array.Time64:
		w.text(a.Value(i).ToTime(a.DataType().(*arrow.Time64Type).Unit).Format(timeLayout))
	case *array.Timestamp:
		w.timestamp(a.Value(i), a.DataType().(*arrow.TimestampType))
	case *array.Duration:
		w.duration(int64(a.Value(i)), a.DataType().(*arrow.DurationType).Unit)
	case *array.MonthInterval:
		w.integer(int64(a.Value(i)))
		w.text("mo")
	case *array.DayTimeInterval:
		w.integer(int64(a.Value(i).Days))
		w.text("d ")
		w.duration(int64(a.Value(i).Milliseconds), arrow.Millisecond)
	case *array.MonthDayNanoInterval:
		w.integer(int64(a.Value(i).Months))
		w.text("mo ")
		w.integer(int64(a.Value(i).Days))
		w.text("d ")
		w.duration(a.Value(i).Nanoseconds, arrow.Nanosecond)
	default:
		return false
	}
	return true
}

func (w *cellWriter) timestamp(v arrow.Timestamp, t *arrow.TimestampType) {
	at := v.ToTime(t.Unit)
	if t.TimeZone == "" {
		w.text(at.Format(dateLayout + " " + timeLayout))
		return
	}
	// A zone that this machine does not know is shown in UTC, marked by a Z.
	if zone, err := t.GetZone(); err == nil {
		at = at.In(zone)
	}
	w.text(at.Format(dateLayout + " " + timeLayout + "Z07:00"))
}

func (w *cellWriter) duration(v int64, unit arrow.TimeUnit) {
	if d := v * int64(unit.Multiplier()); d/int64(unit.Multiplier()) == v {
		w.text(time.Duration(d).String())
		return
	}
	w.integer(v) // more than 292 years
	w.text(unit.String())
}
