package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestOptionThatHasNoEffectDoesNotCompile: the compiler refuses an option that a call
// cannot honor. Its message names the method that the option lacks: ForItems for calls
// on slices, ForFolds, ForStreams, ForPools, and ForAny for calls that run no function
// for each item.
func TestOptionThatHasNoEffectDoesNotCompile(t *testing.T) {
	refused := map[string]string{ // snippet: part of the message
		`parallel.Map(ctx, xs, fn, parallel.Queue(3))`:                                                                       "missing method ForItems",
		`parallel.Map(ctx, xs, fn, parallel.MaxTasksPerWorker(3))`:                                                           "missing method ForItems",
		`parallel.Map(ctx, xs, fn, parallel.Unordered())`:                                                                    "missing method ForItems",
		`parallel.Map(ctx, xs, fn, parallel.Lookahead(3))`:                                                                   "missing method ForItems",
		`parallel.Map(ctx, xs, fn, parallel.Commutative())`:                                                                  "missing method ForItems",
		`parallel.Map(ctx, xs, fn, 4)`:                                                                                       "missing method ForItems",
		`parallel.Find(ctx, xs, is, parallel.Queue(3))`:                                                                      "missing method ForItems",
		`parallel.Range(ctx, 3, span, parallel.Lookahead(3))`:                                                                "missing method ForItems",
		`parallel.MapAsync(ctx, pool, xs, fn, parallel.Queue(3))`:                                                            "missing method ForItems",
		`parallel.Reduce(ctx, xs, 0, op, parallel.Partitions(2))`:                                                            "missing method ForAny",
		`parallel.Reduce(ctx, xs, 0, op, parallel.ChunkSize(2))`:                                                             "missing method ForAny",
		`parallel.Reduce(ctx, xs, 0, op, parallel.Retry(2, nil))`:                                                            "missing method ForAny",
		`parallel.Reduce(ctx, xs, 0, op, parallel.Seed(2))`:                                                                  "missing method ForAny",
		`parallel.Reduce(ctx, xs, 0, op, parallel.Commutative())`:                                                            "missing method ForAny",
		`parallel.Scan(ctx, xs, 0, op, parallel.Partitions(2))`:                                                              "missing method ForAny",
		`parallel.Scan(ctx, xs, 0, op, parallel.CollectAll(2))`:                                                              "missing method ForAny",
		`parallel.Fold(ctx, xs, zero, add, op, parallel.ChunkSize(2))`:                                                       "missing method ForFolds",
		`parallel.Fold(ctx, xs, zero, add, op, parallel.Retry(2, nil))`:                                                      "missing method ForFolds",
		`parallel.Fold(ctx, xs, zero, add, op, parallel.Timeout(time.Second))`:                                               "missing method ForFolds",
		`parallel.Fold(ctx, xs, zero, add, op, parallel.CollectAll(2))`:                                                      "missing method ForFolds",
		`parallel.Stream(ctx, source, fn, parallel.ChunkSize(1))`:                                                            "missing method ForStreams",
		`parallel.Stream(ctx, source, fn, parallel.Partitions(1))`:                                                           "missing method ForStreams",
		`parallel.Stream(ctx, source, fn, parallel.CollectAll(1))`:                                                           "missing method ForStreams",
		`parallel.Stream(ctx, source, fn, parallel.Quarantine(&rejected))`:                                                   "missing method ForStreams",
		`parallel.Stream(ctx, source, fn, parallel.Partial(&done))`:                                                          "missing method ForStreams",
		`parallel.Stream(ctx, source, fn, parallel.Queue(1))`:                                                                "missing method ForStreams",
		`parallel.NewPool(parallel.Retry(1, nil))`:                                                                           "missing method ForPools",
		`parallel.NewPool(parallel.ChunkSize(1))`:                                                                            "missing method ForPools",
		`parallel.NewPool(parallel.Limit(nil))`:                                                                              "missing method ForPools",
		`parallel.NewPool(parallel.Unordered())`:                                                                             "missing method ForPools",
		`parallel.Options(parallel.ChunkSize(1))`:                                                                            "missing method ForAny",
		`parallel.WorkerState(func(context.Context, int) (int, error) { return 0, nil }, func(string) error { return nil })`: "does not match inferred type func(state int) error",
	}
	accepted := []string{
		`parallel.Map(ctx, xs, fn, parallel.Workers(2), parallel.On(pool), parallel.Serial(), parallel.Observe(nil), parallel.ChunkSize(1), parallel.Partitions(1), parallel.Seed(1), parallel.Retry(1, nil), parallel.Timeout(1), parallel.SoftDeadline(1, nil), parallel.Limit(nil), parallel.CollectAll(1), parallel.Quarantine(&rejected), parallel.Partial(&done), parallel.WorkerState[int](nil, nil), parallel.Options())`,
		`parallel.Stream(ctx, source, fn, parallel.Workers(2), parallel.On(pool), parallel.Serial(), parallel.Observe(nil), parallel.Unordered(), parallel.Lookahead(1), parallel.Seed(1), parallel.Retry(1, nil), parallel.Timeout(1), parallel.SoftDeadline(1, nil), parallel.Limit(nil), parallel.WorkerState[int](nil, nil), parallel.Options())`,
		`parallel.Fold(ctx, xs, zero, add, op, parallel.Workers(2), parallel.On(pool), parallel.Serial(), parallel.Observe(nil), parallel.Partitions(1), parallel.Commutative(), parallel.Seed(1), parallel.WorkerState[int](nil, nil), parallel.Options())`,
		`parallel.Reduce(ctx, xs, 0, op, parallel.Workers(2), parallel.On(pool), parallel.Serial(), parallel.Observe(nil), parallel.Options())`,
		`parallel.NewPool(parallel.Workers(2), parallel.Observe(nil), parallel.Queue(1), parallel.MaxTasksPerWorker(1), parallel.Seed(1), parallel.WorkerState[int](nil, nil))`,
	}
	check := snippets(t)
	for code, want := range refused {
		switch errs := check(code); {
		case len(errs) == 0:
			t.Errorf("%s compiles", code)
		case len(errs) > 1 || !strings.Contains(errs[0].Error(), want):
			t.Errorf("%s: %v; want one error that says %q", code, errs, want)
		}
	}
	for _, code := range accepted {
		if errs := check(code); len(errs) > 0 {
			t.Errorf("%s: %v", code, errs)
		}
	}
}

