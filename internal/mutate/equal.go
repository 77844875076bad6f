package main

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// equalEntry is one entry of equal.txt: the mutants of a function that make
// one line into another, and why nobody can tell the difference.
type equalEntry struct {
	place    int // line of equal.txt
	file     string
	function string
	before   string
	after    string
	reason   string
}

type equalList []equalEntry

// parseEqual reads entries with empty lines between:
//
//	internal/engine/slots.go slots.take
//	- if free > most {
//	+ if free >= most {
//	= with free == most both branches give most
//
// The reason may go on in further lines. Lines that begin with # are comments.
func parseEqual(text string) (equalList, error) {
	var list equalList
	var e *equalEntry
	number := 0
	for line := range strings.Lines(text + "\n\n") {
		number++
		line = strings.TrimSpace(line)
		mark, rest, _ := strings.Cut(line, " ")
		switch {
		case strings.HasPrefix(line, "#"):
		case line == "" && e == nil:
		case line == "":
			if e.before == "" || e.reason == "" || e.before == e.after {
				return nil, fmt.Errorf("equal.txt:%d: want a place, a line with -, a line with +, and a reason with =", e.place)
			}
			list = append(list, *e)
			e = nil
		case e == nil:
			e = &equalEntry{place: number, file: mark, function: rest}
		case mark == "-" && e.before == "":
			e.before = rest
		case mark == "+" && e.after == "":
			e.after = rest
		case mark == "=" && e.reason == "":
			e.reason = rest
		case e.reason != "":
			e.reason += " " + line
		default:
			return nil, fmt.Errorf("equal.txt:%d: unexpected line %q", number, line)
		}
	}
	return list, nil
}

// mark marks the mutants that are in the list. An entry for one of the packages
// that matches none of their mutants is an error: the source has changed, and
// the reason must be thought about again.
func (list equalList) mark(all []*mutant, packages []*goPackage) error {
	for _, e := range list {
		found := false
		for _, m := range all {
			if m.file == e.file && m.function == e.function && m.before == e.before && m.after == e.after {
				m.equal, found = true, true
			}
		}
		ours := slices.ContainsFunc(packages, func(p *goPackage) bool { return p.name() == path.Dir(e.file) })
		if ours && !found {
			return fmt.Errorf("equal.txt:%d: no mutant of %s in %s makes %q into %q", e.place, e.function, e.file, e.before, e.after)
		}
	}
	return nil
}
