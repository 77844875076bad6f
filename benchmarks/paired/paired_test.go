package main

import (
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseLine(t *testing.T) {
	for _, tt := range []struct {
		line   string
		cpu    int
		name   string // empty: not a result
		values map[string]float64
	}{
		{"BenchmarkMap/n=10/loop-2   	31415926	        38.20 ns/op	      80 B/op	       1 allocs/op\n", 2,
			"BenchmarkMap/n=10/loop", map[string]float64{"ns/op": 38.2, "B/op": 80, "allocs/op": 1}},
		{"BenchmarkMap 	 100	 1.5e+06 ns/op", 1, "BenchmarkMap", map[string]float64{"ns/op": 1.5e6}},
		{"BenchmarkMap/workers-2 	 100	 7 ns/op", 1, "BenchmarkMap/workers-2", map[string]float64{"ns/op": 7}},
		{"BenchmarkMap/workers-2-2 	 100	 7 ns/op", 2, "BenchmarkMap/workers-2", map[string]float64{"ns/op": 7}},
		{"BenchmarkMap-16 	 100	 7 ns/op	 12.5 MB/s	 3 rows/op", 16, "BenchmarkMap", map[string]float64{"ns/op": 7, "MB/s": 12.5, "rows/op": 3}},
		{line: "goos: linux"},
		{line: "cpu: AMD EPYC"},
		{line: "PASS"},
		{line: "BenchmarkMap"},                     // what is printed before it ends
		{line: "BenchmarkMap-2 --- FAIL: x y z"},   // no number of runs
		{line: "BenchmarkMap-2 100 fast ns/op"},    // no value
		{line: "BenchmarkMap-2 100 7 ns/op extra"}, // a value without unit
		{line: "ok  	github.com/parframe/parframe	1.2s"},
		{line: ""},
	} {
		name, values, ok := parseLine(tt.line, tt.cpu)
		if ok != (tt.name != "") || name != tt.name || !maps.Equal(values, tt.values) {
			t.Errorf("parseLine(%q, %d) = %q, %v, %v", tt.line, tt.cpu, name, values, ok)
		}
	}
}

func TestExactly(t *testing.T) {
	names := []string{"BenchmarkMap", "BenchmarkMap/n=1", "BenchmarkMap/n=10", "BenchmarkMap/n=1/loop",
		"BenchmarkMapRows", "BenchmarkMap/a.b", "BenchmarkMap/axb", "BenchmarkMap/f(x)[1]"}
	for _, n := range names {
		for _, other := range names {
			if got, want := matchElements(exactly(n), other), n == other; got != want {
				t.Errorf("exactly(%q) = %q matches %q: %v, want %v", n, exactly(n), other, got, want)
			}
		}
	}
}

// matchElements is testing's rule: pattern and name are cut at slashes and
// compared element by element. (The real one also runs the parents of a
// match, and brackets protect a slash.)
func matchElements(pattern, name string) bool {
	ps, ns := strings.Split(pattern, "/"), strings.Split(name, "/")
	if len(ps) != len(ns) {
		return false
	}
	for i, p := range ps {
		if !regexp.MustCompile(p).MatchString(ns[i]) {
			return false
		}
	}
	return true
}

func TestBaseOf(t *testing.T) {
	names := []string{"BenchmarkMap/n=1/loop", "BenchmarkMap/n=1/w=2", "BenchmarkMap/n=2/w=2", "BenchmarkSum/loop/n=1", "BenchmarkSum/pond/n=1",
		"BenchmarkTwo/loop/x", "BenchmarkTwo/y/loop", "BenchmarkTwo/y/x", "Benchmarkloop"}
	for name, want := range map[string]string{
		"BenchmarkMap/n=1/w=2":  "BenchmarkMap/n=1/loop",
		"BenchmarkMap/n=1/loop": "BenchmarkMap/n=1/loop",
		"BenchmarkMap/n=2/w=2":  "", // its group has no loop
		"BenchmarkSum/pond/n=1": "BenchmarkSum/loop/n=1",
		"BenchmarkTwo/y/x":      "BenchmarkTwo/y/loop", // the last element goes first
		"Benchmarkloop":         "",
	} {
		got, ok := baseOf(name, "loop", names)
		if got != want || ok != (want != "") {
			t.Errorf("baseOf(%q) = %q, %v; want %q", name, got, ok, want)
		}
	}
	if got, ok := baseOf("BenchmarkMap/n=1/w=2", "", names); ok {
		t.Errorf("without a base: %q", got)
	}
}

func TestOrder(t *testing.T) {
	names := []string{"a", "b", "c"}
	for round, want := range []string{"abc", "acb", "cab", "cba", "bca", "bac", "abc"} {
		if got := strings.Join(order(names, round), ""); got != want {
			t.Errorf("round %d: %s, want %s", round, got, want)
		}
	}
	if strings.Join(names, "") != "abc" {
		t.Errorf("order changed its argument: %v", names)
	}
}

func TestQuantile(t *testing.T) {
	for _, tt := range []struct {
		v    []float64
		q    float64
		want float64
	}{
		{[]float64{7}, 0.5, 7},
		{[]float64{7}, 0.25, 7},
		{[]float64{3, 1, 2}, 0.5, 2},
		{[]float64{4, 1, 3, 2}, 0.5, 2.5},
		{[]float64{4, 1, 3, 2}, 0.25, 1.75}, // numpy.quantile([1, 2, 3, 4], 0.25)
		{[]float64{4, 1, 3, 2}, 0.75, 3.25},
		{[]float64{5, 1, 4, 2, 3}, 0, 1},
		{[]float64{5, 1, 4, 2, 3}, 1, 5},
		{[]float64{math.Inf(1), math.Inf(1)}, 0.5, math.Inf(1)},
	} {
		if got := quantile(tt.v, tt.q); got != tt.want {
			t.Errorf("quantile(%v, %v) = %v, want %v", tt.v, tt.q, got, tt.want)
		}
	}
}

// Half of the values lie on each side of the median, in any order.
func TestMedianSplits(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		v := make([]float64, 1+rnd.IntN(20))
		for i := range v {
			v[i] = float64(rnd.IntN(10))
		}
		m := quantile(v, 0.5)
		below, above := 0, 0
		for _, x := range v {
			if x < m {
				below++
			}
			if x > m {
				above++
			}
		}
		if 2*below > len(v) || 2*above > len(v) {
			t.Fatalf("median of %v is %v", v, m)
		}
	}
}

