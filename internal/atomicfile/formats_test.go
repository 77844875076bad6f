//go:build unix

package atomicfile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/io/csv"
	"github.com/parframe/parframe/io/ipc"
	"github.com/parframe/parframe/io/parquet"
)

// format is one that frames are kept in.
type format struct {
	name      string
	write     func(ctx context.Context, w io.Writer, f *frame.Frame) error
	writeFile func(ctx context.Context, path string, f *frame.Frame) error
	readFile  func(ctx context.Context, path string) (*frame.Frame, error)
}

var formats = []format{
	{
		"csv",
		func(ctx context.Context, w io.Writer, f *frame.Frame) error {
			return csv.Write(ctx, w, f, csv.WriteOptions{})
		},
		func(ctx context.Context, path string, f *frame.Frame) error {
			return csv.WriteFile(ctx, path, f, csv.WriteOptions{})
		},
		func(ctx context.Context, path string) (*frame.Frame, error) {
			return csv.ReadFile(ctx, path, csv.ReadOptions{})
		},
	},
	{
		"parquet",
		func(ctx context.Context, w io.Writer, f *frame.Frame) error {
			return parquet.Write(ctx, w, f, parquet.WriteOptions{})
		},
		func(ctx context.Context, path string, f *frame.Frame) error {
			return parquet.WriteFile(ctx, path, f, parquet.WriteOptions{})
		},
		func(ctx context.Context, path string) (*frame.Frame, error) {
			return parquet.ReadFile(ctx, path, parquet.ReadOptions{})
		},
	},
	{
		"ipc",
		func(ctx context.Context, w io.Writer, f *frame.Frame) error {
			return ipc.Write(ctx, w, f, ipc.WriteOptions{})
		},
		func(ctx context.Context, path string, f *frame.Frame) error {
			return ipc.WriteFile(ctx, path, f, ipc.WriteOptions{})
		},
		func(ctx context.Context, path string) (*frame.Frame, error) {
			return ipc.ReadFile(ctx, path, ipc.ReadOptions{})
		},
	},
}

// stamped makes a frame that says in every row which write it comes from, so
// that rows of two writes in one file are seen.
func stamped(t testing.TB, generation int64, rows int) *frame.Frame {
	t.Helper()
	type row struct {
		Generation int64  `frame:"generation"`
		Row        int64  `frame:"row"`
		Text       string `frame:"text"`
	}
	all := make([]row, rows)
	for i := range all {
		all[i] = row{generation, int64(i), fmt.Sprintf("%d of %d", i*i, generation)}
	}
	f, err := frame.FromStructs(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// whole fails unless path holds what one call of stamped made, and returns
// which.
func (f format) whole(t *testing.T, path string, rows int) int64 {
	t.Helper()
	got, err := f.readFile(t.Context(), path)
	if err != nil {
		t.Fatalf("%s: %v", f.name, err)
	}
	col, err := got.Column("generation")
	if err != nil {
		t.Fatalf("%s: %v", f.name, err)
	}
	stamps, err := frame.Values[int64](col)
	if err != nil || len(stamps) != rows {
		t.Fatalf("%s: %d rows, want %d (%v)", f.name, len(stamps), rows, err)
	}
	if d := stamped(t, stamps[0], rows).Diff(got); d != "" {
		t.Fatalf("%s: neither one write nor another: %s", f.name, d)
	}
	return stamps[0]
}

// fullAfter is a writer with space for n bytes.
type fullAfter struct{ n int }

var errFull = errors.New("no space")

func (w *fullAfter) Write(p []byte) (int, error) {
	if len(p) <= w.n {
		w.n -= len(p)
		return len(p), nil
	}
	n := w.n
	w.n = 0
	return n, errFull
}

// A writer that fails at any byte fails the call, whatever is buffered on the
// way.
func TestFormatsReturnWriteErrors(t *testing.T) {
	for _, c := range formats {
		for _, rows := range []int{0, 1, 20} {
			f := stamped(t, 1, rows)
			var all bytes.Buffer
			if err := c.write(t.Context(), &all, f); err != nil {
				t.Fatal(c.name, err)
			}
			for n := range all.Len() {
				if err := c.write(t.Context(), &fullAfter{n}, f); !errors.Is(err, errFull) {
					t.Fatalf("%s, %d rows, space for %d of %d bytes: got %v", c.name, rows, n, all.Len(), err)
				}
			}
			if err := c.write(t.Context(), &fullAfter{all.Len()}, f); err != nil {
				t.Errorf("%s: with space for everything: %v", c.name, err)
			}
		}
	}
}

// folder returns the names of the files in dir.
func folder(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// childArgs are for this test binary run again as a process of its own.
func childArgs(test string) []string { return []string{"-test.run=^" + test + "$", "-test.v"} }

// pathOf is the file that a child writes.
func pathOf(dir string, f format) string { return filepath.Join(dir, "a."+f.name) }
