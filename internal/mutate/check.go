package main

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// checker tells which mutants compile. It type-checks a mutant's package
// against compiled imports, which takes a tenth of a second where a build
// takes several.
type checker struct {
	files    *token.FileSet
	packages map[*goPackage]map[string]*ast.File // unchanged, by file name
	config   types.Config
}

func newChecker(mod *module, packages []*goPackage) (*checker, error) {
	args := []string{"list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}"}
	for _, p := range packages {
		args = append(args, p.ImportPath)
	}
	out, err := goCommand(mod.root, args...)
	if err != nil {
		return nil, err
	}
	compiled := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		compiled[path] = file
	}
	c := &checker{files: token.NewFileSet(), packages: map[*goPackage]map[string]*ast.File{}}
	c.config = types.Config{
		Importer: importer.ForCompiler(c.files, "gc", func(path string) (io.ReadCloser, error) {
			if compiled[path] == "" {
				return nil, fmt.Errorf("no compiled package %s", path)
			}
			return os.Open(compiled[path])
		}),
		Sizes: types.SizesFor("gc", runtime.GOARCH),
	}
	for _, p := range packages {
		parsed := map[string]*ast.File{}
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(c.files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			parsed[p.fileName(name)] = f
		}
		c.packages[p] = parsed
		if err := c.check(p, "", nil); err != nil {
			return nil, fmt.Errorf("%s without a mutant: %w", p.name(), err)
		}
	}
	return c, nil
}

// compile returns what the compiler would say against the mutant.
func (c *checker) compile(m *mutant) error {
	f, err := parser.ParseFile(c.files, m.file, m.source(), parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	return c.check(m.pkg, m.file, f)
}

// check checks p with changed in place of one of its files.
func (c *checker) check(p *goPackage, name string, changed *ast.File) error {
	var files []*ast.File
	for _, file := range p.GoFiles {
		if p.fileName(file) == name {
			files = append(files, changed)
			continue
		}
		files = append(files, c.packages[p][p.fileName(file)])
	}
	config := c.config
	if p.Module.GoVersion != "" {
		config.GoVersion = "go" + p.Module.GoVersion
	}
	_, err := config.Check(p.ImportPath, c.files, files, nil)
	return err
}
