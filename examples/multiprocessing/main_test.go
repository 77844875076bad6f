package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

// TestRun checks what the tutorials' own test checks, and that every way gives
// what the loop gives.
func TestRun(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), &out, 20_000, 100_000); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, want := range []string{
		"map [4 9 16 36], map_async [4 9 16 36]",
		"the last is 9801, the loop's 9801",
		"n = 20: 210, the loop's 210",
		"n = 100000: 5000050000, the loop's 5000050000",
		"1. processors: ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if n := len(regexp.MustCompile(`equal true`).FindAllString(text, -1)); n != 2+8 || strings.Contains(text, "false") {
		t.Errorf("%d results equal the loop's, want 10:\n%s", n, text)
	}
}
