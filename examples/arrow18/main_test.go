package main

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write output.txt anew")

func TestOutput(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), &out, 10_000); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("output.txt", out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("output.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("run with -update if this is right (-want +got):\n%s", diff)
	}
}
