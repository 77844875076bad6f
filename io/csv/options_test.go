package csv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/parframe/parframe/parallel"
)

var (
	i64 = arrow.PrimitiveTypes.Int64
	f64 = arrow.PrimitiveTypes.Float64
	str = arrow.BinaryTypes.String
)

// rows gives types and rows in short: "int64 utf8 | 1 "x" | 2 null".
func rows(t testing.TB, r *result) string {
	lines := []string{strings.Join(r.Names, " "), strings.Join(r.Types, " ")}
	for _, row := range r.Rows {
		var cells []string
		for _, c := range row {
			if i := strings.LastIndexByte(c, '/'); i > 0 && !strings.HasPrefix(c, `"`) {
				c = c[:i] // the bits of a float
			}
			cells = append(cells, c)
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	return strings.Join(lines, " | ")
}

func TestReadOptions(t *testing.T) {
	for _, c := range []struct {
		name, text string
		o          ReadOptions
		want       string
	}{
		{"columns", "a,b,c\n1,x,2.5\n", ReadOptions{Columns: []string{"c", "a"}}, "c a | float64 int64 | 2.5 1"},
		{"no columns", "a,b\n1,2\n", ReadOptions{Columns: []string{}}, " |  | "},
		{"a bad cell in a column left out", "a,b\n1,x\n2,y\n", ReadOptions{Columns: []string{"a"}, Types: map[string]arrow.DataType{"b": i64}}, "a | int64 | 1 | 2"},
		{"types", "a,b\n1,2\n", ReadOptions{Types: map[string]arrow.DataType{"a": str, "b": arrow.PrimitiveTypes.Uint8}}, `a b | utf8 uint8 | "1" 2`},
		{"lenient with a type", "a,b,c,d\n+5,007,+1.5,1\n-0,00,.5,F\n", ReadOptions{Types: map[string]arrow.DataType{"a": i64, "b": arrow.PrimitiveTypes.Int32, "c": f64, "d": arrow.FixedWidthTypes.Boolean}}, "a b c d | int64 int32 float64 bool | 5 7 1.5 true | 0 0 0.5 false"},
		{"no header", "1,x\n2,y\n", ReadOptions{NoHeader: true}, `column_1 column_2 | int64 utf8 | 1 "x" | 2 "y"`},
		{"no header, names", "1,x\n", ReadOptions{NoHeader: true, Names: []string{"n", "s"}}, `n s | int64 utf8 | 1 "x"`},
		{"no header, empty file, names", "", ReadOptions{NoHeader: true, Names: []string{"n"}, Types: map[string]arrow.DataType{"n": f64}}, "n | float64"},
		{"no header, empty lines first", "\n\n1,x\n", ReadOptions{NoHeader: true}, `column_1 column_2 | int64 utf8 | 1 "x"`},
		{"no header, one column, empty lines first", "\n1\n", ReadOptions{NoHeader: true}, `column_1 | int64 | null | 1`},
		{"no header, nothing but empty lines", "\n\n", ReadOptions{NoHeader: true}, `column_1 | utf8 | null | null`},
		{"other names", "a,b\n1,2\n", ReadOptions{Names: []string{"x", "y"}}, "x y | int64 int64 | 1 2"},
		{"delimiter", "a;b\n1,5;2\n", ReadOptions{Delimiter: ';'}, `a b | utf8 int64 | "1,5" 2`},
		{"tab", "a\tb\n1\t\n", ReadOptions{Delimiter: '\t'}, `a b | int64 utf8 | 1 null`},
		{"decimal comma", "a;b\n1,5;2.5\n-,5;1\n1e3;3\n", ReadOptions{Delimiter: ';', DecimalComma: true}, `a b | float64 utf8 | 1.5 "2.5" | -0.5 "1" | 1000 "3"`},
		{"quote", "a,b\n'x,y',\"\n'it''s',1\n", ReadOptions{Quote: '\''}, `a b | utf8 utf8 | "x,y" "\"" | "it's" "1"`},
		{"no quotes", "a,b\n\"x,y\"\n", ReadOptions{Quote: NoQuote}, `a b | utf8 utf8 | "\"x" "y\""`},
		{"no quotes, odd rows", "a,b\n\n\"x,y\"\n", ReadOptions{Quote: NoQuote}, `a b | utf8 utf8 | "\"x" "y\""`},
		{"escape", "a,b\n\"x\\\"y\\\\\",1\\,5\n\"l\nl\",2\n", ReadOptions{Escape: '\\'}, `a b | utf8 utf8 | "x\"y\\" "1,5" | "l\nl" "2"`},
		{"comment", "#x,\"\na,b\n# y\n1,2\n#\n3,4", ReadOptions{Comment: '#'}, "a b | int64 int64 | 1 2 | 3 4"},
		{"comment at the end", "a,b\n1,2\n#", ReadOptions{Comment: '#'}, "a b | int64 int64 | 1 2"},
		{"lazy quotes", "a,b\nx\"y,\"x\"y\"\n1\"\"2,\"\"\"\n", ReadOptions{LazyQuotes: true}, `a b | utf8 utf8 | "x\"y" "x\"y" | "1\"\"2" "\"\n"`},
		{"trim", " a ,b\n 1 , \"x\" \n\t2,\" y \"\n   \n", ReadOptions{TrimSpace: true}, `a b | int64 utf8 | 1 "x" | 2 " y "`},
		{"no trim", " a ,b\n 1 ,2\n", ReadOptions{}, ` a  b | utf8 int64 | " 1 " 2`},
		{"skip lines", "x\"\ny,z\r\na,b\n1,2\n", ReadOptions{SkipLines: 2}, "a b | int64 int64 | 1 2"},
		{"null strings", "a,b\nNA,NA\n1,\"NA\"\n-,x\n", ReadOptions{NullStrings: []string{"NA", "-"}}, `a b | int64 utf8 | null null | 1 "NA" | null "x"`},
		{"null strings with types", "a,b\n-1,x\n2,-1\n", ReadOptions{NullStrings: []string{"-1"}, Types: map[string]arrow.DataType{"a": i64, "b": str}}, `a b | int64 utf8 | null "x" | 2 null`},
		{"quoted null", "a\n\"NA\"\n\"\"\nx\n", ReadOptions{NullStrings: []string{"NA"}, QuotedNull: true}, `a | utf8 | null | null | "x"`},
		{"quoted null of a number", "a,b\n\"NA\",1\n\"\",2\n3,3\n", ReadOptions{NullStrings: []string{"NA"}}, `a b | int64 int64 | null 1 | null 2 | 3 3`},
		{"a long null string", "a\n" + strings.Repeat("-", 80) + "\n1\n", ReadOptions{NullStrings: []string{strings.Repeat("-", 80)}}, `a | int64 | null | 1`},
		{"empty is null", "a,b\n,1\nx,\n", ReadOptions{}, `a b | utf8 int64 | null 1 | "x" null`},
		{"empty is a string", "a,b\n,1\nx,\n", ReadOptions{EmptyString: true}, `a b | utf8 int64 | "" 1 | "x" null`},
		{"all empty is strings", "a,b\n,1\n,2\n", ReadOptions{EmptyString: true}, `a b | utf8 int64 | "" 1 | "" 2`},
		{"pad", "a,b,c\n1\n1,2,3,4\n\n5,6,7\n", ReadOptions{Ragged: RaggedPad}, "a b c | int64 int64 int64 | 1 null null | 1 2 3 | 5 6 7"},
		{"skip ragged", "a,b\n1\n1,2\n3,4,5\n", ReadOptions{Ragged: RaggedSkip}, "a b | int64 int64 | 1 2"},
		{"byte order mark", "\ufeffa,b\n1,2\n", ReadOptions{}, "a b | int64 int64 | 1 2"},
		{"byte order mark and quotes", "\ufeff\"a\",b\n1,2\n", ReadOptions{}, "a b | int64 int64 | 1 2"},
		{"CR", "a,b\r1,\"x\ry\"\r\r2,z\r", ReadOptions{}, `a b | int64 utf8 | 1 "x\ry" | 2 "z"`},
		{"CR without the last", "a,b\r1,2", ReadOptions{}, `a b | int64 int64 | 1 2`},
		{"CR in LF", "a,b\n1,\"\r\"\n2,\r\n3,x\ry\n", ReadOptions{}, `a b | int64 utf8 | 1 "\r" | 2 null | 3 "x\ry"`},
		{"invalid bytes replaced", "a,b\nx\xff\xfe,1\n", ReadOptions{InvalidUTF8: UTF8Replace}, `a b | utf8 int64 | "x` + "\uFFFD" + `" 1`},
		{"invalid bytes in the header", "a\xff,b\n1,2\n", ReadOptions{InvalidUTF8: UTF8Replace}, "a\uFFFD b | int64 int64 | 1 2"},
		{"invalid bytes left out", "a,b\n\xff,1\n", ReadOptions{Columns: []string{"b"}}, "b | int64 | 1"},
		{"NUL", "a,b\n\x00,1\n", ReadOptions{}, `a b | utf8 int64 | "\x00" 1`},
		{"a wide quote", "a\n\"" + strings.Repeat("x\"\"y\n", 30) + "\"\n", ReadOptions{}, "a | utf8 | \"" + strings.Repeat(`x\"y\n`, 30) + "\""},
		{"NUL as a delimiter is not meant by 0", "a,b\n1,2\n", ReadOptions{Delimiter: 0}, "a b | int64 int64 | 1 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tiny(t, func(t *testing.T) {
				f := mustRead(t, c.text, c.o)
				if got := rows(t, show(t, f)); got != c.want {
					t.Errorf("got  %s\nwant %s", got, c.want)
				}
			})
		})
	}
}

