package frame_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// cancelFrame has many kinds of keys: few and many numbers, a single number, short texts,
// repeated long ones with a common prefix, dates, and values.
func cancelFrame(n int) *frame.Frame {
	rng := rand.New(rand.NewPCG(1, 2))
	many, few, one := make([]int64, n), make([]int32, n), make([]int8, n)
	short, long, alike := make([]string, n), make([]string, n), make([]string, n)
	at, x, y := make([]time.Time, n), make([]float64, n), make([]frame.Null[int64], n)
	words := make([]string, 1+n/10)
	for i := range words {
		words[i] = fmt.Sprintf("a text that begins like the others, number %d", i)
	}
	for i := range n {
		many[i], few[i] = rng.Int64N(int64(n)), rng.Int32N(8)
		short[i], long[i] = fmt.Sprint(rng.IntN(n)), words[rng.IntN(len(words))]
		alike[i] = words[0]
		at[i] = time.Unix(int64(i), 0)
		if x[i] = rng.NormFloat64(); i%10 == 0 {
			x[i] = math.NaN()
		}
		if i%7 > 0 {
			y[i] = frame.Some(rng.Int64N(1000))
		}
	}
	return must(frame.New(
		must(frame.NewColumn("many", many)), must(frame.NewColumn("few", few)), must(frame.NewColumn("one", one)),
		must(frame.NewColumn("short", short)), must(frame.NewColumn("long", long)), must(frame.NewColumn("alike", alike)),
		must(frame.NewColumn("at", at)), must(frame.NewColumn("x", x)), must(frame.NewColumn("y", y)),
	))
}

