package frame_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

// This file tests what happens to values in every kind of function.

// The bytes are the same for every number of partitions, even more than rows, and of
// workers.
func TestSameBytesForAllPartitions(t *testing.T) {
	for _, n := range []int{0, 1, 2, 9} {
		in := newMatrixInput(t, n)
		ops := slices.Clip(rowOps)
		var own []rowOp // without a function to cut rows for
		for name, call := range rollCalls {
			own = append(own, rowOp{name: "Rolling " + name, run: func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
				return call(f.Rolling(4).MinPeriods(1), ctx, "nf", opts...)
			}})
		}
		for name, call := range map[string]cumCall{
			"CumSum": (*frame.Frame).CumSum, "CumMin": (*frame.Frame).CumMin, "CumMax": (*frame.Frame).CumMax, "CumProd": (*frame.Frame).CumProd,
		} {
			own = append(own, rowOp{name: name, run: func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
				return call(f, ctx, "nf", opts...)
			}})
		}
		for name, windows := range map[string]func(f *frame.Frame) frame.Windows{
			"rows":   func(f *frame.Frame) frame.Windows { return f.Rolling(3).MinPeriods(1) },
			"all":    (*frame.Frame).Expanding,
			"groups": func(f *frame.Frame) frame.Windows { return must(f.GroupBy("b")).Rolling(2) },
		} {
			ops = append(ops, rowOp{name: "RollRows " + name, run: func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
				return frame.RollRows(ctx, windows(f), "ns", func(_ context.Context, x []string) (string, error) { return fmt.Sprint(x), nil }, opts...)
			}})
		}
		own = append(own, rowOp{name: "Scan", run: func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
			return frame.Scan(ctx, f, "ns", "", func(a, b string) string { return a + b }, opts...)
		}})
		for i, op := range append(ops, own...) {
			first, err := op.run(t.Context(), in.frame, parallel.Serial())
			if err != nil {
				t.Fatal(op.name, err)
			}
			for parts := 1; parts <= n+1; parts++ {
				for _, workers := range []int{1, 2, 3, 8} {
					opts := []frame.RowOption{parallel.Workers(workers)}
					if i < len(ops) {
						opts = append(opts, parallel.Partitions(parts))
					}
					got, err := op.run(t.Context(), in.frame, opts...)
					if err != nil {
						t.Fatal(op.name, err)
					}
					checkLayout(t, got, first)
				}
			}
		}
	}
}

// A partition may return a single row.
func TestApplyOneRowPerPartition(t *testing.T) {
	got, err := frame.Apply(t.Context(), countTo(t, 10), func(ctx context.Context, p *frame.Frame) (*frame.Frame, error) {
		sum, err := p.Columns()[0].Sum(ctx)
		if err != nil {
			return nil, err
		}
		return frame.New(must(frame.NewColumn("sum", []int64{sum.(int64)})))
	}, parallel.Partitions(3))
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, got, "sum", []any{int64(0 + 1 + 2 + 3), int64(4 + 5 + 6), int64(7 + 8 + 9)})
}