func TestReadTypes(t *testing.T) {
	dec := &arrow.Decimal128Type{Precision: 6, Scale: 2}
	berlin := &arrow.TimestampType{Unit: arrow.Second, TimeZone: "Europe/Berlin"}
	nano := &arrow.TimestampType{Unit: arrow.Nanosecond}
	for _, c := range []struct {
		typ       arrow.DataType
		good, bad string // separated by blanks, _ is a blank
		want      string
	}{
		{arrow.FixedWidthTypes.Boolean, "true FALSE 1 0 t F", "yes 2 tr", "true false true false true false"},
		{arrow.PrimitiveTypes.Int8, "-128 127 +1 -0", "128 -129 1.0 x 1e2", "-128 127 1 0"},
		{arrow.PrimitiveTypes.Int16, "-32768 32767", "32768 -32769", "-32768 32767"},
		{arrow.PrimitiveTypes.Int32, "-2147483648 2147483647", "2147483648", "-2147483648 2147483647"},
		{i64, "-9223372036854775808 9223372036854775807", "9223372036854775808 1_0 0x1", "-9223372036854775808 9223372036854775807"},
		{arrow.PrimitiveTypes.Uint8, "0 255 +7", "256 -1", "0 255 7"},
		{arrow.PrimitiveTypes.Uint16, "65535", "65536", "65535"},
		{arrow.PrimitiveTypes.Uint32, "4294967295", "4294967296", "4294967295"},
		{arrow.PrimitiveTypes.Uint64, "18446744073709551615", "18446744073709551616 1.5", "18446744073709551615"},
		{arrow.PrimitiveTypes.Float32, "0.1 1e38 NaN -inf", "1e39 x 0x1p2", "0.1 1e+38 NaN -Inf"},
		{dec, "1 -1.5 +0.25 1.2500 1234.56 -.01", "1.255 12345 x . 1e2", "1 -1.5 0.25 1.25 1234.56 -0.01"},
		{arrow.FixedWidthTypes.Date32, "2024-02-29", "2023-02-29 2024-2-1 20240201", "2024-02-29T00:00:00Z"},
		{arrow.FixedWidthTypes.Date64, "2024-02-29", "x", "2024-02-29"},
		{arrow.FixedWidthTypes.Time32s, "23:59:59 00:00", "24:00:00 12:00:00.5 1:00", "23:59:59 00:00:00"},
		{arrow.FixedWidthTypes.Time64us, "23:59:59.000001", "23:59:59.0000001", "23:59:59.000001"},
		{nano, "2020-01-02_03:04:05.123456789", "1600-01-01 2020-01-02T03:04:05Z", "2020-01-02T03:04:05.123456789Z"},
		{berlin, "2020-07-01_12:00:00 2020-07-01T12:00:00Z 2020-01-01", "2020-07-01_12:00:00.5", "2020-07-01T10:00:00Z 2020-07-01T12:00:00Z 2019-12-31T23:00:00Z"},
		{arrow.BinaryTypes.LargeString, "x", "", `"x"`},
		{arrow.BinaryTypes.Binary, "\xff\xfe", "", "//4="},
		{arrow.BinaryTypes.LargeBinary, "x", "", "eA=="},
		{arrow.Null, "", "x", ""},
	} {
		o := ReadOptions{Types: map[string]arrow.DataType{"x": c.typ}}
		good := strings.Fields(c.good)
		text := "i,x\n"
		for i, s := range good {
			text += fmt.Sprintf("%d,%s\n", i, strings.ReplaceAll(s, "_", " "))
		}
		r := show(t, mustRead(t, text+"9,\n", o))
		if r.Types[1] != c.typ.String() {
			t.Errorf("type %s, want %s", r.Types[1], c.typ)
		}
		var got []string
		for _, row := range r.Rows[:len(good)] {
			got = append(got, row[1])
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.typ, got, c.want)
		}
		if r.Rows[len(good)][1] != "null" {
			t.Errorf("%s: an empty field is not null", c.typ)
		}
		for _, s := range strings.Fields(c.bad) {
			s = strings.ReplaceAll(s, "_", " ")
			_, err := readText(t, "i,x\n1,"+s+"\n", o)
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Line != 2 || e.Column != 2 || e.Name != "x" || e.Text != s || !errors.Is(err, ErrValue) || !strings.Contains(e.Error(), "accepted: ") {
				t.Errorf("%s: %q: %v", c.typ, s, err)
			}
		}
	}
}

