package csv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

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

func TestCalls(t *testing.T) {
	const n = 20_000
	var text strings.Builder
	text.WriteString("a,b\n")
	for i := range n {
		fmt.Fprintf(&text, "%d,text %d\n", i, i)
	}
	path := fileOf(t, text.String())
	dir := filepath.Dir(path)
	rangeSize = 10_000
	defer func() { rangeSize = usualRange }()
	f, err := ReadFile(t.Context(), path, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	splits, err := Splits(t.Context(), path, 1<<30, ReadOptions{})
	if err != nil || len(splits) != 1 {
		t.Fatal(splits, err)
	}
	whole := splits[0]
	whole.Whole = true
	calls := []calltest.Call{
		{Name: "csv.ReadFile", Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			_, err := ReadFile(ctx, path, ReadOptions{}, opts...)
			return err
		}},
		{Name: "csv.ReadFS", Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			_, err := ReadFS(ctx, os.DirFS(dir), filepath.Base(path), ReadOptions{}, opts...)
			return err
		}},
		{Name: "csv.Read", Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			_, err := Read(ctx, drip{strings.NewReader(text.String())}, ReadOptions{}, opts...)
			return err
		}},
		{Name: "csv.ReadFileSeq", Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return dropFrames(ReadFileSeq(ctx, path, ReadOptions{}, opts...))
		}},
		{Name: "csv.ReadSeq", Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return dropFrames(ReadSeq(ctx, strings.NewReader(text.String()), ReadOptions{}, opts...))
		}},
		{Name: "csv.Schema", Alone: true, Run: func(ctx context.Context, _ ...parallel.Option) error {
			_, err := Schema(ctx, path, ReadOptions{})
			return err
		}},
		{Name: "csv.Count", Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			_, err := Count(ctx, path, ReadOptions{}, opts...)
			return err
		}},
		{Name: "csv.Splits", Run: func(ctx context.Context, opts ...parallel.Option) error {
			_, err := Splits(ctx, path, 5000, ReadOptions{}, opts...)
			return err
		}},
		{Name: "csv.Split.Read", Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			_, err := splits[0].Read(ctx, ReadOptions{}, opts...)
			return err
		}},
		{Name: "csv.Split.Read", Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			_, err := whole.Read(ctx, ReadOptions{}, opts...)
			return err
		}},
		{Name: "csv.WriteFile", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return WriteFile(ctx, filepath.Join(dir, "out"), f, WriteOptions{Compression: Gzip}, opts...)
		}},
		{Name: "csv.Write", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return Write(ctx, io.Discard, f, WriteOptions{}, opts...)
		}},
		{Name: "csv.WriteFileSeq", Rows: 2 * n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return WriteFileSeq(ctx, filepath.Join(dir, "out"), frames(f, f), WriteOptions{}, opts...)
		}},
		{Name: "csv.WriteSeq", Rows: 2 * n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return WriteSeq(ctx, io.Discard, frames(f, f), WriteOptions{Compression: Zstd}, opts...)
		}},
	}
	calltest.Run(t, calls)
}

// One call writes into a pipe and another one reads from it, on the one slot that
// both share. A call that waits for the other gives up the slot.
func TestPipeBetweenCallsOnOnePool(t *testing.T) {
	pool, err := parallel.NewPool(parallel.Workers(1))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Terminate()
	f := mustRead(t, "a\n"+strings.Repeat("1\n", 50_000), ReadOptions{})
	r, w := io.Pipe()
	wrote := make(chan error, 1)
	go func() {
		err := Write(t.Context(), w, f, WriteOptions{}, parallel.On(pool))
		w.CloseWithError(err)
		wrote <- err
	}()
	got, err := Read(t.Context(), r, ReadOptions{}, parallel.On(pool))
	if err := errors.Join(err, <-wrote); err != nil {
		t.Fatal(err)
	}
	if got.NumRows() != f.NumRows() {
		t.Error(got.NumRows())
	}
}

func TestNilArguments(t *testing.T) {
	ctx := t.Context()
	f := mustRead(t, "a\n1\n", ReadOptions{})
	var noFS fs.FS
	var noReader io.Reader
	var noWriter io.Writer
	var noFrames iter.Seq2[*frame.Frame, error]
	path := filepath.Join(t.TempDir(), "a")
	for name, c := range map[string]struct {
		err  error
		kind error
	}{
		"fs":             {second(ReadFS(ctx, noFS, "a", ReadOptions{})), parallel.ErrOption},
		"reader":         {second(Read(ctx, noReader, ReadOptions{})), parallel.ErrOption},
		"seq's reader":   {dropFrames(ReadSeq(ctx, noReader, ReadOptions{})), parallel.ErrOption},
		"writer":         {Write(ctx, noWriter, f, WriteOptions{}), parallel.ErrOption},
		"frame":          {Write(ctx, io.Discard, nil, WriteOptions{}), frame.ErrNilFrame},
		"file's frame":   {WriteFile(ctx, path, nil, WriteOptions{}), frame.ErrNilFrame},
		"zero frame":     {Write(ctx, io.Discard, new(frame.Frame), WriteOptions{}), ErrUnsupported},
		"seq's writer":   {WriteSeq(ctx, noWriter, frames(f), WriteOptions{}), parallel.ErrOption},
		"sequence":       {WriteSeq(ctx, io.Discard, noFrames, WriteOptions{}), parallel.ErrOption},
		"file's seq":     {WriteFileSeq(ctx, path, noFrames, WriteOptions{}), parallel.ErrOption},
		"frame in a seq": {WriteSeq(ctx, io.Discard, func(yield func(*frame.Frame, error) bool) { yield(nil, nil) }, WriteOptions{}), frame.ErrNilFrame},
		"option":         {Write(ctx, io.Discard, f, WriteOptions{}, nil), parallel.ErrOption},
		"observer":       {Write(ctx, io.Discard, f, WriteOptions{}, parallel.Observe(nil)), parallel.ErrOption},
		"pool":           {second(Read(ctx, bytes.NewReader(nil), ReadOptions{}, parallel.On(nil))), parallel.ErrOption},
		"zero split":     {second(Split{}.Read(ctx, ReadOptions{})), fs.ErrNotExist},
	} {
		if !errors.Is(c.err, c.kind) || !strings.HasPrefix(c.err.Error(), "csv.") {
			t.Errorf("%s: %v, want %v", name, c.err, c.kind)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was written")
	}
	if types := Types(nil); len(types) != 0 {
		t.Error(types)
	}
}

func second[T any](_ T, err error) error { return err }
