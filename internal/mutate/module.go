package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// goPackage is what go list says about a package.
type goPackage struct {
	ImportPath                         string
	Dir                                string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
	Module                             *struct{ Path, Dir, GoVersion string }
}

// name is the package's folder, from the root of the module.
func (p *goPackage) name() string {
	if p.ImportPath == p.Module.Path {
		return "."
	}
	return strings.TrimPrefix(p.ImportPath, p.Module.Path+"/")
}

func (p *goPackage) hasTests() bool { return len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 }

// fileName returns the name of one of the package's files, from the root of
// the module and with slashes.
func (p *goPackage) fileName(file string) string {
	if p.name() == "." {
		return file
	}
	return p.name() + "/" + file
}

// module holds the packages of the module that is worked on, by import path.
type module struct {
	root     string
	packages map[string]*goPackage
}

func loadModule(dir string) (*module, error) {
	root, err := goCommand(dir, "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	mod := &module{root: strings.TrimSpace(string(root)), packages: map[string]*goPackage{}}
	out, err := goCommand(mod.root, "list", "-json=ImportPath,Dir,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports,Module", "./...")
	if err != nil {
		return nil, err
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		p := &goPackage{}
		if err := d.Decode(p); errors.Is(err, io.EOF) {
			return mod, nil
		} else if err != nil {
			return nil, err
		}
		mod.packages[p.ImportPath] = p
	}
}

// find returns the packages in these folders of the module.
func (mod *module) find(folders []string) ([]*goPackage, error) {
	var found []*goPackage
	for _, folder := range folders {
		folder = filepath.ToSlash(filepath.Clean(folder))
		before := len(found)
		for _, p := range mod.packages {
			if p.name() == folder && !slices.Contains(found, p) {
				found = append(found, p)
			}
		}
		if len(found) == before {
			return nil, fmt.Errorf("no package in folder %s, or it is named twice", folder)
		}
	}
	slices.SortFunc(found, byPath)
	return found, nil
}

// user is a package whose tests link another package, distance imports away.
type user struct {
	*goPackage
	distance int
}

// users returns the packages whose tests use p: p itself and then the nearest
// first, by import path where the distance is the same.
func (mod *module) users(p *goPackage) []user {
	// Imports of tests count for the package that has the tests, and not for
	// the packages that import it.
	distance := map[string]int{p.ImportPath: 0}
	for ring := []string{p.ImportPath}; len(ring) > 0; {
		var next []string
		for path, q := range mod.packages {
			if _, ok := distance[path]; !ok && meet(q.Imports, ring) {
				next = append(next, path)
			}
		}
		for _, path := range next {
			distance[path] = distance[ring[0]] + 1
		}
		ring = next
	}
	var all []user
	for _, q := range mod.packages {
		nearest := -1
		if d, ok := distance[q.ImportPath]; ok {
			nearest = d
		}
		for _, path := range slices.Concat(q.TestImports, q.XTestImports) {
			if d, ok := distance[path]; ok && (nearest < 0 || d+1 < nearest) {
				nearest = d + 1
			}
		}
		if q.hasTests() && nearest >= 0 {
			all = append(all, user{q, nearest})
		}
	}
	slices.SortFunc(all, func(a, b user) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		return byPath(a.goPackage, b.goPackage)
	})
	return all
}

func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

func byPath(a, b *goPackage) int { return strings.Compare(a.ImportPath, b.ImportPath) }

// goFlags returns the flags of the environment for the go command, except -json, which
// changes what commands print.
func goFlags() string {
	flags := slices.DeleteFunc(strings.Fields(os.Getenv("GOFLAGS")), func(f string) bool { return f == "-json" })
	return strings.Join(flags, " ")
}

// goCommand returns what the go command prints.
func goCommand(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS="+goFlags())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, stderr.Bytes())
	}
	return out, nil
}