func TestReadErrors(t *testing.T) {
	long := strings.Repeat("x", 3000)
	for _, c := range []struct {
		name, text string
		o          ReadOptions
		kind       error
		want       string
	}{
		{"empty", "", ReadOptions{}, ErrEmpty, "no header line"},
		{"nothing but a mark", "\ufeff", ReadOptions{}, ErrEmpty, "no header line"},
		{"empty lines", "\n\n\r\n", ReadOptions{}, ErrEmpty, "no header line"},
		{"all skipped", "a\nb\n", ReadOptions{SkipLines: 5}, ErrEmpty, "no header line"},
		{"short row", "a,b\n\n1,2\n3\n", ReadOptions{}, ErrFieldCount, `csv: line 4: the record has 1 field, the file 2 columns; accepted: as many as there are columns, or the options Ragged and Reject; at "3"`},
		{"long row", "a,b\n1,\"2\n3\"\n4,5,6\n", ReadOptions{}, ErrFieldCount, `csv: line 4: the record has 3 fields, the file 2 columns`},
		{"bare quote", "a,b\n1,2\n3,x\"y\n", ReadOptions{}, ErrQuote, `csv: line 3: column 2 (b): a quote inside a field that does not begin with one; accepted: the whole field in quotes with this one doubled, or LazyQuotes; at "3,x\"y"`},
		{"text behind a quote", "a,b\n\"x\"y,1\n", ReadOptions{}, ErrQuote, `csv: line 2: column 1 (a): text after a closing quote`},
		{"open quote", "a,b\n1,2\n3,\"x\n4,5\n", ReadOptions{}, ErrQuote, `csv: line 3: column 2 (b): a quote is opened here and never closed`},
		{"open quote in the header", "a,\"b\n", ReadOptions{}, ErrQuote, `csv: line 1: column 2: a quote is opened here and never closed`},
		{"value", "a,b\n1,2\n3,x\n", ReadOptions{Types: map[string]arrow.DataType{"b": i64}}, ErrValue, `csv: line 3: column 2 (b): "x" is not int64; accepted: a whole number from -9223372036854775808 to 9223372036854775807`},
		{"the first row's error", "a,b\n1,x\ny,2\n", ReadOptions{Types: map[string]arrow.DataType{"a": i64, "b": i64}}, ErrValue, `line 2: column 2 (b): "x"`},
		{"the first column's error", "a,b\ny,x\n", ReadOptions{Columns: []string{"b", "a"}, Types: map[string]arrow.DataType{"a": i64, "b": i64}}, ErrValue, `line 2: column 1 (a): "y"`},
		{"a value before a bare quote", "a,b\n1,x\n1,2\"\n", ReadOptions{Types: map[string]arrow.DataType{"b": i64}}, ErrValue, `line 2: column 2 (b): "x"`},
		{"a bare quote before a value", "a,b\n1,2\"\n1,x\n", ReadOptions{Types: map[string]arrow.DataType{"b": i64}}, ErrQuote, `line 2: column 2 (b): a quote inside`},
		{"invalid UTF-8", "a,b\n1,x\n2,y\xff\n", ReadOptions{}, ErrUTF8, `line 3: column 2 (b): "y\xff" is not UTF-8; accepted: UTF-8, or the option InvalidUTF8`},
		{"invalid UTF-8 in quotes", "a,b\n1,\"x\xff\"\n", ReadOptions{}, ErrUTF8, `line 2: column 2 (b): "x\xff" is not UTF-8`},
		{"invalid UTF-8 in the header", "a,b\xff\n1,2\n", ReadOptions{}, ErrUTF8, `line 1: column 2: the column name "b\xff" is not UTF-8`},
		{"UTF-16", "\xff\xfea\x00\n\x00", ReadOptions{}, ErrUTF8, "line 1: the text is UTF-16; accepted: UTF-8"},
		{"a long record", "a,b\n1,2\n" + long + ",1\n", ReadOptions{MaxRecord: 1000}, ErrTooLarge, "line 3: the record is longer than 1000 bytes; accepted: up to the option MaxRecord"},
		{"a long header", long + "\n1\n", ReadOptions{MaxRecord: 1000, SampleBytes: 100}, ErrTooLarge, "line 1: the header is longer than 1000 bytes"},
		{"an open quote in a long file", "a,b\n1,2\n3,\"" + strings.Repeat("x,y\n", 2000), ReadOptions{MaxRecord: 1000, SampleBytes: 100}, ErrTooLarge, "line 3: the record is longer than 1000 bytes; accepted: up to the option MaxRecord; it has a quote that is not closed"},
		{"a bare quote in a long file", "a,b\n1,2\n3,z\"" + strings.Repeat("x,y\n", 2000), ReadOptions{MaxRecord: 1000, SampleBytes: 100}, ErrQuote, "line 3: column 2 (b): a quote inside"},
		{"names", "a,b\n1,2\n", ReadOptions{Names: []string{"x"}}, ErrFieldCount, "line 1: Names has 1 name, the record 2 fields"},
		{"unknown column", "a,b\n1,2\n", ReadOptions{Columns: []string{"c"}}, ErrColumn, `Columns names "c"; the file has "a", "b"`},
		{"unknown type", "a,b\n1,2\n", ReadOptions{Types: map[string]arrow.DataType{"c": i64}}, ErrColumn, `Types names "c"`},
		{"a column twice", "a,b\n1,2\n", ReadOptions{Columns: []string{"a", "a"}}, ErrOption, `Columns names "a" twice`},
		{"a nil type", "a,b\n1,2\n", ReadOptions{Types: map[string]arrow.DataType{"a": nil}}, ErrOption, `Types has nil for "a"`},
		{"unsupported type", "a,b\n1,2\n", ReadOptions{Types: map[string]arrow.DataType{"a": arrow.ListOf(i64)}}, ErrType, "column 1 (a): unsupported type: list"},
		{"unknown zone", "a,b\n1,2\n", ReadOptions{Types: map[string]arrow.DataType{"a": &arrow.TimestampType{TimeZone: "Mars/Olympus"}}}, ErrType, "Mars/Olympus"},
		{"delimiter", "a\n", ReadOptions{Delimiter: 'λ'}, ErrOption, "Delimiter 'λ'; accepted: one ASCII character"},
		{"delimiter is the quote", "a\n", ReadOptions{Delimiter: '"'}, ErrOption, `Quote '"' is also Delimiter`},
		{"delimiter ends lines", "a\n", ReadOptions{Delimiter: '\n'}, ErrOption, `Delimiter '\n' is also the line end`},
		{"comment is the delimiter", "a\n", ReadOptions{Comment: ','}, ErrOption, `Comment ',' is also Delimiter`},
		{"decimal comma", "a\n", ReadOptions{DecimalComma: true}, ErrOption, "DecimalComma"},
		{"negative", "a\n", ReadOptions{SkipLines: -1}, ErrOption, "SkipLines -1"},
		{"ragged", "a\n", ReadOptions{Ragged: 7}, ErrOption, "Ragged 7"},
		{"UTF-8", "a\n", ReadOptions{InvalidUTF8: 7}, ErrOption, "InvalidUTF8 7"},
		{"reject without report", "a\n", ReadOptions{Reject: true}, ErrOption, "Reject without a Report"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tiny(t, func(t *testing.T) {
				_, err := readText(t, c.text, c.o)
				if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "csv: ") {
					t.Errorf("got  %v\nwant %v with %s", err, c.kind, c.want)
				}
			})
		})
	}
}

