//go:build unix

package atomicfile_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/io/csv"
	"github.com/parframe/parframe/io/ipc"
	"github.com/parframe/parframe/io/parquet"
)

// format is a file format of frames.
type format struct {
	name      string
	writeFile func(ctx context.Context, path string, f *frame.Frame) error
	readFile  func(ctx context.Context, path string) (*frame.Frame, error)
}

var formats = []format{
	{
		"csv",
		func(ctx context.Context, path string, f *frame.Frame) error {
			return csv.WriteFile(ctx, path, f, csv.WriteOptions{})
		},
		func(ctx context.Context, path string) (*frame.Frame, error) {
			return csv.ReadFile(ctx, path, csv.ReadOptions{})
		},
	},
	{
		"parquet",
		func(ctx context.Context, path string, f *frame.Frame) error {
			return parquet.WriteFile(ctx, path, f, parquet.WriteOptions{})
		},
		func(ctx context.Context, path string) (*frame.Frame, error) {
			return parquet.ReadFile(ctx, path, parquet.ReadOptions{})
		},
	},
	{
		"ipc",
		func(ctx context.Context, path string, f *frame.Frame) error {
			return ipc.WriteFile(ctx, path, f, ipc.WriteOptions{})
		},
		func(ctx context.Context, path string) (*frame.Frame, error) {
			return ipc.ReadFile(ctx, path, ipc.ReadOptions{})
		},
	},
}

// stamped returns a frame with the number of its write in every row, so that rows of
// two writes in one file are found.
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

// whole fails unless the file at path is one frame of stamped, and returns the number
// of its write.
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

// childArgs are the arguments of a child process that runs one test of this binary.
func childArgs(test string) []string { return []string{"-test.run=^" + test + "$", "-test.v"} }

// pathOf returns the path of the file that a child writes.
func pathOf(dir string, f format) string { return filepath.Join(dir, "a."+f.name) }