// snippets returns a function that type-checks an expression statement that uses the
// package.
func snippets(t *testing.T) func(code string) []error {
	out, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", ".").Output()
	if err != nil {
		t.Skipf("go list: %v", err) // there is no compiler
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		exports[path] = file
	}
	fset := token.NewFileSet()
	imports := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	return func(code string) (errs []error) {
		src := `package snippet

import (
	"context"
	"iter"
	"time"

	"github.com/parframe/parframe/parallel"
)

var _ = time.Second

func snippet(ctx context.Context, xs []int, pool *parallel.Pool, source iter.Seq2[int, error], rejected []parallel.Rejected[int], done []bool,
	fn func(context.Context, int) (int, error), is func(context.Context, int) (bool, error), span func(context.Context, int, int) error,
	zero func() int, add func(context.Context, int, int) (int, error), op func(int, int) int) {
	take(` + code + `)
}

func take(...any) {}
`
		file, err := parser.ParseFile(fset, "snippet.go", src, 0)
		if err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		config := types.Config{Importer: imports, Error: func(err error) { errs = append(errs, err) }}
		_, _ = config.Check("snippet", fset, []*ast.File{file}, nil)
		return errs
	}
}

// TestMistakesThatCompile: a mistake that compiles is an ErrOption or ErrNilFunc that
// names the call and the mistake, before any function is called.
func TestMistakesThatCompile(t *testing.T) {
	ctx, xs := t.Context(), indices(3)
	var noContext context.Context
	var zeroPool parallel.Pool
	pool := newPool(t)
	never := func(context.Context, int) (int, error) { t.Error("called"); return 0, nil }
	is := func(context.Context, int) (bool, error) { t.Error("called"); return false, nil }
	span := func(context.Context, int, int) error { t.Error("called"); return nil }
	mapped := func(opts ...parallel.ItemOption) func() error {
		return func() error { _, err := parallel.Map(ctx, xs, never, opts...); return err }
	}
	find := func(opts ...parallel.ItemOption) func() error {
		return func() error { _, err := parallel.Find(ctx, xs, is, opts...); return err }
	}
	ranged := func(opts ...parallel.ItemOption) func() error {
		return func() error { return parallel.Range(ctx, 3, span, opts...) }
	}
	made := func(opts ...parallel.PoolOption) func() error {
		return func() error { _, err := parallel.NewPool(opts...); return err }
	}
	stream := func(opts ...parallel.StreamOption) func() error {
		return func() error {
			for _, err := range parallel.Stream(ctx, countTo(3), never, opts...) {
				return err
			}
			return nil
		}
	}
	var ofStrings []parallel.Rejected[string]
	var ofInts []parallel.Rejected[int]
	var done []bool
	for what, c := range map[string]struct {
		run   func() error
		words string // of the error, in order, | between them
	}{
		"find and collect":      {find(parallel.CollectAll(3)), "parallel.Find: |CollectAll(3) has no effect here"},
		"find and quarantine":   {find(parallel.Quarantine(&ofInts)), "parallel.Find: |Quarantine has no effect here"},
		"find and partial":      {find(parallel.Partial(&done)), "parallel.Find: |Partial has no effect here"},
		"range and retry":       {ranged(parallel.Retry(1, nil)), "parallel.Range: |Retry(1) has no effect here"},
		"range and timeout":     {ranged(parallel.Timeout(time.Second)), "parallel.Range: |Timeout(1s) has no effect here"},
		"range and soft":        {ranged(parallel.SoftDeadline(time.Second, func(parallel.Stuck) {})), "parallel.Range: |SoftDeadline(1s) has no effect here"},
		"range and limit":       {ranged(parallel.Limit(limiter(nil))), "parallel.Range: |Limit has no effect here"},
		"range and collect":     {ranged(parallel.CollectAll(1)), "parallel.Range: |CollectAll(1) has no effect here"},
		"pool and serial":       {made(parallel.Serial()), "parallel.NewPool: |Serial has no effect here"},
		"pool and on":           {made(parallel.On(pool)), "parallel.NewPool: |On has no effect here"},
		"pool and options":      {made(parallel.Options(parallel.Workers(2), parallel.Serial())), "parallel.NewPool: |Serial has no effect here"},
		"another quarantine":    {mapped(parallel.Quarantine(&ofStrings)), "parallel.Map: |Quarantine: |Rejected[string]|Rejected[int]"},
		"nil quarantine":        {mapped(parallel.Quarantine[int](nil)), "parallel.Map: |Quarantine: |nil"},
		"nil partial":           {mapped(parallel.Partial(nil)), "parallel.Map: |Partial: |nil"},
		"nil option":            {mapped(nil), "parallel.Map: |nil Option"},
		"nil among options":     {mapped(parallel.Workers(1), nil), "parallel.Map: |nil Option"},
		"nil in Options":        {mapped(parallel.Options(nil)), "parallel.Map: |nil Option"},
		"nil option of stream":  {stream(nil), "parallel.Stream: |nil Option"},
		"nil option of pool":    {made(nil), "parallel.NewPool: |nil Option"},
		"nil pool":              {mapped(parallel.On(nil)), "parallel.Map: |On: |pool"},
		"zero pool":             {mapped(parallel.On(&zeroPool)), "parallel.Map: |On: |pool"},
		"pool of 0":             {made(parallel.Workers(0)), "parallel.NewPool: |Workers(0): |want 1 or more"},
		"pool of -1":            {made(parallel.Workers(-1)), "parallel.NewPool: |Workers(-1): |want 1 or more"},
		"queue of -1":           {made(parallel.Queue(-1)), "parallel.NewPool: |Queue(-1): |want 0 or more"},
		"no tasks per worker":   {made(parallel.MaxTasksPerWorker(0)), "parallel.NewPool: |MaxTasksPerWorker(0): |want 1 or more"},
		"nil observer":          {mapped(parallel.Observe(nil)), "parallel.Map: |Observe: |nil"},
		"nil limiter":           {mapped(parallel.Limit(nil)), "parallel.Map: |Limit: |nil"},
		"nil report":            {mapped(parallel.SoftDeadline(time.Second, nil)), "parallel.Map: |SoftDeadline(1s): |nil function"},
		"nil initializer":       {made(parallel.WorkerState[int](nil, nil)), "parallel.NewPool: |WorkerState: |nil function"},
		"nil context":           {func() error { _, err := parallel.Map(noContext, xs, never); return err }, "parallel.Map: |nil context"},
		"negative length":       {func() error { return parallel.Range(ctx, -1, span) }, "parallel.Range: |-1"},
		"two policies":          {mapped(parallel.CollectAll(1), parallel.Partial(&done)), "parallel.Map: |CollectAll(1) and Partial exclude each other"},
		"collect and set aside": {mapped(parallel.CollectAll(3), parallel.Quarantine(&ofInts)), "parallel.Map: |CollectAll(3) and Quarantine exclude each other"},
		"collect 0":             {mapped(parallel.CollectAll(0)), "parallel.Map: |CollectAll(0): |want 1 or more"},
		"collect -1":            {mapped(parallel.CollectAll(-1)), "parallel.Map: |CollectAll(-1): |want 1 or more"},
		"retry -1":              {mapped(parallel.Retry(-1, nil)), "parallel.Map: |Retry(-1): |want 0 or more"},
		"stream and retry -1":   {stream(parallel.Retry(-1, nil)), "parallel.Stream: |Retry(-1): |want 0 or more"},
		"timeout 0":             {mapped(parallel.Timeout(0)), "parallel.Map: |Timeout(0s): |want more than 0"},
		"timeout -1":            {mapped(parallel.Timeout(-time.Second)), "parallel.Map: |Timeout(-1s)"},
		"soft 0":                {mapped(parallel.SoftDeadline(0, func(parallel.Stuck) {})), "parallel.Map: |SoftDeadline(0s): |want more than 0"},
		"two predicates":        {mapped(parallel.Retry(1, nil, nil, nil)), "parallel.Map: |Retry(1): |one predicate"},
		"parts that commute": {func() error {
			_, err := parallel.Fold(ctx, xs, zero, never2, nil2, parallel.Partitions(2), parallel.Commutative())
			return err
		}, "parallel.Fold: |exclude each other"},
		"submit to nil":        {func() error { _, err := parallel.Submit(ctx, nil, value(1)); return err }, "parallel.Submit: |nil pool"},
		"submit to zero":       {func() error { _, err := parallel.Submit(ctx, &zeroPool, value(1)); return err }, "parallel.Submit: |nil pool"},
		"do on zero":           {func() error { _, err := parallel.Do(ctx, &zeroPool, value(1)); return err }, "parallel.Do: |nil pool"},
		"map async on zero":    {func() error { _, err := parallel.MapAsync(ctx, &zeroPool, xs, never); return err }, "parallel.MapAsync: |nil pool"},
		"map async on another": {func() error { _, err := parallel.MapAsync(ctx, pool, xs, never, parallel.On(pool)); return err }, "parallel.MapAsync: |On has no effect here"},
		"submit nil":           {func() error { _, err := parallel.Submit[int](ctx, pool, nil); return err }, "parallel.Submit: |nil function"},
		"submit, no context":   {func() error { _, err := parallel.Submit(noContext, pool, value(1)); return err }, "parallel.Submit: |nil context"},
		"try nil":              {func() error { _, err := parallel.TrySubmit[int](ctx, pool, nil); return err }, "parallel.TrySubmit: |nil function"},
		"map async on nil":     {func() error { _, err := parallel.MapAsync(ctx, nil, xs, never); return err }, "parallel.MapAsync: |nil pool"},
		"map async nil":        {func() error { _, err := parallel.MapAsync[int, int](ctx, pool, xs, nil); return err }, "parallel.MapAsync: |nil function"},
		"map async in chunks":  {func() error { _, err := parallel.MapAsync(ctx, pool, xs, never, parallel.ChunkSize(0)); return err }, "parallel.MapAsync: |ChunkSize(0)"},
		"map async set aside": {func() error {
			_, err := parallel.MapAsync(ctx, pool, xs, never, parallel.Quarantine(&ofStrings))
			return err
		}, "parallel.MapAsync: |Quarantine: |Rejected[string]|Rejected[int]"},
		"starmap async nil": {func() error {
			_, err := parallel.StarmapAsync2[int, int, int](ctx, pool, nil, nil)
			return err
		}, "parallel.StarmapAsync2: |nil function"},
		"starmap3 async nil": {func() error {
			_, err := parallel.StarmapAsync3[int, int, int, int](ctx, pool, nil, nil)
			return err
		}, "parallel.StarmapAsync3: |nil function"},
		"resize of zero":       {func() error { return zeroPool.Resize(3) }, "parallel.Pool.Resize: |nil pool"},
		"resize to nothing":    {func() error { return pool.Resize(0) }, "parallel.Pool.Resize: |want 1 or more"},
		"wait of zero":         {func() error { return zeroPool.Wait(ctx) }, "parallel.Pool.Wait: |nil pool"},
		"wait without context": {func() error { return pool.Wait(noContext) }, "parallel.Pool.Wait: |nil context"},
	} {
		err := c.run()
		if !errors.Is(err, parallel.ErrOption) && !errors.Is(err, parallel.ErrNilFunc) {
			t.Errorf("%s: %v; want ErrOption", what, err)
			continue
		}
		rest := fmt.Sprint(err)
		for word := range strings.SplitSeq(c.words, "|") {
			_, after, found := strings.Cut(rest, word)
			if !found {
				t.Errorf("%s: %q does not say %q", what, err, word)
			}
			rest = after
		}
	}
	if ofStrings != nil || ofInts != nil || done != nil {
		t.Error("a destination was touched")
	}
	wantStats(t, pool, parallel.PoolStats{})
	// Methods without an error do nothing.
	zeroPool.Close()
	zeroPool.Terminate()
	if zeroPool.Width() != 0 || zeroPool.Stats() != (parallel.PoolStats{}) {
		t.Errorf("zero Pool: width %d, %+v", zeroPool.Width(), zeroPool.Stats())
	}
}

func never2(context.Context, int, int) (int, error) { panic("called") }

// TestRefusalNamesWhatIsAccepted: the message lists the options that the call takes.
func TestRefusalNamesWhatIsAccepted(t *testing.T) {
	err := parallel.Range(t.Context(), 3, func(context.Context, int, int) error { return nil }, parallel.Retry(1, nil))
	_, list, _ := strings.Cut(fmt.Sprint(err), "accepted: ")
	want := []string{"Workers", "Serial", "On", "Observe", "ChunkSize", "Partitions", "Seed", "WorkerState"}
	if got := strings.Split(list, ", "); !slices.Equal(got, want) {
		t.Errorf("accepted: %v; want %v", got, want)
	}
}
