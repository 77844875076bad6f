package frame_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

// countTo returns a frame of one int64 column "i": 0, 1, 2 …
func countTo(t testing.TB, n int) *frame.Frame {
	return frameOf(t, build(t, "i", arrow.PrimitiveTypes.Int64, arrowtest.Made(n, func(i int) any { return int64(i) }), arrowtest.Ends(n, 1)...))
}

var errOdd = errors.New("odd")

// failures are ways for a row to fail, with the expected error.
var failures = []struct {
	name string
	fail func() error
	is   func(err error) bool
}{
	{"error", func() error { return errOdd }, func(err error) bool { return errors.Is(err, errOdd) }},
	{"panic", func() error { panic(errOdd) }, func(err error) bool {
		p, ok := errors.AsType[*parallel.PanicError](err)
		return ok && errors.Is(err, errOdd) && len(p.Stack) > 0
	}},
	{"panic nil", func() error { panic(nil) }, func(err error) bool {
		_, ok := errors.AsType[*parallel.PanicError](err)
		return ok
	}},
	{"goexit", func() error { runtime.Goexit(); return nil }, func(err error) bool { return errors.Is(err, parallel.ErrGoexit) }},
}

// configs returns the widths and chunk sizes for tests of failures.
func configs() (all [][]frame.RowOption) {
	for _, size := range []int{0, 1, 7, 64, 100} {
		for _, workers := range []int{1, 3, 8} {
			opts := []frame.RowOption{parallel.Workers(workers)}
			if size > 0 {
				opts = append(opts, parallel.ChunkSize(size))
			}
			all = append(all, opts)
		}
	}
	return all
}

func checkRow(t *testing.T, err error, row int) {
	t.Helper()
	e, ok := errors.AsType[*parallel.RowError](err)
	if !ok || e.Row != row {
		t.Fatalf("got %v, want a RowError of row %d", err, row)
	}
}

// A row fails, and with it every third row after it: the first one's error is returned,
// and every row before it was seen once.
func TestMapRowsFailsAtLowestRow(t *testing.T) {
	const n = 300
	f := countTo(t, n)
	for _, way := range failures {
		for _, opts := range configs() {
			for _, bad := range []int{0, 1, 63, 64, 65, 127, 255, 256, 257, 298, 299} {
				var calls [n]atomic.Int32
				_, err := frame.MapRows(t.Context(), f, func(_ context.Context, i int64) (int64, error) {
					calls[i].Add(1)
					if int(i) >= bad && (int(i)-bad)%3 == 0 {
						return 0, way.fail()
					}
					return i, nil
				}, opts...)
				checkRow(t, err, bad)
				if !way.is(err) {
					t.Fatalf("%s: %v", way.name, err)
				}
				for i := range n {
					if c := calls[i].Load(); c > 1 || c == 0 && i <= bad {
						t.Fatalf("%s %v: row %d called %d times, failure at %d", way.name, opts, i, c, bad)
					}
				}
			}
		}
	}
}

// A null that the field cannot hold fails after the function ran on the rows before it,
// and an error of an earlier row takes precedence.
func TestMapRowsNullForPlainField(t *testing.T) {
	const n = 300
	for _, bad := range []int{0, 1, 63, 64, 65, 200, 255, 256, 299} {
		f := frameOf(t,
			build(t, "x", arrow.PrimitiveTypes.Float64, arrowtest.Made(n, func(i int) any {
				if i >= bad {
					return nil
				}
				return float64(i)
			}), 40, 70, 250),
			build(t, "y", arrow.PrimitiveTypes.Int64, arrowtest.Made(n, func(i int) any { return int64(i) }), 100))
		type row struct {
			X float64 `frame:"x"`
			Y int64   `frame:"y"`
		}
		for _, opts := range configs() {
			var seen atomic.Int64
			_, err := frame.MapRows(t.Context(), f, func(_ context.Context, r row) (float64, error) {
				if r.X != float64(r.Y) {
					t.Errorf("row %d: %v", r.Y, r.X)
				}
				seen.Add(1)
				return r.X, nil
			}, opts...)
			checkRow(t, err, bad)
			if !errors.Is(err, frame.ErrNull) || int(seen.Load()) != bad {
				t.Fatalf("%v: %v after %d calls, want %d", opts, err, seen.Load(), bad)
			}
			for _, part := range []string{`column "x"`, "field X is float64", "*float64", "sql.Null[float64]", "frame.Null[float64]"} {
				if !strings.Contains(err.Error(), part) {
					t.Fatalf("%v lacks %q", err, part)
				}
			}
			if bad > 0 {
				_, err = frame.MapRows(t.Context(), f, func(_ context.Context, r row) (float64, error) {
					if int(r.Y) == bad-1 {
						return 0, errOdd
					}
					return r.X, nil
				}, opts...)
				checkRow(t, err, bad-1)
			}
		}
	}
}

