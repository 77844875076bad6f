package csv

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/parframe/parframe/parallel"
)

func TestReadFileAndFS(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	text := "a,b\n1,x\n2,\n"
	want := `a b | int64 utf8 | 1 "x" | 2 null`
	var gz, zs bytes.Buffer
	zw := gzip.NewWriter(&gz)
	io.WriteString(zw, text)
	zw.Close()
	enc, _ := zstd.NewWriter(&zs)
	io.WriteString(enc, text)
	enc.Close()
	fsys := fstest.MapFS{"d/a.csv": {Data: []byte(text)}, "a.gz": {Data: gz.Bytes()}, "a.zst": {Data: zs.Bytes()}}
	for name, file := range fsys {
		os.WriteFile(path, file.Data, 0o600)
		f, err := ReadFile(t.Context(), path, ReadOptions{})
		if err != nil || rows(t, show(t, f)) != want {
			t.Errorf("%s: %v, %v", name, err, f)
		}
		if f, err = ReadFS(t.Context(), fsys, name, ReadOptions{}); err != nil || rows(t, show(t, f)) != want {
			t.Errorf("%s: %v, %v", name, err, f)
		}
		open, _ := os.Open(path)
		if f, err = Read(t.Context(), open, ReadOptions{}); err != nil || rows(t, show(t, f)) != want {
			t.Errorf("%s: %v, %v", name, err, f)
		}
		open.Close()
		if f, err = Read(t.Context(), io.MultiReader(bytes.NewReader(file.Data)), ReadOptions{}); err != nil || rows(t, show(t, f)) != want {
			t.Errorf("%s: %v, %v", name, err, f)
		}
	}
	// From the current position of the reader.
	r := strings.NewReader("junk\n" + text)
	r.Seek(5, io.SeekStart)
	if f, err := Read(t.Context(), r, ReadOptions{}); err != nil || rows(t, show(t, f)) != want {
		t.Errorf("%v, %v", err, f)
	}

	os.WriteFile(path, []byte("a\nx\n1,2\n"), 0o600)
	for _, c := range []struct {
		path string
		want string
	}{{path, path + ":3: the record has 2 fields"}, {dir, "is a directory"}, {filepath.Join(dir, "none.csv"), "none.csv"}} {
		if _, err := ReadFile(t.Context(), c.path, ReadOptions{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	for name, data := range map[string][]byte{"cut.gz": gz.Bytes()[:gz.Len()-9], "cut.zst": zs.Bytes()[:zs.Len()-3], "bad.gz": append([]byte{0x1f, 0x8b}, text...), "bad.zst": append([]byte{0x28, 0xb5, 0x2f, 0xfd}, text...)} {
		fsys := fstest.MapFS{name: {Data: data}}
		if _, err := ReadFS(t.Context(), fsys, name, ReadOptions{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadFS(t.Context(), fsys, "nothing", ReadOptions{}); err == nil {
		t.Error("a file that is not there was read")
	}
	if _, err := ReadFile(t.Context(), path, ReadOptions{}, parallel.Workers(0)); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
}

// bomb is a gzip file of about n bytes of one line.
func bomb(t testing.TB, line string, n int) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, "a\n")
	block := strings.Repeat(line, 1<<16/len(line))
	for range n / len(block) {
		io.WriteString(w, block)
	}
	w.Close()
	return b.Bytes()
}

func TestDecompressionLimits(t *testing.T) {
	if usualRange > 0 {
		t.Skip("millions of ranges")
	}
	for _, c := range []struct {
		data []byte
		o    ReadOptions
		want string
	}{
		{bomb(t, "\x00", 20<<20), ReadOptions{}, "the record is longer than 16777216 bytes; accepted: up to the option MaxRecord"},
		{bomb(t, "1\n", 72<<20), ReadOptions{Types: map[string]arrow.DataType{"a": i64}}, "decompress to more than 250 times as many; accepted: up to the option MaxRatio"},
		{bomb(t, "1\n", 1<<20), ReadOptions{MaxBytes: 1000}, "decompresses to more than 1000 bytes; accepted: up to the option MaxBytes"},
	} {
		_, err := Read(t.Context(), bytes.NewReader(c.data), c.o)
		if !errors.Is(err, ErrLimit) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v\nwant %s", err, c.want)
		}
	}
	f, err := Read(t.Context(), bytes.NewReader(bomb(t, "1\n", 1<<20)), ReadOptions{})
	if err != nil || f.NumRows() != 1<<19 {
		t.Error(err)
	}
}

// stuck is a reader that returns a few bytes and then waits for the context.
type stuck struct {
	ctx  context.Context
	left int
}

func (s *stuck) Read(p []byte) (int, error) {
	if s.left <= 0 {
		<-s.ctx.Done()
		return 0, s.ctx.Err()
	}
	n := copy(p, strings.Repeat("1,2\n", len(p)/4+1)[:min(len(p), s.left)])
	s.left -= n
	return n, nil
}

func TestCanceledRead(t *testing.T) {
	enough := errors.New("enough")
	for _, n := range []int{1 << 10, 3 << 20} {
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() { cancel(enough) }()
		_, err := Read(ctx, &stuck{ctx, n}, ReadOptions{NoHeader: true})
		if !errors.Is(err, enough) && !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(enough)
	if _, err := Read(ctx, strings.NewReader("a\n1\n"), ReadOptions{}); err != enough {
		t.Error(err)
	}
}

// countingAt calls do at one of its ReadAt.
type countingAt struct {
	*bytes.Reader
	n  atomic.Int64
	at int64
	do func()
}

func (c *countingAt) ReadAt(p []byte, off int64) (int, error) {
	if c.n.Add(1) == c.at {
		c.do()
	}
	return c.Reader.ReadAt(p, off)
}

// A context that ends in the middle of a file stops each worker within a block.
func TestCanceledInTheMiddle(t *testing.T) {
	text := []byte(strings.Repeat("1,some text,2.5\n", 1_000_000))
	enough := errors.New("enough")
	for _, workers := range []int{1, 2, 4} {
		ctx, cancel := context.WithCancelCause(t.Context())
		r := &countingAt{Reader: bytes.NewReader(text), at: 9, do: func() { cancel(enough) }}
		if _, err := Read(ctx, r, ReadOptions{NoHeader: true}, parallel.Workers(workers)); !errors.Is(err, enough) {
			t.Errorf("%d workers: %v", workers, err)
		}
		// Each may be in a block, which is two accesses, or about to be.
		if n := r.n.Load(); n > r.at+int64(3*workers) {
			t.Errorf("%d workers: %d accesses, the context ended at the %dth", workers, n, r.at)
		}
	}
}

// broken is a reader that fails in the middle.
type broken struct{ r io.Reader }

func (b broken) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if err == io.EOF {
		err = errDisk
	}
	return n, err
}

func TestFailingReader(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 1 << 20} {
		_, err := Read(t.Context(), broken{strings.NewReader("a,b\n" + strings.Repeat("1,2\n", n))}, ReadOptions{})
		if !errors.Is(err, errDisk) {
			t.Errorf("after %d rows: %v", n, err)
		}
	}
}

// endless is a reader that knows where it is, and not where it ends.
type endless struct{ *bytes.Reader }

func (e endless) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekEnd {
		return 0, errDisk
	}
	return e.Reader.Seek(offset, whence)
}

func TestReadWithoutAnEnd(t *testing.T) {
	f, err := Read(t.Context(), endless{bytes.NewReader([]byte("a,b\n1,x\n"))}, ReadOptions{})
	if err != nil || f.NumRows() != 1 {
		t.Errorf("%v, %v", f, err)
	}
}
