package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

type outcome int

const (
	killed   outcome = iota // a test failed, or hung
	survived                // all tests passed
	broken                  // the package's tests do not compile with the mutant
)

// result says what became of a mutant.
type result struct {
	outcome outcome
	ran     []string // the packages whose tests ran: the last killed it
	took    time.Duration
}

// runner runs the tests of packages with a mutant in place.
type runner struct {
	mod    *module
	tests  []*goPackage // whose tests run; nil means all
	short  bool
	dir    string                       // of our own files
	limits map[*goPackage]time.Duration // how long tests may take
}

func newRunner(mod *module, c config) (*runner, error) {
	var tests []*goPackage
	if c.tests != nil {
		var err error
		if tests, err = mod.find(c.tests); err != nil {
			return nil, err
		}
	}
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return nil, err
	}
	return &runner{mod: mod, tests: tests, short: c.short, dir: dir, limits: map[*goPackage]time.Duration{}}, nil
}

func (r *runner) close() { os.RemoveAll(r.dir) }

// run runs the tests of the mutant's package and of its users until one fails.
func (r *runner) run(m *mutant) (result, error) {
	overlay, err := r.overlay(m)
	if err != nil {
		return result{}, err
	}
	res := result{outcome: survived}
	for _, u := range r.mod.users(m.pkg) {
		if r.tests != nil && !slices.Contains(r.tests, u.goPackage) {
			continue
		}
		limit, err := r.limit(u.goPackage)
		if err != nil {
			return result{}, err
		}
		res.ran = append(res.ran, u.name())
		begin := time.Now()
		out, err := r.test(u.goPackage, limit, overlay)
		res.took += time.Since(begin)
		switch {
		case err == nil:
			continue
		case !errors.As(err, new(*exec.ExitError)):
			return result{}, err
		case bytes.Contains(out, []byte("[build failed]")) || bytes.Contains(out, []byte("[setup failed]")):
			res.outcome = broken
		default:
			res.outcome = killed
		}
		return res, nil
	}
	return res, nil
}

// overlay writes the mutant to a file, and a file for the go command that puts
// it in the place of the source.
func (r *runner) overlay(m *mutant) (string, error) {
	changed := filepath.Join(r.dir, "mutant.go")
	if err := os.WriteFile(changed, m.source(), 0o666); err != nil {
		return "", err
	}
	original := filepath.Join(r.mod.root, filepath.FromSlash(m.file))
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(r.dir, "overlay.json")
	return overlay, os.WriteFile(overlay, replace, 0o666)
}

// limit returns the time that the tests of p may take. It runs them without a
// mutant the first time.
func (r *runner) limit(p *goPackage) (time.Duration, error) {
	if limit, ok := r.limits[p]; ok {
		return limit, nil
	}
	out, err := r.test(p, time.Hour, "")
	if err != nil {
		return 0, fmt.Errorf("%s without a mutant: %w\n%s", p.name(), err, out)
	}
	r.limits[p] = 3*testTime(out) + 10*time.Second
	return r.limits[p], nil
}

var okLine = regexp.MustCompile(`(?m)^ok\s+\S+\s+([0-9.]+s)`)

// testTime returns the time that go test says, which has no compilation in it.
func testTime(out []byte) time.Duration {
	m := okLine.FindSubmatch(out)
	if m == nil {
		return 0
	}
	d, err := time.ParseDuration(string(m[1]))
	if err != nil {
		return 0
	}
	return d
}

// test runs the tests of p, and returns what they print.
func (r *runner) test(p *goPackage, limit time.Duration, overlay string) ([]byte, error) {
	// Tests that are stopped leave their files behind: they get a folder for them.
	files := filepath.Join(r.dir, "files")
	if err := os.MkdirAll(files, 0o777); err != nil {
		return nil, err
	}
	defer os.RemoveAll(files)
	args := []string{"test", "-count=1", "-vet=off", "-failfast", "-timeout=" + limit.String()}
	if r.short {
		args = append(args, "-short")
	}
	cmd := exec.Command("go", append(args, p.ImportPath)...)
	cmd.Dir = r.mod.root
	// In the environment, the overlay holds for tests that run the go command too.
	flags := goFlags()
	if overlay != "" {
		flags = strings.TrimSpace(fmt.Sprintf("%s '-overlay=%s'", flags, overlay))
	}
	cmd.Env = append(os.Environ(), "TMPDIR="+files, "GOFLAGS="+flags)
	return cmd.CombinedOutput()
}