func TestMapRowsIntegerThatFloatCannotHold(t *testing.T) {
	cells := []any{int64(1), int64(1 << 53), int64(-1 << 53), int64(-1 << 63), int64(1<<60 + 1<<8), int64(1<<53 + 1), int64(7)}
	f := frameOf(t, build(t, "x", arrow.PrimitiveTypes.Int64, cells))
	_, err := frame.MapRows(t.Context(), f, func(_ context.Context, x float64) (float64, error) { return x, nil })
	checkRow(t, err, 5)
	if !errors.Is(err, frame.ErrValue) || !strings.Contains(err.Error(), `column "x"`) || !strings.Contains(err.Error(), "9007199254740993") {
		t.Fatal(err)
	}
	g, err := frame.MapRows(t.Context(), f.Head(5), func(_ context.Context, x float64) (int64, error) { return int64(x), nil })
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "result", cells[:5])
}

// A time that no column can hold is the error of its row, even if a later row of the same
// block also fails.
func TestMapRowsTimeOutOfRange(t *testing.T) {
	f := countTo(t, 100)
	first, last := time.Unix(0, -1<<63), time.Unix(0, 1<<63-1)
	for _, bad := range []time.Time{{}, first.Add(-1), last.Add(1)} {
		for _, opts := range configs() {
			_, err := frame.MapRows(t.Context(), f, func(_ context.Context, i int64) (time.Time, error) {
				if i > 70 {
					panic("later")
				}
				if i >= 66 {
					return bad, nil
				}
				return last, nil
			}, opts...)
			checkRow(t, err, 66)
			if !errors.Is(err, frame.ErrValue) || strings.Contains(err.Error(), "*time.Time") != bad.IsZero() {
				t.Fatal(err)
			}
		}
	}
	g, err := frame.MapRows(t.Context(), f, func(_ context.Context, i int64) (*time.Time, error) {
		return []*time.Time{nil, &first, &last}[i%3], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "result", arrowtest.Made(100, func(i int) any { return []any{nil, first.UTC(), last.UTC()}[i%3] }))
}

func TestMapRowsNoRows(t *testing.T) {
	type out struct {
		A int32
		B *string
		C []byte
		D bool
		E frame.Null[time.Time]
	}
	g, err := frame.MapRows(t.Context(), countTo(t, 0), func(context.Context, int64) (out, error) {
		t.Error("called")
		return out{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := arrow.NewSchema([]arrow.Field{
		{Name: "A", Type: arrow.PrimitiveTypes.Int32},
		{Name: "B", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "C", Type: arrow.BinaryTypes.Binary},
		{Name: "D", Type: arrow.FixedWidthTypes.Boolean},
		{Name: "E", Type: &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}, Nullable: true},
	}, nil)
	if g.NumRows() != 0 || !g.Schema().Equal(want) {
		t.Fatalf("%d rows of %v", g.NumRows(), g.Schema())
	}
	for _, c := range g.Memory() {
		for _, ch := range c.Chunks {
			if a := ch.Array(); a.Len() != 0 {
				t.Fatal(a)
			}
		}
	}
}

// A struct without fields reads nothing, and as a result makes no columns.
func TestMapRowsEmptyStructs(t *testing.T) {
	var calls atomic.Int64
	g, err := frame.MapRows(t.Context(), countTo(t, 1000), func(context.Context, struct{}) (struct{}, error) {
		calls.Add(1)
		return struct{}{}, nil
	})
	if err != nil || g.NumRows() != 1000 || g.NumCols() != 0 || calls.Load() != 1000 {
		t.Fatal(g, err, calls.Load())
	}
}

func TestMapRowsCanceled(t *testing.T) {
	why := errors.New("enough")
	for _, opts := range [][]frame.RowOption{nil, {parallel.ChunkSize(1 << 30)}, {parallel.Serial()}, {parallel.Partitions(2)}} {
		ctx, cancel := context.WithCancelCause(t.Context())
		var calls atomic.Int64
		_, err := frame.MapRows(ctx, countTo(t, 200_000), func(_ context.Context, i int64) (int64, error) {
			if calls.Add(1) == 3000 {
				cancel(why)
			}
			return i, nil
		}, opts...)
		if !errors.Is(err, why) || calls.Load() == 200_000 {
			t.Fatalf("%v: %v after %d calls", opts, err, calls.Load())
		}
	}
}

func TestMapRowsBadInput(t *testing.T) {
	ctx := t.Context()
	f := frameOf(t,
		build(t, "dep_delay", arrow.PrimitiveTypes.Int16, []any{int16(1)}),
		build(t, "carrier", arrow.BinaryTypes.String, []any{"UA"}),
		build(t, "route", arrow.ListOf(arrow.BinaryTypes.String), []any{`["a"]`}))
	type typos struct {
		DepDelay int16
		Carier   string `frame:"Carrier"`
		Nothing  int    `frame:"nothing"`
	}
	type wrong struct {
		Delay   int8     `frame:"dep_delay"`
		Carrier *float64 `frame:"carrier"`
		Route   string   `frame:"route"`
	}
	cases := []struct {
		name string
		call func() (*frame.Frame, error)
		is   error
		says []string
	}{
		{"nil frame", func() (*frame.Frame, error) {
			return frame.MapRows(ctx, nil, func(context.Context, int) (int, error) { return 0, nil })
		}, frame.ErrNilFrame, []string{"frame.MapRows: nil frame"}},
		{"nil function", func() (*frame.Frame, error) {
			return frame.MapRows[int, int](ctx, f, nil)
		}, parallel.ErrNilFunc, []string{"frame.MapRows: nil function"}},
		{"option", func() (*frame.Frame, error) {
			return frame.MapRows(ctx, f, func(context.Context, typos) (int, error) { return 0, nil }, parallel.Workers(0))
		}, parallel.ErrOption, []string{"frame.MapRows", "Workers(0)"}},
		{"foreign option", func() (*frame.Frame, error) {
			return frame.MapRows(ctx, f, func(context.Context, typos) (int, error) { return 0, nil }, frame.SkipNulls(true))
		}, parallel.ErrOption, []string{"frame.MapRows", "frame.SkipNulls"}},
		{"columns", func() (*frame.Frame, error) {
			return frame.MapRows(ctx, f, func(context.Context, typos) (int, error) { return 0, nil })
		}, frame.ErrColumn, []string{
			"frame.MapRows: frame_test.typos:",
			`field DepDelay (int16): no such column: "DepDelay"; there are "dep_delay", `, "; tag it `frame:\"dep_delay\"`",
			`field Carier (string): no such column: "Carrier"; there are "carrier", `, "; tag it `frame:\"carrier\"`",
			`field Nothing (int): no such column: "nothing"; there are "carrier", "route", "dep_delay"`,
		}},
		{"types", func() (*frame.Frame, error) {
			return frame.MapRows(ctx, f, func(context.Context, wrong) (int, error) { return 0, nil })
		}, frame.ErrType, []string{
			`field Delay: wrong type: int8, but column "dep_delay" is int16; fitting: int16, int32, int64, float32, float64, and *T or Null[T] of these`,
			`field Carrier: wrong type: *float64, but column "carrier" is utf8; fitting: string, []byte`,
			`field Route: wrong type: string, but column "route" is list<item: utf8, nullable>; fitting: a slice`,
		}},
		{"scalar of many columns", func() (*frame.Frame, error) {
			return frame.MapRows(ctx, f, func(context.Context, string) (int, error) { return 0, nil })
		}, frame.ErrType, []string{"string takes a frame of one column, and this one has 3"}},
		{"scalar of wrong type", func() (*frame.Frame, error) {
			g, _ := f.Select("carrier")
			return frame.MapRows(ctx, g, func(context.Context, float64) (int, error) { return 0, nil })
		}, frame.ErrType, []string{`the value: wrong type: float64, but column "carrier" is utf8`}},
		{"result", func() (*frame.Frame, error) {
			return frame.MapRows(ctx, f, func(context.Context, struct{}) (map[string]int, error) { return nil, nil })
		}, frame.ErrType, []string{"result: ", "map[string]int"}},
		{"names", func() (*frame.Frame, error) {
			return frame.MapRows(ctx, f, func(context.Context, struct{}) (int, error) { return 0, nil }, frame.As("a", "b"))
		}, parallel.ErrOption, []string{`As["a" "b"]: 2 names for 1 columns of int`}},
		{"empty name", func() (*frame.Frame, error) {
			return frame.MapRows(ctx, f, func(context.Context, struct{}) (int, error) { return 0, nil }, frame.As(""))
		}, parallel.ErrOption, []string{"empty or repeated name"}},
	}
	for _, c := range cases {
		g, err := c.call()
		if g != nil || !errors.Is(err, c.is) {
			t.Errorf("%s: %v, %v; want %v", c.name, g, err, c.is)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%s: %v\nlacks %s", c.name, err, s)
			}
		}
	}
}

// The number of allocations does not depend on the number of rows.
func TestMapRowsAllocations(t *testing.T) {
	type row struct {
		I *int64             `frame:"i"`
		S string             `frame:"s"`
		N frame.Null[string] `frame:"ns"`
	}
	type out struct {
		S string
		N frame.Null[string]
		F float64
		B *bool
	}
	yes := true
	count := func(n int) float64 {
		f := newMatrixInput(t, n).frame
		return testing.AllocsPerRun(5, func() {
			_, err := frame.MapRows(t.Context(), f, func(_ context.Context, r row) (out, error) {
				return out{r.S, r.N, float64(*r.I), &yes}, nil
			}, parallel.Workers(1), parallel.ChunkSize(512))
			if err != nil {
				t.Fatal(err)
			}
		})
	}
	few, many := count(1000), count(50_000)
	if many > few+30 {
		t.Fatalf("%.0f allocations for 1,000 rows, %.0f for 50,000", few, many)
	}
}

func TestAsRenames(t *testing.T) {
	type out struct{ A, B int }
	g, err := frame.MapRows(t.Context(), countTo(t, 3), func(_ context.Context, i int64) (out, error) { return out{int(i), int(-i)}, nil }, frame.As("x", "y"))
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "x", []any{int64(0), int64(1), int64(2)})
	checkCells(t, g, "y", []any{int64(0), int64(-1), int64(-2)})
	if _, err := frame.MapRows(t.Context(), countTo(t, 3), func(_ context.Context, i int64) (out, error) { return out{}, nil }, frame.As("x", "x")); !errors.Is(err, parallel.ErrOption) {
		t.Fatal(err)
	}
}

// Strings that a function keeps are still correct after the call.
func TestMapRowsKeptStrings(t *testing.T) {
	in := newMatrixInput(t, 1000)
	kept := make([]string, 1000)
	type row struct {
		I int64  `frame:"i"`
		S string `frame:"s"`
	}
	_, err := frame.MapRows(t.Context(), in.frame, func(_ context.Context, r row) (bool, error) {
		kept[(r.I+500)/7919] = r.S
		return true, nil
	}, parallel.ChunkSize(10))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range kept {
		if s != in.cols["s"][i] {
			t.Fatal(fmt.Sprint(i), s, in.cols["s"][i])
		}
	}
}
