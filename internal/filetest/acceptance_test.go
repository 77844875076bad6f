package filetest_test

import (
	"bytes"
	"context"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/filetest"
	"github.com/parframe/parframe/io/csv"
	"github.com/parframe/parframe/io/ipc"
	"github.com/parframe/parframe/io/parquet"
)

// floor is the least number of files of a kind that must be read or refused as
// expected. The tests of the formats check each file. This one notices a change that
// turns many of them into plausible errors, or into frames.
//
// For scale: of the larger set that the corpus is a part of, arrow-go v15 read
// 234 of 257 sound Parquet files right (91 %), and refused 77 of 175 malformed
// ones (44 %; 173, or 99 %, with a guard around it), 85 of 135 malformed IPC
// files (134 with the guard), and read 178 of 182 sound ones. encoding/csv
// read 407 of 439 CSV files right (93 %) and 10 of them wrong.
type floor struct {
	format  string
	expect  string // a pattern for MANIFEST.tsv's words
	refused bool   // whether the right outcome is an error
	files   int
	right   int
}

var floors = []floor{
	{"csv", `^delim`, false, 272, 261}, // eleven have a bare quote,
	{"csv", `^(clear error|transcode)`, true, 22, 22},
	{"parquet", `^\d+ rows`, false, 138, 132},                // three geometries, two INT96 beyond nanoseconds, one text that is not UTF-8
	{"parquet", `^clear error(, | \(DuckDB)`, true, 101, 93}, // eight are sound, but for DuckDB
	{"parquet", `^clear error: (unsupported|encrypted)`, true, 87, 87},
	{"ipc", `^(equal to|rows as)`, false, 81, 81},
	{"ipc", `^clear error or valid`, true, 62, 61}, // one is sound
}

func TestAcceptance(t *testing.T) {
	for _, want := range floors {
		pattern := regexp.MustCompile(want.expect)
		files, right := 0, 0
		for _, c := range filetest.Corpus(t, want.format) {
			if !pattern.MatchString(c.Expect) || strings.HasSuffix(c.Name, ".json") || strings.HasSuffix(c.Name, ".json.gz") {
				continue
			}
			files++
			f, err := read(t.Context(), want.format, c)
			switch {
			case (err != nil) == want.refused && (f == nil || rowsAsExpected(f, c.Expect)):
				right++
			case err == nil:
				t.Logf("%s: read, %d rows: %s", c.Name, f.NumRows(), c.Expect)
			default:
				t.Logf("%s: %v: %s", c.Name, err, c.Expect)
			}
		}
		what := "read"
		if want.refused {
			what = "refused"
		}
		t.Logf("%s, %s: %d of %d %s", want.format, want.expect, right, files, what)
		if files != want.files || right < want.right {
			t.Errorf("%s, %s: %d of %d %s, want at least %d of %d", want.format, want.expect, right, files, what, want.right, want.files)
		}
	}
}

func read(ctx context.Context, format string, c filetest.Case) (*frame.Frame, error) {
	r, size := bytes.NewReader(c.Data), int64(len(c.Data))
	switch format {
	case "parquet":
		return parquet.Read(ctx, r, size, parquet.ReadOptions{})
	case "ipc":
		return ipc.Read(ctx, r, size, ipc.ReadOptions{})
	}
	o := csv.ReadOptions{NoHeader: true}
	if d, ok := strings.CutPrefix(c.Expect, "delim '"); ok {
		o.Delimiter = map[byte]rune{',': ',', ';': ';', '|': '|', '\\': '\t'}[d[0]]
	}
	return csv.Read(ctx, r, o)
}

var rowsOf = regexp.MustCompile(`^(\d+) rows`)

func rowsAsExpected(f *frame.Frame, expect string) bool {
	m := rowsOf.FindStringSubmatch(expect)
	return m == nil || m[1] == strconv.Itoa(f.NumRows())
}
