package frame_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

func TestRollingIntegers(t *testing.T) {
	big := int64(math.MaxInt64)
	f := frameOf(t,
		build(t, "x", arrow.PrimitiveTypes.Int64, []any{big, int64(-5), int64(4), big, int64(1)}),
		build(t, "u", arrow.PrimitiveTypes.Uint64, []any{uint64(math.MaxUint64), uint64(0), uint64(3), uint64(1), nil}),
	)
	g, err := f.Rolling(2).Sum(t.Context(), "x")
	if checkRow(t, err, 3); !errors.Is(err, frame.ErrValue) {
		t.Fatal(g, err)
	}
	g, err = f.Head(3).Rolling(2).Sum(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "x", []any{nil, big - 5, int64(-1)})
	g, err = f.Rolling(2).MinPeriods(1).Sum(t.Context(), "u")
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "u", []any{uint64(math.MaxUint64), uint64(math.MaxUint64), uint64(3), uint64(4), uint64(1)})
	g, err = f.Rolling(2).MinPeriods(1).Max(t.Context(), "u")
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "u", []any{uint64(math.MaxUint64), uint64(math.MaxUint64), uint64(3), uint64(3), uint64(1)})
}

func TestRollRowsFails(t *testing.T) {
	n := 1000
	f := countTo(t, n)
	for _, fault := range failures {
		for _, opts := range configs() {
			_, err := frame.RollRows(t.Context(), f.Rolling(3), "i", func(_ context.Context, x []int64) (int64, error) {
				if x[2]%100 == 77 {
					return 0, fault.fail()
				}
				return x[0], nil
			}, opts...)
			if checkRow(t, err, 77); !fault.is(err) {
				t.Fatal(fault.name, err)
			}
		}
	}
}

func TestRollingBadInput(t *testing.T) {
	ctx := t.Context()
	sec := &arrow.TimestampType{Unit: arrow.Second}
	f := frameOf(t,
		build(t, "x", arrow.PrimitiveTypes.Float64, []any{1.0, 2.0, 3.0}),
		build(t, "s", arrow.BinaryTypes.String, []any{"a", "b", "c"}),
		build(t, "t", sec, []any{"2020-01-01", "2020-01-03", "2020-01-02"}),
		build(t, "nt", sec, []any{"2020-01-01", nil, "2020-01-02"}),
	)
	first := func(_ context.Context, x []float64) (float64, error) { return x[0], nil }
	for name, c := range map[string]struct {
		call func() (*frame.Frame, error)
		is   error
		says string
	}{
		"zero":      {func() (*frame.Frame, error) { return f.Rolling(0).Mean(ctx, "x") }, frame.ErrWindow, "Rolling(0): want 1 row or more"},
		"negative":  {func() (*frame.Frame, error) { return frame.RollRows(ctx, f.Rolling(-3), "x", first) }, frame.ErrWindow, "frame.RollRows: bad window: Rolling(-3)"},
		"duration":  {func() (*frame.Frame, error) { return f.RollingTime("t", 0).Mean(ctx, "x") }, frame.ErrWindow, "above 0"},
		"least":     {func() (*frame.Frame, error) { return f.Rolling(2).MinPeriods(3).Mean(ctx, "x") }, frame.ErrWindow, "MinPeriods(3) for windows of 2 rows"},
		"least < 0": {func() (*frame.Frame, error) { return f.Rolling(2).MinPeriods(-1).Mean(ctx, "x") }, frame.ErrWindow, "0 or more"},
		"closed":    {func() (*frame.Frame, error) { return f.Rolling(2).Closed(9).Mean(ctx, "x") }, frame.ErrWindow, "Closed(9)"},
		"expanding": {func() (*frame.Frame, error) { return f.Expanding().Center().Mean(ctx, "x") }, frame.ErrWindow, "Expanding"},
		"nil frame": {func() (*frame.Frame, error) { return (*frame.Frame)(nil).Rolling(2).Mean(ctx, "x") }, frame.ErrNilFrame, "frame.Windows.Mean"},
		"nil func":  {func() (*frame.Frame, error) { return frame.RollRows[int, int](ctx, f.Rolling(2), "x", nil) }, parallel.ErrNilFunc, "RollRows"},
		"column":    {func() (*frame.Frame, error) { return f.Rolling(2).Mean(ctx, "X") }, frame.ErrColumn, `"X"; there are "x"`},
		"text":      {func() (*frame.Frame, error) { return f.Rolling(2).Mean(ctx, "s") }, frame.ErrType, `column "s": wrong type: utf8 has no mean; want numbers`},
		"sum times": {func() (*frame.Frame, error) { return f.Rolling(2).Sum(ctx, "t") }, frame.ErrType, "want numbers"},
		"T":         {func() (*frame.Frame, error) { return frame.RollRows(ctx, f.Rolling(2), "s", first) }, frame.ErrType, `column "s" is utf8`},
		"no time":   {func() (*frame.Frame, error) { return f.RollingTime("x", 5).Mean(ctx, "x") }, frame.ErrType, "takes a timestamp"},
		"order":     {func() (*frame.Frame, error) { return f.RollingTime("t", 5).Mean(ctx, "x") }, frame.ErrOrder, "row 2: column \"t\": not in order"},
		"null time": {func() (*frame.Frame, error) { return f.RollingTime("nt", 5).Mean(ctx, "x") }, frame.ErrNull, "row 1: column \"nt\""},
		"names":     {func() (*frame.Frame, error) { return f.Rolling(2).Mean(ctx, "x", frame.As("a", "b")) }, parallel.ErrOption, "2 names for 1 columns"},
		"option":    {func() (*frame.Frame, error) { return f.Rolling(2).Mean(ctx, "x", frame.SkipNulls(true)) }, parallel.ErrOption, "frame.SkipNulls"},
	} {
		g, err := c.call()
		if g != nil || !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %q", name, err, c.says)
		}
	}
}

