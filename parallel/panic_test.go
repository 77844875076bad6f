package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// explode is the function whose name must be in the stack.
//
//go:noinline
func explode(v any) { panic(v) }

// TestPanicIsAnErrorOfTheRow: a panic with a value of any kind, in every operation and
// setting, is an error of the row, with a stack that names the line in the caller's
// code.
func TestPanicIsAnErrorOfTheRow(t *testing.T) {
	for _, c := range []struct {
		name  string
		panic func()
		check func(pe *parallel.PanicError) bool
	}{
		{"string", func() { explode("ouch") }, func(pe *parallel.PanicError) bool {
			return pe.Value == "ouch" && errors.Unwrap(pe) == nil && strings.HasPrefix(pe.Error(), "panic: ouch\n")
		}},
		{"number", func() { explode(42) }, func(pe *parallel.PanicError) bool {
			return pe.Value == 42 && errors.Unwrap(pe) == nil
		}},
		{"error", func() { explode(&quota{"bob"}) }, func(pe *parallel.PanicError) bool {
			q, ok := errors.AsType[*quota](pe)
			return ok && q.user == "bob"
		}},
		{"nil", func() { explode(nil) }, func(pe *parallel.PanicError) bool {
			_, ok := errors.AsType[*runtime.PanicNilError](pe)
			return ok
		}},
		{"runtime error", func() { explodeAt([]int{}, 3) }, func(pe *parallel.PanicError) bool {
			re, ok := errors.AsType[runtime.Error](pe)
			return ok && strings.Contains(re.Error(), "index out of range [3]")
		}},
		{"nil map", func() { explodeMap(nil) }, func(pe *parallel.PanicError) bool {
			_, ok := errors.AsType[runtime.Error](pe)
			return ok
		}},
		{"again while panicking", func() { defer explode("second"); panic("first") }, func(pe *parallel.PanicError) bool {
			return pe.Value == "second"
		}},
	} {
		const n, row = 100, 37
		for _, op := range operations {
			for _, s := range settings(op, []int{1, 7, 1000}, []int{1, 7}) {
				_, err := op.run(t.Context(), n, func(_ context.Context, i int) error {
					if i >= row {
						c.panic()
					}
					return nil
				}, s.opts...)
				what := fmt.Sprint(op.name, s, " ", c.name)
				re, ok := errors.AsType[*parallel.RowError](err)
				if !ok || re.Row != row && !op.ranges || re.Partition != s.partition(n, row) {
					t.Fatalf("%s: %v; want a *RowError for row %d, partition %d", what, err, row, s.partition(n, row))
				}
				pe, ok := re.Err.(*parallel.PanicError)
				if !ok || !c.check(pe) {
					t.Fatalf("%s: not the right *PanicError: %v", what, re.Err)
				}
				if !strings.Contains(string(pe.Stack), "parallel_test.explode") {
					t.Fatalf("%s: the stack does not name the function that panicked:\n%s", what, pe.Stack)
				}
			}
		}
	}
}

//go:noinline
func explodeAt(xs []int, i int) int { return xs[i] }

//go:noinline
func explodeMap(m map[string]int) { m["x"] = 1 }

// TestPanicOutsideOfAnItemHasARow: a panic in another function of the caller's, such as
// merge, is an error of a row, too.
func TestPanicOutsideOfAnItemHasARow(t *testing.T) {
	add := func(_ context.Context, a, x int) (int, error) { return a + x, nil }
	zero := func() int { return 0 }
	merge := func(a, b int) int { return a + b }
	for _, n := range []int{0, 1, 2000} {
		for _, w := range widths {
			_, err := parallel.Fold(t.Context(), indices(n), func() int { explode(errBoom); return 0 }, add, merge, parallel.Workers(w))
			wantRow(t, fmt.Sprintf("zero, %d items", n), err, 0, -1, errBoom)
		}
	}
	// 2000 items make 8 cells of 250 items in Fold, and 1,024 in Reduce, the first 976
	// of which hold two items each: cell 1 is of items 2 and 3.
	for _, w := range widths {
		_, err := parallel.Fold(t.Context(), indices(2000), zero, add, func(a, b int) int { explode(errBoom); return 0 }, parallel.Workers(w))
		wantRow(t, "merge", err, 250, -1, errBoom)
		_, err = parallel.Reduce(t.Context(), indices(2000), 0, func(a, b int) int {
			if a == 1 && b == 5 { // sums of cells 0 and 1
				explode(errBoom)
			}
			return merge(a, b)
		}, parallel.Workers(w))
		wantRow(t, "op while merging", err, 2, -1, errBoom)
	}
	// The method Err of a caller's context is the caller's own function too,
	// but a context that panics is not supported.
}

