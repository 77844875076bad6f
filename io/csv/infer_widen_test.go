package csv

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/parframe/parframe/parallel"
)

// The position of a cell that widens its column does not matter: all positions give
// the same types.
func TestWideningFindsEveryPlace(t *testing.T) {
	filler := []string{"1", "2.5", "true", "2020-01-02", "2020-01-02 03:04:05Z", "nan", "", `""`}
	odd := []string{"x", "2.5", "9007199254740993", "", `""`, "nan", "007", "2020-01-02 03:04:05.1234567", "1500-01-01", "false"}
	tiny(t, func(t *testing.T) {
		for _, fill := range filler {
			for _, one := range odd {
				for _, at := range []int{0, 1, 5, 10} {
					lines := strings.Split(strings.Repeat(fill+"\n", 10)+fill, "\n")
					lines[at] = one
					checkOracle(t, "i,x\n7,"+strings.Join(lines, "\n7,")+"\n")
				}
			}
		}
	})
}

// The same in a file of several ranges of the usual size, with a small sample.
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