func TestReport(t *testing.T) {
	tiny(t, func(t *testing.T) {
		o := ReadOptions{Ragged: RaggedPad, Report: new(Report)}
		mustRead(t, "a,,a\n1\n\n1,\"2\n\",3\n1,2,3,4\n", o)
		want := Report{Rows: 3, Renamed: []Rename{{2, "", "column_2"}, {3, "a", "a_1"}}, Ragged: []RaggedLine{{2, 1}, {6, 4}}, RaggedN: 2}
		if d := cmp.Diff(want, *o.Report); d != "" {
			t.Error(d)
		}
		o = ReadOptions{Ragged: RaggedSkip, Report: new(Report)}
		mustRead(t, "a,b\n"+strings.Repeat("1\n1,2\n", 1500), o)
		if o.Report.Rows != 1500 || o.Report.RaggedN != 1500 || len(o.Report.Ragged) != 1000 || o.Report.Ragged[999] != (RaggedLine{2000, 1}) {
			t.Errorf("%d rows, %d ragged, %d listed", o.Report.Rows, o.Report.RaggedN, len(o.Report.Ragged))
		}
	})
}

func TestReject(t *testing.T) {
	text := "a,b,c\n1,x,true\ny,z,false\n\n2,\"l\nl\",maybe\n3\n3.5,q,no\n4,w,\n"
	o := ReadOptions{Types: map[string]arrow.DataType{"a": i64, "c": arrow.FixedWidthTypes.Boolean}, Reject: true}
	tiny(t, func(t *testing.T) {
		o.Report = new(Report)
		f := mustRead(t, text, o)
		if got, want := rows(t, show(t, f)), `a b c | int64 utf8 bool | 1 "x" true | 4 "w" null`; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		accept := `accepted: a whole number from -9223372036854775808 to 9223372036854775807"`
		want := `line column text reason | int64 utf8 utf8 utf8` +
			` | 3 "a" "y,z,false" "\"y\" is not int64; ` + accept +
			` | 5 "c" "2,\"l\nl\",maybe" "\"maybe\" is not bool; accepted: true or false, 1 or 0"` +
			` | 7 null "3" "the record has 1 field, the file 3 columns"` +
			` | 8 "a" "3.5,q,no" "\"3.5\" is not int64; ` + accept
		if got := rows(t, show(t, o.Report.Rejected)); strings.ReplaceAll(got, `\\"`, `\"`) != want && unescape(got) != unescape(want) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if o.Report.Rows != 2 {
			t.Errorf("%d rows", o.Report.Rows)
		}
	})
	_, err := readText(t, "a\n1\"\n", ReadOptions{Reject: true, Report: new(Report)})
	if !errors.Is(err, ErrQuote) {
		t.Error("a misplaced quote, behind which nothing can be trusted, was set aside:", err)
	}
}