// BenchmarkCancel measures how long operations go on after the end of their context: see
// [calltest.Cancel]. PARFRAME_CANCEL_ROWS sets the size of the frames.
func BenchmarkCancel(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("PARFRAME_CANCEL_ROWS"))
	if err != nil {
		n = 300_000
	}
	f := cancelFrame(n)
	small := must(f.Take(upTo(n / 10)))
	wide := make([]frame.Column, 2000)
	for i := range wide {
		wide[i] = must(f.Slice(0, min(1000, n))).Columns()[i%len(f.Memory())].Rename(fmt.Sprint(i))
	}
	w := must(frame.New(wide...))
	type xy struct {
		Many  int64  `frame:"many"`
		Short string `frame:"short"`
		Y     *int64 `frame:"y"`
	}
	structs := must(frame.ToStructs[xy](b.Context(), f))
	for _, op := range []struct {
		name string
		run  func(ctx context.Context) error
	}{
		{"Sort/many", func(ctx context.Context) error { return failureOf(f.Sort(ctx, []frame.Key{frame.Asc("many")})) }},
		{"Sort/few,x", func(ctx context.Context) error {
			return failureOf(f.Sort(ctx, []frame.Key{frame.Asc("few"), frame.Desc("x")}))
		}},
		{"Sort/short", func(ctx context.Context) error { return failureOf(f.Sort(ctx, []frame.Key{frame.Asc("short")})) }},
		{"Sort/long", func(ctx context.Context) error { return failureOf(f.Sort(ctx, []frame.Key{frame.Asc("long")})) }},
		{"Sort/one,alike,few", func(ctx context.Context) error {
			return failureOf(f.Sort(ctx, []frame.Key{frame.Asc("one"), frame.Asc("alike"), frame.Asc("few")}))
		}},
		{"Sort/wide", func(ctx context.Context) error { return failureOf(w.Sort(ctx, []frame.Key{frame.Asc("0")})) }},
		{"Join/many", func(ctx context.Context) error {
			return failureOf(f.Join(ctx, must(f.Select("many", "x")), frame.JoinOptions{Keys: []string{"many"}}))
		}},
		{"Join/long", func(ctx context.Context) error {
			return failureOf(f.Join(ctx, must(small.Select("long", "short", "x")), frame.JoinOptions{Kind: frame.LeftJoin, Keys: []string{"long"}}))
		}},
		{"Join/few,short", func(ctx context.Context) error {
			return failureOf(f.Join(ctx, must(f.Select("few", "short", "x")), frame.JoinOptions{Keys: []string{"few", "short"}}))
		}},
		{"Join/one", func(ctx context.Context) error {
			return failureOf(must(f.Select("one", "many", "short")).Join(ctx, must(f.Head(10).Select("one", "long", "x")), frame.JoinOptions{Keys: []string{"one"}}))
		}},
		{"Join/one-to-all", func(ctx context.Context) error {
			return failureOf(must(f.Head(10).Select("one", "many", "short")).Join(ctx, must(f.Select("one", "long", "x")), frame.JoinOptions{Keys: []string{"one"}}))
		}},
		{"Join/wide", func(ctx context.Context) error {
			return failureOf(w.Join(ctx, w, frame.JoinOptions{Keys: []string{"0"}}))
		}},
		{"Unique/many", func(ctx context.Context) error { return failureOf(f.Unique(ctx, []string{"many"})) }},
		{"Unique/all", func(ctx context.Context) error { return failureOf(f.Unique(ctx, nil)) }},
		{"Unique/wide", func(ctx context.Context) error { return failureOf(w.Unique(ctx, nil)) }},
		{"ValueCounts/few", func(ctx context.Context) error { return failureOf(f.ValueCounts(ctx, []string{"few"})) }},
		{"ValueCounts/short", func(ctx context.Context) error { return failureOf(f.ValueCounts(ctx, []string{"short"})) }},
		{"Keys/many", func(ctx context.Context) error { return failureOf(must(f.GroupBy("many")).Keys(ctx)) }},
		{"Keys/long", func(ctx context.Context) error { return failureOf(must(f.GroupBy("long")).Keys(ctx)) }},
		{"Partitions/few", func(ctx context.Context) error { return failureOf(must(f.GroupBy("few")).Partitions(ctx)) }},
		{"Partitions/many", func(ctx context.Context) error { return failureOf(must(small.GroupBy("many")).Partitions(ctx)) }},
		{"Agg/many", func(ctx context.Context) error {
			return failureOf(must(f.GroupBy("many")).Agg(ctx, frame.Mean("x"), frame.Sum("y"), frame.Min("long"), frame.First("short"), frame.NUnique("long")))
		}},
		{"Agg/few", func(ctx context.Context) error {
			return failureOf(must(f.GroupBy("few")).Agg(ctx, frame.Std("x"), frame.Median("x"), frame.Max("long"), frame.Last("short"), frame.NUnique("long")))
		}},
		{"Agg/one", func(ctx context.Context) error {
			return failureOf(must(f.GroupBy("one")).Agg(ctx, frame.Std("x"), frame.Median("x"), frame.Min("alike"), frame.Count("short"), frame.NUnique("many")))
		}},
		{"Describe", func(ctx context.Context) error { return failureOf(f.Describe(ctx)) }},
		{"Describe/wide", func(ctx context.Context) error { return failureOf(w.Describe(ctx)) }},
		{"Column.Sum", func(ctx context.Context) error { return failureOf(must(f.Column("x")).Sum(ctx)) }},
		{"Column.Median", func(ctx context.Context) error { return failureOf(must(f.Column("x")).Median(ctx)) }},
		{"Column.NUnique", func(ctx context.Context) error { return failureOf(must(f.Column("long")).NUnique(ctx)) }},
		{"Column.Min", func(ctx context.Context) error { return failureOf(must(f.Column("y")).Min(ctx)) }},
		{"CumSum", func(ctx context.Context) error { return failureOf(f.CumSum(ctx, "y")) }},
		{"Scan", func(ctx context.Context) error {
			return failureOf(frame.Scan(ctx, f, "y", 0, func(a, b int64) int64 { return a + b }))
		}},
		{"Reduce", func(ctx context.Context) error {
			return failureOf(frame.ReduceColumn(ctx, f, "short", "", func(a, b string) string { return max(a, b) }))
		}},
		{"Rolling.Mean", func(ctx context.Context) error { return failureOf(f.Rolling(100).MinPeriods(1).Mean(ctx, "x")) }},
		{"Rolling.Max/all", func(ctx context.Context) error { return failureOf(f.Rolling(n).MinPeriods(1).Max(ctx, "x")) }},
		{"Rolling.Std/groups", func(ctx context.Context) error { return failureOf(must(f.GroupBy("few")).Rolling(50).Std(ctx, "x")) }},
		{"Rolling.Count", func(ctx context.Context) error { return failureOf(f.Rolling(50).Count(ctx, "short")) }},
		{"RollingTime.Mean", func(ctx context.Context) error {
			return failureOf(f.RollingTime("at", 100*time.Second).Mean(ctx, "y"))
		}},
		{"Expanding.Var/groups", func(ctx context.Context) error {
			return failureOf(must(f.GroupBy("many")).Expanding().Var(ctx, "x"))
		}},
		{"ToStructs", func(ctx context.Context) error { return failureOf(frame.ToStructs[xy](ctx, f)) }},
		{"FromStructs", func(ctx context.Context) error { return failureOf(frame.FromStructs(ctx, structs)) }},
		{"MapRows", func(ctx context.Context) error {
			return failureOf(frame.MapRows(ctx, f, func(_ context.Context, r xy) (xy, error) { return r, nil }))
		}},
		{"FilterRows", func(ctx context.Context) error {
			return failureOf(frame.FilterRows(ctx, f, func(_ context.Context, r xy) (bool, error) { return r.Many%3 > 0, nil }))
		}},
		{"FlatMapRows", func(ctx context.Context) error {
			return failureOf(frame.FlatMapRows(ctx, f, func(_ context.Context, r xy, yield func(xy)) error { yield(r); return nil }))
		}},
		{"MapColumn", func(ctx context.Context) error {
			return failureOf(frame.MapColumn(ctx, f, "short", parallel.Pure(func(s string) string { return s })))
		}},
		{"Apply", func(ctx context.Context) error {
			return failureOf(frame.Apply(ctx, f, func(_ context.Context, p *frame.Frame) (*frame.Frame, error) { return p, nil }, parallel.Partitions(100)))
		}},
		{"ApplyGroups/many", func(ctx context.Context) error {
			return failureOf(frame.ApplyGroups(ctx, must(small.GroupBy("many")), func(_ context.Context, p *frame.Frame) (*frame.Frame, error) { return p, nil }))
		}},
		{"ApplyGroups/many,OutSchema", func(ctx context.Context) error {
			return failureOf(frame.ApplyGroups(ctx, must(small.GroupBy("many")), func(_ context.Context, p *frame.Frame) (*frame.Frame, error) { return p, nil }, frame.OutSchema(small.Schema())))
		}},
		{"TransformGroups/few", func(ctx context.Context) error {
			return failureOf(frame.TransformGroups(ctx, must(f.GroupBy("few")), func(_ context.Context, p *frame.Frame) (*frame.Frame, error) { return p, nil }))
		}},
		{"MapGroups/many", func(ctx context.Context) error {
			return failureOf(frame.MapGroups(ctx, must(f.GroupBy("many")), func(_ context.Context, _ int64, r []xy) (int, error) { return len(r), nil }))
		}},
	} {
		b.Run(op.name, func(b *testing.B) { calltest.Cancel(b, op.run) })
	}
}
