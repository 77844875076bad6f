package ipc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/internal/filetest"
	"github.com/parframe/parframe/internal/ipccheck"
	"github.com/parframe/parframe/parallel"
)

func TestMain(m *testing.M) { calltest.Main(m) }

func allTypes() []arrow.DataType {
	types := append(filetest.Flat(), filetest.Nested()...)
	types = append(types, filetest.Dictionaries()...)
	return append(types, arrow.ListOf(filetest.Dictionaries()[0]))
}

// frameOf makes a frame of one column per type, in several Arrow chunks, each
// a slice of a larger array.
func frameOf(t testing.TB, seed uint64, types []arrow.DataType, nulls float64, chunks ...int) *frame.Frame {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	fields := make([]arrow.Field, len(types))
	cols := make([]arrow.Column, len(types))
	rows := 0
	for _, n := range chunks {
		rows += n
	}
	for i, typ := range types {
		fields[i] = arrow.Field{Name: fmt.Sprintf("c%d", i), Type: typ, Nullable: nulls > 0 || typ.ID() == arrow.NULL}
		var parts []arrow.Array
		for k, n := range chunks {
			front := (k * 3) % 11
			a := filetest.Random(r, typ, front+n+k, nulls)
			parts = append(parts, array.NewSlice(a, int64(front), int64(front+n)))
		}
		cols[i] = *arrow.NewColumn(fields[i], arrow.NewChunked(typ, parts))
	}
	meta := arrow.NewMetadata([]string{"origin"}, []string{"test"})
	f, err := frame.FromTable(array.NewTable(arrow.NewSchema(fields, &meta), cols, int64(rows)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func write(t testing.TB, f *frame.Frame, o WriteOptions) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := Write(context.Background(), &buf, f, o); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func readBytes(b []byte, o ReadOptions) (*frame.Frame, error) {
	return Read(context.Background(), bytes.NewReader(b), int64(len(b)), o)
}

func equal(t *testing.T, want, got *frame.Frame) {
	t.Helper()
	if d := want.Diff(got); d != "" {
		t.Error(d)
	}
}

var forms = []WriteOptions{
	{}, {Form: Stream}, {Compression: LZ4}, {Compression: Zstd, BatchRows: 100}, {Form: Stream, Compression: Zstd}, {Form: Stream, BatchRows: 7},
}

// Every type comes back as it was in both forms, from slices and many chunks
// whose dictionaries differ.
func TestRoundTrip(t *testing.T) {
	for _, nulls := range []float64{0, 0.3, 1} {
		for _, chunks := range [][]int{{0}, {1}, {2, 3}, {64, 1, 0, 199}} {
			f := frameOf(t, 1, allTypes(), nulls, chunks...)
			for _, o := range forms {
				t.Run(fmt.Sprintf("%v %v %+v", nulls, chunks, o), func(t *testing.T) {
					b := write(t, f, o)
					got, err := readBytes(b, ReadOptions{})
					if err != nil {
						t.Fatal(err)
					}
					equal(t, f, got)
					info, err := Stat(bytes.NewReader(b), int64(len(b)))
					if err != nil || info.NumRows != int64(f.NumRows()) || info.Form != o.Form || info.Schema.NumFields() != f.NumCols() {
						t.Errorf("%+v, %v", info, err)
					}
					if o.Form == Stream {
						r := bytes.NewReader(append(bytes.Clone(b), "rest"...))
						if got, err = ReadStream(t.Context(), r, ReadOptions{}); err != nil {
							t.Fatal(err)
						}
						equal(t, f, got)
						if rest, _ := io.ReadAll(r); string(rest) != "rest" {
							t.Errorf("read past the end marker: %q is left", rest)
						}
					}
				})
			}
		}
	}
}

func TestFiles(t *testing.T) {
	f := frameOf(t, 2, allTypes()[:15], 0.1, 20, 30)
	path := filepath.Join(t.TempDir(), "a.arrow")
	for _, o := range forms {
		if err := WriteFile(t.Context(), path, f, o); err != nil {
			t.Fatal(err)
		}
		got, err := ReadFile(t.Context(), path, ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, f, got)
		if info, err := StatFile(path); err != nil || info.NumRows != 50 {
			t.Errorf("%+v %v", info, err)
		}
	}
	b, _ := os.ReadFile(path)
	fsys := fstest.MapFS{"a": {Data: b}}
	got, err := ReadFS(t.Context(), fsys, "a", ReadOptions{Columns: []string{"c3", "c1"}, Trusted: true})
	if err != nil {
		t.Fatal(err)
	}
	want, _ := f.Select("c3", "c1")
	equal(t, want, got)
	if info, err := StatFS(fsys, "a"); err != nil || info.NumRows != 50 {
		t.Errorf("%+v %v", info, err)
	}
}

func TestErrorsNameTheFile(t *testing.T) {
	dir := t.TempDir()
	whole := write(t, frameOf(t, 2, allTypes()[:5], 0, 9), WriteOptions{})
	stream := write(t, frameOf(t, 2, allTypes()[:5], 0, 9), WriteOptions{Form: Stream})
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":      {nil, "the file is empty"},
		"short":      {[]byte("ARROW1"), "6 bytes"},
		"text":       {[]byte("name,age\nalice,30\n"), "in the middle of a message"},
		"cut":        {whole[:len(whole)-7], "cut short"},
		"cut stream": {stream[:len(stream)-8], "cut short"},
	} {
		path := filepath.Join(dir, name)
		os.WriteFile(path, c.data, 0o644)
		_, err := ReadFile(t.Context(), path, ReadOptions{})
		if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := StatFile(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: StatFile: %v", name, err)
		}
	}
	if _, err := ReadFile(t.Context(), filepath.Join(dir, "none"), ReadOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := ReadFile(t.Context(), dir, ReadOptions{}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Error(err)
	}
}

// BatchRows is the most rows of a batch.
func TestBatchRows(t *testing.T) {
	f := frameOf(t, 3, []arrow.DataType{arrow.PrimitiveTypes.Int64}, 0, 20)
	for most, want := range map[int]int{0: 1, 1: 20, 7: 3, 19: 2, 20: 1, 30: 1} {
		b := write(t, f, WriteOptions{BatchRows: most})
		foot, err := ipccheck.File(bytes.NewReader(b), int64(len(b)))
		if err != nil || len(foot.Records) != want {
			t.Errorf("at most %d rows: %d batches, expected %d: %v", most, len(foot.Records), want, err)
		}
	}
}

// An end marker in the middle of a file does not hide the batches behind it: a
// reader never returns fewer rows than the index says.
func TestEndMarkerInTheMiddleOfAFile(t *testing.T) {
	f := frameOf(t, 3, []arrow.DataType{arrow.PrimitiveTypes.Int64}, 0, 30)
	b := write(t, f, WriteOptions{BatchRows: 10})
	foot, err := ipccheck.File(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range foot.Records {
		bad := bytes.Clone(b)
		clear(bad[block.Offset+4 : block.Offset+8]) // a message of 0 bytes is the end marker
		if got, err := readBytes(bad, ReadOptions{}); !errors.Is(err, ErrMalformed) {
			t.Errorf("%v, %v; want ErrMalformed", got, err)
		}
	}
}

// Every way to cut data short is an error, also between two messages.
func TestTruncation(t *testing.T) {
	f := frameOf(t, 3, allTypes()[:25], 0.2, 20, 10)
	for _, o := range forms {
		b := write(t, f, o)
		for n := range b {
			if o != forms[1] && n%7 != 0 { // every cut of a stream, some of the others
				continue
			}
			if _, err := readBytes(b[:n], ReadOptions{}); !errors.Is(err, ErrMalformed) {
				t.Fatalf("%+v: %d of %d bytes: %v", o, n, len(b), err)
			}
		}
	}
}

func TestOptions(t *testing.T) {
	f := frameOf(t, 3, allTypes()[:4], 0, 20)
	b := write(t, f, WriteOptions{})
	for _, c := range []struct {
		columns []string
		kind    error
		want    string
	}{
		{[]string{"x"}, frame.ErrColumn, `no such column: "x"; the file has "c0", "c1", "c2", "c3"`},
		{[]string{"c1", "c1"}, frame.ErrName, `"c1" twice`},
	} {
		if _, err := readBytes(b, ReadOptions{Columns: c.columns}); !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
			t.Error(err)
		}
	}
	for _, o := range []WriteOptions{{Form: 5}, {Compression: 9}, {BatchRows: -1}} {
		if err := Write(t.Context(), io.Discard, f, o); !errors.Is(err, parallel.ErrOption) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := readBytes(b, ReadOptions{MaxMemory: 10}); !errors.Is(err, ErrLimit) || !strings.Contains(err.Error(), "ReadOptions.MaxMemory") {
		t.Error(err)
	}
}

// MaxMemory bounds all batches of a read together, also where each of them is
// far below it and where the caller holds only one at a time.
func TestMaxMemoryOfAllBatches(t *testing.T) {
	const rows, batch, limit = 10_000, 100, 40_000 // 80,000 bytes in 100 batches of 800
	f := frameOf(t, 3, []arrow.DataType{arrow.PrimitiveTypes.Int64}, 0, rows)
	for _, o := range []WriteOptions{{}, {Form: Stream}, {Form: Stream, Compression: Zstd}} {
		o.BatchRows = batch
		b := write(t, f, o)
		if _, err := readBytes(b, ReadOptions{MaxMemory: limit}); !errors.Is(err, ErrLimit) {
			t.Errorf("Read, %+v: %v, want ErrLimit", o, err)
		}
		if _, err := readBytes(b, ReadOptions{MaxMemory: 3 * limit}); err != nil {
			t.Errorf("Read, %+v, with room for all: %v", o, err)
		}
		if o.Form == File {
			continue
		}
		read := 0
		var last error
		for part, err := range ReadSeq(t.Context(), bytes.NewReader(b), ReadOptions{MaxMemory: limit}) {
			if last = err; err == nil {
				read += part.NumRows()
			}
		}
		if !errors.Is(last, ErrLimit) || read == 0 || read > limit/8 {
			t.Errorf("ReadSeq, %+v: %d rows, then %v; want at most %d and ErrLimit", o, read, last, limit/8)
		}
	}
}

func TestCanceled(t *testing.T) {
	f := frameOf(t, 3, allTypes()[:4], 0, 20)
	boom := errors.New("boom")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(boom)
	b := write(t, f, WriteOptions{})
	if _, err := Read(ctx, bytes.NewReader(b), int64(len(b)), ReadOptions{}); !errors.Is(err, boom) {
		t.Error(err)
	}
	path := filepath.Join(t.TempDir(), "a")
	if err := WriteFile(ctx, path, f, WriteOptions{}); !errors.Is(err, boom) {
		t.Error(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was left")
	}
}

// A context that ends in the middle of a file stops the reader within a batch.
func TestCanceledInTheMiddle(t *testing.T) {
	f := frameOf(t, 3, allTypes()[:4], 0, 150)
	boom := errors.New("boom")
	for _, o := range forms {
		o.BatchRows = 1
		b := write(t, f, o)
		ctx, cancel := context.WithCancelCause(t.Context())
		r := &countingAt{r: bytes.NewReader(b), at: len(b) / 2, do: func() { cancel(boom) }}
		if _, err := Read(ctx, r, int64(len(b)), ReadOptions{}); !errors.Is(err, boom) {
			t.Errorf("%+v: %v", o, err)
		}
		if r.after > len(b)/150*3 {
			t.Errorf("%+v: %d bytes of %d were read after the context had ended", o, r.after, len(b))
		}
	}
}

// countingAt calls do once the given number of bytes has been read, and counts the
// bytes that are read after that.
type countingAt struct {
	r     io.ReaderAt
	at    int
	do    func()
	read  int
	after int
}

func (c *countingAt) ReadAt(b []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(b, off)
	if c.read += n; c.do == nil {
		c.after += n
	} else if c.read >= c.at {
		c.do()
		c.do = nil
	}
	return n, err
}

type failing struct{ n int }

var errDisk = errors.New("disk full")

func (w *failing) Write(p []byte) (int, error) {
	if w.n -= len(p); w.n < 0 {
		return 0, errDisk
	}
	return len(p), nil
}

// A disk that is full after any number of bytes is an error.
func TestWriteErrors(t *testing.T) {
	f := frameOf(t, 3, allTypes()[:30], 0.1, 20)
	for _, o := range forms {
		size := len(write(t, f, o))
		for n := 0; n < size; n += 1 + size/300 {
			if err := Write(t.Context(), &failing{n}, f, o); !errors.Is(err, errDisk) {
				t.Fatalf("%+v: after %d of %d bytes: %v", o, n, size, err)
			}
		}
	}
}

// Decimals of 32 and 64 bits, which Arrow v15 does not know, and Feather files
// of version 1 are refused.
func TestUnsupportedData(t *testing.T) {
	wide := &arrow.Decimal256Type{Precision: 40, Scale: 1}
	b := write(t, frameOf(t, 1, []arrow.DataType{wide}, 0, 3), WriteOptions{Form: Stream})
	refusals := 0
	for i := range len(b) - 4 {
		if !bytes.Equal(b[i:i+4], []byte{0, 1, 0, 0}) { // 256 bits
			continue
		}
		narrow := bytes.Clone(b)
		copy(narrow[i:], []byte{64, 0, 0, 0})
		if _, err := readBytes(narrow, ReadOptions{}); err != nil && strings.Contains(err.Error(), "bitwidth: 64") {
			refusals++
			if !errors.Is(err, ErrMalformed) {
				t.Error(err)
			}
		}
	}
	if refusals == 0 {
		t.Error("no decimal of 64 bits was refused")
	}
	if _, err := readBytes([]byte("FEA1"+strings.Repeat("x", 60)+"FEA1"), ReadOptions{}); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
}
