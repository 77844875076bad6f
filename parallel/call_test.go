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

// TestTaskIsTheCall: submitting a function and getting its result is calling it; a closure
// takes the place of arguments and named arguments.
func TestTaskIsTheCall(t *testing.T) {
	p := newPool(t)
	power := func(base, exp int) (n int) {
		for n = 1; exp > 0; exp-- {
			n *= base
		}
		return n
	}
	for exp := range 10 {
		got := get(t, submit(t, t.Context(), p, func(context.Context) (int, error) { return power(3, exp), nil }))
		if got != power(3, exp) {
			t.Errorf("3^%d = %d", exp, got)
		}
	}
}

// TestEmptyInputIsDoneAtOnce: an empty result at once, of calls, futures and streams; the
// function is not called.
func TestEmptyInputIsDoneAtOnce(t *testing.T) {
	bubbles(t, []int{1, 4}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		never := func(context.Context, int) (int, error) { t.Error("called"); return 0, nil }
		start := time.Now()
		for _, opts := range [][]any{nil, {parallel.On(p)}, {parallel.ChunkSize(5)}, {parallel.Partitions(5)}, {parallel.Serial()}} {
			got, err := parallel.Map(t.Context(), nil, never, items(opts)...)
			if got == nil || len(got) != 0 || err != nil {
				t.Errorf("%v: %v, %v", opts, got, err)
			}
		}
		f, err := parallel.MapAsync(t.Context(), p, nil, never)
		if err != nil {
			t.Fatal(err)
		}
		if got := get(t, f); got == nil || len(got) != 0 {
			t.Errorf("async: %v", got)
		}
		if all := elements(parallel.Stream(t.Context(), countTo(0), never, parallel.On(p))); len(all) != 0 {
			t.Errorf("stream: %v", all)
		}
		if elapsed(start) != 0 {
			t.Errorf("took %v", elapsed(start))
		}
	})
}

// myError is a caller's own type of error.
type myError struct{ code int }

func (e *myError) Error() string { return fmt.Sprint("code ", e.code) }

// failings run a function as an item of each kind of call, and return the error.
func failings(t testing.TB, p *parallel.Pool) map[string]func(fn fault) error {
	return map[string]func(fn fault) error{
		"Map": func(fn fault) error {
			return retrying["Map"](t.Context(), 5, func(ctx context.Context, i int) error {
				if i < 3 {
					return nil
				}
				return fn(ctx, i)
			}, parallel.Partitions(5))
		},
		"Submit": func(fn fault) error {
			_, err := submit(t, t.Context(), p, func(ctx context.Context) (int, error) { return 0, fn(ctx, 3) }).Get(t.Context())
			return err
		},
		"MapAsync": func(fn fault) error {
			f, err := parallel.MapAsync(t.Context(), p, indices(3), func(ctx context.Context, i int) (int, error) { return 0, fn(ctx, i) })
			if err != nil {
				return err
			}
			_, err = f.Get(t.Context())
			return err
		},
		"Stream": func(fn fault) error {
			return retrying["Stream"](t.Context(), 5, fn)
		},
		"CollectAll": func(fn fault) error { return retrying["Map"](t.Context(), 5, fn, parallel.CollectAll(3)) },
		"Retry":      func(fn fault) error { return retrying["Map"](t.Context(), 5, fn, parallel.Retry(2, nil)) },
		"Timeout":    func(fn fault) error { return retrying["Map"](t.Context(), 5, fn, parallel.Timeout(time.Hour)) },
	}
}

