package csv

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
)

var (
	i64 = arrow.PrimitiveTypes.Int64
	f64 = arrow.PrimitiveTypes.Float64
	str = arrow.BinaryTypes.String
)

// rows returns types and rows in a short form: "int64 utf8 | 1 "x" | 2 null".
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
		{"no quotes, odd rows and bytes", "a,b\n\nx\ry,\x00z\n", ReadOptions{Quote: NoQuote}, `a b | utf8 utf8 | "x\ry" "\x00z"`},
		{"no quotes, delimited by quotes", "a\"b\n\nx\ry\"z\n", ReadOptions{Quote: NoQuote, Delimiter: '"'}, `a b | utf8 utf8 | "x\ry" "z"`},
		{"no quotes, odd rows", "a,b\n\n\"x,y\"\n", ReadOptions{Quote: NoQuote}, `a b | utf8 utf8 | "\"x" "y\""`},
		{"escape", "a,b\n\"x\\\"y\\\\\",1\\,5\n\"l\nl\",2\n", ReadOptions{Escape: '\\'}, `a b | utf8 utf8 | "x\"y\\" "1,5" | "l\nl" "2"`},
		{"comment", "#x,\"\na,b\n# y\n1,2\n#\n3,4", ReadOptions{Comment: '#'}, "a b | int64 int64 | 1 2 | 3 4"},
		{"comment at the end", "a,b\n1,2\n#", ReadOptions{Comment: '#'}, "a b | int64 int64 | 1 2"},
		{"lazy quotes", "a,b\nx\"y,\"x\"y\"\n1\"\"2,\"\"\"\n", ReadOptions{LazyQuotes: true}, `a b | utf8 utf8 | "x\"y" "x\"y" | "1\"\"2" "\"\n"`},
		{"trim", " a ,b\n 1 , \"x\" \n\t2,\" y \"\n   \n", ReadOptions{TrimSpace: true}, `a b | int64 utf8 | 1 "x" | 2 " y "`},
		{"no trim", " a ,b\n 1 ,2\n", ReadOptions{}, ` a  b | utf8 int64 | " 1 " 2`},
		{"skip lines", "x\"\ny,z\r\na,b\n1,2\n", ReadOptions{SkipLines: 2}, "a b | int64 int64 | 1 2"},
		{"skip lines that end with CRLF", "x\r\ny\r\nz\r\na,b\r\n1,2\r\n", ReadOptions{SkipLines: 3}, "a b | int64 int64 | 1 2"},
		{"integers that float64 prints alike", "a\n9007199254740994\n0.5\n", ReadOptions{}, "a | float64 | 9.007199254740994e+15 | 0.5"},
		{"integers that float64 spoils", "a\n9007199254740993\n0.5\n", ReadOptions{}, `a | utf8 | "9007199254740993" | "0.5"`},
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
		var text strings.Builder
		text.WriteString("i,x\n")
		for i, s := range good {
			text.WriteString(fmt.Sprintf("%d,%s\n", i, strings.ReplaceAll(s, "_", " ")))
		}
		r := show(t, mustRead(t, text.String()+"9,\n", o))
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
		for s := range strings.FieldsSeq(c.bad) {
			s = strings.ReplaceAll(s, "_", " ")
			_, err := readText(t, "i,x\n1,"+s+"\n", o)
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Line != 2 || e.Column != 2 || e.Name != "x" || e.Text != s || !errors.Is(err, frame.ErrValue) || !strings.Contains(e.Error(), "accepted: ") {
				t.Errorf("%s: %q: %v", c.typ, s, err)
			}
		}
	}
}