// Integers beside nulls stay integers, even those that no float holds.
func TestIntegersBesideNulls(t *testing.T) {
	ctx := t.Context()
	const big = int64(1<<53 + 1)
	cells := []any{nil, big, nil, -big, big + 2}
	f := frameOf(t, build(t, "x", arrow.PrimitiveTypes.Int64, cells, 2), col(t, "k", []string{"a", "a", "b", "b", "b"}))
	g := must(f.GroupBy("k"))
	type row struct {
		X *int64 `frame:"x"`
	}
	for name, c := range map[string]struct {
		got  *frame.Frame
		col  string
		want []any
	}{
		"MapRows":    {must(frame.MapRows(ctx, f, func(_ context.Context, r row) (row, error) { return r, nil })), "x", cells},
		"MapColumn":  {must(frame.MapColumn(ctx, f, "x", func(_ context.Context, x int64) (int64, error) { return x, nil })), "x", cells},
		"FilterRows": {must(frame.FilterRows(ctx, f, func(_ context.Context, r row) (bool, error) { return true, nil })), "x", cells},
		"Concat":     {must(frame.Concat(f, f)), "x", append(cells[:5:5], cells...)},
		"Sort":       {must(f.Sort(ctx, []frame.Key{frame.Asc("x")})), "x", []any{-big, big, big + 2, nil, nil}},
		"Join":       {must(must(f.Select("k")).Head(1).Join(ctx, must(f.Rename("x", "y")), frame.JoinOptions{Kind: frame.LeftJoin, Keys: []string{"k"}})), "y", []any{nil, big}},
		"Agg":        {must(g.Agg(ctx, frame.Sum("x").As("s"), frame.Min("x"), frame.Max("x"), frame.First("x"), frame.Last("x"))), "s", []any{big, int64(2)}},
		"Transform":  {must(frame.TransformGroups(ctx, g, func(_ context.Context, f *frame.Frame) (*frame.Frame, error) { return f, nil })), "x", cells},
		"CumSum":     {must(f.CumSum(ctx, "x")), "x", []any{nil, big, nil, int64(0), big + 2}},
		"Rolling":    {must(f.Rolling(2).MinPeriods(1).Sum(ctx, "x")), "x", []any{nil, big, big, -big, int64(2)}},
		"RollRows": {must(frame.RollRows(ctx, f.Rolling(1).MinPeriods(1), "x", func(_ context.Context, x []int64) (int64, error) {
			return x[0], nil
		})), "x", cells},
		"Fold": {must(frame.Apply(ctx, f, func(_ context.Context, f *frame.Frame) (*frame.Frame, error) { return f, nil }, parallel.Partitions(5))), "x", cells},
	} {
		t.Run(name, func(t *testing.T) { checkCells(t, c.got, c.col, c.want) })
	}
}

