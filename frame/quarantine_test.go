package frame_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

// Values that do not fit their field are bad rows too, however many follow each other,
// and the rows after them are still read.
func TestQuarantineOfValuesThatDoNotFit(t *testing.T) {
	const n = 1000
	for name, inexact := range map[string]func(i int) bool{
		"none":  func(int) bool { return false },
		"all":   func(int) bool { return true },
		"some":  func(i int) bool { return i%97 == 5 },
		"run":   func(i int) bool { return i >= 60 && i < 200 },
		"last":  func(i int) bool { return i == n-1 },
		"first": func(i int) bool { return i == 0 },
		"twos":  func(i int) bool { return i/2%2 == 0 },
	} {
		values := arrowtest.Made(n, func(i int) any {
			if inexact(i) {
				return int64(1<<53 + 1)
			}
			return int64(i)
		})
		f := frameOf(t, build(t, "x", arrow.PrimitiveTypes.Int64, values, 40, 70, 250),
			build(t, "s", arrow.BinaryTypes.String, arrowtest.Made(n, arrowtest.Every(10, func(i int) any { return fmt.Sprint(i) })), 300))
		type row struct {
			X float64 `frame:"x"`
			S *string `frame:"s"`
		}
		var good, lost []any
		for i := range n {
			if inexact(i) {
				lost = append(lost, int64(i))
			} else {
				good = append(good, float64(i))
			}
		}
		for _, opts := range configs() {
			var bad *frame.Frame
			g, err := frame.MapRows(t.Context(), f, func(_ context.Context, r row) (float64, error) { return r.X, nil }, append(opts, frame.Quarantine(&bad))...)
			if err != nil {
				t.Fatal(err)
			}
			checkCells(t, g, "result", append([]any{}, good...))
			checkCells(t, bad, "_row", append([]any{}, lost...))
			if len(lost) > 0 {
				if c, _ := bad.Column("_error"); !strings.Contains(c.Value(0).(string), `column "x": value does not fit: 9007199254740993`) {
					t.Fatal(name, c.Value(0))
				}
			}
			h, err := frame.WithRows(t.Context(), f, func(_ context.Context, r row) (string, error) {
				if r.S == nil {
					return "", nil
				}
				return *r.S, nil
			}, append(opts, frame.Quarantine(&bad), frame.As("copy"))...)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range cells(h.Columns()[1]) {
				if c := h.Columns()[2].Value(i); v == nil && c != "" || v != nil && c != v {
					t.Fatalf("%s row %d: %v, %v", name, i, v, c)
				}
			}
		}
	}
}

// A result that no column can hold makes a bad row.
func TestQuarantineOfResults(t *testing.T) {
	f := countTo(t, 500)
	far := func(i int64) time.Time {
		if i%100 == 7 {
			return time.Time{}
		}
		return time.Unix(i, 0)
	}
	var bad *frame.Frame
	good, err := frame.MapRows(t.Context(), f, func(_ context.Context, i int64) (time.Time, error) { return far(i), nil }, frame.Quarantine(&bad))
	if err != nil || good.NumRows() != 495 || bad.NumRows() != 5 {
		t.Fatal(good, bad, err)
	}
	checkCells(t, bad, "_row", []any{int64(7), int64(107), int64(207), int64(307), int64(407)})
	good, err = frame.FlatMapRows(t.Context(), f, func(_ context.Context, i int64, yield func(time.Time)) error {
		yield(time.Unix(0, 0))
		yield(far(i))
		return nil
	}, frame.Quarantine(&bad))
	if err != nil || good.NumRows() != 2*495 || bad.NumRows() != 5 {
		t.Fatal(good, bad, err)
	}
}

func TestQuarantineStillEndsTheCall(t *testing.T) {
	f := countTo(t, 300)
	var bad *frame.Frame
	_, err := frame.MapRows(t.Context(), f, func(_ context.Context, i int64) (int64, error) {
		if i == 100 {
			runtime.Goexit()
		}
		return i, errOdd
	}, frame.Quarantine(&bad))
	if checkRow(t, err, 100); !errors.Is(err, parallel.ErrGoexit) || bad != nil {
		t.Error(err, bad)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = frame.FilterRows(ctx, f, func(ctx context.Context, i int64) (bool, error) {
		cancel()
		return false, ctx.Err()
	}, frame.Quarantine(&bad))
	if !errors.Is(err, context.Canceled) || bad != nil {
		t.Error(err, bad)
	}
}

func TestQuarantineMistakes(t *testing.T) {
	f := countTo(t, 3)
	same := func(_ context.Context, i int64) (int64, error) { return i, nil }
	if _, err := frame.MapRows(t.Context(), f, same, frame.Quarantine(nil)); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
	for _, name := range []string{"_row", "_error"} {
		g, err := f.Rename("i", name)
		if err != nil {
			t.Fatal(err)
		}
		var bad *frame.Frame
		if _, err := frame.MapColumn(t.Context(), g, name, same, frame.Quarantine(&bad)); !errors.Is(err, frame.ErrName) || !strings.Contains(err.Error(), name) {
			t.Error(err)
		}
	}
}

// Without rows, or if all rows are good, the bad frame has no rows.
func TestQuarantineOfNothing(t *testing.T) {
	for _, n := range []int{0, 5} {
		var bad *frame.Frame
		good, err := frame.MapRows(t.Context(), countTo(t, n), func(_ context.Context, i int64) (int64, error) { return i, nil }, frame.Quarantine(&bad))
		if err != nil || good.NumRows() != n || bad.NumRows() != 0 || strings.Join(bad.Names(), " ") != "i _row _error" {
			t.Error(good, bad, err)
		}
	}
}
