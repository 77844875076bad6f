package promises

import (
	"context"
	"fmt"
	"sync"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// row is a row of the frames of these tests.
type row struct {
	I int64   `frame:"i"`
	X float64 `frame:"x"`
	S string  `frame:"s"`
}

var made sync.Map // inputs by name and length: they are read only

// input returns what make made for n the first time.
func input[T any](name string, n int, make func(n int) (T, error)) T {
	key := fmt.Sprint(name, n)
	if v, ok := made.Load(key); ok {
		return v.(T)
	}
	v, err := make(n)
	if err != nil {
		panic(err)
	}
	made.Store(key, v)
	return v
}

func rows(n int) []row {
	all := make([]row, n)
	for i := range all {
		all[i] = row{int64(i), float64(i*7%5) + 0.5, fmt.Sprint("s", i%3)}
	}
	return all
}

// long returns a frame of n rows, whose column i numbers them.
func long(n int) *frame.Frame {
	return input("long", n, func(n int) (*frame.Frame, error) {
		return frame.FromStructs(context.Background(), rows(n), parallel.Serial())
	})
}

// wide returns a frame of n columns and one row.
func wide(n int) *frame.Frame {
	return input("wide", n, func(n int) (*frame.Frame, error) {
		var cols []frame.Column
		for i := range n {
			c, err := frame.NewColumn(fmt.Sprint("c", i), []int64{int64(i)})
			if err != nil {
				return nil, err
			}
			cols = append(cols, c)
		}
		return frame.New(cols...)
	})
}

// number returns the number of a frame's first row.
func number(f *frame.Frame) int {
	c, err := f.Column("i")
	if err != nil {
		panic(err)
	}
	return int(c.Value(0).(int64))
}

// groups returns a group for each row.
func groups(n int) *frame.Groups {
	g, err := long(n).GroupBy("i")
	if err != nil {
		panic(err)
	}
	return g
}

func partly(f fault) func(ctx context.Context, part *frame.Frame) (*frame.Frame, error) {
	return func(ctx context.Context, part *frame.Frame) (*frame.Frame, error) {
		return part, f(ctx, number(part))
	}
}

func column(n int, name string) frame.Column {
	c, err := long(n).Column(name)
	if err != nil {
		panic(err)
	}
	return c
}

// rolling is the row of a function of windows, the last value of which is its row's.
func rolling(name string, of func(n int) frame.Windows) operation {
	return operation{name: name, hasFunction: true, takes: rowOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.RollRows(ctx, of(n), "i", func(ctx context.Context, window []int64) (int64, error) {
			return window[0], f(ctx, int(window[len(window)-1]))
		}, as[frame.RowOption](at)...)
		return err
	}}
}

// ofColumn is the row of a statistic of a column.
func ofColumn[R any](name, col string, call func(frame.Column, context.Context, ...parallel.Option) (R, error)) operation {
	return operation{name: name, takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := call(column(n, col), ctx, as[parallel.Option](at)...)
		return err
	}}
}

// ofWindows is the row of what is computed for each row from those around it.
func ofWindows[W any](name string, of func(n int) W, call func(W, context.Context, string, ...frame.RowOption) (*frame.Frame, error)) operation {
	return operation{name: name, takes: rowOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := call(of(n), ctx, "x", as[frame.RowOption](at)...)
		return err
	}}
}

func inTwos(n int) frame.Windows { return long(n).Rolling(2) }

