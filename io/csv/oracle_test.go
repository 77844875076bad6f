package csv

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
)

// The oracle is the slow obvious reader: one character at a time, regular
// expressions and the standard library for values, the whole column in memory
// for its type. It knows nothing of ranges, masks or widening.

// ocell is a field as it is in the text.
type ocell struct {
	text   string
	quoted bool
}

var errOracle = errors.New("no CSV")

// oracleRecords cuts RFC 4180 text with '\n' or "\r\n" at the line ends. The
// last record's line end may be missing.
func oracleRecords(text string, delim, quote byte) (recs [][]ocell, err error) {
	for i := 0; i < len(text); {
		var rec []ocell
		for {
			var c ocell
			if i < len(text) && text[i] == quote {
				c.quoted = true
				i++
				for {
					if i == len(text) {
						return recs, errOracle
					}
					if text[i] != quote {
						c.text += text[i : i+1]
						i++
					} else if i+1 < len(text) && text[i+1] == quote {
						c.text += string(quote)
						i += 2
					} else {
						i++
						break
					}
				}
			} else {
				for i < len(text) && text[i] != delim && text[i] != '\n' {
					if text[i] == quote {
						return recs, errOracle
					}
					if text[i] == '\r' && (i+1 == len(text) || text[i+1] == '\n') {
						break
					}
					c.text += text[i : i+1]
					i++
				}
			}
			rec = append(rec, c)
			if i < len(text) && text[i] == '\r' && (i+1 == len(text) || text[i+1] == '\n') {
				i++
			}
			if i == len(text) {
				break
			}
			if text[i] == '\n' {
				i++
				break
			}
			if text[i] != delim {
				return recs, errOracle
			}
			i++
		}
		recs = append(recs, rec)
	}
	return recs, nil
}

var (
	reInt   = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)
	reFloat = regexp.MustCompile(`^-?(0|[1-9][0-9]*)?(\.[0-9]*)?([eE][-+]?[0-9]+)?$`)
	reDigit = regexp.MustCompile(`^-?\.?[0-9]`)
	reWord  = regexp.MustCompile(`^(NaN|nan|NAN|[-+]?(Inf|inf|INF|Infinity|infinity|INFINITY))$`)
	reBool  = regexp.MustCompile(`^(true|True|TRUE|false|False|FALSE)$`)
	reStamp = regexp.MustCompile(`^\d{4}-\d\d-\d\d[ Tt]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?([Zz]|[-+]\d\d(:?\d\d)?)?$`)
)

func oracleTime(s string) (t time.Time, zoned, ok bool) {
	if t, err := time.Parse("2006-01-02", s); err == nil {
		return t, false, true
	}
	if !reStamp.MatchString(s) {
		return t, false, false
	}
	s = strings.Replace(strings.ToUpper(s), "T", " ", 1)
	for _, zone := range []string{"", "Z07", "Z0700", "Z07:00"} {
		for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05"} {
			if t, err := time.Parse(layout+zone, s); err == nil {
				return t, zone != "", true
			}
		}
	}
	return t, false, false
}

// oracleType applies the rule in the comment of inferred to all cells at once.
func oracleType(cells []ocell) string {
	all := func(is func(s string) bool) bool {
		for _, c := range cells {
			if c.text != "" && !is(c.text) {
				return false
			}
		}
		return true
	}
	some := func(is func(s string) bool) bool { return !all(func(s string) bool { return !is(s) }) }
	isInt := func(s string) bool { _, err := strconv.ParseInt(s, 10, 64); return err == nil && reInt.MatchString(s) }
	isNumber := func(s string) bool {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || !reFloat.MatchString(s) || !reDigit.MatchString(s) {
			return false
		}
		// A whole number beyond 2^53 must come back from the float.
		return strings.ContainsAny(s, ".eE") || math.Abs(f) < 1<<53 || strconv.FormatFloat(f, 'f', -1, 64) == s
	}
	isWord := func(s string) bool { return reWord.MatchString(s) }
	isDate := func(s string) bool { return len(s) == 10 && isTime(s, false) }
	isLocal := func(s string) bool { return isTime(s, false) }
	isZoned := func(s string) bool { return isTime(s, true) }
	nano := some(func(s string) bool {
		i := strings.IndexAny(s, ".,")
		return i > 0 && len(strings.TrimRight(s[i+1:], "Zz")) > 6 && len(regexp.MustCompile(`[.,]\d+`).FindString(s)) > 7
	})
	far := some(func(s string) bool { t, _, _ := oracleTime(s); return t.Year() < 1678 || t.Year() > 2261 })
	unit := "us"
	if nano {
		unit = "ns"
	}
	switch {
	case all(func(s string) bool { return false }):
		return "utf8"
	case all(isInt):
		return "int64"
	case all(func(s string) bool { return isNumber(s) || isWord(s) }) && some(isNumber):
		return "float64"
	case all(func(s string) bool { return reBool.MatchString(s) }):
		return "bool"
	case all(isDate):
		return "date32"
	case all(isLocal) && !(nano && far):
		return "timestamp[" + unit + "]"
	case all(isZoned) && !(nano && far):
		return "timestamp[" + unit + ", tz=UTC]"
	}
	return "utf8"
}

