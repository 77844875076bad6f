package frame_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/parallel"
)

func nullable(t testing.TB) *frame.Frame {
	return frameOf(t,
		build(t, "x", arrow.PrimitiveTypes.Float64, []any{1.0, nil, 3.0, nil, 5.0}, 2),
		build(t, "y", arrow.PrimitiveTypes.Int64, []any{int64(10), int64(20), nil, nil, int64(50)}, 3),
		build(t, "z", arrow.PrimitiveTypes.Int64, []any{int64(1), int64(2), int64(3), int64(4), int64(5)}))
}

func TestMapColumnNulls(t *testing.T) {
	f := nullable(t)
	twice := func(_ context.Context, x float64) (float64, error) { return 2 * x, nil }
	orZero := func(_ context.Context, x *float64) (float64, error) {
		if x == nil {
			return 0, nil
		}
		return 2 * *x, nil
	}
	skipped := []any{2.0, nil, 6.0, nil, 10.0}
	filled := []any{2.0, 0.0, 6.0, 0.0, 10.0}

	check := func(g *frame.Frame, err error, want []any, nullable bool) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		checkCells(t, g, "x", want)
		checkCells(t, g, "z", []any{int64(1), int64(2), int64(3), int64(4), int64(5)})
		if g.Columns()[0].Field().Nullable != nullable || strings.Join(g.Names(), " ") != "x y z" {
			t.Fatal(g.Schema())
		}
	}
	g, err := frame.MapColumn(t.Context(), f, "x", twice)
	check(g, err, skipped, true)
	g, err = frame.MapColumn(t.Context(), f, "x", twice, frame.SkipNulls(true))
	check(g, err, skipped, true)
	g, err = frame.MapColumn(t.Context(), f, "x", orZero)
	check(g, err, filled, false)
	g, err = frame.MapColumn(t.Context(), f, "x", orZero, frame.SkipNulls(false))
	check(g, err, filled, false)
	g, err = frame.MapColumn(t.Context(), f, "x", orZero, frame.SkipNulls(true))
	check(g, err, skipped, true)
	g, err = frame.MapColumn(t.Context(), f, "x", func(_ context.Context, x sql.Null[float64]) (*float64, error) {
		if !x.Valid {
			return nil, nil
		}
		x.V *= 2
		return &x.V, nil
	}, frame.SkipNulls(true))
	check(g, err, skipped, true)
	_, err = frame.MapColumn(t.Context(), f, "x", twice, frame.SkipNulls(false))
	if checkRow(t, err, 1); !errors.Is(err, frame.ErrNull) {
		t.Fatal(err)
	}
	// Without nulls, and if none are possible, the result is not nullable.
	g, err = frame.MapColumn(t.Context(), f, "z", func(_ context.Context, z int64) (string, error) { return "z", nil }, frame.As("t"))
	if err != nil || g.Columns()[3].Field().Nullable || strings.Join(g.Names(), " ") != "x y z t" {
		t.Fatal(g, err)
	}
}

// A skipped row is null with zeros below, whatever an earlier block left there, for
// results of every form.
func TestMapColumnSkippedRowsAreZero(t *testing.T) {
	n := 1000
	in := func(i int) any { // the first block has no null
		if i > 300 && i%2 == 0 {
			return nil
		}
		return int64(i)
	}
	f := frameOf(t, build(t, "x", arrow.PrimitiveTypes.Int64, arrowtest.Made(n, in)))
	type out struct {
		V int64
		P *int64
		N frame.Null[int64]
		B bool
		S string
	}
	for _, opts := range configs() {
		g, err := frame.MapColumn(t.Context(), f, "x", func(_ context.Context, x int64) (out, error) {
			return out{x, &x, frame.Null[int64]{V: x, Valid: true}, true, "text"}, nil
		}, opts...)
		if err != nil {
			t.Fatal(err)
		}
		text := func(v any) func(i int) any {
			return func(i int) any {
				if in(i) == nil {
					return nil
				}
				return v
			}
		}
		checkCells(t, g, "V", arrowtest.Made(n, in))
		checkCells(t, g, "P", arrowtest.Made(n, in))
		checkCells(t, g, "N", arrowtest.Made(n, in))
		checkCells(t, g, "B", arrowtest.Made(n, text(true)))
		checkCells(t, g, "S", arrowtest.Made(n, text("text")))
		for k := 1; k <= 3; k++ {
			for i, v := range chunk.Values[int64](memoryOf(g.Columns()[k]).Chunks[0].Bufs[1])[:n] {
				if in(i) == nil && v != 0 {
					t.Fatal(g.Columns()[k].Name(), i, v)
				}
			}
		}
	}
}