// An all-null column keeps its type.
func TestAllNullKeepsItsType(t *testing.T) {
	ctx := t.Context()
	f := frameOf(t, build(t, "x", arrow.PrimitiveTypes.Int32, []any{nil, nil, nil}), col(t, "k", []string{"a", "b", "a"}))
	g := must(f.GroupBy("k"))
	none := func(context.Context, []int32) (*int32, error) { return nil, nil }
	for name, got := range map[string]*frame.Frame{
		"MapRows":    must(frame.MapRows(ctx, f, func(context.Context, Row0) (*int32, error) { return nil, nil }, frame.As("x"))),
		"MapColumn":  must(frame.MapColumn(ctx, f, "x", func(_ context.Context, x int32) (int32, error) { return x, nil })),
		"FlatMap":    must(frame.FlatMapRows(ctx, f, func(_ context.Context, _ Row0, yield func(*int32)) error { yield(nil); return nil }, frame.As("x"))),
		"MapGroups":  must(frame.MapGroups(ctx, g, func(context.Context, string, []Row0) (*int32, error) { return nil, nil }, frame.As("x"))),
		"Transform":  must(frame.TransformGroups(ctx, g, func(_ context.Context, f *frame.Frame) (*frame.Frame, error) { return f, nil })),
		"Apply":      must(frame.Apply(ctx, f, func(_ context.Context, f *frame.Frame) (*frame.Frame, error) { return f, nil }, parallel.Partitions(3))),
		"RollRows":   must(frame.RollRows(ctx, f.Rolling(2), "x", none)),
		"Rolling":    must(f.Rolling(2).Max(ctx, "x")),
		"Agg":        must(g.Agg(ctx, frame.Max("x").As("x"))),
		"AntiJoin":   must(f.Join(ctx, f.Head(0), frame.JoinOptions{Kind: frame.AntiJoin, Keys: []string{"k"}})),
		"LeftJoin":   must(must(f.Drop("x")).Join(ctx, f.Head(0), frame.JoinOptions{Kind: frame.LeftJoin, Keys: []string{"k"}})),
		"CumMax":     must(f.CumMax(ctx, "x")),
		"FilterRows": must(frame.FilterRows(ctx, f, func(context.Context, frame.Row) (bool, error) { return true, nil })),
	} {
		c, err := got.Column("x")
		if err != nil || c.Type().ID() != arrow.INT32 || c.NullN() != c.Len() || c.Len() == 0 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// Row0 reads nothing.
type Row0 struct{}

// Float keys, in everything that compares rows.
func TestKeysOfFloats(t *testing.T) {
	ctx := t.Context()
	minus := math.Copysign(0, -1)
	nan, other := math.NaN(), math.Float64frombits(0x7ff8000000000abc)
	keys := []any{nil, nan, 0.0, 1.5, minus, other, nil, -nan}
	f := frameOf(t, build(t, "k", arrow.PrimitiveTypes.Float64, keys, 3), col(t, "row", madeInts(8)))
	rows := func(v ...int64) []any { return arrowtest.Made(len(v), func(i int) any { return v[i] }) }
	for name, c := range map[string]struct {
		got  *frame.Frame
		want []any
	}{
		"Unique":      {must(f.Unique(ctx, []string{"k"})), rows(0, 1, 2, 3)},
		"Sort":        {must(f.Sort(ctx, []frame.Key{frame.Asc("k")})), rows(2, 4, 3, 1, 5, 7, 0, 6)},
		"nulls first": {must(f.Sort(ctx, []frame.Key{frame.Asc("k").NullsFirst()})), rows(0, 6, 2, 4, 3, 1, 5, 7)},
		"SemiJoin":    {must(f.Join(ctx, must(f.Slice(1, 3)), frame.JoinOptions{Kind: frame.SemiJoin, Keys: []string{"k"}})), rows(1, 2, 4, 5, 7)},
		"AntiJoin":    {must(f.Join(ctx, must(f.Slice(0, 3)), frame.JoinOptions{Kind: frame.AntiJoin, Keys: []string{"k"}})), rows(0, 3, 6)},
		"NullsMatch":  {must(f.Join(ctx, must(f.Slice(0, 3)), frame.JoinOptions{Kind: frame.AntiJoin, Keys: []string{"k"}, NullsMatch: true})), rows(3)},
	} {
		t.Run(name, func(t *testing.T) { checkCells(t, c.got, "row", c.want) })
	}
	counts := must(f.ValueCounts(ctx, []string{"k"}))
	checkCells(t, counts, "count", rows(3, 2, 2, 1))
	sizes := must(frame.MapGroups(ctx, must(f.GroupBy("k")), func(_ context.Context, k *float64, rows []Row0) (int, error) { return len(rows), nil }, frame.As("n")))
	checkCells(t, sizes, "n", rows(2, 3, 2, 1))
}

// The same for half floats, which also have several NaN and zeros.
func TestKeysOfHalfFloats(t *testing.T) {
	ctx := t.Context()
	bits := []uint16{0x7e00, 0x0000, 0x3c00, 0x8000, 0x7e01, 0xfe00, 0x7c01, 0x7c00}
	data := array.NewData(arrow.FixedWidthTypes.Float16, len(bits), []*memory.Buffer{nil, memory.NewBufferBytes(arrow.Uint16Traits.CastToBytes(bits))}, nil, 0, 0)
	f := frameOf(t, must(frame.ColumnOf("k", array.NewFloat16Data(data))), col(t, "row", upTo(len(bits))))
	rows := func(g *frame.Frame) []int { return must(frame.Values[int](must(g.Column("row")))) }
	if got := rows(must(f.Unique(ctx, []string{"k"}))); !slices.Equal(got, []int{0, 1, 2, 7}) {
		t.Errorf("Unique keeps rows %d", got)
	}
	sizes := must(must(f.GroupBy("k")).Agg(ctx, frame.Size()))
	checkCells(t, sizes, "size", []any{int64(4), int64(2), int64(1), int64(1)})
	other := must(f.Slice(4, 5)) // one NaN
	if got := rows(must(f.Join(ctx, other, frame.JoinOptions{Kind: frame.SemiJoin, Keys: []string{"k"}}))); !slices.Equal(got, []int{0, 4, 5, 6}) {
		t.Errorf("NaN matches rows %d", got)
	}
	if got := rows(must(f.Join(ctx, must(f.Slice(3, 4)), frame.JoinOptions{Kind: frame.AntiJoin, Keys: []string{"k"}}))); !slices.Equal(got, []int{0, 2, 4, 5, 6, 7}) {
		t.Errorf("-0.0 does not match rows %d", got)
	}
}

// A function may change its argument without changing the frame.
func TestFunctionsMayChangeTheirArgument(t *testing.T) {
	ctx := t.Context()
	in := newNestedInput(t, 300)
	f := must(in.frame.With(must(frame.NewColumn("b", madeOf(300, func(i int) []byte { return fmt.Append(nil, "text", i) }))),
		must(frame.NewColumn("k", madeOf(300, func(i int) int64 { return int64(i % 7) })))))
	before := f.Clone()
	type row struct {
		nestedRow
		B []byte `frame:"b"`
	}
	spoil := func(r row) error {
		if r.L != nil {
			for i := range *r.L {
				(*r.L)[i] = nil
			}
			*r.L = nil
		}
		if r.P != nil {
			*r.P.X, r.P.S = -1, "spoilt"
		}
		for i := range r.Q {
			r.Q[i] = nestedItem{A: -1}
		}
		clear(r.B)
		return nil
	}
	for name, err := range map[string]error{
		"MapRows":    failureOf(frame.MapRows(ctx, f, func(_ context.Context, r row) (bool, error) { return true, spoil(r) })),
		"FilterRows": failureOf(frame.FilterRows(ctx, f, func(_ context.Context, r row) (bool, error) { return true, spoil(r) })),
		"MapColumn":  failureOf(frame.MapColumn(ctx, f, "b", func(_ context.Context, b []byte) (int, error) { clear(b); return 0, nil })),
		"Fold":       failureOf(frame.Fold(ctx, f, func() int { return 0 }, func(_ context.Context, a int, r row) (int, error) { return a, spoil(r) }, func(a, b int) int { return a + b })),
		"MapGroups": failureOf(frame.MapGroups(ctx, must(f.GroupBy("k")), func(_ context.Context, _ int64, rows []row) (int, error) {
			for _, r := range rows {
				if err := spoil(r); err != nil {
					return 0, err
				}
			}
			clear(rows)
			return 0, nil
		})),
		"Apply": failureOf(frame.Apply(ctx, f, func(_ context.Context, p *frame.Frame) (*frame.Frame, error) {
			c := must(p.Column("i"))
			clear(must(frame.Values[int64](c)))
			return p, nil
		})),
	} {
		if err != nil {
			t.Fatal(name, err)
		}
		if d := f.Diff(before); d != "" {
			t.Fatalf("after %s: %s", name, d)
		}
	}
}

func madeOf[T any](n int, cell func(i int) T) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = cell(i)
	}
	return out
}

