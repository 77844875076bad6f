package deps

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// starters are the files that may start goroutines. There is one place to
// prove that nothing outlives its call, so this list is to stay short:
// everything else runs functions through parallel.
var starters = []string{
	"parallel/engine.go", // chunk runner
}

func TestGoroutinesStartInFewFiles(t *testing.T) {
	top := root(t)
	used := map[string]bool{}
	for _, path := range goFiles(t, top) {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(top, path)
		rel = filepath.ToSlash(rel)
		for _, at := range starts(t, rel, src) {
			if !slices.Contains(starters, rel) {
				t.Errorf("%s: run the function through package parallel, or add the file to starters", at)
			}
			used[rel] = true
		}
	}
	for _, s := range starters {
		if !used[s] {
			t.Errorf("%s starts no goroutine (any more): take it from starters", s)
		}
	}
}

// The test sees what it is there for.
func TestStarts(t *testing.T) {
	got := starts(t, "x.go", []byte(`package x
func f() {
	go f()                              // 3
	defer func() { go func() {}() }()   // 4
	var wg sync.WaitGroup
	wg.Go(f)                            // 6
	g.errs.Go(func() error { return nil }) // 7
	time.AfterFunc(0, f)                // 8
	context.AfterFunc(ctx, f)           // 9
	wg.Wait()
	// go f()
	_ = "go f()"
}`))
	want := []string{"x.go:3", "x.go:4", "x.go:6", "x.go:7", "x.go:8", "x.go:9"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// starts returns where src starts goroutines: go statements, methods called Go
// (of sync.WaitGroup and errgroup.Group), and AfterFunc.
func starts(t *testing.T, name string, src []byte) []string {
	t.Helper()
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, name, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "Go" && sel.Sel.Name != "AfterFunc" {
				return true
			}
		default:
			return true
		}
		found = append(found, fmt.Sprintf("%s:%d", name, files.Position(n.Pos()).Line))
		return true
	})
	return found
}

// goFiles returns the module's Go files but for tests; nested modules and
// folders that the go command leaves out do not belong to it.
func goFiles(t *testing.T, top string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path == top {
				return nil
			}
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
