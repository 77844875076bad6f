package parquet

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
	const n, per = 2000, 64
	f := frameOf(t, 1, []arrow.DataType{arrow.PrimitiveTypes.Int64, arrow.BinaryTypes.String, arrow.ListOf(arrow.PrimitiveTypes.Int8)}, 0.1, n)
	o := WriteOptions{RowGroupRows: per}
	b := write(t, f, o)
	dir := t.TempDir()
	path := filepath.Join(dir, "a.parquet")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	none, err := f.Select()
	if err != nil {
		t.Fatal(err)
	}
	splits, err := Splits(path, n, ReadOptions{})
	if err != nil || len(splits) != 1 {
		t.Fatal(splits, err)
	}
	where := []Condition{Where("c0", Between(0, nil))}
	reads := func(ctx context.Context, o ReadOptions, opts []parallel.Option) error {
		return second(Read(ctx, bytes.NewReader(b), int64(len(b)), o, opts...))
	}
	calltest.Run(t, []calltest.Call{
		{Name: "parquet.ReadFile", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return second(ReadFile(ctx, path, ReadOptions{}, opts...))
		}},
		{Name: "parquet.ReadFS", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return second(ReadFS(ctx, os.DirFS(dir), "a.parquet", ReadOptions{}, opts...))
		}},
		{Name: "parquet.Read", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return reads(ctx, ReadOptions{}, opts)
		}},
		{Name: "parquet.Read", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return reads(ctx, ReadOptions{Where: where}, opts)
		}},
		{Name: "parquet.Read", N: 100, Rows: 100, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return reads(ctx, ReadOptions{Limit: 100}, opts)
		}},
		{Name: "parquet.Read", N: 2 * per, Rows: 2 * per, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return reads(ctx, ReadOptions{RowGroups: []int{3, 3}}, opts)
		}},
		{Name: "parquet.ReadFileSeq", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return dropFrames(ReadFileSeq(ctx, path, ReadOptions{}, opts...))
		}},
		{Name: "parquet.ReadSeq", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return dropFrames(ReadSeq(ctx, bytes.NewReader(b), int64(len(b)), ReadOptions{Where: where, Columns: []string{"c1"}}, opts...))
		}},
		{Name: "parquet.Split.Read", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return second(splits[0].Read(ctx, ReadOptions{}, opts...))
		}},
		{Name: "parquet.WriteFile", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return WriteFile(ctx, filepath.Join(dir, "out"), f, o, opts...)
		}},
		{Name: "parquet.Write", N: n, Rows: n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return Write(ctx, io.Discard, f, o, opts...)
		}},
		{Name: "parquet.WriteFileSeq", Rows: 2 * n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return WriteFileSeq(ctx, filepath.Join(dir, "out"), sequenceOf(f, f), o, opts...)
		}},
		{Name: "parquet.WriteSeq", Rows: 2 * n, Run: func(ctx context.Context, opts ...parallel.Option) error {
			return WriteSeq(ctx, io.Discard, sequenceOf(f, f), o, opts...)
		}},
	})
	// Without columns there is nothing to decode and no slot to wait for.
	for name, run := range map[string]func(parallel.Option) error{
		"read": func(o parallel.Option) error {
			return reads(t.Context(), ReadOptions{Columns: []string{}}, []parallel.Option{o})
		},
		"write": func(o parallel.Option) error {
			return WriteSeq(t.Context(), io.Discard, sequenceOf(none), WriteOptions{}, o)
		},
	} {
		w := &calltest.Watcher{}
		if err := run(parallel.Observe(w)); err != nil || w.Rows != n || w.Ends != 1 {
			t.Errorf("%s without columns: %v, %d rows, %d ends", name, err, w.Rows, w.Ends)
		}
	}
}

// Leaving the loop ends the call.
func TestBreakEndsTheCall(t *testing.T) {
	b := write(t, sample(t), WriteOptions{RowGroupRows: 2})
	w := &calltest.Watcher{}
	for _, err := range ReadSeq(t.Context(), bytes.NewReader(b), int64(len(b)), ReadOptions{}, parallel.Observe(w)) {
		if err != nil {
			t.Fatal(err)
		}
		if w.Starts != 1 || w.Ends != 0 {
			t.Errorf("within the loop: %d starts, %d ends", w.Starts, w.Ends)
		}
		break
	}
	if w.Starts != 1 || w.Ends != 1 {
		t.Errorf("%d starts, %d ends", w.Starts, w.Ends)
	}
}

func TestNilArguments(t *testing.T) {
	ctx := t.Context()
	f := sample(t)
	var noFS fs.FS
	var noReader io.ReaderAt
	var noWriter io.Writer
	var noFrames iter.Seq2[*frame.Frame, error]
	path := filepath.Join(t.TempDir(), "a")
	for name, c := range map[string]struct {
		err  error
		kind error
	}{
		"fs":             {second(ReadFS(ctx, noFS, "a", ReadOptions{})), parallel.ErrOption},
		"reader":         {second(Read(ctx, noReader, 10, ReadOptions{})), parallel.ErrOption},
		"seq's reader":   {dropFrames(ReadSeq(ctx, noReader, 10, ReadOptions{})), parallel.ErrOption},
		"negative size":  {second(Read(ctx, strings.NewReader("x"), -5, ReadOptions{})), ErrMalformed},
		"stat's reader":  {second(Stat(noReader, 10)), parallel.ErrOption},
		"stat's fs":      {second(StatFS(noFS, "a")), parallel.ErrOption},
		"writer":         {Write(ctx, noWriter, f, WriteOptions{}), parallel.ErrOption},
		"frame":          {Write(ctx, io.Discard, nil, WriteOptions{}), frame.ErrNilFrame},
		"file's frame":   {WriteFile(ctx, path, nil, WriteOptions{}), frame.ErrNilFrame},
		"seq's writer":   {WriteSeq(ctx, noWriter, sequenceOf(f), WriteOptions{}), parallel.ErrOption},
		"sequence":       {WriteSeq(ctx, io.Discard, noFrames, WriteOptions{}), parallel.ErrOption},
		"file's seq":     {WriteFileSeq(ctx, path, noFrames, WriteOptions{}), parallel.ErrOption},
		"frame in a seq": {WriteSeq(ctx, io.Discard, sequenceOf(f, nil), WriteOptions{}), frame.ErrNilFrame},
		"option":         {Write(ctx, io.Discard, f, WriteOptions{}, nil), parallel.ErrOption},
		"zero condition": {second(readBytes(write(t, f, WriteOptions{}), ReadOptions{Where: []Condition{{}}})), frame.ErrColumn},
		"zero split":     {second(Split{}.Read(ctx, ReadOptions{})), fs.ErrNotExist},
		"no path":        {second(Splits("", 0, ReadOptions{})), fs.ErrNotExist},
	} {
		if !errors.Is(c.err, c.kind) || !strings.HasPrefix(c.err.Error(), "parquet.") {
			t.Errorf("%s: %v, want %v", name, c.err, c.kind)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was written")
	}
	if err := Write(ctx, io.Discard, new(frame.Frame), WriteOptions{}); err != nil {
		t.Errorf("the zero frame: %v", err)
	}
	if text := new(Error).Error(); !strings.HasPrefix(text, "parquet: ") {
		t.Error(text)
	}
}
