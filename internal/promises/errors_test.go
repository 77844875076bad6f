package promises

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/io/csv"
	"github.com/parframe/parframe/io/ipc"
	"github.com/parframe/parframe/io/parquet"
	"github.com/parframe/parframe/parallel"
)

// badError is an error of the user's whose methods panic.
type badError struct{}

func (badError) Error() string   { panic("Error") }
func (badError) Is(error) bool   { panic("Is") }
func (badError) As(any) bool     { panic("As") }
func (b badError) Unwrap() error { panic("Unwrap") }

// contained runs a call on a goroutine of its own and returns its error. A panic in
// it fails the test.
func contained(t *testing.T, what string, run func() error) (err error) {
	t.Helper()
	within(t, what, func() {
		defer func() {
			if v := recover(); v != nil {
				t.Errorf("%s: panic: %v\n%s", what, v, debug.Stack())
			}
		}()
		err = run()
		_ = fmt.Sprint(err) // fmt contains what it prints
	})
	return err
}

// An error of the user's whose methods panic ends neither the process nor the
// caller's goroutine, and the call does not hang.
func TestErrorsThatPanic(t *testing.T) {
	for _, op := range withFunctions() {
		for name, more := range map[string][]any{
			"alone":         nil,
			"CollectAll":    {parallel.CollectAll(10)},
			"Retry":         {parallel.Retry(1, nil)},
			"Quarantine":    {frame.Quarantine(new(*frame.Frame))},
			"Observe":       {parallel.Observe(&chunks{})},
			"another cause": nil,
		} {
			if slices.ContainsFunc(more, func(o any) bool { return !op.takes(o) }) {
				continue
			}
			what := op.name + ", " + name
			ctx, cancel := context.WithCancelCause(t.Context())
			err := contained(t, what, func() error {
				return op.run(ctx, 40, func(_ context.Context, i int) error {
					if i < 20 {
						return nil
					}
					if name == "another cause" {
						cancel(badError{})
						return nil
					}
					return badError{}
				}, place{workers: 2, more: more})
			})
			cancel(nil)
			if err == nil && name != "another cause" && name != "Quarantine" && name != "CollectAll" {
				t.Errorf("%s: no error", what)
			}
		}
	}
}

// badReader is a source of the user's that fails with such an error.
type badReader struct{ *strings.Reader }

func (r badReader) Read(p []byte) (int, error) {
	if r.Len() == 0 {
		return 0, badError{}
	}
	return r.Reader.Read(p[:min(len(p), 10)])
}

func (badReader) ReadAt([]byte, int64) (int, error) { return 0, badError{} }
func (badReader) Write([]byte) (int, error)         { return 0, badError{} }

// The same for the errors of readers and writers.
func TestErrorsOfFilesThatPanic(t *testing.T) {
	ctx, f := t.Context(), long(100)
	bad := func() badReader { return badReader{strings.NewReader("a,b\n1,2\n3,4\n")} }
	const size = 1000
	for what, run := range map[string]func() error{
		"csv.Read":      func() error { _, err := csv.Read(ctx, bad(), csv.ReadOptions{}); return err },
		"csv.Write":     func() error { return csv.Write(ctx, bad(), f, csv.WriteOptions{}) },
		"parquet.Read":  func() error { _, err := parquet.Read(ctx, bad(), size, parquet.ReadOptions{}); return err },
		"parquet.Write": func() error { return parquet.Write(ctx, bad(), f, parquet.WriteOptions{}) },
		"ipc.Read":      func() error { _, err := ipc.Read(ctx, bad(), size, ipc.ReadOptions{}); return err },
		"ipc.Write":     func() error { return ipc.Write(ctx, bad(), f, ipc.WriteOptions{}) },
	} {
		if err := contained(t, what, run); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}
