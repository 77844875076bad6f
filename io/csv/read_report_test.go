package csv

import (
	"errors"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"
)

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
