package csv

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"
)

// Serial dialects read the same as the parallel ones, for text in which the dialect makes
// no difference.
func TestSerialDialectsAreTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 1))
	tiny(t, func(t *testing.T) {
		for range 40 {
			text := randomCSV(r)
			f, err := readText(t, text, ReadOptions{})
			for _, o := range []ReadOptions{{Comment: 1}, {Escape: 1}, {Comment: 1, SampleBytes: 40}, {SampleBytes: 40}} {
				if o.Escape != 0 && strings.Contains(text, `""`) {
					continue // with an escape, quotes are not doubled
				}
				g, gerr := readText(t, text, o)
				if (err == nil) != (gerr == nil) {
					t.Fatalf("%q: %v; with %+v %v", text, err, o, gerr)
				}
				if err == nil && !reflect.DeepEqual(show(t, f), show(t, g)) {
					t.Fatalf("%q with %+v\n%s", text, o, cmp.Diff(show(t, f), show(t, g)))
				}
				if err != nil && o.Escape == 0 && o.SampleBytes == 0 && err.Error() != gerr.Error() {
					t.Fatalf("%q: %v; with %+v %v", text, err, o, gerr)
				}
			}
		}
	})
}

func TestSerialDialectsOfManyRanges(t *testing.T) {
	const n = 60_000
	text := "a,b\n" + strings.Repeat("# a \" comment\n1,\"x\\\"y\n\"\n", n)
	o := ReadOptions{Comment: '#', Escape: '\\', SampleBytes: 1000}
	for f, err := range ReadSeq(t.Context(), strings.NewReader(text), o) {
		if err != nil {
			t.Fatal(err)
		}
		if r := show(t, f).Rows[f.NumRows()-1]; r[0] != "1" || r[1] != `"x\"y\n"` {
			t.Fatal(r)
		}
	}
	f, err := Read(t.Context(), strings.NewReader(text), o)
	if err != nil || f.NumRows() != n {
		t.Fatal(f, err)
	}
	_, err = Read(t.Context(), strings.NewReader(text+"x,2\n"), ReadOptions{Comment: '#', Escape: '\\', Types: map[string]arrow.DataType{"a": i64}})
	if e, ok := errors.AsType[*Error](err); !ok || e.Line != 3*n+2 || e.Text != "x" {
		t.Error(err)
	}
}

func TestSerialLimits(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, c := range []struct {
		text string
		o    ReadOptions
		kind error
		want string
	}{
		{"a\n1\n" + long + "\n", ReadOptions{Comment: '#'}, ErrLimit, "line 3: the record is longer than 1000 bytes"},
		{"a\n1\n" + strings.Repeat(long, 300), ReadOptions{Comment: '#'}, ErrLimit, "line 3: the record is longer than 1000 bytes"},
		{"a\n1\n\"" + strings.Repeat(long, 300), ReadOptions{LazyQuotes: true}, ErrLimit, "line 3: the record is longer than 1000 bytes"},
		{"a,b\n1,2\n3,x\"" + strings.Repeat("y\n", 200_000), ReadOptions{Comment: '#'}, ErrQuote, "line 3: column 2 (b): a quote inside a field"},
	} {
		tiny(t, func(t *testing.T) {
			if rangeSize == 1 && len(c.text) > 100_000 {
				t.Skip("many ranges")
			}
			c.o.MaxRecord, c.o.SampleBytes = 1000, 100
			_, err := readText(t, c.text, c.o)
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\nwant %s", err, c.want)
			}
		})
	}
}

func TestTrimWithQuotes(t *testing.T) {
	o := ReadOptions{TrimSpace: true}
	tiny(t, func(t *testing.T) {
		f := mustRead(t, "a,b\n \"x,\ny\" , 1\r\n\t\"\"\"z\"\"\",2 \n", o)
		if got := rows(t, show(t, f)); got != `a b | utf8 int64 | "x,\ny" 1 | "\"z\"" 2` {
			t.Error(got)
		}
		if _, err := readText(t, "a,b\n x\"y,1\n", o); !errors.Is(err, ErrQuote) {
			t.Error(err)
		}
	})
}