// TestErrorsReachTheUsersOwn: errors.Is and errors.AsType reach the caller's own error.
func TestErrorsReachTheUsersOwn(t *testing.T) {
	mine := &myError{7}
	for name, run := range failings(t, newPool(t)) {
		err := run(func(context.Context, int) error { return fmt.Errorf("wrapped: %w", mine) })
		got, ok := errors.AsType[*myError](err)
		if !errors.Is(err, mine) || !ok || got != mine {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// blowUp is where a test's function panics: its name is in the stack.
func blowUp(v any) error { panic(v) }

// TestErrorTextNamesRowAndPlace says at which row, and in which partition, of a panic also
// the stack of the function that failed.
func TestErrorTextNamesRowAndPlace(t *testing.T) {
	for name, run := range failings(t, newPool(t)) {
		err := run(func(context.Context, int) error { return blowUp("out of fuel") })
		words := []string{"out of fuel", "blowUp", "call_test.go"}
		switch name {
		case "Map":
			words = append(words, "row 3 (partition 3): ")
		case "Submit":
		default:
			words = append(words, "row 0: ")
		}
		if missing := mentions(err, words...); missing != "" {
			t.Errorf("%s: without %q: %v", name, missing, err)
		}
	}
}

// TestPanicValueIsKept of the value and the stack; errors.Is reaches a value that is an
// error. A nil panic is one too.
func TestPanicValueIsKept(t *testing.T) {
	for name, run := range failings(t, newPool(t)) {
		for _, v := range []any{"text", 42, errBoom, nil} {
			err := run(func(context.Context, int) error { return blowUp(v) })
			pe, ok := errors.AsType[*parallel.PanicError](err)
			if !ok || len(pe.Stack) == 0 {
				t.Errorf("%s: panic(%v) is %v", name, v, err)
				continue
			}
			if _, isNil := pe.Value.(*runtime.PanicNilError); pe.Value != v && !(v == nil && isNil) {
				t.Errorf("%s: panic(%v) has the value %v", name, v, pe.Value)
			}
			if (v == any(errBoom)) != errors.Is(err, errBoom) {
				t.Errorf("%s: panic(%v) unwraps to %v", name, v, errors.Unwrap(pe))
			}
		}
	}
}

// TestLowestErrorOfMapAsync: which error comes back follows from the input alone, not
// from timing: here the highest fails first. (TestLowestErrorComesBack holds it for all calls.)
func TestLowestErrorOfMapAsync(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		f, err := parallel.MapAsync(t.Context(), p, indices(50), func(_ context.Context, i int) (int, error) {
			time.Sleep(time.Duration(50-i) * time.Millisecond)
			if i%10 == 7 {
				return 0, fmt.Errorf("item %d", i)
			}
			return i, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = f.Get(t.Context()); fmt.Sprint(err) != "row 7: item 7" {
			t.Error(err)
		}
	})
}

// TestCallsShareAnInput: calls that read one input at the same time race with nobody;
// the race detector looks. (Changing it meanwhile is the caller's affair.)
func TestCallsShareAnInput(t *testing.T) {
	p := newPool(t, parallel.Workers(3))
	xs := indices(2000)
	var fs []*parallel.Future[[]int]
	for range 10 {
		f, err := parallel.MapAsync(t.Context(), p, xs, twice)
		if err != nil {
			t.Fatal(err)
		}
		fs = append(fs, f)
	}
	if _, err := parallel.Scan(t.Context(), xs, 0, nil2, parallel.On(p)); err != nil {
		t.Error(err)
	}
	for _, f := range fs {
		if got := get(t, f); got[1999] != 3998 {
			t.Error(got[1999])
		}
	}
}

// TestOptionsAreReadAtTheStart: options are values that belong to one call, so there is nothing to
// change after its start: what happens to the slice meanwhile does not matter.
func TestOptionsAreReadAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := options(parallel.Workers(2))
		var g gauge
		err := parallel.ForEach(t.Context(), indices(20), func(context.Context, int) error {
			g.enter()
			defer g.leave()
			if g.total.Load() == 1 {
				opts[0] = parallel.Workers(0)
			}
			time.Sleep(time.Second)
			return nil
		}, items(opts)...)
		if err != nil || g.peak.Load() != 2 {
			t.Errorf("%v, %d at once", err, g.peak.Load())
		}
	})
}

// TestDocSaysWhatCannotBeContained: what takes the process with it cannot be tested in it: os.Exit, the
// runtime's fatal errors, faults in C. That it is documented, can.
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
