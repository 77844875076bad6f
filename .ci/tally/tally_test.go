package main

import (
	"fmt"
	"strings"
	"testing"
)

// stream writes the JSON of events given as "action package test output".
func stream(lines ...string) string {
	var b strings.Builder
	for _, l := range lines {
		f := append(strings.SplitN(l, " ", 4), "", "", "")
		fmt.Fprintf(&b, `{"Action":%q,"Package":%q,"Test":%q,"Output":%q}`+"\n",
			f[0], f[1], strings.TrimPrefix(f[2], "-"), f[3])
	}
	return b.String()
}

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		results  []string // state package test note
		prints   []string // parts of what is printed
		silent   []string // what is not
	}{
		{
			name: "passed, failed and skipped",
			in: stream("start p", "run p TestA", "output p TestA noise\n", "pass p TestA",
				"run p TestB", "run p TestB/x", "output p TestB/x want 1, got 2\n", "fail p TestB/x", "fail p TestB",
				"run p TestC", "output p TestC === RUN TestC\n", "output p TestC     c_test.go:3: PARFRAME_CORPUS is\tnot set\n",
				"output p TestC --- SKIP: TestC\n", "skip p TestC", "fail p"),
			results: []string{"pass|p|TestA|", "fail|p|TestB/x|", "fail|p|TestB|", "skip|p|TestC|c_test.go:3: PARFRAME_CORPUS is not set"},
			prints:  []string{"want 1, got 2\n", "1 passed, 2 failed, 1 skipped  p\n"},
			silent:  []string{"noise"},
		},
		{
			name:    "a build that fails",
			in:      `{"Action":"build-output","ImportPath":"p","Output":"p/a.go:1: undefined: x\n"}` + "\n" + stream("start p", "output p - FAIL p [build failed]\n", "fail p"),
			results: []string{"fail|p||"},
			prints:  []string{"undefined: x", "[build failed]"},
		},
		{
			name: "a crash counts the tests that were running",
			in: stream("start p", "run p TestA", "pass p TestA", "run p TestB", "run q TestZ", "output p TestB panic: boom\n",
				"output p - exit status 2\n", "fail p", "pass q TestZ", "pass q"),
			results: []string{"pass|p|TestA|", "fail|p|TestB|", "pass|q|TestZ|"},
			prints:  []string{"TestB did not end:\npanic: boom\n", "exit status 2", "1 passed, 1 failed  p", "1 passed  q"},
		},
		{
			name:    "a package that fails after its tests",
			in:      stream("start p", "run p TestA", "pass p TestA", "output p - goleak: found a goroutine\n", "fail p"),
			results: []string{"pass|p|TestA|", "fail|p||"},
			prints:  []string{"goleak: found", "1 passed, 1 failed  p"},
		},
		{
			name:    "a stream that breaks off",
			in:      stream("start p", "run p TestA"),
			results: []string{"fail|p|TestA|"},
			prints:  []string{"TestA did not end"},
		},
		{
			name:    "words of the go command itself",
			in:      "go: downloading x v1\n" + stream("start p", "output p - ? p [no test files]\n", "skip p"),
			results: nil,
			prints:  []string{"go: downloading x v1\n"},
			silent:  []string{"no test files", "passed"},
		},
		{name: "nothing", in: ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			results, err := read(strings.NewReader(tt.in), &out)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range results {
				got = append(got, strings.ReplaceAll(r.String(), "\t", "|"))
			}
			if g, w := strings.Join(got, "\n"), strings.Join(tt.results, "\n"); g != w {
				t.Errorf("results:\n%s\nwant:\n%s", g, w)
			}
			for _, p := range tt.prints {
				if !strings.Contains(out.String(), p) {
					t.Errorf("does not print %q:\n%s", p, out.String())
				}
			}
			for _, p := range tt.silent {
				if strings.Contains(out.String(), p) {
					t.Errorf("prints %q:\n%s", p, out.String())
				}
			}
		})
	}
}

func TestReadCapsOutput(t *testing.T) {
	var out strings.Builder
	in := stream("run p T", "output p T "+strings.Repeat("x", 10*outputCap)+"the end\n", "fail p T", "fail p")
	if _, err := read(strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	if n := out.Len(); n > outputCap+200 {
		t.Errorf("printed %d bytes of a failed test", n)
	}
	if !strings.Contains(out.String(), "the end\n") {
		t.Error("the end of the output, which has the failure, is missing")
	}
}

func TestResultsRoundTrip(t *testing.T) {
	for _, r := range []result{
		{"pass", "a/b", "TestA/x=1\u00a0y", ""},
		{"fail", "a/b", "", ""},
		{"skip", "p", "TestC", "no corpus: set it\\n"},
	} {
		got, err := parse(r.String() + "\n")
		if err != nil || len(got) != 1 || got[0] != r {
			t.Errorf("parse(%q) = %v, %v", r.String(), got, err)
		}
	}
	for _, bad := range []string{"pass\n", "maybe\tp\tT\t\n", "\n"} {
		if _, err := parse(bad); err == nil {
			t.Errorf("parse(%q) has no error", bad)
		}
	}
}

func TestSummary(t *testing.T) {
	results := []result{
		{"skip", "p", "TestFiles", "PARFRAME_CORPUS is not set"},
		{"pass", "p", "TestA", ""},
		{"pass", "p", "TestA", ""}, // under -race
		{"pass", "q", "TestA", ""},
		{"pass", "q", "TestFlaky", ""},
		{"fail", "q", "TestFlaky", ""},
		{"pass", "q", "TestFlaky", ""},
		{"skip", "q", "TestWindows", "not here"},
		{"pass", "p", "TestFiles", ""}, // with the corpus
		{"pass", "p", "TestFiles/a", ""},
		{"pass", "p", "TestCorpusIPC/b", ""},
		{"pass", "p", "TestCorpusIPC/c", ""},
		{"skip", "p", "TestBig", "PARFRAME_DATA has no such file"},
		{"fail", "step", "gofmt", ""},
	}
	var out strings.Builder
	summary(&out, results)
	want := `corpus tests: 3 ran, 1 skipped
  ran      p: TestFiles TestCorpusIPC/…
  skipped  p: TestBig: PARFRAME_DATA has no such file
6 passed, 2 failed
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}

	out.Reset()
	corpusRuns(&out, results)
	if want := "p ^(TestFiles|TestBig)$\n"; out.String() != want {
		t.Errorf("corpus: %q, want %q", out.String(), want)
	}
}

// A test that ran first and skipped later, for want of the corpus, is one
// that ran, and still known as a corpus test.
func TestMergeKeepsNote(t *testing.T) {
	got := merge([]result{{"pass", "p", "T", ""}, {"skip", "p", "T", "corpus"}})
	if len(got) != 1 || got[0] != (result{"pass", "p", "T", "corpus"}) {
		t.Errorf("merge gives %v", got)
	}
}
