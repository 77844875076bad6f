package main

import (
	"path"
	"slices"
	"strings"
	"testing"
)

func TestParseEqual(t *testing.T) {
	list, err := parseEqual("# comment\n\na/b.go T.f\n- x < y {\n+ x <= y {\n= both are\nthe same\n\na.go -\n- f()\n+\n= nothing sees it\n")
	want := equalList{
		{3, "a/b.go", "T.f", "x < y {", "x <= y {", "both are the same"},
		{9, "a.go", "-", "f()", "", "nothing sees it"},
	}
	if err != nil || !slices.Equal(list, want) {
		t.Errorf("got %+v, %v; want %+v", list, err, want)
	}
	for _, text := range []string{
		"a.go f\n- x\n+ y\n",             // no reason
		"a.go f\n+ y\n= why\n",           // nothing before
		"a.go f\n- x\n+ x\n= why\n",      // no change
		"a.go f\nx\n- x\n+ y\n= why\n",   // a line without a mark
		"a.go f\n- x\n- z\n+ y\n= why\n", // two lines before
	} {
		if _, err := parseEqual(text); err == nil || !strings.HasPrefix(err.Error(), "equal.txt:") {
			t.Errorf("%q: got error %v", text, err)
		}
	}
}

func TestEqualMutantsAreInTheSource(t *testing.T) {
	list, err := parseEqual(equalText)
	if err != nil {
		t.Fatal(err)
	}
	mod, err := loadModule(".")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, e := range list {
		folders = append(folders, path.Dir(e.file))
	}
	slices.Sort(folders)
	packages, err := mod.find(slices.Compact(folders))
	if err != nil {
		t.Fatal(err)
	}
	all, err := mod.mutants(packages)
	if err != nil {
		t.Fatal(err)
	}
	if err := list.mark(all, packages); err != nil {
		t.Error(err)
	}
}
