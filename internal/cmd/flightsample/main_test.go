package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
)

const flights = "../../../testdata/flights-200k.parquet"

func open(t *testing.T, path string) *file.Reader {
	t.Helper()
	r, err := file.OpenParquetFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func all[T any](t *testing.T, r *file.Reader, column int) []T {
	t.Helper()
	values, err := takeEvery[T](r, column, 1)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// The committed file is what README.md says.
func TestCommittedSample(t *testing.T) {
	r := open(t, flights)
	if r.NumRows() != 200_000 || r.NumRowGroups() != 4 {
		t.Errorf("%d rows in %d row groups", r.NumRows(), r.NumRowGroups())
	}
	if dates := all[int64](t, r, 0); !slices.IsSorted(dates) {
		t.Error("not sorted by date")
	}
	if date := r.MetaData().Schema.Column(0).LogicalType().String(); !strings.Contains(date, "isAdjustedToUTC=false") {
		t.Errorf("date is %s", date)
	}
	info, err := os.Stat(flights)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 3<<20 {
		t.Errorf("%d bytes", info.Size())
	}
}

func TestSample(t *testing.T) {
	for _, every := range []int{1, 3, 1000, 200_000, 1_000_000} {
		path := filepath.Join(t.TempDir(), "sample.parquet")
		if err := run(flights, path, every); err != nil {
			t.Fatalf("every %d: %v", every, err)
		}
		src, got := open(t, flights), open(t, path)
		if !got.MetaData().Schema.Equals(src.MetaData().Schema) {
			t.Errorf("every %d: schema %v", every, got.MetaData().Schema)
		}
		for column := range 3 {
			checkEvery(t, all[int64](t, got, column), all[int64](t, src, column), every, func(a, b int64) bool { return a == b })
		}
		for column := 3; column < 5; column++ {
			checkEvery(t, all[parquet.ByteArray](t, got, column), all[parquet.ByteArray](t, src, column), every,
				func(a, b parquet.ByteArray) bool { return bytes.Equal(a, b) })
		}
	}
}

func checkEvery[T any](t *testing.T, got, src []T, every int, equal func(a, b T) bool) {
	t.Helper()
	var want []T
	for i := 0; i < len(src); i += every {
		want = append(want, src[i])
	}
	if !slices.EqualFunc(got, want, equal) {
		t.Errorf("every %d: %d rows, want %d, or other values", every, len(got), len(want))
	}
}

func TestRunErrors(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "not.parquet")
	if err := os.WriteFile(text, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		in, out string
		every   int
		want    string
	}{
		{"", "x", 1, "-in FILE"},
		{"x", "", 1, "-out FILE"},
		{"x", "y", 0, "1 or more"},
		{filepath.Join(dir, "missing"), "y", 1, "missing"},
		{text, "y", 1, "not.parquet"},
		{flights, filepath.Join(dir, "no", "folder"), 1, "folder"},
	} {
		if err := run(c.in, c.out, c.every); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v", c, err)
		}
	}
}
