package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Every candidate runs on the files that make makes.
func TestCandidates(t *testing.T) {
	dir := t.TempDir()
	if err := makeFiles(dir, []string{"-csv", "2000", "-sales", "3000", "-groups", "20000", "-floats", "4000"}); err != nil {
		t.Fatal(err)
	}
	for name := range candidates(dir) {
		var out jsonLine
		if err := run(&out, name, dir); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var r result
		if err := json.Unmarshal(out, &r); err != nil || r.Wall <= 0 || r.Note == "" {
			t.Errorf("%s: %s (%v)", name, out, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "out-*.parquet"))
	slices.Sort(left)
	if err != nil || len(left) != 3 {
		t.Errorf("output files: %q (%v), want one of each of three pipelines", left, err)
	}
}

func TestUnknownCandidate(t *testing.T) {
	if err := run(os.Stdout, "nobody", t.TempDir()); err == nil {
		t.Error("no error")
	}
}

type jsonLine []byte

func (l *jsonLine) Write(p []byte) (int, error) {
	*l = append(*l, p...)
	return len(p), nil
}
