package csv

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
)

// entry is a line of MANIFEST.tsv.
type entry struct{ path, expected string }

func manifest(t *testing.T, dir string) (entries []entry) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "MANIFEST.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		f := strings.Split(line, "\t")
		if len(f) >= 6 && strings.HasPrefix(f[0], "csv/") {
			entries = append(entries, entry{f[0], f[5]})
		}
	}
	return entries
}

// asText reads all cells as strings, with "" for null.
func asText(t *testing.T, data []byte, o ReadOptions) ([][]string, error) {
	o.NoHeader, o.EmptyString = true, true
	f, err := Read(t.Context(), bytes.NewReader(data), o)
	if err != nil {
		return nil, err
	}
	o.Types = map[string]arrow.DataType{}
	for _, field := range f.Schema().Fields() {
		o.Types[field.Name] = arrow.BinaryTypes.String
	}
	if f, err = Read(t.Context(), bytes.NewReader(data), o); err != nil {
		return nil, err
	}
	var all [][]string
	for _, row := range show(t, f).Rows {
		for i := range row {
			if err := json.Unmarshal([]byte(strings.NewReplacer(`\x00`, `\u0000`, `\a`, `\u0007`, `\v`, `\u000b`, `\x`, `\u00`).Replace(row[i])), &row[i]); err != nil {
				t.Fatal(row[i], err)
			}
		}
		all = append(all, row)
	}
	return all, nil
}

// Every file of the corpus is read as its manifest says, or is an error that names the
// file or a line. None causes a panic, hangs, or is read in part.
func TestCorpus(t *testing.T) {
	dir := corpus(t)
	var right, refused int
	for _, e := range manifest(t, dir) {
		if strings.HasSuffix(e.path, ".json") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.path))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		o := ReadOptions{}
		consensus := strings.HasPrefix(e.expected, "delim '")
		if consensus {
			o.Delimiter = map[byte]rune{',': ',', ';': ';', '|': '|', '\\': '\t'}[e.expected[len("delim '")]]
		}
		got, err := asText(t, data, o)
		if _, typed := ReadFile(t.Context(), filepath.Join(dir, e.path), o); (typed == nil) != (err == nil) && !errors.Is(typed, ErrEmpty) && !strings.HasSuffix(e.path, ".gz") {
			// Without a header all records count for the number of fields.
			if !errors.Is(typed, ErrUTF8) && !errors.Is(err, ErrFieldCount) && !errors.Is(err, ErrUTF8) {
				t.Errorf("%s: typed %v, as text %v", e.path, typed, err)
			}
		} else if typed != nil && !strings.Contains(typed.Error(), e.path) {
			t.Errorf("%s: the error does not name the file: %v", e.path, typed)
		}
		if err != nil {
			refused++
		} else {
			right++
		}
		switch {
		case strings.HasPrefix(e.expected, "clear error"):
			if err == nil {
				t.Errorf("%s: no error", e.path)
			}
		case strings.HasPrefix(e.expected, "transcode"):
			if err == nil {
				t.Errorf("%s: text that is not UTF-8 was read", e.path)
			}
		case consensus || strings.HasPrefix(e.path, "csv/csv-spectrum"):
			want, wantErr := standard(data, o.Delimiter)
			if wantErr != nil || err != nil {
				// Eleven files have a bare quote, which those three readers accept.
				if !errors.Is(err, ErrQuote) || wantErr == nil {
					t.Errorf("%s: %v; encoding/csv: %v", e.path, err, wantErr)
				}
			} else if !reflect.DeepEqual(got, want) {
				t.Errorf("%s:\ngot  %.300q\nwant %.300q", e.path, got, want)
			}
		}
	}
	t.Logf("%d files read, %d refused", right, refused)
	if right < 300 {
		t.Errorf("only %d files were read", right)
	}
}

// standard reads with encoding/csv, and corrects it for a byte order mark, empty rows of
// one column, and files whose lines end with "\r".
func standard(data []byte, delim rune) ([][]string, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	d := dialect{quote: '"'}
	if d.lineEnd(data) == '\r' {
		data = bytes.ReplaceAll(data, []byte{'\r'}, []byte{'\n'})
	}
	// Inside quotes it makes "\r\n" a "\n": hide the '\r'.
	const hidden = "\ue000"
	in := false
	var b bytes.Buffer
	for i, c := range data {
		if c == '"' {
			in = !in
		}
		if c == '\r' && in && i+1 < len(data) && data[i+1] == '\n' {
			b.WriteString(hidden)
		} else {
			b.WriteByte(c)
		}
	}
	r := csv.NewReader(&b)
	r.FieldsPerRecord = -1
	if delim != 0 {
		r.Comma = delim
	}
	var all [][]string
	for {
		rec, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		for i := range rec {
			rec[i] = strings.ReplaceAll(rec[i], hidden, "\r")
		}
		all = append(all, rec)
	}
	if len(all) > 0 && len(all[0]) == 1 {
		recs, err := oracleRecords(string(data), byte(max(delim, ',')), '"')
		all = nil
		for _, rec := range recs {
			all = append(all, []string{rec[0].text})
		}
		return all, err
	}
	return all, nil
}

// The tables of encoding/csv's own tests.
func TestCorpusEncodingCSV(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(corpus(t), "csv/inline/go_encoding_csv.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name, Input      string
		Output           [][]string
		Errors           []any
		Comma, Comment   string
		FieldsPerRecord  int
		LazyQuotes       bool
		TrimLeadingSpace bool
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, c := range cases {
		one := func(s string) rune {
			for _, r := range s {
				return r
			}
			return 0
		}
		o := ReadOptions{Delimiter: one(c.Comma), Comment: one(c.Comment), LazyQuotes: c.LazyQuotes}
		even := len(c.Output) > 0
		for _, rec := range c.Output {
			even = even && len(rec) == len(c.Output[0])
		}
		if !even || o.Delimiter > 127 || o.Comment > 127 || c.TrimLeadingSpace || len(c.Errors) > 0 || strings.Contains(c.Input, "\r") && strings.Contains(c.Input, "\"") || strings.HasPrefix(c.Input, "\n") || strings.HasPrefix(c.Name, "FieldCR") {
			continue // ragged by design, or among the known differences
		}
		ran++
		got, err := asText(t, []byte(c.Input), o)
		if err != nil || !reflect.DeepEqual(got, c.Output) {
			t.Errorf("%s: %q\ngot  %q, %v\nwant %q", c.Name, c.Input, got, err, c.Output)
		}
	}
	if ran < 15 {
		t.Errorf("only %d cases ran", ran)
	}
}

// The tables of papaparse and Polars, those in RFC 4180.
func TestCorpusPapaparse(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(corpus(t), "csv/inline/papaparse_polars.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name, Input, Kind string
		Options           map[string]any
		Rows              [][]string `json:"expected_rows"`
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, c := range cases {
		even := len(c.Rows) > 0
		for _, rec := range c.Rows {
			even = even && len(rec) == len(c.Rows[0])
		}
		if c.Kind != "rfc" || !even || len(c.Options) > 0 {
			continue
		}
		ran++
		got, err := asText(t, []byte(c.Input), ReadOptions{})
		if err != nil || !reflect.DeepEqual(got, c.Rows) {
			t.Errorf("%s: %q\ngot  %q, %v\nwant %q", c.Name, c.Input, got, err, c.Rows)
		}
	}
	if ran < 10 {
		t.Errorf("only %d cases ran", ran)
	}
}
