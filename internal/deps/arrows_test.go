package deps

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/parframe/parframe"

// rule says what a package may import, apart from the standard library and
// internal/. Entries that end in /... stand for everything below.
type rule struct {
	own   []string // packages of this module, also by way of others
	inner []string // of internal/, where not all of them may be imported
	other []string // packages of other modules, directly
	never []string // not even by way of others
}

const (
	arrow   = "github.com/apache/arrow/go/v15/arrow/..."
	parquet = "github.com/apache/arrow/go/v15/parquet/..."
	arrow18 = "github.com/apache/arrow-go/v18/..."
)

// heavy is what only those link who ask for it: Gota, gonum, and the other line
// of Arrow; and what nobody needs to: Arrow's own Parquet, with grpc and compute.
var heavy = []string{
	parquet, arrow18, "google.golang.org/grpc/...", "github.com/go-gota/...", "gonum.org/...",
	"github.com/apache/arrow/go/v15/arrow/compute/...", "C",
}

var heavyAndHTTP = append([]string{"net/http"}, heavy...)

// layer is what the packages between frame and chunk may import: not each other.
var layer = []string{"internal/chunk", "internal/errkind", "internal/unset", "internal/bufowner", "internal/freelist"}

// rules are the arrows of the house, which never point up. A package that is
// not here fails the test: decide where it stands, and add a line.
//
//	examples, benchmarks ─► io/* ─► frame ─► parallel ─► internal/engine ─► standard library only
//	                                  └───► internal/{rowcodec, stats ─► keys} ─► internal/chunk ─► Arrow
var rules = map[string]rule{
	"internal/chunk":    {other: []string{arrow}, never: heavyAndHTTP, inner: []string{"internal/errkind", "internal/unset", "internal/bufowner"}},
	"internal/rowcodec": {other: []string{arrow}, never: heavyAndHTTP, inner: layer},
	"internal/keys":     {other: []string{arrow, "github.com/zeebo/xxh3"}, never: heavyAndHTTP, inner: layer},
	"internal/stats":    {other: []string{arrow}, never: heavyAndHTTP, inner: append([]string{"internal/keys"}, layer...)},
	"internal/ipcform":  {other: []string{arrow}, never: heavyAndHTTP, inner: layer},
	"internal/engine":   {never: []string{"github.com/...", "golang.org/x/..."}},
	"parallel":          {never: []string{"github.com/...", "golang.org/x/..."}},
	"parallel/process":  {own: []string{"parallel"}, never: []string{"github.com/apache/...", "net/http"}},
	"frame": {
		own:   []string{"parallel"},
		other: []string{arrow, "github.com/clipperhouse/displaywidth", "golang.org/x/term"}, // the width of text and of terminals
		never: append([]string{"encoding/csv"}, heavyAndHTTP...),
	},
	"frame/gota":    {own: []string{"frame", "parallel"}, other: []string{arrow, "github.com/go-gota/gota/..."}, never: []string{parquet, arrow18}},
	"frame/arrow18": {own: []string{"frame", "parallel"}, other: []string{arrow, arrow18}, never: []string{parquet, "github.com/apache/arrow-go/v18/parquet/..."}},
	"frame/matrix":  {own: []string{"frame", "parallel"}, other: []string{arrow, "gonum.org/v1/gonum/..."}, never: []string{parquet, arrow18}},
	"io/csv":        {own: []string{"frame", "parallel"}, other: []string{arrow, "github.com/klauspost/compress/..."}, never: heavyAndHTTP},
	"io/parquet":    {own: []string{"frame", "parallel"}, other: []string{arrow, "github.com/klauspost/compress/..."}, never: heavy}, // reads and writes pages itself; brotli links net/http
	"io/ipc":        {own: []string{"frame", "parallel"}, other: []string{arrow, "github.com/klauspost/compress/..."}, never: heavyAndHTTP},
	"io/dataset":    {own: []string{"frame", "parallel", "io/..."}, other: []string{arrow}},
	"examples/...":  {own: []string{"frame/...", "parallel/...", "io/..."}, other: []string{arrow}},
	// Only these two link what they show.
	"examples/gota":    {own: []string{"frame", "frame/gota", "parallel"}, other: []string{"github.com/go-gota/gota/..."}, never: []string{parquet, arrow18}},
	"examples/arrow18": {own: []string{"frame", "frame/arrow18", "parallel"}, other: []string{arrow18}, never: []string{parquet, "github.com/apache/arrow-go/v18/parquet/..."}},
	"internal/cmd/...": {
		own: []string{"frame/...", "parallel/...", "io/..."}, other: []string{arrow, parquet},
	},
	// What the formats of io share stands between them and frame; the tests of calls
	// stand beside what they test.
	"internal/files":    {own: []string{"frame", "parallel"}, other: []string{arrow}, never: heavyAndHTTP},
	"internal/calltest": {own: []string{"parallel"}, other: []string{"go.uber.org/goleak"}, never: heavyAndHTTP},
	"internal/promises": {}, // tests alone, of every package
	// One-job helpers stand below everything.
	"internal/...": {other: []string{arrow, parquet, "github.com/...", "golang.org/x/..."}},
}