func TestMapColumn2Nulls(t *testing.T) {
	f := nullable(t)
	sum := func(_ context.Context, x float64, y int64) (float64, error) { return x + float64(y), nil }
	g, err := frame.MapColumn2(t.Context(), f, "x", "y", sum)
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "result", []any{11.0, nil, nil, nil, 55.0})
	g, err = frame.MapColumn2(t.Context(), f, "x", "y", func(ctx context.Context, x float64, y *int64) (float64, error) {
		if y == nil {
			return -x, nil
		}
		return sum(ctx, x, *y)
	}, frame.As("y"))
	if err != nil || strings.Join(g.Names(), " ") != "x y z" {
		t.Fatal(g, err)
	}
	checkCells(t, g, "y", []any{11.0, nil, -3.0, nil, 55.0})
	var calls atomic.Int32
	_, err = frame.MapColumn2(t.Context(), f, "x", "z", func(_ context.Context, x float64, y int64) (float64, error) {
		calls.Add(1)
		return 0, nil
	}, frame.SkipNulls(false), parallel.Workers(1)) // others may have begun rows above
	if checkRow(t, err, 1); calls.Load() != 1 {
		t.Fatal(calls.Load())
	}
	// The same column twice.
	g, err = frame.MapColumn2(t.Context(), f, "z", "z", func(_ context.Context, a, b int64) (int64, error) { return a * b, nil })
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "result", []any{int64(1), int64(4), int64(9), int64(16), int64(25)})
}

// A struct result makes several columns at once.
func TestMapColumnToStruct(t *testing.T) {
	type parts struct {
		Half float64 `frame:"half"`
		Z    string  `frame:"z"`
	}
	g, err := frame.MapColumn(t.Context(), nullable(t), "x", func(_ context.Context, x float64) (parts, error) { return parts{x / 2, "s"}, nil })
	if err != nil || strings.Join(g.Names(), " ") != "x y z half" {
		t.Fatal(g, err)
	}
	checkCells(t, g, "half", []any{0.5, nil, 1.5, nil, 2.5})
	checkCells(t, g, "z", []any{"s", nil, "s", nil, "s"})
}

func TestMapColumnFailsAtLowestRow(t *testing.T) {
	n := 200
	f := frameOf(t, build(t, "x", arrow.PrimitiveTypes.Int64, arrowtest.Made(n, arrowtest.Every(3, func(i int) any { return int64(i) }))))
	for _, way := range failures {
		for _, opts := range configs() {
			for _, bad := range []int{1, 64, 65, 128, 199} {
				_, err := frame.MapColumn(t.Context(), f, "x", func(_ context.Context, x int64) (int64, error) {
					if int(x) >= bad {
						return 0, way.fail()
					}
					return x, nil
				}, opts...)
				if checkRow(t, err, bad); !way.is(err) {
					t.Fatal(err)
				}
			}
		}
	}
}

func TestMapColumnBadInput(t *testing.T) {
	ctx := t.Context()
	f := nullable(t)
	id := func(_ context.Context, x float64) (float64, error) { return x, nil }
	sum := func(_ context.Context, x, y float64) (float64, error) { return x + y, nil }
	type two struct{ A, B float64 }
	withResult, err := f.Rename("z", "result")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		call func() (*frame.Frame, error)
		is   error
		says string
	}{
		"nil frame":    {func() (*frame.Frame, error) { return frame.MapColumn(ctx, nil, "x", id) }, frame.ErrNilFrame, "frame.MapColumn: nil frame"},
		"nil function": {func() (*frame.Frame, error) { return frame.MapColumn[int, int](ctx, f, "x", nil) }, parallel.ErrNilFunc, "frame.MapColumn: nil function"},
		"nil second":   {func() (*frame.Frame, error) { return frame.MapColumn2[int, int, int](ctx, f, "x", "y", nil) }, parallel.ErrNilFunc, "frame.MapColumn2: nil function"},
		"unknown":      {func() (*frame.Frame, error) { return frame.MapColumn(ctx, f, "X", id) }, frame.ErrColumn, `no such column: "X"`},
		"two unknown":  {func() (*frame.Frame, error) { return frame.MapColumn2(ctx, f, "p", "q", sum) }, frame.ErrColumn, `no such column: "q"`},
		"wrong type": {func() (*frame.Frame, error) {
			return frame.MapColumn(ctx, f, "x", func(context.Context, string) (int, error) { return 0, nil })
		}, frame.ErrType, `string, but column "x" is float64; fitting: float64`},
		"struct": {func() (*frame.Frame, error) {
			return frame.MapColumn(ctx, f, "x", func(context.Context, two) (int, error) { return 0, nil })
		}, frame.ErrType, "MapRows"},
		"struct 2": {func() (*frame.Frame, error) {
			return frame.MapColumn2(ctx, f, "x", "y", func(context.Context, two, int) (int, error) { return 0, nil })
		}, frame.ErrType, "MapRows"},
		"func": {func() (*frame.Frame, error) {
			return frame.MapColumn2(ctx, f, "x", "y", func(context.Context, func(), int) (int, error) { return 0, nil })
		}, frame.ErrType, "func()"},
		"result there": {func() (*frame.Frame, error) { return frame.MapColumn2(ctx, withResult, "x", "x", sum) }, frame.ErrName, "frame.As"},
		"names":        {func() (*frame.Frame, error) { return frame.MapColumn(ctx, f, "x", id, frame.As("a", "b")) }, parallel.ErrOption, "2 names for 1 columns"},
	} {
		g, err := c.call()
		if g != nil || !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "frame.MapColumn") {
			t.Errorf("%s: %v, %v; want %q", name, g, err, c.says)
		}
	}
}

func TestMapColumnNoRows(t *testing.T) {
	f := nullable(t).Head(0)
	g, err := frame.MapColumn(t.Context(), f, "x", func(context.Context, float64) (string, error) {
		t.Error("called")
		return "", nil
	})
	if err != nil || g.NumRows() != 0 || g.Schema().Field(0).Type.ID() != arrow.STRING {
		t.Fatal(g, err)
	}
}
