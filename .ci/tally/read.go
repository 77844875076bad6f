package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// event is a line of go test -json; see go doc test2json.
type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
}

// corpusWord is what a test's skip message says where it needs files that are
// not in the repository.
var corpusWord = regexp.MustCompile(`PARFRAME_(CORPUS|DATA)|(?i:corpus)`)

// outputCap bounds what is printed of one failed test: its end, which has the
// failure, and not the megabytes that it logged before.
const outputCap = 16 << 10

// reader follows one run of go test.
type reader struct {
	w       io.Writer
	results []result
	open    map[[2]string]*strings.Builder // output of the tests that have not ended
	order   [][2]string                    // keys of open, in order of their start
	pkg     map[string]*counts             // by package, while it runs
}

type counts struct {
	passed, failed, skipped int
	output                  strings.Builder // what no test printed: a build's errors, a crash
}

// read prints failures and one line per package of a go test -json stream,
// and returns what became of each test. A line that is not JSON (go's own
// complaints) is printed as it is.
func read(in io.Reader, w io.Writer) ([]result, error) {
	r := &reader{w: w, open: map[[2]string]*strings.Builder{}, pkg: map[string]*counts{}}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			var e event
			if json.Unmarshal([]byte(line), &e) != nil {
				fmt.Fprintln(w, strings.TrimRight(line, "\r\n"))
			} else {
				r.event(e)
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	// A stream that breaks off has packages without an end.
	for name := range r.pkg {
		r.packageEnd(event{Action: "fail", Package: name})
	}
	return r.results, nil
}

func (r *reader) event(e event) {
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.w, e.Output)
		return
	case "start":
		r.counts(e.Package)
		return
	case "run":
		r.test(e)
		return
	case "output":
		b := &r.counts(e.Package).output
		if e.Test != "" {
			b = r.test(e)
		}
		b.WriteString(e.Output)
		return
	case "pass", "fail", "skip":
	default: // pause, cont, bench, build-fail
		return
	}
	if e.Test == "" {
		r.packageEnd(e)
		return
	}
	r.testEnd(e)
}

func (r *reader) counts(pkg string) *counts {
	if r.pkg[pkg] == nil {
		r.pkg[pkg] = &counts{}
	}
	return r.pkg[pkg]
}

func (r *reader) test(e event) *strings.Builder {
	key := [2]string{e.Package, e.Test}
	if r.open[key] == nil {
		r.open[key] = &strings.Builder{}
		r.order = append(r.order, key)
	}
	return r.open[key]
}

func (r *reader) testEnd(e event) {
	out := r.test(e).String()
	delete(r.open, [2]string{e.Package, e.Test})
	res := result{State: e.Action, Package: e.Package, Test: e.Test}
	c := r.counts(e.Package)
	switch e.Action {
	case "pass":
		c.passed++
	case "skip":
		c.skipped++
		res.Note = skipReason(out)
	case "fail":
		c.failed++
		fmt.Fprint(r.w, tail(out))
	}
	r.results = append(r.results, res)
}

// packageEnd prints a package's line. What is still open then was cut short
// by a crash or the time limit, and failed; a package that failed without a
// failed test (it did not build, TestMain ended badly) is a failure itself.
func (r *reader) packageEnd(e event) {
	c := r.counts(e.Package)
	delete(r.pkg, e.Package)
	rest := r.order[:0]
	for _, key := range r.order {
		b, isOpen := r.open[key]
		switch {
		case !isOpen:
		case key[0] != e.Package:
			rest = append(rest, key)
		case e.Action == "fail":
			fmt.Fprintf(r.w, "%s did not end:\n%s", key[1], tail(b.String()))
			c.failed++
			r.results = append(r.results, result{State: "fail", Package: key[0], Test: key[1]})
			delete(r.open, key)
		default:
			delete(r.open, key)
		}
	}
	r.order = rest
	if e.Action == "fail" {
		fmt.Fprint(r.w, tail(c.output.String()))
		if c.failed == 0 {
			c.failed++
			r.results = append(r.results, result{State: "fail", Package: e.Package})
		}
	}
	if c.passed+c.failed+c.skipped == 0 {
		return // no test files
	}
	fmt.Fprintf(r.w, "%-4s %6.1fs  %5d passed", e.Action, e.Elapsed, c.passed)
	if c.failed > 0 {
		fmt.Fprintf(r.w, ", %d failed", c.failed)
	}
	if c.skipped > 0 {
		fmt.Fprintf(r.w, ", %d skipped", c.skipped)
	}
	fmt.Fprintf(r.w, "  %s\n", e.Package)
}

func tail(s string) string {
	if len(s) > outputCap {
		s = "…" + s[len(s)-outputCap:]
	}
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return s
}

// skipReason returns what a skipped test said, on one line, without the
// frame that go test puts around it.
func skipReason(out string) string {
	var said []string
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ") {
			continue
		}
		said = append(said, line)
	}
	return strings.ReplaceAll(strings.Join(said, " "), "\t", " ")
}