// TestGoexitIsAnErrorOfTheRow: a function that ends its goroutine with runtime.Goexit,
// as testing.T.FailNow does, is an error of the row.
func TestGoexitIsAnErrorOfTheRow(t *testing.T) {
	const n, row = 100, 37
	for _, op := range operations {
		for _, s := range settings(op, []int{1, 7, 1000}, []int{1, 7}) {
			if serial(s) {
				continue // runs on this goroutine: see TestGoexitInSerialEndsTheCaller
			}
			_, err := op.run(t.Context(), n, func(_ context.Context, i int) error {
				if i >= row {
					defer func() {
						// recover does not stop a Goexit.
						if v := recover(); v != nil {
							t.Errorf("recovered %v", v)
						}
					}()
					runtime.Goexit()
				}
				return nil
			}, s.opts...)
			op.wantRow(t, fmt.Sprint(op.name, s), err, row, s.partition(n, row), parallel.ErrGoexit)
		}
	}
	for _, w := range widths {
		zero := func() int { return 0 }
		add := func(_ context.Context, a, x int) (int, error) { return a + x, nil }
		_, err := parallel.Fold(t.Context(), indices(2000), zero, add, func(a, b int) int { runtime.Goexit(); return 0 }, parallel.Workers(w))
		wantRow(t, "merge", err, 250, -1, parallel.ErrGoexit)
		_, err = parallel.Fold(t.Context(), nil, func() int { runtime.Goexit(); return 0 }, add, nil2, parallel.Workers(w))
		wantRow(t, "zero", err, 0, -1, parallel.ErrGoexit)
	}
}

func nil2(a, _ int) int { return a }

func serial(s setting) bool { return strings.Contains(s.String(), "Serial") }

// TestGoexitInNestedCallEndsOuterRow: Goexit in a nested call ends a goroutine of the
// outer call, which reports it for its own row. The inner call does not return, but
// nothing that it started is left.
func TestGoexitInNestedCallEndsOuterRow(t *testing.T) {
	for _, outer := range widths {
		for _, inner := range [][]any{nil, {parallel.Serial()}, {parallel.Workers(4)}, {parallel.Partitions(5)}} {
			synctest.Test(t, func(t *testing.T) {
				var g gauge
				err := parallel.ForEach(t.Context(), indices(10), func(ctx context.Context, i int) error {
					err := parallel.ForEach(ctx, indices(10), func(ctx context.Context, j int) error {
						g.enter()
						defer g.leave()
						time.Sleep(time.Millisecond)
						if i == 3 && j == 0 {
							runtime.Goexit()
						}
						return nil
					}, items(inner)...)
					return err
				}, parallel.Workers(outer))
				if g.now.Load() != 0 {
					t.Errorf("Workers(%d), %v: %d functions run on", outer, inner, g.now.Load())
				}
				re, ok := errors.AsType[*parallel.RowError](err)
				if !ok || re.Row != 3 || !errors.Is(err, parallel.ErrGoexit) {
					t.Errorf("Workers(%d), %v: %v; want ErrGoexit at row 3", outer, inner, err)
				}
			})
		}
	}
}

// TestGoexitInSerialEndsTheCaller: the one exception: with Serial the caller's own
// goroutine runs the function, and ends.
func TestGoexitInSerialEndsTheCaller(t *testing.T) {
	returned, deferred := false, make(chan bool)
	go func() {
		defer func() { deferred <- true }()
		_ = parallel.ForEach(t.Context(), indices(10), func(context.Context, int) error {
			runtime.Goexit()
			return nil
		}, parallel.Serial())
		returned = true
	}()
	if <-deferred; returned {
		t.Error("ForEach returned; want the caller's goroutine to end")
	}
	// A panic is contained on any goroutine.
	err := parallel.ForEach(t.Context(), indices(10), func(context.Context, int) error { panic(errBoom) }, parallel.Serial())
	wantRow(t, "panic", err, 0, -1, errBoom)
}

// TestFunctionsRunOnOwnGoroutines: an outermost call does not run functions on the
// caller's goroutine, unless it is Serial.
func TestFunctionsRunOnOwnGoroutines(t *testing.T) {
	for _, op := range operations {
		for _, s := range settings(op, []int{7}, []int{3}) {
			here := goroutine()
			_, err := op.run(t.Context(), 20, func(context.Context, int) error {
				if own := goroutine() == here; own != serial(s) {
					t.Errorf("%s %v: function runs on the caller's goroutine: %v", op.name, s, own)
				}
				return nil
			}, s.opts...)
			if err != nil {
				t.Error(err)
			}
		}
	}
}

// goroutine returns the number of the goroutine, from its stack: "goroutine 7 [".
func goroutine() string {
	buf := make([]byte, 64)
	return strings.Fields(string(buf[:runtime.Stack(buf, false)]))[1]
}

// TestDocSaysWhatCannotBeContained: the package documentation names the failures that
// end the process, which a test cannot show: os.Exit, the runtime's fatal errors,
// faults in C.
func TestDocSaysWhatCannotBeContained(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(doc), "\n// ", " ")
	for _, word := range []string{"# What cannot be contained", "os.Exit", "concurrent map writes", "stack overflow", "out of memory", "cgo"} {
		if !strings.Contains(text, word) {
			t.Errorf("doc.go does not mention %s", word)
		}
	}
}
