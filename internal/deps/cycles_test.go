package deps

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// longestCycle is the most symbols of a package that may all reach each other. A
// reader who wants to understand one of them has to read all.
const longestCycle = 20

// In no package do more symbols reach each other. A symbol is a function, a type with
// its methods, a variable or a constant of the package.
func TestCyclesAreShort(t *testing.T) {
	for _, p := range compiled(t, "./...") {
		if knot := longest(p.graph(t)); len(knot) > longestCycle {
			t.Errorf("%s: %d symbols reach each other, at most %d may: %s", p.ImportPath, len(knot), longestCycle, strings.Join(knot, " "))
		}
	}
}

// The test sees what it is there for: a method counts as its type, and a cycle is
// found through functions, types and variables.
func TestCyclesAreFound(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.go")
	src := `package a
type T struct{ u *U }
func (t T) M() { f() }
type U struct{ x int }
var v = T{}
func f() { g[int](); h(nil) }
func g[X any]() { _ = v }
func h(u *W[int]) { _ = u.t.u.x }
type W[X any] struct{ t T }
func alone() { alone(); f() }
`
	if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	knot := longest((&source{ImportPath: "a", Dir: dir, GoFiles: []string{"a.go"}}).graph(t))
	if want := []string{"T", "W", "f", "g", "h", "v"}; !slices.Equal(knot, want) {
		t.Errorf("%v, want %v", knot, want)
	}
}

// source is what go list says of a package and its compiled dependencies.
type source struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
	Standard                bool
	exports                 map[string]string // files of export data
}

// compiled lists the packages of this module among the patterns.
func compiled(t *testing.T, patterns ...string) []*source {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles,Standard"}, patterns...)...)
	cmd.Dir = root(t)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	exports := map[string]string{}
	var own []*source
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		p := &source{exports: exports}
		if err := d.Decode(p); errors.Is(err, io.EOF) {
			return own
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if p.ImportPath == module || strings.HasPrefix(p.ImportPath, module+"/") {
			own = append(own, p)
		}
	}
}

// graph returns which symbols of the package use which.
func (p *source) graph(t *testing.T) map[string]map[string]bool {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(p.exports[path]) })}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	pkg, err := conf.Check(p.ImportPath, fset, files, info)
	if err != nil {
		t.Fatalf("%s: %v", p.ImportPath, err)
	}
	fields := fieldOwners(pkg)
	uses := map[string]map[string]bool{}
	note := func(from string, node ast.Node) {
		if uses[from] == nil {
			uses[from] = map[string]bool{}
		}
		ast.Inspect(node, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if to := symbolOf(pkg, fields, info.Uses[id]); to != "" && to != from {
					uses[from][to] = true
				}
			}
			return true
		})
	}
	for _, f := range files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil {
					name = receiver(d.Recv.List[0].Type)
				}
				note(name, d)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						note(s.Name.Name, s)
					case *ast.ValueSpec:
						for _, n := range s.Names {
							note(n.Name, s)
						}
					}
				}
			}
		}
	}
	return uses
}

// fieldOwners returns the types that the fields of structs belong to.
func fieldOwners(pkg *types.Package) map[*types.Var]string {
	owners := map[*types.Var]string{}
	for _, name := range pkg.Scope().Names() {
		o, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok {
			continue
		}
		if t, ok := o.Type().Underlying().(*types.Struct); ok {
			for f := range t.Fields() {
				owners[f] = name
			}
		}
	}
	return owners
}

// symbolOf returns the name of the package's symbol that the object is, or a method or
// a field of; "" for others.
func symbolOf(pkg *types.Package, fields map[*types.Var]string, o types.Object) string {
	if o == nil || o.Pkg() != pkg {
		return ""
	}
	if f, ok := o.(*types.Func); ok {
		if recv := f.Origin().Signature().Recv(); recv != nil {
			t := recv.Type()
			if ptr, ok := t.(*types.Pointer); ok {
				t = ptr.Elem()
			}
			if named, ok := t.(*types.Named); ok {
				return named.Obj().Name()
			}
			return ""
		}
	}
	if v, ok := o.(*types.Var); ok && v.IsField() {
		return fields[v.Origin()]
	}
	if o.Parent() != pkg.Scope() {
		return ""
	}
	return o.Name()
}

// receiver returns the name of a receiver's type.
func receiver(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}

// longest returns the symbols of the largest strongly connected component (Tarjan
// 1972), sorted.
func longest(uses map[string]map[string]bool) []string {
	index, low, onStack := map[string]int{}, map[string]int{}, map[string]bool{}
	var stack, best []string
	var visit func(v string)
	visit = func(v string) {
		index[v] = len(index) + 1
		low[v] = index[v]
		stack, onStack[v] = append(stack, v), true
		for w := range uses[v] {
			if index[w] == 0 {
				visit(w)
				low[v] = min(low[v], low[w])
			} else if onStack[w] {
				low[v] = min(low[v], index[w])
			}
		}
		if low[v] != index[v] {
			return
		}
		k := slices.Index(stack, v)
		if len(stack)-k > len(best) {
			best = slices.Sorted(slices.Values(stack[k:]))
		}
		for _, w := range stack[k:] {
			onStack[w] = false
		}
		stack = stack[:k]
	}
	for v := range uses {
		if index[v] == 0 {
			visit(v)
		}
	}
	return best
}