func TestRollingTimesAndTypes(t *testing.T) {
	// Days, as Date32, and a window of 36 hours: of whole days only the last.
	f := frameOf(t,
		build(t, "d", arrow.FixedWidthTypes.Date32, []any{"2020-01-01", "2020-01-02", "2020-01-04", "2020-01-05"}),
		build(t, "x", arrow.PrimitiveTypes.Int8, []any{int8(1), int8(2), int8(3), int8(-4)}),
		build(t, "s", arrow.BinaryTypes.String, []any{"a", nil, "c", "d"}),
	)
	g, err := f.RollingTime("d", 36*time.Hour).Sum(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "x", []any{int64(1), int64(3), int64(3), int64(-1)})
	if g, err = f.RollingTime("d", 24*time.Hour).Closed(frame.ClosedBoth).Min(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "x", []any{int8(1), int8(1), int8(3), int8(-4)})
	if g, err = f.Rolling(2).Max(t.Context(), "d"); err != nil || g.Columns()[0].Type().ID() != arrow.DATE32 {
		t.Fatal(g, err)
	}
	if g, err = f.Rolling(2).MinPeriods(1).Count(t.Context(), "s"); err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "s", []any{int64(1), int64(1), int64(1), int64(2)})
	// Text and struct results.
	type ends struct{ First, Last string }
	if g, err = frame.RollRows(t.Context(), f.Rolling(2).MinPeriods(1), "s", func(_ context.Context, x []string) (ends, error) {
		return ends{x[0], x[len(x)-1]}, nil
	}); err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "First", []any{"a", "a", "c", "c"})
	checkCells(t, g, "Last", []any{"a", "a", "c", "d"})
}

// A cell is as long as its windows are; the work on it ends with the context, with
// and without values that are missing.
func TestLongWindowsEndWithTheContext(t *testing.T) {
	const n = 4 * rollCellRows
	ints, floats, gaps := make([]int64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		ints[i], floats[i], gaps[i] = int64(i), float64(i), float64(i)
		if i%5 == 0 {
			gaps[i] = math.NaN()
		}
	}
	f := must(frame.New(must(frame.NewColumn("ints", ints)), must(frame.NewColumn("floats", floats)), must(frame.NewColumn("gaps", gaps))))
	type windowed func(frame.Windows, context.Context, string, ...frame.RowOption) (*frame.Frame, error)
	for name, call := range map[string]windowed{"Sum": frame.Windows.Sum, "Max": frame.Windows.Max, "Min": frame.Windows.Min, "Var": frame.Windows.Var} {
		for _, col := range f.Names() {
			for _, w := range []int{n, n / 2, 10} {
				run := func(ctx context.Context, opts ...parallel.Option) error {
					var o []frame.RowOption
					for _, opt := range opts {
						o = append(o, opt)
					}
					return failureOf(call(f.Rolling(w).MinPeriods(1), ctx, col, o...))
				}
				calltest.EndAtAnyLook(t, fmt.Sprint(name, " of ", col, ", ", w), false, run)
			}
		}
	}
}
