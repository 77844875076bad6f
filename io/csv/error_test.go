package csv

import (
	"errors"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

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
		{"short row", "a,b\n\n1,2\n3\n", ReadOptions{}, ErrFieldCount, `csv.Read: line 4: the record has 1 field, the file 2 columns; accepted: as many as there are columns, or the options Ragged and Reject; at "3"`},
		{"long row", "a,b\n1,\"2\n3\"\n4,5,6\n", ReadOptions{}, ErrFieldCount, `csv.Read: line 4: the record has 3 fields, the file 2 columns`},
		{"bare quote", "a,b\n1,2\n3,x\"y\n", ReadOptions{}, ErrQuote, `csv.Read: line 3: column 2 (b): a quote inside a field that does not begin with one; accepted: the whole field in quotes with this one doubled, or LazyQuotes; at "3,x\"y"`},
		{"text behind a quote", "a,b\n\"x\"y,1\n", ReadOptions{}, ErrQuote, `csv.Read: line 2: column 1 (a): text after a closing quote`},
		{"open quote", "a,b\n1,2\n3,\"x\n4,5\n", ReadOptions{}, ErrQuote, `csv.Read: line 3: column 2 (b): a quote is opened here and never closed`},
		{"open quote in the header", "a,\"b\n", ReadOptions{}, ErrQuote, `csv.Read: line 1: column 2: a quote is opened here and never closed`},
		{"value", "a,b\n1,2\n3,x\n", ReadOptions{Types: map[string]arrow.DataType{"b": i64}}, frame.ErrValue, `csv.Read: line 3: column 2 (b): "x" is not int64; accepted: a whole number from -9223372036854775808 to 9223372036854775807`},
		{"the first row's error", "a,b\n1,x\ny,2\n", ReadOptions{Types: map[string]arrow.DataType{"a": i64, "b": i64}}, frame.ErrValue, `line 2: column 2 (b): "x"`},
		{"the first column's error", "a,b\ny,x\n", ReadOptions{Columns: []string{"b", "a"}, Types: map[string]arrow.DataType{"a": i64, "b": i64}}, frame.ErrValue, `line 2: column 1 (a): "y"`},
		{"a value before a bare quote", "a,b\n1,x\n1,2\"\n", ReadOptions{Types: map[string]arrow.DataType{"b": i64}}, frame.ErrValue, `line 2: column 2 (b): "x"`},
		{"a bare quote before a value", "a,b\n1,2\"\n1,x\n", ReadOptions{Types: map[string]arrow.DataType{"b": i64}}, ErrQuote, `line 2: column 2 (b): a quote inside`},
		{"invalid UTF-8", "a,b\n1,x\n2,y\xff\n", ReadOptions{}, ErrUTF8, `line 3: column 2 (b): "y\xff" is not UTF-8; accepted: UTF-8, or the option InvalidUTF8`},
		{"invalid UTF-8 in quotes", "a,b\n1,\"x\xff\"\n", ReadOptions{}, ErrUTF8, `line 2: column 2 (b): "x\xff" is not UTF-8`},
		{"invalid UTF-8 in the header", "a,b\xff\n1,2\n", ReadOptions{}, ErrUTF8, `line 1: column 2: the column name "b\xff" is not UTF-8`},
		{"UTF-16", "\xff\xfea\x00\n\x00", ReadOptions{}, ErrUTF8, "line 1: the text is UTF-16; accepted: UTF-8"},
		{"a long record", "a,b\n1,2\n" + long + ",1\n", ReadOptions{MaxRecord: 1000}, ErrLimit, "line 3: the record is longer than 1000 bytes; accepted: up to the option MaxRecord"},
		{"a long header", long + "\n1\n", ReadOptions{MaxRecord: 1000, SampleBytes: 100}, ErrLimit, "line 1: the header is longer than 1000 bytes"},
		{"an open quote in a long file", "a,b\n1,2\n3,\"" + strings.Repeat("x,y\n", 2000), ReadOptions{MaxRecord: 1000, SampleBytes: 100}, ErrLimit, "line 3: the record is longer than 1000 bytes; accepted: up to the option MaxRecord; it has a quote that is not closed"},
		{"a bare quote in a long file", "a,b\n1,2\n3,z\"" + strings.Repeat("x,y\n", 2000), ReadOptions{MaxRecord: 1000, SampleBytes: 100}, ErrQuote, "line 3: column 2 (b): a quote inside"},
		{"many columns", "a,b,c\n", ReadOptions{MaxColumns: 2}, ErrLimit, "line 1: the record has 3 fields; accepted: up to the option MaxColumns, 2"},
		{"a flood of columns", strings.Repeat(",", 1<<17), ReadOptions{}, ErrLimit, "line 1: the record has 131073 fields; accepted: up to the option MaxColumns, 100000"},
		{"a huge limit", "a\n", ReadOptions{MaxRecord: 1 << 30}, parallel.ErrOption, "MaxRecord 1073741824; accepted: up to 536870912"},
		{"names", "a,b\n1,2\n", ReadOptions{Names: []string{"x"}}, ErrFieldCount, "line 1: Names has 1 name, the record 2 fields"},
		{"unknown column", "a,b\n1,2\n", ReadOptions{Columns: []string{"c"}}, frame.ErrColumn, `no such column: "c"; the file has "a", "b"`},
		{"unknown type", "a,b\n1,2\n", ReadOptions{Types: map[string]arrow.DataType{"c": i64}}, frame.ErrColumn, `Types: no such column: "c"`},
		{"a column twice", "a,b\n1,2\n", ReadOptions{Columns: []string{"a", "a"}}, frame.ErrName, `"a" twice`},
		{"a nil type", "a,b\n1,2\n", ReadOptions{Types: map[string]arrow.DataType{"a": nil}}, parallel.ErrOption, `Types has nil for "a"`},
		{"unsupported type", "a,b\n1,2\n", ReadOptions{Types: map[string]arrow.DataType{"a": arrow.ListOf(i64)}}, ErrUnsupported, "column 1 (a): unsupported: list"},
		{"unknown zone", "a,b\n1,2\n", ReadOptions{Types: map[string]arrow.DataType{"a": &arrow.TimestampType{TimeZone: "Mars/Olympus"}}}, ErrUnsupported, "Mars/Olympus"},
		{"delimiter", "a\n", ReadOptions{Delimiter: 'λ'}, parallel.ErrOption, "Delimiter 'λ'; accepted: one ASCII character"},
		{"delimiter is the quote", "a\n", ReadOptions{Delimiter: '"'}, parallel.ErrOption, `Quote '"' is also Delimiter`},
		{"delimiter ends lines", "a\n", ReadOptions{Delimiter: '\n'}, parallel.ErrOption, `Delimiter '\n' is also the line end`},
		{"comment is the delimiter", "a\n", ReadOptions{Comment: ','}, parallel.ErrOption, `Comment ',' is also Delimiter`},
		{"decimal comma", "a\n", ReadOptions{DecimalComma: true}, parallel.ErrOption, "DecimalComma"},
		{"negative", "a\n", ReadOptions{SkipLines: -1}, parallel.ErrOption, "SkipLines -1"},
		{"ragged", "a\n", ReadOptions{Ragged: 7}, parallel.ErrOption, "Ragged 7"},
		{"UTF-8", "a\n", ReadOptions{InvalidUTF8: 7}, parallel.ErrOption, "InvalidUTF8 7"},
		{"reject without report", "a\n", ReadOptions{Reject: true}, parallel.ErrOption, "Reject without a Report"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tiny(t, func(t *testing.T) {
				_, err := readText(t, c.text, c.o)
				if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "csv.Read: ") {
					t.Errorf("got  %v\nwant %v with %s", err, c.kind, c.want)
				}
			})
		})
	}
}
