package frame_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// halfOfEven keeps the even numbers of column "i" and adds a column with their halves: it
// returns fewer rows than it receives.
func halfOfEven(t testing.TB, f *frame.Frame) (*frame.Frame, error) {
	c, err := f.Column("i")
	if err != nil {
		return nil, err
	}
	var kept []int64
	for _, v := range cells(c) {
		if v.(int64)%2 == 0 {
			kept = append(kept, v.(int64)/2)
		}
	}
	col, err := frame.NewColumn("half", kept)
	if err != nil {
		return nil, err
	}
	return frame.New(col)
}

func TestApplySameAsLoop(t *testing.T) {
	for _, n := range matrixSizes {
		f := countTo(t, n)
		var want []any
		for i := 0; i < n; i += 2 {
			want = append(want, int64(i/2))
		}
		for _, workers := range matrixWorkers {
			for _, parts := range []int{0, 1, 2, 3, 7, n, n + 1} {
				opts := []frame.PartOption{parallel.Workers(workers)}
				if parts > 0 && (parts < 100 || workers == 3 && n < 5000) {
					opts = append(opts, parallel.Partitions(parts))
				}
				got, err := frame.Apply(t.Context(), f, func(_ context.Context, p *frame.Frame) (*frame.Frame, error) { return halfOfEven(t, p) }, opts...)
				if err != nil {
					t.Fatal(n, opts, err)
				}
				checkCells(t, got, "half", want)
				same, err := frame.Apply(t.Context(), f, func(_ context.Context, p *frame.Frame) (*frame.Frame, error) { return p, nil }, opts...)
				if err != nil || !same.Equal(f) {
					t.Fatal(n, opts, err)
				}
			}
		}
	}
}

// Partitions are split as by parallel.Split, and each is seen once, in any order and on
// any number of workers. Only an empty frame has an empty partition.
func TestApplyIndexedPartitions(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 64, 1000} {
		f := countTo(t, n)
		for _, ask := range []int{0, 1, 2, 3, 8, 2000} {
			want := max(min(ask, n), 1)
			var opts []frame.PartOption
			if ask > 0 {
				opts = append(opts, parallel.Partitions(ask))
			} else {
				want = max(min(runtime.GOMAXPROCS(0), n), 1)
			}
			for _, workers := range []int{1, 8} {
				seen := make([]atomic.Int32, want)
				_, err := frame.ApplyIndexed(t.Context(), f, func(_ context.Context, p frame.Partition, g *frame.Frame) (*frame.Frame, error) {
					seen[p.Index].Add(1)
					lo, hi := engine.Split(n, want, p.Index)
					if p.Count != want || p.Row != lo || g.NumRows() != hi-lo {
						t.Errorf("%+v with %d rows, want rows %d to %d of %d partitions", p, g.NumRows(), lo, hi, want)
					}
					for i, v := range cells(g.Columns()[0]) {
						if v != int64(p.Row+i) {
							t.Errorf("%+v row %d: %v", p, i, v)
						}
					}
					return g, nil
				}, append(opts, parallel.Workers(workers))...)
				if err != nil {
					t.Fatal(err)
				}
				for k := range seen {
					if seen[k].Load() != 1 {
						t.Fatalf("partition %d of %d seen %d times", k, want, seen[k].Load())
					}
				}
			}
		}
	}
}

func TestApplyFailsAtLowestPartition(t *testing.T) {
	f := countTo(t, 100)
	for _, way := range failures {
		for _, workers := range []int{1, 2, 8} {
			for bad := range 10 {
				_, err := frame.ApplyIndexed(t.Context(), f, func(_ context.Context, p frame.Partition, g *frame.Frame) (*frame.Frame, error) {
					if p.Index >= bad {
						return nil, way.fail()
					}
					return g, nil
				}, parallel.Partitions(10), parallel.Workers(workers))
				e, ok := errors.AsType[*parallel.RowError](err)
				if !ok || e.Row != bad*10 || e.Partition != bad || !way.is(err) {
					t.Fatalf("%s: %v, want row %d, partition %d", way.name, err, bad*10, bad)
				}
			}
		}
	}
}

func TestApplySerialRunsOnCaller(t *testing.T) {
	id := func() string {
		buf := make([]byte, 64)
		return strings.Fields(string(buf[:runtime.Stack(buf, false)]))[1]
	}
	caller, last := id(), -1
	_, err := frame.ApplyIndexed(t.Context(), countTo(t, 10), func(_ context.Context, p frame.Partition, g *frame.Frame) (*frame.Frame, error) {
		if id() != caller || p.Index != last+1 {
			t.Errorf("partition %d after %d on goroutine %s, not %s", p.Index, last, id(), caller)
		}
		last = p.Index
		return g, nil
	}, parallel.Serial(), parallel.Partitions(4))
	if err != nil {
		t.Fatal(err)
	}
}

