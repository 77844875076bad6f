package csv

import (
	"encoding/csv"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// checkOracle compares a read with the oracle's.
func checkOracle(t testing.TB, text string) {
	t.Helper()
	want, wantErr := oracle(text, ',', '"')
	f, err := readText(t, text, ReadOptions{})
	if (err != nil) != (wantErr != nil) {
		t.Fatalf("%q: %v; the oracle says %v", text, err, wantErr)
	}
	if err == nil {
		if got := show(t, f); !reflect.DeepEqual(want, got) {
			t.Fatalf("%q: want -, got +\n%s", text, cmp.Diff(want, got))
		}
	}
}

var oracleTexts = []string{
	"a\n", "a,b\n", "a", "\n\na\n1\n", "",
	"a,b,c\n1,2.5,x\n2,,\"y,\"\"z\"\n3,1e3,\"\"\n",
	"a\n1\n\n3\n", "a\n\"\"\n\nx\n", "a\n\n\n", "a,b\n\n1,2\n\n\n3,4\n\n",
	"a,b\r\n1,true\r\n\r\n007,false",
	"a,b\r\n\"x\r\ny\",1\r\n\"\r\",2\r\n",
	"a,b\nx\ry,1\n", "a,b\n1,2\r", "a,b\n1,2\r\r\n",
	"a,a,,a_1\n1,2,3,4\n",
	"a,b\n1\n", "a,b\n1,2,3\n", "a,b\n1,2\n\"3\n", "a,b\n1,x\"2\n", "a,b\n1,\"x\"2\n", "a,b\n1,\"x\" \n", "a,b\n\"a\"\"b\",\"\"\"\"\n", "a,b\n\"\"\"\",\"\"\"x\"\n",
	"a\n\"", "a\n\"\"\"\n", "\"a\"\n1\n", "\"a\",\"b,c\"\n1,2\n", "\"a\"x\n1\n",
	"x\n1\n2.5\n", "x\n1\n9007199254740993\n", "x\n1.5\n9007199254740993\n", "x\n9007199254740993\n1.5\n", "x\n100000000000000000000\n1\n", "x\n12345678901234567890\n1\n",
	"x\n007\n1\n", "x\n-0\n1\n", "x\n+5\n", "x\n1e400\n", "x\n1e-400\n", "x\n.5\n5.\n", "x\n.\n", "x\n-\n", "x\n 1\n", "x\n1_000\n", "x\n0x10\n",
	"x\nnan\ninf\n", "x\nnan\n1\n", "x\n1\nNaN\n-Inf\n", "x\nnan\ntrue\n", "x\n\nnan\n\n2.5\n", "x\nNa\n", "x\n+nan\n", "x\n-inf\n1.5\n",
	"x\ntrue\nFalse\n", "x\ntrue\n1\n", "x\nt\n", "x\n\"true\"\n\n",
	"x\n2020-01-02\n", "x\n2020-02-30\n", "x\n2020-01-02\n2020-01-02 03:04\n", "x\n2020-01-02T03:04:05Z\n2020-01-02T03:04:05.25+02:00\n", "x\n2020-01-02 03:04\n2020-01-02T03:04:05Z\n",
	"x\n2020-01-02 03:04:05.1234567\n2020-01-02\n", "x\n2020-01-02 03:04:05.1234567\n1600-01-02\n", "x\n1600-01-02\n2020-01-02 03:04:05.1234567\n", "x\n1600-01-02 00:00:00\n", "x\n2020-01-02\n1\n",
	"x,y\n,\n,\n", "x,y\n,\n1,\n", "x\n\n\n\n1\n",
	"a,b\n\"1\",\"2.5\"\n\"\",\"\"\n",
	"é,日本\nü,\"ö,\"\n", "a\n\x00\n", "a,b\n\u2028,x\n",
	strings.Repeat("a,", 99) + "a\n" + strings.Repeat("1,", 99) + "1\n",
	"a,b\n" + strings.Repeat("x", 63) + ",\"" + strings.Repeat("y", 63) + "\"\n" + strings.Repeat("1,2\n", 40),
	"a\n\"" + strings.Repeat("\"\"", 200) + "\"\n",
	"a,b\n\"" + strings.Repeat("x\n", 100) + "\",1\n2,3\n",
}

func TestReadAgreesWithOracle(t *testing.T) {
	tiny(t, func(t *testing.T) {
		for _, text := range oracleTexts {
			checkOracle(t, text)
		}
	})
}

// Where lines end with '\r' in the first bytes, and with "\r\n" from some line on, ranges
// begin with a '\n', which is no data.
func TestReadLineEndsThatChange(t *testing.T) {
	head := "a,b\r" + strings.Repeat("1,x\r", 2000)
	want := show(t, mustRead(t, head+strings.Repeat("2,y\r", 50), ReadOptions{}))
	tiny(t, func(t *testing.T) {
		f := mustRead(t, head+strings.Repeat("2,y\r\n", 50), ReadOptions{SampleBytes: 1000})
		if got := show(t, f); !reflect.DeepEqual(want, got) {
			t.Fatalf("want -, got +\n%s", cmp.Diff(want, got))
		}
	})
}

// randomCSV makes text that is mostly right.
func randomCSV(r *rand.Rand) string {
	var b strings.Builder
	cols := 1 + r.IntN(4)
	words := [][]string{
		{"1", "", "42", "-7", "9007199254740993", "0"},
		{"2.5", "", "1e3", "7", "nan"},
		{"true", "false", ""},
		{"2020-01-02", "", "2021-12-31", "2020-01-02 03:04:05", "1500-01-01"},
		{"x", "", "y z", "007", "ä", "\r", "long enough to be beyond sixteen bytes"},
	}
	bad := r.IntN(4) == 0
	kinds := make([]int, cols)
	for c := range kinds {
		kinds[c] = r.IntN(len(words))
	}
	end := []string{"\n", "\r\n"}[r.IntN(2)]
	for i := range 1 + r.IntN(30) {
		for c := range cols {
			if c > 0 {
				b.WriteByte(',')
			}
			w := words[kinds[c]]
			switch {
			case i == 0:
				b.WriteString([]string{"a", "b", "", "a_1", "\"q,\"\"\""}[r.IntN(5)])
			case bad && r.IntN(60) == 0:
				b.WriteString([]string{"\"", "x\"y", "\"x\"y", ",", "\n"}[r.IntN(5)])
			case r.IntN(4) == 0:
				b.WriteByte('"')
				for range r.IntN(4) {
					b.WriteString([]string{"\n", ",", `""`, "a", "\r\n", " "}[r.IntN(6)])
				}
				b.WriteByte('"')
			case r.IntN(12) == 0:
				b.WriteString(words[r.IntN(len(words))][0])
			default:
				b.WriteString(w[r.IntN(len(w))])
			}
		}
		if r.IntN(20) == 0 {
			b.WriteString(end)
		}
		b.WriteString(end)
	}
	return b.String()
}

func TestReadRandomText(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	tiny(t, func(t *testing.T) {
		for range 150 {
			checkOracle(t, randomCSV(r))
		}
	})
}

// The oracle and the reader agree with encoding/csv, for text without '\r' and with
// several columns, as encoding/csv loses empty rows of one column.
func TestReadAgreesWithEncodingCSV(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 9))
	tiny(t, func(t *testing.T) {
		for range 150 {
			text := strings.ReplaceAll(randomCSV(r), "\r", "")
			std := csv.NewReader(strings.NewReader(text))
			want, wantErr := std.ReadAll()
			if wantErr == nil && (len(want) == 0 || len(want[0]) == 1) {
				continue
			}
			f, err := readText(t, text, ReadOptions{NoHeader: true, EmptyString: true})
			if (err != nil) != (wantErr != nil) {
				t.Fatalf("%q: %v; encoding/csv: %v", text, err, wantErr)
			}
			if err != nil {
				continue
			}
			var back strings.Builder
			w := csv.NewWriter(&back)
			w.WriteAll(want)
			if g := mustRead(t, back.String(), ReadOptions{NoHeader: true, EmptyString: true}); !reflect.DeepEqual(show(t, f), show(t, g)) {
				t.Fatalf("%q read as\n%v\nencoding/csv as\n%v", text, show(t, f), show(t, g))
			}
		}
	})
}

// FuzzRead reads any text with ranges of any size. The result is that of the oracle.
func FuzzRead(f *testing.F) {
	for _, text := range oracleTexts {
		f.Add(text, uint8(7))
	}
	f.Fuzz(func(t *testing.T, text string, size uint8) {
		if len(text) > 4096 || strings.HasPrefix(text, "\xef\xbb\xbf") || strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") || strings.HasPrefix(text, "\x1f\x8b") || strings.HasPrefix(text, "(\xb5/\xfd") {
			return
		}
		defer func() { rangeSize = usualRange }()
		rangeSize = int64(size)
		d := dialect{quote: '"'}
		if d.lineEnd([]byte(text)) == '\r' || !validText(text) {
			readText(t, text, ReadOptions{}) // must not panic, and be the same in all ways
			return
		}
		checkOracle(t, text)
	})
}
