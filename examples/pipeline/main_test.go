package main

import (
	"path/filepath"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/io/parquet"
)

const testdata = "../../testdata/flights-200k.parquet"

// What stands in the file is what a loop over all rows makes, in its order, and
// nothing runs on when convert has returned.
func TestConvert(t *testing.T) {
	defer goleak.VerifyNone(t)
	out := filepath.Join(t.TempDir(), "legs.parquet")
	if err := convert(t.Context(), testdata, out); err != nil {
		t.Fatal(err)
	}
	got := structs[Leg](t, out)
	var want []Leg
	for _, f := range structs[Flight](t, testdata) {
		leg, err := legOf(f)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, leg)
	}
	if len(got) != 200_000 || !slices.Equal(got, want) {
		t.Errorf("%d legs, not the loop's %d", len(got), len(want))
	}
}

func structs[T any](t *testing.T, path string) []T {
	t.Helper()
	f, err := parquet.ReadFile(t.Context(), path, parquet.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := frame.ToStructs[T](t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestConvertWithoutInput(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "legs.parquet")
	if err := convert(t.Context(), filepath.Join(dir, "none.parquet"), out); err == nil {
		t.Error("no error")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*.tmp")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
