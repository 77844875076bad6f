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
// everything else runs functions through the engine.
var starters = []string{
	"internal/calltest/calltest.go",    // watchdogs of tests
	"internal/engine/phase.go",         // workers of a call
	"internal/engine/runner.go",        // runners of a pool, and callbacks
	"internal/engine/stream_worker.go", // stream: its source and its workers
}

// wakers are the files that may ask for a call on another goroutine at the end
// of a context or after some time (AfterFunc), which they stop or wait for.
var wakers = []string{
	"internal/calltest/bench.go", // ends a context after a part of a call's time
	"io/csv/range_states.go",     // waits for the range before
	"internal/engine/call.go",
	"internal/engine/phase.go",
	"internal/engine/queue_context.go",
	"internal/engine/soft_deadline.go",
	"internal/engine/stream.go",
	"internal/engine/stream_watch.go",
	"internal/engine/widen.go",
}

func TestGoroutinesStartInFewFiles(t *testing.T) {
	top := root(t)
	started, woken := map[string]bool{}, map[string]bool{}
	for _, path := range goFiles(t, top) {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rel, err := filepath.Rel(top, path)
		if err != nil {
			t.Fatal(err)
		}
		rel = filepath.ToSlash(rel)
		start, wake := starts(t, rel, src)
		check(t, rel, start, starters, "starters")
		check(t, rel, wake, wakers, "wakers")
		started[rel], woken[rel] = len(start) > 0, len(wake) > 0
	}
	stale(t, started, starters, "starters")
	stale(t, woken, wakers, "wakers")
}

func check(t *testing.T, file string, lines []string, allowed []string, list string) {
	t.Helper()
	for _, at := range lines {
		if !slices.Contains(allowed, file) {
			t.Errorf("%s starts a goroutine: run the function through package parallel, or add the file to %s", at, list)
		}
	}
}

func stale(t *testing.T, found map[string]bool, allowed []string, list string) {
	t.Helper()
	for _, file := range allowed {
		if !found[file] {
			t.Errorf("%s starts no goroutine (any more): take it from %s", file, list)
		}
	}
}

// The test sees what it is there for.
func TestStarts(t *testing.T) {
	start, wake := starts(t, "x.go", []byte(`package x
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
	if want := []string{"x.go:3", "x.go:4", "x.go:6", "x.go:7"}; !slices.Equal(start, want) {
		t.Errorf("got %q, want %q", start, want)
	}
	if want := []string{"x.go:8", "x.go:9"}; !slices.Equal(wake, want) {
		t.Errorf("AfterFunc: got %q, want %q", wake, want)
	}
}

// starts returns where src starts goroutines, by go statements and by methods
// called Go (of sync.WaitGroup and errgroup.Group), and where by AfterFunc.
func starts(t *testing.T, name string, src []byte) (start, wake []string) {
	t.Helper()
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, name, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			return true
		}
		at := fmt.Sprintf("%s:%d", name, files.Position(n.Pos()).Line)
		switch n := n.(type) {
		case *ast.GoStmt:
			start = append(start, at)
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			switch {
			case ok && sel.Sel.Name == "Go":
				start = append(start, at)
			case ok && sel.Sel.Name == "AfterFunc":
				wake = append(wake, at)
			}
		}
		return true
	})
	return start, wake
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
