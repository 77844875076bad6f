package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// tally counts the outcomes of mutants, by package.
type tally map[string]*count

type count struct {
	killed, survived, broken int
	took                     time.Duration
}

func (t tally) add(m *mutant, r result) {
	c := cmp.Or(t[m.pkg.name()], &count{})
	t[m.pkg.name()] = c
	switch r.outcome {
	case killed:
		c.killed++
	case survived:
		c.survived++
	case broken:
		c.broken++
		return
	}
	c.took += r.took
}

func (t tally) total() count {
	var sum count
	for _, c := range t {
		sum.killed += c.killed
		sum.survived += c.survived
		sum.broken += c.broken
		sum.took += c.took
	}
	return sum
}

// counted returns the number of mutants that compiled.
func (t tally) counted() int { return t.total().mutants() }

func (c count) mutants() int { return c.killed + c.survived }

// share returns the share of the mutants that were killed.
func (t tally) share() float64 {
	sum := t.total()
	return float64(sum.killed) / float64(sum.mutants())
}

func (t tally) print(w io.Writer) {
	line := func(name string, c count) {
		each := time.Duration(0)
		if c.mutants() > 0 {
			each = c.took / time.Duration(c.mutants())
		}
		fmt.Fprintf(w, "%-20s %5d mutants %5d killed %5d survived %6.1fs each\n", name, c.mutants(), c.killed, c.survived, each.Seconds())
	}
	for _, name := range slices.Sorted(maps.Keys(t)) {
		line(name, *t[name])
	}
	line("all", t.total())
	fmt.Fprintf(w, "killed: %.1f %%\n", 100*t.share())
}

// describe returns the lines about a mutant. They are, after the first, as
// equal.txt has them.
func describe(m *mutant, r result) string {
	tests := strings.Join(r.ran, ", ")
	var what string
	switch r.outcome {
	case killed:
		what = "killed by the tests of " + r.ran[len(r.ran)-1]
	case survived:
		what = "survived the tests of " + cmp.Or(tests, "no package")
	case broken:
		what = "does not compile with the tests of " + r.ran[len(r.ran)-1]
	}
	return fmt.Sprintf("%s:%d:%d: %s (%.1fs)\n%s %s\n- %s\n+ %s\n", m.file, m.line, m.column, what, r.took.Seconds(), m.file, m.function, m.before, m.after)
}