func TestApplySkips(t *testing.T) {
	f := countTo(t, 10)
	skipOdd := func(_ context.Context, p frame.Partition, g *frame.Frame) (*frame.Frame, error) {
		if p.Index%2 == 1 {
			return nil, fmt.Errorf("not this one: %w", frame.SkipPartition)
		}
		return g, nil
	}
	got, err := frame.ApplyIndexed(t.Context(), f, skipOdd, parallel.Partitions(5))
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, got, "i", []any{int64(0), int64(1), int64(4), int64(5), int64(8), int64(9)})

	all := func(context.Context, *frame.Frame) (*frame.Frame, error) { return nil, frame.SkipPartition }
	if _, err := frame.Apply(t.Context(), f, all); err == nil || !strings.Contains(err.Error(), "frame.OutSchema") {
		t.Fatal(err)
	}
	schema := arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.BinaryTypes.String}}, nil)
	got, err = frame.Apply(t.Context(), f, all, frame.OutSchema(schema))
	if err != nil || got.NumRows() != 0 || !got.Schema().Equal(schema) {
		t.Fatal(got, err)
	}
}

func TestApplyOutSchema(t *testing.T) {
	f := countTo(t, 4)
	run := func(typ arrow.DataType, name string) (*frame.Frame, error) {
		schema := arrow.NewSchema([]arrow.Field{{Name: name, Type: typ, Nullable: true}}, nil)
		return frame.Apply(t.Context(), f, func(_ context.Context, g *frame.Frame) (*frame.Frame, error) { return g, nil }, frame.OutSchema(schema), parallel.Partitions(2))
	}
	got, err := run(arrow.PrimitiveTypes.Int64, "i")
	if err != nil || !got.Columns()[0].Field().Nullable {
		t.Fatal(got, err)
	}
	checkCells(t, got, "i", []any{int64(0), int64(1), int64(2), int64(3)})
	for _, c := range []struct {
		typ  arrow.DataType
		name string
		says []string
	}{
		{arrow.PrimitiveTypes.Int32, "i", []string{"frame.Apply: partition 0", `column "i"`, "int64", "int32"}},
		{arrow.BinaryTypes.String, "i", []string{"frame.Apply: partition 0", `column "i"`, "int64", "utf8"}},
		{arrow.PrimitiveTypes.Int64, "j", []string{"frame.Apply: partition 0", `"i" (int64) is not in OutSchema`}},
	} {
		_, err := run(c.typ, c.name)
		for _, s := range c.says {
			if err == nil || !strings.Contains(err.Error(), s) {
				t.Errorf("%v lacks %q", err, s)
			}
		}
	}
}

func TestApplyPartitionsDisagree(t *testing.T) {
	_, err := frame.ApplyIndexed(t.Context(), countTo(t, 4), func(_ context.Context, p frame.Partition, g *frame.Frame) (*frame.Frame, error) {
		if p.Index == 2 {
			c, err := frame.NewColumn("i", []string{"x"})
			if err != nil {
				return nil, err
			}
			return frame.New(c)
		}
		return g, nil
	}, parallel.Partitions(4))
	for _, s := range []string{"frame.ApplyIndexed", "partition 2", `"i"`, "int64", "utf8"} {
		if err == nil || !strings.Contains(err.Error(), s) {
			t.Errorf("%v lacks %q", err, s)
		}
	}
}