func isTime(s string, zoned bool) bool {
	_, z, ok := oracleTime(s)
	return ok && z == zoned
}

// oracleValue returns a cell of a column of the type as show prints it.
func oracleValue(c ocell, typ string) string {
	if c.text == "" && !(c.quoted && typ == "utf8") {
		return "null"
	}
	switch typ {
	case "int64":
		v, _ := strconv.ParseInt(c.text, 10, 64)
		return strconv.FormatInt(v, 10)
	case "float64":
		v, _ := strconv.ParseFloat(c.text, 64)
		return showFloat(v)
	case "bool":
		v, _ := strconv.ParseBool(c.text)
		return strconv.FormatBool(v)
	case "utf8":
		return strconv.Quote(c.text)
	}
	t, _, _ := oracleTime(c.text)
	return t.UTC().Format(time.RFC3339Nano)
}

func showFloat(v float64) string { return fmt.Sprintf("%v/%x", v, math.Float64bits(v)) }

// result is the result of a read, in a form that cmp prints well.
type result struct {
	Names, Types []string
	Rows         [][]string
}

// oracle reads text with a header, all columns, inferred.
func oracle(text string, delim, quote byte) (*result, error) {
	recs, err := oracleRecords(text, delim, quote)
	if err != nil {
		return nil, err
	}
	for len(recs) > 0 && len(recs[0]) == 1 && recs[0][0] == (ocell{}) {
		recs = recs[1:]
	}
	if len(recs) == 0 {
		return nil, errOracle
	}
	var header []string
	for _, c := range recs[0] {
		header = append(header, c.text)
	}
	r := &result{}
	r.Names, _ = uniqueNames(header)
	var rows [][]ocell
	for _, rec := range recs[1:] {
		if len(header) > 1 && len(rec) == 1 && rec[0] == (ocell{}) {
			continue
		}
		if len(rec) != len(header) {
			return nil, errOracle
		}
		rows = append(rows, rec)
		r.Rows = append(r.Rows, make([]string, len(header)))
	}
	for i := range header {
		var cells []ocell
		for _, row := range rows {
			cells = append(cells, row[i])
		}
		typ := oracleType(cells)
		r.Types = append(r.Types, typ)
		for k, c := range cells {
			r.Rows[k][i] = oracleValue(c, typ)
		}
	}
	return r, nil
}

// show returns a frame in the form of the oracle.
func show(t testing.TB, f *frame.Frame) *result {
	t.Helper()
	r := &result{}
	for _, field := range f.Schema().Fields() {
		r.Names = append(r.Names, field.Name)
		r.Types = append(r.Types, field.Type.String())
	}
	recs, err := f.ToRecords()
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range recs {
		for row := range int(rec.NumRows()) {
			line := make([]string, rec.NumCols())
			for i, col := range rec.Columns() {
				line[i] = showCell(col, row)
			}
			r.Rows = append(r.Rows, line)
		}
	}
	return r
}

func showCell(a arrow.Array, i int) string {
	if a.IsNull(i) || a.DataType().ID() == arrow.NULL {
		return "null"
	}
	switch a := a.(type) {
	case *array.Float64:
		return showFloat(a.Value(i))
	case *array.String:
		return strconv.Quote(a.Value(i))
	case *array.LargeString:
		return strconv.Quote(a.Value(i))
	case *array.Date32:
		return a.Value(i).ToTime().Format(time.RFC3339Nano)
	case *array.Timestamp:
		return a.Value(i).ToTime(a.DataType().(*arrow.TimestampType).Unit).UTC().Format(time.RFC3339Nano)
	}
	return a.ValueStr(i)
}

func validText(s string) bool { return strings.ToValidUTF8(s, "") == s }