// Every Arrow type reaches functions of partitions, groups and rows, and is returned by
// them.
func TestAllTypesThroughFunctions(t *testing.T) {
	ctx := t.Context()
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		f := must(randomFrame(t, g, typ, 90).With(must(frame.NewColumn("k", madeOf(90, func(i int) int64 { return int64(i * i % 5) })))))
		same := func(_ context.Context, p *frame.Frame) (*frame.Frame, error) { return p, nil }
		groups := must(f.GroupBy("k"))
		for name, got := range map[string]*frame.Frame{
			"Apply":      must(frame.Apply(ctx, f, same, parallel.Partitions(4))),
			"FilterRows": must(frame.FilterRows(ctx, f, func(context.Context, frame.Row) (bool, error) { return true, nil }, parallel.ChunkSize(7))),
			"Transform":  must(frame.TransformGroups(ctx, groups, same)),
			"WithRows": must(must(frame.WithRows(ctx, f, func(_ context.Context, r frame.Row) (string, error) {
				return fmt.Sprint(r.Value(0)), nil
			}, frame.As("text"))).Drop("text")),
		} {
			if d := got.Diff(f); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
		var order []int
		for _, key := range []int{0, 1, 4} {
			for i := range 90 {
				if i*i%5 == key {
					order = append(order, i)
				}
			}
		}
		if d := must(frame.ApplyGroups(ctx, groups, same)).Diff(must(f.Take(order))); d != "" {
			t.Errorf("ApplyGroups: %s", d)
		}
		firsts := map[int64]int{}
		for i := 89; i >= 0; i-- {
			firsts[int64(i*i%5)] = i
		}
		// A join with the first row of each key brings that row to all others.
		first := must(f.Unique(ctx, []string{"k"}))
		joined := must(must(f.Select("k")).Join(ctx, first, frame.JoinOptions{Kind: frame.LeftJoin, Keys: []string{"k"}}))
		want := must(f.Take(madeOf(90, func(i int) int { return firsts[int64(i*i%5)] })))
		if d := must(joined.Select("x", "k")).Diff(want); d != "" {
			t.Errorf("Join: %s", d)
		}
		picked := must(groups.Agg(ctx, frame.First("x"), frame.Last("x"), frame.Count("x")))
		if got := picked.Columns()[1].Type(); !arrow.TypeEqual(got, typ) {
			t.Errorf("First: %v", got)
		}
	})
}