func TestApplyBadInput(t *testing.T) {
	ctx := t.Context()
	f := countTo(t, 10)
	id := func(_ context.Context, g *frame.Frame) (*frame.Frame, error) { return g, nil }
	cases := []struct {
		name string
		call func() (*frame.Frame, error)
		is   error
		says string
	}{
		{"nil frame", func() (*frame.Frame, error) { return frame.Apply(ctx, nil, id) }, frame.ErrNilFrame, "frame.Apply: nil frame"},
		{"nil function", func() (*frame.Frame, error) { return frame.Apply(ctx, f, nil) }, parallel.ErrNilFunc, "frame.Apply: nil function"},
		{"nil indexed", func() (*frame.Frame, error) { return frame.ApplyIndexed(ctx, f, nil) }, parallel.ErrNilFunc, "frame.ApplyIndexed: nil function"},
		{"partitions", func() (*frame.Frame, error) { return frame.Apply(ctx, f, id, parallel.Partitions(0)) }, parallel.ErrOption, "Partitions(0)"},
		{"schema", func() (*frame.Frame, error) { return frame.Apply(ctx, f, id, frame.OutSchema(nil)) }, parallel.ErrOption, "OutSchema(nil)"},
		{"nil result", func() (*frame.Frame, error) {
			return frame.Apply(ctx, f, func(_ context.Context, g *frame.Frame) (*frame.Frame, error) {
				if v := cells(g.Columns()[0]); v[0] == int64(5) {
					return nil, nil
				}
				return g, nil
			}, parallel.Partitions(2))
		}, frame.ErrNilFrame, "row 5 (partition 1): nil frame from the function: return a frame, or frame.SkipPartition"},
		{"both", func() (*frame.Frame, error) {
			return frame.Apply(ctx, f, func(_ context.Context, g *frame.Frame) (*frame.Frame, error) { return g, frame.SkipPartition })
		}, nil, "a frame and SkipPartition"},
		{"fewer rows", func() (*frame.Frame, error) {
			return frame.Apply(ctx, f, func(_ context.Context, g *frame.Frame) (*frame.Frame, error) { return g.Head(3), nil }, frame.KeepRows(), parallel.Partitions(2))
		}, frame.ErrLength, "row 0 (partition 0): wrong length: 5 rows went in and 3 came back"},
		{"more rows", func() (*frame.Frame, error) {
			return frame.Apply(ctx, f, func(_ context.Context, g *frame.Frame) (*frame.Frame, error) { return frame.Concat(g, g.Head(1)) }, frame.KeepRows(), parallel.Partitions(2))
		}, frame.ErrLength, "row 0 (partition 0): wrong length: 5 rows went in and 6 came back"},
		{"skipped rows", func() (*frame.Frame, error) {
			return frame.Apply(ctx, f, func(_ context.Context, g *frame.Frame) (*frame.Frame, error) { return nil, frame.SkipPartition }, frame.KeepRows(), parallel.Partitions(2))
		}, frame.ErrLength, "SkipPartition, but KeepRows"},
	}
	for _, c := range cases {
		g, err := c.call()
		if g != nil || err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, %v; want %q", c.name, g, err, c.says)
		}
	}
	if g, err := frame.Apply(ctx, f, id, frame.KeepRows(), parallel.Partitions(3)); err != nil || !g.Equal(f) {
		t.Error(g, err)
	}
}

func TestApplyCanceled(t *testing.T) {
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	var calls atomic.Int32
	_, err := frame.Apply(ctx, countTo(t, 1000), func(_ context.Context, g *frame.Frame) (*frame.Frame, error) {
		if calls.Add(1) == 3 {
			cancel(why)
		}
		return g, nil
	}, parallel.Partitions(1000), parallel.Workers(2))
	if !errors.Is(err, why) || calls.Load() > 10 {
		t.Fatal(err, calls.Load())
	}
}

// A partition function may call the library.
func TestApplyNested(t *testing.T) {
	f := countTo(t, 1000)
	got, err := frame.Apply(t.Context(), f, func(ctx context.Context, g *frame.Frame) (*frame.Frame, error) {
		return frame.MapRows(ctx, g, func(_ context.Context, i int64) (int64, error) { return i + 1, nil }, parallel.Workers(1))
	}, parallel.Workers(1), parallel.Partitions(3))
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, got, "result", arrowtest.Made(1000, func(i int) any { return int64(i + 1) }))
}

// OutSchema widens what a partition returns, and adds missing columns.
func TestApplyOutSchemaWidens(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "n", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "s", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil)
	got, err := frame.ApplyIndexed(t.Context(), countTo(t, 6), func(ctx context.Context, p frame.Partition, g *frame.Frame) (*frame.Frame, error) {
		switch p.Index {
		case 0:
			return frame.FromStructs(ctx, []struct {
				N int16 `frame:"n"`
			}{{1}, {2}})
		case 1:
			return nil, frame.SkipPartition
		}
		return frame.FromStructs(ctx, []struct {
			S string `frame:"s"`
			N *int64 `frame:"n"`
		}{{"x", nil}})
	}, frame.OutSchema(schema), parallel.Partitions(3))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range got.Schema().Fields() {
		if want := schema.Field(i); f.Name != want.Name || !arrow.TypeEqual(f.Type, want.Type) {
			t.Fatal(got.Schema())
		}
	}
	checkCells(t, got, "n", []any{int64(1), int64(2), nil})
	checkCells(t, got, "s", []any{nil, nil, "x"})
}
