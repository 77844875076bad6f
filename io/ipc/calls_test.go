package ipc

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// dropFrames ranges over a sequence.
func dropFrames(seq iter.Seq2[*frame.Frame, error]) error {
	for _, err := range seq {
		if err != nil {
			return err
		}
	}
	return nil
}

func sequenceOf(frames ...*frame.Frame) iter.Seq2[*frame.Frame, error] {
	return func(yield func(*frame.Frame, error) bool) {
		for _, f := range frames {
			if !yield(f, nil) {
				return
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestCalls(t *testing.T) {
	const n = 2000
	f := frameOf(t, 1, []arrow.DataType{arrow.PrimitiveTypes.Int64, arrow.BinaryTypes.String, arrow.ListOf(arrow.PrimitiveTypes.Int8)}, 0.1, n)
	o := WriteOptions{BatchRows: 64}
	b, stream := write(t, f, o), write(t, f, WriteOptions{Form: Stream, BatchRows: 64, Compression: Zstd})
	dir := t.TempDir()
	path := filepath.Join(dir, "a.arrow")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	calltest.Run(t, []calltest.Call{
		{Name: "ipc.ReadFile", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return second(ReadFile(ctx, path, ReadOptions{}, opts...))
		}},
		{Name: "ipc.ReadFS", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return second(ReadFS(ctx, os.DirFS(dir), "a.arrow", ReadOptions{}, opts...))
		}},
		{Name: "ipc.Read", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return second(Read(ctx, bytes.NewReader(stream), int64(len(stream)), ReadOptions{Columns: []string{"c1"}}, opts...))
		}},
		{Name: "ipc.ReadStream", Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return second(ReadStream(ctx, bytes.NewReader(stream), ReadOptions{}, opts...))
		}},
		{Name: "ipc.ReadFileSeq", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return dropFrames(ReadFileSeq(ctx, path, ReadOptions{}, opts...))
		}},
		{Name: "ipc.ReadSeq", Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return dropFrames(ReadSeq(ctx, bytes.NewReader(stream), ReadOptions{}, opts...))
		}},
		{Name: "ipc.WriteFile", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return WriteFile(ctx, filepath.Join(dir, "out"), f, o, opts...)
		}},
		{Name: "ipc.Write", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return Write(ctx, io.Discard, f, WriteOptions{Form: Stream}, opts...)
		}},
		{Name: "ipc.WriteFileSeq", Rows: 2 * n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return WriteFileSeq(ctx, filepath.Join(dir, "out"), sequenceOf(f, f), o, opts...)
		}},
		{Name: "ipc.WriteSeq", Rows: 2 * n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return WriteSeq(ctx, io.Discard, sequenceOf(f, f), WriteOptions{Form: Stream, BatchRows: 100, Compression: LZ4}, opts...)
		}},
	})
}

// One call writes into a pipe and another one reads from it, on the one slot that
// both share. A call that waits for the other gives up the slot.
func TestPipeBetweenCallsOnOnePool(t *testing.T) {
	pool, err := parallel.NewPool(parallel.Workers(1))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Terminate()
	f := frameOf(t, 1, []arrow.DataType{arrow.PrimitiveTypes.Int64}, 0, 1000)
	r, w := io.Pipe()
	wrote := make(chan error, 1)
	go func() {
		err := Write(t.Context(), w, f, WriteOptions{Form: Stream, BatchRows: 10}, parallel.On(pool))
		w.CloseWithError(err)
		wrote <- err
	}()
	got, err := ReadStream(t.Context(), r, ReadOptions{}, parallel.On(pool))
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, r)
	if err := <-wrote; err != nil {
		t.Fatal(err)
	}
	if !got.Equal(f) {
		t.Error("the frame came back changed")
	}
}

func TestNilArguments(t *testing.T) {
	ctx := t.Context()
	f := frameOf(t, 1, []arrow.DataType{arrow.PrimitiveTypes.Int64}, 0, 5)
	var noFS fs.FS
	var noReader io.Reader
	var noReaderAt io.ReaderAt
	var noWriter io.Writer
	var noFrames iter.Seq2[*frame.Frame, error]
	path := filepath.Join(t.TempDir(), "a")
	for name, c := range map[string]struct {
		err  error
		kind error
	}{
		"fs":             {second(ReadFS(ctx, noFS, "a", ReadOptions{})), parallel.ErrOption},
		"reader at":      {second(Read(ctx, noReaderAt, 10, ReadOptions{})), parallel.ErrOption},
		"reader":         {second(ReadStream(ctx, noReader, ReadOptions{})), parallel.ErrOption},
		"seq's reader":   {dropFrames(ReadSeq(ctx, noReader, ReadOptions{})), parallel.ErrOption},
		"negative size":  {second(Read(ctx, strings.NewReader("x"), -5, ReadOptions{})), ErrMalformed},
		"stat's reader":  {second(Stat(noReaderAt, 10)), parallel.ErrOption},
		"stat's fs":      {second(StatFS(noFS, "a")), parallel.ErrOption},
		"writer":         {Write(ctx, noWriter, f, WriteOptions{}), parallel.ErrOption},
		"frame":          {Write(ctx, io.Discard, nil, WriteOptions{}), frame.ErrNilFrame},
		"file's frame":   {WriteFile(ctx, path, nil, WriteOptions{}), frame.ErrNilFrame},
		"seq's writer":   {WriteSeq(ctx, noWriter, sequenceOf(f), WriteOptions{}), parallel.ErrOption},
		"sequence":       {WriteSeq(ctx, io.Discard, noFrames, WriteOptions{}), parallel.ErrOption},
		"file's seq":     {WriteFileSeq(ctx, path, noFrames, WriteOptions{}), parallel.ErrOption},
		"frame in a seq": {WriteSeq(ctx, io.Discard, sequenceOf(f, nil), WriteOptions{}), frame.ErrNilFrame},
		"option":         {Write(ctx, io.Discard, f, WriteOptions{}, nil), parallel.ErrOption},
		"no path":        {second(OpenMapped("")), fs.ErrNotExist},
	} {
		if !errors.Is(c.err, c.kind) || !strings.HasPrefix(c.err.Error(), "ipc.") {
			t.Errorf("%s: %v, want %v", name, c.err, c.kind)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was written")
	}
	seen := &calltest.Watcher{}
	if err := Write(ctx, io.Discard, nil, WriteOptions{}, parallel.Observe(seen)); err == nil || seen.Starts != 1 || seen.Info.N != 0 {
		t.Errorf("no frame: %v, and observers see %+v", err, seen.Info)
	}
	if err := Write(ctx, io.Discard, new(frame.Frame), WriteOptions{}); err != nil {
		t.Errorf("the zero frame: %v", err)
	}
	for _, m := range []*Mapped{nil, {}} {
		if err := m.Close(); err != nil || m.Frame() != nil {
			t.Error(err, m.Frame())
		}
	}
	if text := new(Error).Error(); !strings.HasPrefix(text, "ipc: ") {
		t.Error(text)
	}
}

// The memory that a file may take grows with its size.
func TestDefaultLimits(t *testing.T) {
	for size, want := range map[int64]int64{-1: streamMemory, 0: minMemory, 1000: minMemory, 1 << 30: memoryRatio << 30, 1 << 60: memoryRatio << 50} {
		if got := (ReadOptions{}).limit(size); got != want {
			t.Errorf("%d bytes: %d, want %d", size, got, want)
		}
	}
}