// The ratio is the median of the ratios within rounds. The slow second half
// of the rounds would show as 2 or as 0.5 in a ratio of medians.
func TestTablePairsWithinRounds(t *testing.T) {
	names := []string{"BenchmarkMap/loop", "BenchmarkMap/fast"}
	tab := newTable(names, "loop", "ns/op")
	for round := range 5 {
		slow := 1.0
		if round >= 2 {
			slow = 10
		}
		tab.add(names[0], 1000*slow)
		tab.add(names[1], 500*slow)
	}
	var out strings.Builder
	if err := tab.print(&out); err != nil {
		t.Fatal(err)
	}
	want := `benchmark  ns/op  ratio  quartiles       difference  base
Map/loop   10000
Map/fast   5000   0.500  0.500 to 0.500  -5000       Map/loop
`
	if got := regexp.MustCompile(` +\n`).ReplaceAllString(out.String(), "\n"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestTableOfZeroBase(t *testing.T) {
	names := []string{"BenchmarkMap/loop", "BenchmarkMap/w", "BenchmarkOther"}
	tab := newTable(names, "loop", "B/op")
	for _, n := range names {
		tab.add(n, 0)
	}
	tab.values["BenchmarkMap/w"][0] = 16
	var out strings.Builder
	if err := tab.print(&out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "+Inf") || !strings.Contains(out.String(), "16  ") {
		t.Errorf("got\n%s", out.String())
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 0.123456: "0.1235", 38.2: "38.2", 999.96: "1000", 1234.5: "1234", 1e9: "1000000000", -1500.2: "-1500"} {
		if got := number(v); got != want {
			t.Errorf("number(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestSettings(t *testing.T) {
	good := settings{rounds: 1, tries: 1, cpu: 1, benchtime: time.Second}
	if err := good.check(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*settings){
		"-rounds 0":       func(s *settings) { s.rounds = 0 },
		"-tries 0":        func(s *settings) { s.tries = 0 },
		"-cpu -1":         func(s *settings) { s.cpu = -1 },
		"-benchtime -1ns": func(s *settings) { s.benchtime = -1 },
	} {
		s := good
		change(&s)
		if err := s.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want one with %q", err, want)
		}
	}
}

// The whole way once, over a package in a module of its own.
func TestBinary(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a package")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module other\n\ngo 1.26.0\n",
		"x_test.go": `package x

import "testing"

func BenchmarkA(b *testing.B) {
	for _, n := range []string{"loop", "a.b", "axb", "two words", "loop"} {
		b.Run(n, func(b *testing.B) {
			for b.Loop() {
			}
			b.ReportMetric(float64(len(n)), "letters")
		})
	}
}

func BenchmarkFails(b *testing.B) { b.Fatal("no such file") }
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	for _, cpu := range []int{1, 2} {
		b := binary{path: filepath.Join(t.TempDir(), "x.test"), dir: dir, cpu: cpu}
		if err := b.build(ctx); err != nil {
			t.Fatal(err)
		}
		names, err := b.list(ctx, "A")
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"BenchmarkA/loop", "BenchmarkA/a.b", "BenchmarkA/axb", "BenchmarkA/two_words", "BenchmarkA/loop#01"}
		if !slices.Equal(names, want) {
			t.Fatalf("names %q, want %q", names, want)
		}
		for i, n := range names {
			v, err := b.measure(ctx, n, time.Millisecond)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := v["letters"], float64([]int{4, 3, 3, 9, 4}[i]); got != want {
				t.Errorf("%s: %v letters, want %v", n, got, want)
			}
			if _, ok := v["allocs/op"]; !ok {
				t.Errorf("%s: no allocs/op in %v", n, v)
			}
		}
		if _, err := b.list(ctx, "Fails"); err == nil || !strings.Contains(err.Error(), "no such file") {
			t.Errorf("a benchmark that fails: %v", err)
		}
	}
	s := settings{pkg: dir, bench: "A", base: "pool", unit: "ns/op", rounds: 1, tries: 1, cpu: 1, benchtime: time.Millisecond}
	if err := compare(ctx, s); err == nil || !strings.Contains(err.Error(), "-base pool") {
		t.Errorf("a base that is not there: %v", err)
	}
	s.base, s.bench = "loop", "Nothing"
	if err := compare(ctx, s); err == nil || !strings.Contains(err.Error(), "no benchmark") {
		t.Errorf("a pattern that matches nothing: %v", err)
	}
}
