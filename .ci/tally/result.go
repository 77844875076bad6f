package main

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// result says what became of a test in one run. In the file of results it is
// a line: state, package, test and note, separated by tabs.
type result struct {
	State   string // pass, fail or skip
	Package string
	Test    string // empty: the package as a whole
	Note    string // why it was skipped
}

func (r result) String() string {
	return strings.Join([]string{r.State, r.Package, r.Test, r.Note}, "\t")
}

func parse(text string) ([]result, error) {
	var results []result
	for line := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 4)
		if len(f) != 4 || !slices.Contains([]string{"pass", "fail", "skip"}, f[0]) {
			return nil, fmt.Errorf("line %d: %q is not a result", len(results)+1, line)
		}
		results = append(results, result{f[0], f[1], f[2], f[3]})
	}
	return results, nil
}

// needsCorpus reports whether the result is of a test that reads files from
// outside the repository: it is called so, or said so when it skipped.
func (r result) needsCorpus() bool {
	return strings.Contains(r.Test, "Corpus") || corpusWord.MatchString(r.Note)
}

// merge gives each test the worst that happened to it; a test that ran once
// did not skip, but keeps the note of the run in which it did.
func merge(results []result) []result {
	rank := map[string]int{"skip": 0, "pass": 1, "fail": 2}
	at := map[[2]string]int{}
	var merged []result
	for _, r := range results {
		key := [2]string{r.Package, r.Test}
		i, seen := at[key]
		if !seen {
			at[key] = len(merged)
			merged = append(merged, r)
			continue
		}
		if rank[r.State] > rank[merged[i].State] {
			merged[i].State = r.State
		}
		merged[i].Note = cmp.Or(merged[i].Note, r.Note)
	}
	return merged
}

// corpusRuns prints, for each package with tests that skipped for want of a
// corpus, the package and a regexp that runs them.
func corpusRuns(w io.Writer, results []result) {
	names := map[string][]string{}
	for _, r := range results {
		if r.State == "skip" && r.needsCorpus() {
			top, _, _ := strings.Cut(r.Test, "/")
			if !slices.Contains(names[r.Package], top) {
				names[r.Package] = append(names[r.Package], top)
			}
		}
	}
	for _, pkg := range sortedKeys(names) {
		for i, n := range names[pkg] {
			names[pkg][i] = regexp.QuoteMeta(n)
		}
		fmt.Fprintf(w, "%s ^(%s)$\n", pkg, strings.Join(names[pkg], "|"))
	}
}

// summary prints which corpus tests ran, and the count of all as last line.
func summary(w io.Writer, results []result) {
	all := merge(results)
	passed, failed := 0, 0
	ran, skipped := map[string][]string{}, map[string][]string{}
	nRan, nSkipped := 0, 0
	for _, r := range all {
		switch r.State {
		case "pass":
			passed++
		case "fail":
			failed++
		}
		if !r.needsCorpus() {
			continue
		}
		name := r.Test
		if r.State == "skip" {
			nSkipped++
			skipped[r.Package] = append(skipped[r.Package], name+": "+r.Note)
			continue
		}
		nRan++
		if top, _, sub := strings.Cut(name, "/"); sub {
			name = top + "/…"
		}
		if !slices.Contains(ran[r.Package], name) {
			ran[r.Package] = append(ran[r.Package], name)
		}
	}
	fmt.Fprintf(w, "corpus tests: %d ran, %d skipped\n", nRan, nSkipped)
	for _, pkg := range sortedKeys(ran) {
		fmt.Fprintf(w, "  ran      %s: %s\n", pkg, strings.Join(ran[pkg], " "))
	}
	for _, pkg := range sortedKeys(skipped) {
		for _, s := range skipped[pkg] {
			fmt.Fprintf(w, "  skipped  %s: %s\n", pkg, s)
		}
	}
	fmt.Fprintf(w, "%d passed, %d failed\n", passed, failed)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