// pkg is what go list says about a package.
type pkg struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
	Module     *struct{ Path string }
}

func TestArrows(t *testing.T) {
	all := list(t)
	for _, p := range all {
		if p.Module == nil || p.Module.Path != module {
			continue
		}
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		r, ok := ruleFor(name)
		if !ok {
			t.Errorf("%s: no rule in rules: decide what it may import", p.ImportPath)
			continue
		}
		for _, bad := range violations(p, r, all) {
			t.Errorf("%s imports %s", p.ImportPath, bad)
		}
	}
}

// The test sees what it is there for.
func TestArrowsPointDown(t *testing.T) {
	std, ours := pkg{Standard: true}, &struct{ Path string }{module}
	all := map[string]pkg{
		"fmt": std, "net/http": std, "C": std,
		module + "/parallel":        {Module: ours},
		module + "/frame":           {Module: ours},
		module + "/io/csv":          {Module: ours},
		module + "/internal/thrift": {Module: ours},
	}
	for _, c := range []struct{ from, to, want string }{
		{"parallel", "fmt", ""},
		{"parallel", module + "/internal/thrift", ""},
		{"parallel", module + "/frame", "yes"},
		{"parallel", "golang.org/x/sync/errgroup", "yes"},
		{"frame", module + "/parallel", ""},
		{"frame", module + "/io/csv", "yes"},
		{"frame", "github.com/apache/arrow/go/v15/arrow/array", ""},
		{"frame", "github.com/apache/arrow/go/v15/arrow/compute", "yes"},
		{"frame", "github.com/apache/arrow/go/v15/parquet/pqarrow", "yes"},
		{"frame", "net/http", "yes"},
		{"frame", "C", "yes"},
		{"io/parquet", module + "/io/csv", "yes"},
		{"io/csv", "google.golang.org/grpc", "yes"},
		{"examples/quickstart", module + "/io/csv", ""},
		{"examples/quickstart", "github.com/go-gota/gota/dataframe", "yes"},
		{"examples/gota", "github.com/go-gota/gota/dataframe", ""},
		{"frame", "gonum.org/v1/gonum/mat", "yes"},
		{"frame/matrix", "gonum.org/v1/gonum/mat", ""},
		{"frame/arrow18", "github.com/apache/arrow-go/v18/arrow/array", ""},
		{"frame/arrow18", "github.com/apache/arrow-go/v18/parquet", "yes"},
		{"frame/gota", "github.com/apache/arrow-go/v18/arrow", "yes"},
		{"io/parquet", "github.com/apache/arrow-go/v18/parquet", "yes"},
		{"internal/thrift", module + "/frame", "yes"},
		{"internal/chunk", module + "/internal/unset", ""},
		{"internal/chunk", module + "/internal/keys", "yes"},
		{"internal/chunk", module + "/internal/engine", "yes"},
		{"internal/keys", module + "/internal/chunk", ""},
		{"internal/keys", module + "/internal/rowcodec", "yes"},
		{"internal/rowcodec", module + "/parallel", "yes"},
		{"internal/cmd/sample", module + "/frame", ""},
	} {
		r, ok := ruleFor(c.from)
		if !ok {
			t.Fatalf("no rule for %s", c.from)
		}
		got := violations(pkg{Imports: []string{c.to}, Deps: []string{c.to}}, r, all)
		if (len(got) > 0) != (c.want != "") {
			t.Errorf("%s imports %s: got %q", c.from, c.to, got)
		}
	}
	if _, ok := ruleFor("surprise"); ok {
		t.Error("a package without a rule got one")
	}
}

// ruleFor returns the rule of the package itself, or of the nearest folder.
func ruleFor(name string) (rule, bool) {
	if r, ok := rules[name]; ok {
		return r, true
	}
	for dir := name; dir != "."; {
		dir = filepath.ToSlash(filepath.Dir(dir))
		if r, ok := rules[dir+"/..."]; ok {
			return r, true
		}
	}
	return rule{}, false
}

func violations(p pkg, r rule, all map[string]pkg) []string {
	var bad []string
	for _, d := range p.Deps {
		own, ok := strings.CutPrefix(d, module+"/")
		inside := strings.HasPrefix(own, "internal/")
		switch {
		case !ok && matches(d, r.never), ok && !inside && !matches(own, r.own), ok && inside && r.inner != nil && !matches(own, r.inner):
			bad = append(bad, d)
		}
	}
	for _, d := range p.Imports {
		if !all[d].Standard && !strings.HasPrefix(d, module+"/") && !matches(d, r.other) && !slices.Contains(bad, d) {
			bad = append(bad, d)
		}
	}
	return bad
}

func matches(path string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		tree, ok := strings.CutSuffix(p, "/...")
		return path == p || ok && (path == tree || strings.HasPrefix(path, tree+"/"))
	})
}

// list asks the go command for all packages of the module and what they need.
func list(t *testing.T) map[string]pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Standard,Imports,Deps,Module", "./...")
	cmd.Dir = root(t)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	all := map[string]pkg{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[p.ImportPath] = p
	}
}

// root returns the folder of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above this package")
		}
	}
}
