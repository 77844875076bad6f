package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestMutantsOfASource(t *testing.T) {
	for _, c := range []struct {
		body string
		want string // before -> after, in lines
	}{
		{"_ = a < b", "_ = a < b -> _ = a <= b"},
		{"_ = a <= b", "_ = a <= b -> _ = a < b"},
		{"_ = a > b", "_ = a > b -> _ = a >= b"},
		{"_ = a >= b", "_ = a >= b -> _ = a > b"},
		{"_ = a == b", "_ = a == b -> _ = a != b"},
		{"_ = a != b", "_ = a != b -> _ = a == b"},
		{"_ = p && q", "_ = p && q -> _ = p || q"},
		{"_ = p || q", "_ = p || q -> _ = p && q"},
		{"_ = a + b", "_ = a + b -> _ = a - b"},
		{"_ = a - b", "_ = a - b -> _ = a + b"},
		{"_ = a &^ b", "_ = a &^ b -> _ = a & b"},
		{"_ = a << b", "_ = a << b -> _ = a >> b"},
		{"a += b", "a += b -> a -= b"},
		{"a++", "a++ -> a--"},
		{"_ = 0x0f", "_ = 0x0f -> _ = 16\n_ = 0x0f -> _ = 14"},
		{"_ = 0", "_ = 0 -> _ = 1"},
		{"_ = 18446744073709551615", "_ = 18446744073709551615 -> _ = 18446744073709551614"},
		{"_ = 1.5", ""},
		{"_ = min(a, b)", "_ = min(a, b) -> _ = max(a, b)"},
		{"_ = max(a, b)", "_ = max(a, b) -> _ = min(a, b)"},
		{"_ = true", "_ = true -> _ = false"},
		{"for { break }", "for { break } -> for { continue }"},
		{"for { continue }", "for { continue } -> for { break }"},
		{"if p { f() }", "if p { f() } -> if !(p) { f() }\nif p { f() } -> if p {  }"},
		{"if !p {}", "if !p {} -> if p {}"},
		{"if a == b {}", "if a == b {} -> if a != b {}"},
		{"if a < b {}", "if a < b {} -> if !(a < b) {}\nif a < b {} -> if a <= b {}"},
		{"f(a) // why", "f(a) -> "},
		{"defer f()", "defer f() -> "},
		{"panic(p)", ""},
		{"f(func() {\n\tf()\n})", "f(func() { -> \nf() -> "},
		{"a, err := g(); return a, err", "a, err := g(); return a, err -> a, err := g(); return a, nil"},
		{"return a, g()", "return a, g() -> return a, nil"},
		{"return a, nil", ""},
		{"return h()", ""},
		{"_ = func() int { return a }", ""},
		{"_ = func() error { return err }", "_ = func() error { return err } -> _ = func() error { return nil }"},
	} {
		made, err := fileMutants("x.go", []byte("package x\n\nfunc (t *T[K]) m() (int, error) {\n"+c.body+"\n}\n"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range made {
			if strings.HasPrefix(m.before, "_ = ") && m.after == "" {
				continue // that the assignment is gone is a test of its own
			}
			if m.function != "T.m" || m.file != "x.go" || m.line < 4 {
				t.Errorf("%s: place %s:%d, function %s", c.body, m.file, m.line, m.function)
			}
			got = append(got, m.before+" -> "+m.after)
		}
		if strings.Join(got, "\n") != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.body, strings.Join(got, "\n"), c.want)
		}
	}
}

func TestMutantDropsAnAssignment(t *testing.T) {
	made, err := fileMutants("x.go", []byte("package x\n\nfunc f() {\n\tx = y\n\tz := y\n}\n"))
	if err != nil || len(made) != 1 {
		t.Fatalf("got %d mutants, %v; want 1", len(made), err)
	}
	m := made[0]
	if got, want := string(m.source()), "package x\n\nfunc f() {\n\t\n\tz := y\n}\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if m.line != 4 || m.column != 2 || m.function != "f" {
		t.Errorf("place %d:%d in %s", m.line, m.column, m.function)
	}
}

func TestMutantsOutsideFunctions(t *testing.T) {
	made, err := fileMutants("x.go", []byte("package x\n\nimport \"a\"\n\ntype t struct{ a [4]int `1`}\n\nconst size = 8\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(made) != 2 || made[0].function != "-" || made[0].after != "const size = 9" || made[1].after != "const size = 7" {
		t.Errorf("got %+v", made)
	}
}

func TestSeedChoosesTheMutants(t *testing.T) {
	var body strings.Builder
	for i := range 50 {
		fmt.Fprintf(&body, "\tf%d()\n", i)
	}
	made := func() []*mutant {
		all, err := fileMutants("x.go", []byte("package x\n\nfunc f() {\n"+body.String()+"}\n"))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	lines := func(seed uint64) []int {
		var lines []int
		for _, m := range shuffled(made(), seed) {
			lines = append(lines, m.line)
		}
		return lines
	}
	first := lines(1)
	if !slices.Equal(first, lines(1)) {
		t.Error("the same seed gave other mutants")
	}
	if slices.Equal(first, lines(2)) {
		t.Error("another seed gave the same mutants")
	}
	// A report names its seed, which must mean the same later on.
	if want := []int{53, 50, 17, 48, 47}; !slices.Equal(first[:5], want) {
		t.Errorf("seed 1 begins with lines %v, want %v", first[:5], want)
	}
	slices.Sort(first)
	if len(slices.Compact(first)) != 50 {
		t.Error("mutants are missing")
	}
}