func unescape(s string) string { return strings.NewReplacer(`\`, "", "\n", "n").Replace(s) }

// A column whose last row is the odd one is the same as one that says it at
// once; all places of the odd cell give the same frame.
func TestWideningFindsEveryPlace(t *testing.T) {
	filler := []string{"1", "2.5", "true", "2020-01-02", "2020-01-02 03:04:05Z", "nan", "", `""`}
	odd := []string{"x", "2.5", "9007199254740993", "", `""`, "nan", "007", "2020-01-02 03:04:05.1234567", "1500-01-01", "false"}
	tiny(t, func(t *testing.T) {
		for _, fill := range filler {
			for _, one := range odd {
				for _, at := range []int{0, 1, 10, 19} {
					lines := strings.Split(strings.Repeat(fill+"\n", 19)+fill, "\n")
					lines[at] = one
					checkOracle(t, "i,x\n7,"+strings.Join(lines, "\n7,")+"\n")
				}
			}
		}
	})
}

// The same in a file of several usual ranges, with a sample that sees little.
func TestWideningAcrossRanges(t *testing.T) {
	const n = 50_000
	for _, c := range []struct{ fill, odd, typ string }{
		{"12345", "x", "utf8"}, {"12345", "1.5", "float64"}, {"1.5", "9007199254740993", "utf8"}, {"", "5", "int64"}, {"nan", "1", "float64"}, {"nan", "", "utf8"}, {"true", "1", "utf8"},
	} {
		var b strings.Builder
		b.WriteString("i,x\n")
		for i := range n {
			v := c.fill
			if i == n-7 {
				v = c.odd
			}
			fmt.Fprintf(&b, "%d,%s\n", i, v)
		}
		for _, run := range []parallel.Option{parallel.Serial(), parallel.Workers(2)} {
			for _, r := range []io.Reader{strings.NewReader(b.String()), drip1000{strings.NewReader(b.String())}} {
				f, err := Read(t.Context(), r, ReadOptions{SampleBytes: 1000}, run)
				if err != nil {
					t.Fatal(err)
				}
				got := show(t, f)
				if got.Types[1] != c.typ || len(got.Rows) != n {
					t.Errorf("%+v: %v, %d rows", c, got.Types, len(got.Rows))
				}
				want := func(s string) string { return oracleValue(ocell{text: s}, c.typ) }
				for i, row := range got.Rows {
					if v := c.fill; i != n-7 && row[1] != want(v) || i == n-7 && row[1] != want(c.odd) {
						t.Fatalf("%+v: row %d is %v", c, i, row)
					}
				}
			}
		}
	}
}

type drip1000 struct{ r *strings.Reader }

func (d drip1000) Read(p []byte) (int, error) { return d.r.Read(p[:min(len(p), 1000)]) }

func TestReadFileAndFS(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	text := "a,b\n1,x\n2,\n"
	want := `a b | int64 utf8 | 1 "x" | 2 null`
	var gz, zs bytes.Buffer
	zw := gzip.NewWriter(&gz)
	io.WriteString(zw, text)
	zw.Close()
	enc, _ := zstd.NewWriter(&zs)
	io.WriteString(enc, text)
	enc.Close()
	fsys := fstest.MapFS{"d/a.csv": {Data: []byte(text)}, "a.gz": {Data: gz.Bytes()}, "a.zst": {Data: zs.Bytes()}}
	for name, file := range fsys {
		os.WriteFile(path, file.Data, 0o600)
		f, err := ReadFile(t.Context(), path, ReadOptions{})
		if err != nil || rows(t, show(t, f)) != want {
			t.Errorf("%s: %v, %v", name, err, f)
		}
		if f, err = ReadFS(t.Context(), fsys, name, ReadOptions{}); err != nil || rows(t, show(t, f)) != want {
			t.Errorf("%s: %v, %v", name, err, f)
		}
		open, _ := os.Open(path)
		if f, err = Read(t.Context(), open, ReadOptions{}); err != nil || rows(t, show(t, f)) != want {
			t.Errorf("%s: %v, %v", name, err, f)
		}
		open.Close()
		if f, err = Read(t.Context(), io.MultiReader(bytes.NewReader(file.Data)), ReadOptions{}); err != nil || rows(t, show(t, f)) != want {
			t.Errorf("%s: %v, %v", name, err, f)
		}
	}
	// From where the reader stands.
	r := strings.NewReader("junk\n" + text)
	r.Seek(5, io.SeekStart)
	if f, err := Read(t.Context(), r, ReadOptions{}); err != nil || rows(t, show(t, f)) != want {
		t.Errorf("%v, %v", err, f)
	}

	os.WriteFile(path, []byte("a\nx\n1,2\n"), 0o600)
	for _, c := range []struct {
		path string
		want string
	}{{path, path + ":3: the record has 2 fields"}, {dir, "is a directory"}, {filepath.Join(dir, "none.csv"), "none.csv"}} {
		if _, err := ReadFile(t.Context(), c.path, ReadOptions{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	for name, data := range map[string][]byte{"cut.gz": gz.Bytes()[:gz.Len()-9], "cut.zst": zs.Bytes()[:zs.Len()-3], "bad.gz": append([]byte{0x1f, 0x8b}, text...), "bad.zst": append([]byte{0x28, 0xb5, 0x2f, 0xfd}, text...)} {
		fsys := fstest.MapFS{name: {Data: data}}
		if _, err := ReadFS(t.Context(), fsys, name, ReadOptions{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadFS(t.Context(), fsys, "nothing", ReadOptions{}); err == nil {
		t.Error("a file that is not there was read")
	}
	if _, err := Read(t.Context(), nil, ReadOptions{}); !errors.Is(err, ErrOption) {
		t.Error(err)
	}
	if _, err := ReadFile(t.Context(), path, ReadOptions{}, parallel.Partitions(3)); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
}

// bomb is a gzip file of about n bytes of one line.
func bomb(t testing.TB, line string, n int) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, "a\n")
	block := strings.Repeat(line, 1<<16/len(line))
	for range n / len(block) {
		io.WriteString(w, block)
	}
	w.Close()
	return b.Bytes()
}

func TestDecompressionLimits(t *testing.T) {
	for _, c := range []struct {
		data []byte
		o    ReadOptions
		want string
	}{
		{bomb(t, "\x00", 20<<20), ReadOptions{}, "the record is longer than 16777216 bytes; accepted: up to the option MaxRecord"},
		{bomb(t, "1\n", 72<<20), ReadOptions{Types: map[string]arrow.DataType{"a": i64}}, "decompress to more than 250 times as many; accepted: up to the option MaxRatio"},
		{bomb(t, "1\n", 1<<20), ReadOptions{MaxBytes: 1000}, "decompresses to more than 1000 bytes; accepted: up to the option MaxBytes"},
	} {
		_, err := Read(t.Context(), bytes.NewReader(c.data), c.o)
		if !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v\nwant %s", err, c.want)
		}
	}
	f, err := Read(t.Context(), bytes.NewReader(bomb(t, "1\n", 1<<20)), ReadOptions{})
	if err != nil || f.NumRows() != 1<<19 {
		t.Error(err)
	}
}

// stuck is a reader that gives a little and then waits for the context.
type stuck struct {
	ctx  context.Context
	left int
}

func (s *stuck) Read(p []byte) (int, error) {
	if s.left <= 0 {
		<-s.ctx.Done()
		return 0, s.ctx.Err()
	}
	n := copy(p, strings.Repeat("1,2\n", len(p)/4+1)[:min(len(p), s.left)])
	s.left -= n
	return n, nil
}

func TestCancelledRead(t *testing.T) {
	enough := errors.New("enough")
	for _, n := range []int{1 << 10, 3 << 20} {
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() { cancel(enough) }()
		_, err := Read(ctx, &stuck{ctx, n}, ReadOptions{NoHeader: true})
		if !errors.Is(err, enough) && !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(enough)
	if _, err := Read(ctx, strings.NewReader("a\n1\n"), ReadOptions{}); err != enough {
		t.Error(err)
	}
}

// broken fails in the middle.
type broken struct{ r io.Reader }

func (b broken) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if err == io.EOF {
		err = errDisk
	}
	return n, err
}

func TestFailingReader(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 1 << 20} {
		_, err := Read(t.Context(), broken{strings.NewReader("a,b\n" + strings.Repeat("1,2\n", n))}, ReadOptions{})
		if !errors.Is(err, errDisk) {
			t.Errorf("after %d rows: %v", n, err)
		}
	}
}

func TestUniqueNames(t *testing.T) {
	for _, c := range []struct{ header, want []string }{
		{[]string{"a", "b"}, []string{"a", "b"}},
		{[]string{"a", "a", "a"}, []string{"a", "a_1", "a_2"}},
		{[]string{"a", "a_1", "a"}, []string{"a", "a_1", "a_2"}},
		{[]string{"a", "a", "a_1"}, []string{"a", "a_2", "a_1"}},
		{[]string{"", "", "x"}, []string{"column_1", "column_2", "x"}},
		{[]string{"", "column_1"}, []string{"column_1_1", "column_1"}},
		{[]string{"column_2", ""}, []string{"column_2", "column_2_1"}},
	} {
		got, renamed := uniqueNames(c.header)
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %q, want %q", c.header, got, c.want)
		}
		for _, r := range renamed {
			if c.header[r.Column-1] != r.From || got[r.Column-1] != r.To {
				t.Errorf("%q: reported %+v", c.header, r)
			}
		}
	}
}
