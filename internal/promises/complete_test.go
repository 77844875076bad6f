package promises

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// apart are exported functions with a context that run nothing: they read a
// function's context, wait, or call an operation that they are given.
var apart = map[string]bool{
	"parallel.Attempt": true, "parallel.Index": true, "parallel.Rand": true, "parallel.State": true,
	"parallel.Future.Get": true, "parallel.Future.Wait": true, "parallel.Pool.Wait": true, "parallel.Block": true,
	"parallel.AsCompleted": true, "parallel.WaitAll": true, "parallel.WaitFirst": true, "parallel.WaitFirstError": true,
	"frame.Verify": true,
}

// The table has every exported function and method that takes a context.
func TestTableIsComplete(t *testing.T) {
	rows := map[string]bool{}
	for _, op := range operations() {
		name, _, _ := strings.Cut(op.name, " ")
		rows[name] = true
	}
	for _, dir := range []string{"parallel", "frame", "frame/matrix", "frame/gota", "io/csv", "io/ipc", "io/parquet"} {
		for _, name := range withContext(t, dir) {
			if !rows[name] && !apart[name] {
				t.Errorf("%s takes a context, and is no row of the table", name)
			}
			delete(rows, name)
		}
	}
	for name := range rows {
		t.Errorf("%s is a row of the table, and no exported function with a context", name)
	}
}

// withContext returns the names of the package's exported functions, and methods of
// exported types, whose first parameter is a context.
func withContext(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(dir), "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(dir, err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.IsExported() && takesContext(fn) {
				if name := receiver(fn); name == "" || ast.IsExported(name) {
					names = append(names, strings.Join(append([]string{file.Name.Name}, strings.Fields(name+" "+fn.Name.Name)...), "."))
				}
			}
		}
	}
	return names
}

func takesContext(fn *ast.FuncDecl) bool {
	params := fn.Type.Params.List
	if len(params) == 0 {
		return false
	}
	sel, ok := params[0].Type.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Context"
}

// receiver returns the name of the method's type, "" for a function.
func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return ""
	}
	typ := fn.Recv.List[0].Type
	for {
		switch of := typ.(type) {
		case *ast.StarExpr:
			typ = of.X
		case *ast.IndexExpr:
			typ = of.X
		case *ast.IndexListExpr:
			typ = of.X
		case *ast.Ident:
			return of.Name
		default:
			return ""
		}
	}
}