var frameOperations = []operation{
	{name: "frame.Apply", hasFunction: true, takes: partOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.Apply(ctx, long(n), partly(f), parted[frame.PartOption](n, at)...)
		return err
	}},
	{name: "frame.ApplyIndexed", hasFunction: true, takes: partOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.ApplyIndexed(ctx, long(n), func(ctx context.Context, p frame.Partition, part *frame.Frame) (*frame.Frame, error) {
			return part, f(ctx, p.Row)
		}, parted[frame.PartOption](n, at)...)
		return err
	}},
	{name: "frame.ApplyOverlap", hasFunction: true, takes: partOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.ApplyOverlap(ctx, long(n), 1, 1, func(ctx context.Context, part *frame.Frame) (*frame.Frame, error) {
			return part, f(ctx, parallel.Index(ctx))
		}, parted[frame.PartOption](n, at)...)
		return err
	}},
	{name: "frame.Apply2", hasFunction: true, takes: partOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.Apply2(ctx, long(n), long(n), func(ctx context.Context, part, _ *frame.Frame) (*frame.Frame, error) {
			return part, f(ctx, number(part))
		}, parted[frame.PartOption](n, at)...)
		return err
	}},
	{name: "frame.ApplyColumns", hasFunction: true, takes: partOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.ApplyColumns(ctx, wide(n), func(ctx context.Context, c frame.Column) (frame.Column, error) {
			return c, f(ctx, int(c.Value(0).(int64)))
		}, as[frame.PartOption](at)...)
		return err
	}},
	{name: "frame.ApplyGroups", hasFunction: true, takes: partOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.ApplyGroups(ctx, groups(n), partly(f), as[frame.PartOption](at)...)
		return err
	}},
	{name: "frame.TransformGroups", hasFunction: true, takes: partOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.TransformGroups(ctx, groups(n), partly(f), as[frame.PartOption](at)...)
		return err
	}},
	{name: "frame.MapGroups", hasFunction: true, takes: rowOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.MapGroups(ctx, groups(n), func(ctx context.Context, i int64, _ []row) (float64, error) {
			return 0, f(ctx, int(i))
		}, as[frame.RowOption](at)...)
		return err
	}},
	{name: "frame.Groups.Agg", hasFunction: true, takes: rowOption, run: func(ctx context.Context, n int, f fault, at place) error {
		agg := frame.NewAgg("out", "i", func() int64 { return 0 },
			func(ctx context.Context, acc, i int64) (int64, error) { return acc + i, f(ctx, int(i)) },
			func(a, b int64) int64 { return a + b },
			func(_ context.Context, acc int64) (int64, error) { return acc, nil })
		_, err := groups(n).With(as[frame.RowOption](at)...).Agg(ctx, agg)
		return err
	}},
	{name: "frame.Groups.Agg at its end", hasFunction: true, takes: rowOption, run: func(ctx context.Context, n int, f fault, at place) error {
		agg := frame.NewAgg("out", "i", func() int64 { return 0 },
			func(_ context.Context, acc, i int64) (int64, error) { return max(acc, i), nil },
			func(a, b int64) int64 { return max(a, b) },
			func(ctx context.Context, acc int64) (int64, error) { return acc, f(ctx, int(acc)) })
		_, err := groups(n).With(as[frame.RowOption](at)...).Agg(ctx, agg)
		return err
	}},
	{name: "frame.MapRows", hasFunction: true, takes: rowOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.MapRows(ctx, long(n), func(ctx context.Context, r row) (float64, error) { return r.X, f(ctx, int(r.I)) }, as[frame.RowOption](at)...)
		return err
	}},
	{name: "frame.MapRows to rows", hasFunction: true, takes: rowOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.MapRows(ctx, long(n), func(ctx context.Context, r row) (row, error) { return r, f(ctx, int(r.I)) }, as[frame.RowOption](at)...)
		return err
	}},
	{name: "frame.WithRows", hasFunction: true, takes: rowOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.WithRows(ctx, long(n), func(ctx context.Context, r row) (float64, error) { return r.X, f(ctx, int(r.I)) }, as[frame.RowOption](at)...)
		return err
	}},
	{name: "frame.FilterRows", hasFunction: true, takes: rowOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.FilterRows(ctx, long(n), func(ctx context.Context, r row) (bool, error) { return r.X > 1, f(ctx, int(r.I)) }, as[frame.RowOption](at)...)
		return err
	}},
	{name: "frame.FlatMapRows", hasFunction: true, takes: rowOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.FlatMapRows(ctx, long(n), func(ctx context.Context, r row, yield func(row)) error {
			yield(r)
			return f(ctx, int(r.I))
		}, as[frame.RowOption](at)...)
		return err
	}},
	{name: "frame.MapColumn", hasFunction: true, takes: rowOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.MapColumn(ctx, long(n), "i", func(ctx context.Context, i int64) (int64, error) { return i, f(ctx, int(i)) }, as[frame.RowOption](at)...)
		return err
	}},
	{name: "frame.MapColumn2", hasFunction: true, takes: rowOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.MapColumn2(ctx, long(n), "i", "x", func(ctx context.Context, i int64, _ float64) (int64, error) {
			return i, f(ctx, int(i))
		}, as[frame.RowOption](at)...)
		return err
	}},
	{name: "frame.MapColumn3", hasFunction: true, takes: rowOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.MapColumn3(ctx, long(n), "i", "x", "s", func(ctx context.Context, i int64, _ float64, _ string) (int64, error) {
			return i, f(ctx, int(i))
		}, as[frame.RowOption](at)...)
		return err
	}},
	rolling("frame.RollRows", func(n int) frame.Windows { return long(n).Rolling(1) }),
	rolling("frame.RollRows of all", func(n int) frame.Windows { return long(n).Expanding() }),
	rolling("frame.RollRows of groups", func(n int) frame.Windows { return groups(n).Rolling(2).MinPeriods(1) }),
	{name: "frame.Fold", hasFunction: true, takes: foldOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.Fold(ctx, long(n), func() float64 { return 0 },
			func(ctx context.Context, acc float64, r row) (float64, error) { return acc + r.X, f(ctx, int(r.I)) },
			func(a, b float64) float64 { return a + b }, as[parallel.FoldOption](at)...)
		return err
	}},
	{name: "frame.FoldColumn", hasFunction: true, takes: foldOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.FoldColumn(ctx, long(n), "i", func() int64 { return 0 },
			func(ctx context.Context, acc, i int64) (int64, error) { return acc + i, f(ctx, int(i)) },
			func(a, b int64) int64 { return a + b }, as[parallel.FoldOption](at)...)
		return err
	}},
	{name: "frame.Reduce", hasFunction: true, blind: true, takes: anyOption, run: func(ctx context.Context, n int, f fault, at place) error {
		type in struct {
			I int64 `frame:"i"`
		}
		_, err := frame.Reduce(ctx, long(n), in{}, func(a, b in) in { blindly(ctx, f, int(b.I)); return in{max(a.I, b.I)} }, as[parallel.Option](at)...)
		return err
	}},
	{name: "frame.ReduceColumn", hasFunction: true, blind: true, takes: foldOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.ReduceColumn(ctx, long(n), "i", 0, func(a, b int64) int64 { blindly(ctx, f, int(b)); return max(a, b) }, as[parallel.FoldOption](at)...)
		return err
	}},
	{name: "frame.Scan", hasFunction: true, blind: true, takes: rowOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := frame.Scan(ctx, long(n), "i", 0, func(a, b int64) int64 { blindly(ctx, f, int(b)); return max(a, b) }, as[frame.RowOption](at)...)
		return err
	}},
	{name: "frame.Frame.Sort", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := long(n).Sort(ctx, []frame.Key{frame.Asc("s"), frame.Desc("x")}, as[parallel.Option](at)...)
		return err
	}},
	{name: "frame.Frame.Join", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := long(n).Join(ctx, long(n), frame.JoinOptions{Keys: []string{"i"}}, as[parallel.Option](at)...)
		return err
	}},
	{name: "frame.Frame.Unique", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := long(n).Unique(ctx, []string{"s"}, as[parallel.Option](at)...)
		return err
	}},
	{name: "frame.Frame.ValueCounts", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := long(n).ValueCounts(ctx, []string{"s"}, as[parallel.Option](at)...)
		return err
	}},
	{name: "frame.Frame.Describe", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := long(n).Describe(ctx, as[parallel.Option](at)...)
		return err
	}},
	ofWindows("frame.Frame.CumSum", long, (*frame.Frame).CumSum),
	ofWindows("frame.Frame.CumMin", long, (*frame.Frame).CumMin),
	ofWindows("frame.Frame.CumMax", long, (*frame.Frame).CumMax),
	ofWindows("frame.Frame.CumProd", long, (*frame.Frame).CumProd),
	ofColumn("frame.Column.Sum", "x", frame.Column.Sum),
	ofColumn("frame.Column.Mean", "x", frame.Column.Mean),
	ofColumn("frame.Column.Var", "x", frame.Column.Var),
	ofColumn("frame.Column.Std", "x", frame.Column.Std),
	ofColumn("frame.Column.Min", "x", frame.Column.Min),
	ofColumn("frame.Column.Max", "x", frame.Column.Max),
	ofColumn("frame.Column.Count", "x", frame.Column.Count),
	ofColumn("frame.Column.NUnique", "s", frame.Column.NUnique),
	ofColumn("frame.Column.Median", "x", frame.Column.Median),
	ofColumn("frame.Column.Quantile", "x", func(c frame.Column, ctx context.Context, opts ...parallel.Option) (float64, error) {
		return c.Quantile(ctx, 0.3, opts...)
	}),
	ofWindows("frame.Windows.Sum", inTwos, frame.Windows.Sum),
	ofWindows("frame.Windows.Mean", inTwos, frame.Windows.Mean),
	ofWindows("frame.Windows.Var", inTwos, frame.Windows.Var),
	ofWindows("frame.Windows.Std", inTwos, frame.Windows.Std),
	ofWindows("frame.Windows.Min", inTwos, frame.Windows.Min),
	ofWindows("frame.Windows.Max", inTwos, frame.Windows.Max),
	ofWindows("frame.Windows.Count", inTwos, frame.Windows.Count),
	ofWindows("frame.Windows.Max of groups", func(n int) frame.Windows { return groups(n).Rolling(2) }, frame.Windows.Max),
	{name: "frame.Groups.Agg built in", takes: rowOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := groups(n).With(as[frame.RowOption](at)...).Agg(ctx, frame.Mean("x"), frame.Median("x").As("median"))
		return err
	}},
	{name: "frame.Groups.Keys", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := groups(n).Keys(ctx, as[parallel.Option](at)...)
		return err
	}},
	{name: "frame.Groups.Partitions", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := groups(n).Partitions(ctx, as[parallel.Option](at)...)
		return err
	}},
	{name: "frame.FromStructs", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := frame.FromStructs(ctx, input("rows", n, func(n int) ([]row, error) { return rows(n), nil }), as[parallel.Option](at)...)
		return err
	}},
	{name: "frame.ToStructs", takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := frame.ToStructs[row](ctx, long(n), as[parallel.Option](at)...)
		return err
	}},
}
