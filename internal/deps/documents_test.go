package deps

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// block is a fenced block of a document: its language and its lines.
type block struct{ lang, text string }

var fence = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")

func blocks(doc string) []block {
	var found []block
	for _, m := range fence.FindAllStringSubmatch(doc, -1) {
		found = append(found, block{m[1], m[2]})
	}
	return found
}

// The README's Go code is code that runs: each block stands, line by line, in
// an example or in a test (indented as it may be there).
func TestReadmeCodeRuns(t *testing.T) {
	top := root(t)
	var sources []string
	for _, path := range tree(t, top) {
		if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "examples/") && strings.HasSuffix(path, ".go") {
			sources = append(sources, flush(read(t, top, path)))
		}
	}
	n := 0
	for _, b := range blocks(read(t, top, "README.md")) {
		if b.lang != "go" {
			continue
		}
		n++
		if !slices.ContainsFunc(sources, func(src string) bool { return strings.Contains(src, flush(b.text)) }) {
			t.Errorf("in no example and no test:\n%s", b.text)
		}
	}
	if n < 2 {
		t.Errorf("%d blocks of Go: the pattern for blocks is wrong, or the quick start is gone", n)
	}
}

// The output that the README shows is what the example's own test compares.
func TestReadmeOutputIsReal(t *testing.T) {
	top := root(t)
	golden := elapsed.ReplaceAllString(read(t, top, "examples/quickstart/output.txt"), "TIME")
	n := 0
	for _, b := range blocks(read(t, top, "README.md")) {
		if b.lang != "text" {
			continue
		}
		n++
		for part := range strings.SplitSeq(b.text, "[…]\n") {
			if !strings.Contains(golden, elapsed.ReplaceAllString(part, "TIME")) {
				t.Errorf("not in examples/quickstart/output.txt:\n%s", part)
			}
		}
	}
	if n != 1 {
		t.Errorf("%d blocks of output, want 1", n)
	}
}

// elapsed matches what differs from run to run.
var elapsed = regexp.MustCompile(`\b[0-9.]+ ms\b|\b\d+ workers\b`)

// flush returns code without indentation, so that it can be compared with the
// same code deeper down.
func flush(code string) string {
	lines := strings.Split(code, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return strings.Join(lines, "\n")
}

var (
	link     = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)
	testName = regexp.MustCompile(`\b(Test|Benchmark|Fuzz|Example)[A-Z]\w*\b`)
)

// Links lead somewhere, and tests that a document names exist in the file that
// it links to, or anywhere if it links to none.
func TestDocumentsPointAtWhatExists(t *testing.T) {
	top := root(t)
	names := testNames(t, top)
	for _, doc := range documents(t, top) {
		text := read(t, top, doc)
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(top, filepath.Dir(doc), m[1])); err != nil {
				t.Errorf("%s: link to %s: %v", doc, m[1], err)
			}
		}
		for _, name := range testName.FindAllString(text, -1) {
			if !names[name] {
				t.Errorf("%s names %s, which does not exist", doc, name)
			}
		}
	}
}

func testNames(t *testing.T, top string) map[string]bool {
	t.Helper()
	names := map[string]bool{"TestMain": true}
	for _, path := range tree(t, top) {
		if !strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, read(t, top, path), parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				names[fn.Name.Name] = true
			}
		}
	}
	return names
}

// Documents and code speak of the repository, not of the machine that it was
// written on.
func TestNoMachinePaths(t *testing.T) {
	top := root(t)
	// Put together here, so that this file does not match.
	paths := regexp.MustCompile(`(^|[^\w.])(/` + `(work|root|home|Users|mnt)/|[A-Z]:\\` + `Users\b)`)
	for _, name := range tree(t, top) {
		switch filepath.Ext(name) {
		case ".md", ".go", ".mod", ".sh", ".txt", "":
		default:
			continue
		}
		for i, l := range strings.Split(read(t, top, name), "\n") {
			if paths.MatchString(l) {
				t.Errorf("%s:%d: %s", name, i+1, strings.TrimSpace(l))
			}
		}
	}
}

// People read documents that are short.
func TestDocumentsAreShort(t *testing.T) {
	top := root(t)
	for doc, most := range map[string]int{"README.md": 150, "CONTRIBUTING.md": 80} {
		if n := strings.Count(read(t, top, doc), "\n"); n > most {
			t.Errorf("%s: %d lines, want at most %d", doc, n, most)
		}
	}
}

func documents(t *testing.T, top string) []string {
	return slices.DeleteFunc(tree(t, top), func(p string) bool { return filepath.Ext(p) != ".md" })
}

// tree returns the files of the repository, relative to top, with slashes;
// not those of hidden folders other than .ci.
func tree(t *testing.T, top string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".ci" && path != top {
			return filepath.SkipDir
		}
		if d.Type().IsRegular() && d.Name() != ".git" {
			rel, err := filepath.Rel(top, path)
			if err != nil {
				return err
			}
			files = append(files, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func read(t *testing.T, top, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(top, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
