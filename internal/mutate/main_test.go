package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tiny is a module whose package low is tested by its user high, and far uses
// high in its tests.
var tiny = map[string]string{
	"go.mod": "module tiny\n\ngo 1.26\n",
	"low/low.go": `package low

func Less(a, b int) bool { return a < b }

func Join(a, b string) string { return a + b }

func Wait(n int) int {
	for n > 0 {
		n--
	}
	return n
}
`,
	"high/high.go": `package high

import "tiny/low"

func Equal(a, b int) bool { return !low.Less(a, b) && !low.Less(b, a) }
`,
	"high/high_test.go": `package high_test

import (
	"testing"
	"tiny/high"
)

func TestEqual(t *testing.T) {
	if !high.Equal(1, 1) || high.Equal(1, 2) {
		t.Fail()
	}
}
`,
	"none/none_test.go": "package none\n",
	"far/far_test.go":   "package far\n\nimport _ \"tiny/high\"\n",
}

func tinyModule(t *testing.T) string {
	t.Helper()
	t.Setenv("GOFLAGS", "-p=1")
	t.Setenv("GOWORK", "off")
	dir := t.TempDir()
	for name, text := range tiny {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTinyModule(t *testing.T) {
	dir := tinyModule(t)
	mod, err := loadModule(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("users are sorted by distance", func(t *testing.T) {
		targets, err := mod.find([]string{"low"})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range mod.users(targets[0]) {
			got = append(got, u.name())
		}
		if want := []string{"high", "far"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
	t.Run("no such folder", func(t *testing.T) {
		if _, err := mod.find([]string{"low", "nowhere"}); err == nil || !strings.Contains(err.Error(), "nowhere") {
			t.Errorf("got error %v", err)
		}
	})
	t.Run("mutants are killed or survive", func(t *testing.T) {
		var out strings.Builder
		share, err := mutate(config{dir: dir, packages: []string{"low"}, tests: []string{"high"}, seed: 1, verbose: true, equal: `
low/low.go Wait
- for n > 0 {
+ for n >= 0 {
= for the test

low/low.go Wait
- n--
+ n++
= for the test
`}, &out)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"low/low.go:3:37: killed by the tests of high (",
			"low/low.go Less\n- func Less(a, b int) bool { return a < b }\n+ func Less(a, b int) bool { return a <= b }\n",
			"low/low.go:8:10: survived the tests of high (",
			"low/low.go Wait\n- for n > 0 {\n+ for n > 1 {\n",
			"low                      2 mutants     1 killed     1 survived",
			"killed: 50.0 %\n",
		} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("no %q in\n%s", want, out.String())
			}
		}
		if share != 0.5 {
			t.Errorf("share %v, want 0.5", share)
		}
		src, err := os.ReadFile(filepath.Join(dir, "low", "low.go"))
		if err != nil || string(src) != tiny["low/low.go"] {
			t.Errorf("the source has changed: %v", err)
		}
	})
	t.Run("an entry that matches nothing", func(t *testing.T) {
		_, err := mutate(config{dir: dir, packages: []string{"low"}, equal: "low/low.go Wait\n- n++\n+ n--\n= it was so once\n"}, &strings.Builder{})
		if err == nil || !strings.Contains(err.Error(), "equal.txt:1: no mutant") {
			t.Errorf("got error %v", err)
		}
	})
	t.Run("a hang is a kill", func(t *testing.T) {
		r := &runner{mod: mod, dir: t.TempDir()}
		out, err := r.test(mod.packages["tiny/high"], 1, "")
		if err == nil || !strings.Contains(string(out), "test timed out") {
			t.Errorf("got error %v and\n%s", err, out)
		}
	})
}
