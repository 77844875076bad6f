package parquet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

func sample(t testing.TB) *frame.Frame {
	t.Helper()
	n, err := frame.NewColumn("n", []int64{1, 2, 3, 4, 5, 6, 7})
	if err != nil {
		t.Fatal(err)
	}
	s, err := frame.NewColumn("s", []string{"a", "b", "", "ä", "e", "f", "g"})
	if err != nil {
		t.Fatal(err)
	}
	x, err := frame.NewColumn("x", []float64{0.5, math.NaN(), math.Inf(1), math.Copysign(0, -1), 5, 6, 7})
	if err != nil {
		t.Fatal(err)
	}
	f, err := frame.New(n, s, x)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFileRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.parquet")
	f := sample(t)
	for range 2 { // new, and replaced
		if err := WriteFile(t.Context(), path, f, WriteOptions{RowGroupRows: 3}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ReadFile(t.Context(), path, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, f, got)
	info, err := StatFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.NumRows != 7 || len(info.RowGroups) != 3 || info.RowGroups[2].NumRows != 1 || !info.Schema.Equal(f.Schema()) || info.CreatedBy != "parframe" {
		t.Errorf("%+v", info)
	}
}

// A read with options is a slice of the whole frame.
func TestReadOptions(t *testing.T) {
	f := sample(t)
	b := write(t, f, WriteOptions{RowGroupRows: 3})
	sel := func(names ...string) *frame.Frame {
		g, err := f.Select(names...)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	rows := func(i, j int) *frame.Frame {
		g, err := f.Slice(i, j)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	swapped, err := frame.Concat(rows(6, 7), rows(0, 3))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		o    ReadOptions
		want *frame.Frame
	}{
		"all":               {ReadOptions{}, f},
		"two columns":       {ReadOptions{Columns: []string{"x", "n"}}, sel("x", "n")},
		"row group":         {ReadOptions{RowGroups: []int{1}}, rows(3, 6)},
		"row groups":        {ReadOptions{RowGroups: []int{2, 0}}, swapped},
		"no row groups":     {ReadOptions{RowGroups: []int{}}, rows(0, 0)},
		"no limit":          {ReadOptions{MaxMemory: -1}, f},
		"column, row group": {ReadOptions{Columns: []string{"s"}, RowGroups: []int{0}}, sel("s").Head(3)},
	} {
		for _, opts := range [][]parallel.Option{nil, {parallel.Serial()}, {parallel.Workers(8)}} {
			got, err := readBytes(b, c.o, opts...)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if !got.Equal(c.want) {
				t.Errorf("%s: got\n%v\nwant\n%v", name, got, c.want)
			}
		}
	}
	got, err := readBytes(b, ReadOptions{Columns: []string{}})
	if err != nil || got.NumRows() != 7 || got.NumCols() != 0 {
		t.Errorf("no columns: %v, %v", got, err)
	}
}

func TestBadOptions(t *testing.T) {
	b := write(t, sample(t), WriteOptions{RowGroupRows: 3})
	for _, c := range []struct {
		o    ReadOptions
		kind error
		want string
	}{
		{ReadOptions{Columns: []string{"n", "y"}}, frame.ErrColumn, `no such column: "y"; the file has "n", "s", "x"`},
		{ReadOptions{Columns: []string{"n", "n"}}, frame.ErrName, `Columns: "n" twice`},
		{ReadOptions{RowGroups: []int{0, 3}}, parallel.ErrOption, `RowGroups: no row group 3; the file has 3`},
		{ReadOptions{RowGroups: []int{-1}}, parallel.ErrOption, `RowGroups: no row group -1`},
	} {
		if _, err := readBytes(b, c.o); !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	if _, err := readBytes(b, ReadOptions{}, parallel.Workers(0)); !errors.Is(err, parallel.ErrOption) {
		t.Errorf("Workers(0): %v", err)
	}
	for want, o := range map[string]WriteOptions{
		"Compression: there is no 77": {Compression: 77},
		"RowGroupRows: -1":            {RowGroupRows: -1},
		"ARROW:schema is taken":       {Metadata: map[string]string{"ARROW:schema": "x"}},
	} {
		if err := Write(t.Context(), io.Discard, sample(t), o); !errors.Is(err, parallel.ErrOption) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestReadFS(t *testing.T) {
	b := write(t, sample(t), WriteOptions{})
	fsys := fstest.MapFS{"dir/a.parquet": {Data: b}}
	got, err := ReadFS(t.Context(), streamFS{fsys}, "dir/a.parquet", ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, sample(t), got)
	if got, err = ReadFS(t.Context(), fsys, "dir/a.parquet", ReadOptions{}); err != nil || got.NumRows() != 7 {
		t.Error(err)
	}
	if info, err := StatFS(fsys, "dir/a.parquet"); err != nil || info.NumRows != 7 {
		t.Error(err)
	}
	if _, err := ReadFS(t.Context(), fsys, "none", ReadOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := ReadFS(t.Context(), fsys, "dir", ReadOptions{}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Error(err)
	}
}

// streamFS has files that can only be read from front to back.
type streamFS struct{ fs.FS }

func (s streamFS) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	return struct{ fs.File }{f}, err
}

// Errors name the file.
func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	whole := write(t, sample(t), WriteOptions{})
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":     {nil, "the file is empty"},
		"short":     {[]byte("PAR1"), "4 bytes are too few"},
		"text":      {[]byte("name,age\nalice,30\nbob,40\n"), "no PAR1 at both ends"},
		"head":      {append([]byte("PAR2"), whole[4:]...), "no PAR1 at both ends"},
		"cut":       {whole[:len(whole)-7], "cut short"},
		"footer":    {append(append(append([]byte("PAR1"), 0, 0), 255, 0, 0, 0), magic...), "footer of 255 bytes in a file of 14"},
		"encrypted": {[]byte("PARE0000\x01\x00\x00\x00PARE"), "encrypted"},
	} {
		path := filepath.Join(dir, name)
		os.WriteFile(path, c.data, 0o644)
		_, err := ReadFile(t.Context(), path, ReadOptions{})
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if e, ok := errors.AsType[*Error](err); !ok || e.File != path {
			t.Errorf("%s: no *Error with the path in %v", name, err)
		}
		if _, err2 := StatFile(path); err2 == nil {
			t.Errorf("%s: StatFile found nothing wrong", name)
		}
	}
	if _, err := ReadFile(t.Context(), filepath.Join(dir, "missing"), ReadOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := ReadFile(t.Context(), dir, ReadOptions{}); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("folder: %v", err)
	}
}

// Every way to cut a file short is an error.
func TestTruncation(t *testing.T) {
	b := write(t, frameOf(t, 5, allTypes()[:20], 0.2, 50), WriteOptions{})
	for n := range len(b) {
		if _, err := readBytes(b[:n], ReadOptions{}); !errors.Is(err, ErrMalformed) {
			t.Fatalf("%d of %d bytes: %v", n, len(b), err)
		}
	}
}

// An error in a page names row group and column.
func TestErrorPlace(t *testing.T) {
	b := write(t, sample(t), WriteOptions{RowGroupRows: 3, Compression: Uncompressed})
	info, err := open(t.Context(), bytes.NewReader(b), int64(len(b)), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c := info.RowGroups[1].Columns[1]
	for _, off := range []int64{c.DataOffset + c.Compressed - 1} {
		bad := bytes.Clone(b)
		bad[min(off, chunkStart(&c)+c.Compressed-1)] ^= 0xff
		_, err := readBytes(bad, ReadOptions{})
		e, ok := errors.AsType[*Error](err)
		if !ok || e.RowGroup != 1 || e.Column != "s" || !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "checksum") {
			t.Errorf("%v", err)
		}
		if _, err := readBytes(bad, ReadOptions{Columns: []string{"n", "x"}}); err != nil {
			t.Errorf("the other columns: %v", err)
		}
		if _, err := readBytes(bad, ReadOptions{RowGroups: []int{0, 2}}); err != nil {
			t.Errorf("the other row groups: %v", err)
		}
	}
}

func TestCanceled(t *testing.T) {
	b := write(t, sample(t), WriteOptions{RowGroupRows: 3})
	boom := errors.New("boom")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(boom)
	if _, err := Read(ctx, bytes.NewReader(b), int64(len(b)), ReadOptions{}); !errors.Is(err, boom) {
		t.Errorf("Read: %v", err)
	}
	if err := Write(ctx, io.Discard, sample(t), WriteOptions{}); !errors.Is(err, boom) {
		t.Errorf("Write: %v", err)
	}
	path := filepath.Join(t.TempDir(), "a")
	if err := WriteFile(ctx, path, sample(t), WriteOptions{}); !errors.Is(err, boom) {
		t.Errorf("WriteFile: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("WriteFile left a file")
	}
	// In the middle: the reader ends the context at its third access.
	ctx, cancel = context.WithCancelCause(t.Context())
	r := &countingReader{r: bytes.NewReader(b), at: 6, do: func() { cancel(boom) }}
	if _, err := Read(ctx, r, int64(len(b)), ReadOptions{}, parallel.Serial()); !errors.Is(err, boom) {
		t.Errorf("in the middle: %v", err)
	}
	if r.n > 8 {
		t.Errorf("%d accesses, the context ended at the sixth", r.n)
	}
}

type countingReader struct {
	r  io.ReaderAt
	n  int
	at int
	do func()
}

func (c *countingReader) ReadAt(b []byte, off int64) (int, error) {
	if c.n++; c.n == c.at {
		c.do()
	}
	return c.r.ReadAt(b, off)
}

// An error of the reader is returned.
func TestReadError(t *testing.T) {
	b := write(t, sample(t), WriteOptions{})
	boom := errors.New("boom")
	for at := range 6 {
		_, err := Read(t.Context(), &failingReader{bytes.NewReader(b), at, boom}, int64(len(b)), ReadOptions{}, parallel.Serial())
		if !errors.Is(err, boom) {
			t.Errorf("access %d: %v", at, err)
		}
	}
}

type failingReader struct {
	r   io.ReaderAt
	n   int
	err error
}

func (f *failingReader) ReadAt(b []byte, off int64) (int, error) {
	if f.n--; f.n < 0 {
		return 0, f.err
	}
	return f.r.ReadAt(b, off)
}

// A frame without columns keeps its number of rows, and one without rows its columns.
func TestEmpty(t *testing.T) {
	f := sample(t).Head(0)
	got, err := readBytes(write(t, f, WriteOptions{}), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, f, got)
	none, err := frame.FromTable(array.NewTable(arrow.NewSchema(nil, nil), nil, 5))
	if err != nil {
		t.Fatal(err)
	}
	if got, err = readBytes(write(t, none, WriteOptions{RowGroupRows: 2}), ReadOptions{}); err != nil || got.NumRows() != 5 || got.NumCols() != 0 {
		t.Errorf("%v, %v", got, err)
	}
}
