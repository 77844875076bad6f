package frame

import (
	"context"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// operation runs an operation that has no function of the user's but plain
// operators. A new operation adds a row to ownOperations, or to userCalls.
type operation struct {
	takes func(opt any) bool
	run   func(ctx context.Context, f *Frame, opts ...any) error
}

// ownOperations have the names by which errors and observers know them; what follows
// a space tells variants of one from another.
var ownOperations = map[string]operation{
	"Sort": {takes[parallel.Option], func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(f.Sort(ctx, []Key{Desc("k"), Asc("i")}, common(opts)...))
	}},
	"Join": {takes[parallel.Option], func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(f.Join(ctx, must(f.Head(1).Select("k")), JoinOptions{Keys: []string{"k"}}, common(opts)...))
	}},
	"Unique": {takes[parallel.Option], func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(f.Unique(ctx, []string{"k"}, common(opts)...))
	}},
	"ValueCounts": {takes[parallel.Option], func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(f.ValueCounts(ctx, []string{"k"}, common(opts)...))
	}},
	"Describe": {takes[parallel.Option], func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(f.Describe(ctx, common(opts)...))
	}},
	"CumSum":  {takes[RowOption], cumulative((*Frame).CumSum)},
	"CumMin":  {takes[RowOption], cumulative((*Frame).CumMin)},
	"CumMax":  {takes[RowOption], cumulative((*Frame).CumMax)},
	"CumProd": {takes[RowOption], cumulative((*Frame).CumProd)},
	"Scan": {takes[RowOption], func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(Scan(ctx, f, "i", 0, func(a, b int64) int64 { return a + b }, rowOpts(opts)...))
	}},
	"Reduce": {takes[parallel.Option], func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(Reduce(ctx, f, userIn{}, func(a, b userIn) userIn { return userIn{a.I + b.I} }, common(opts)...))
	}},
	"ReduceColumn": {takes[parallel.FoldOption], func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(ReduceColumn(ctx, f, "i", 0, func(a, b int64) int64 { return a + b }, folds(opts)...))
	}},
	"FromStructs": {takes[parallel.Option], func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(FromStructs(ctx, make([]userIn, f.rows), common(opts)...))
	}},
	"ToStructs": {takes[parallel.Option], func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(ToStructs[userIn](ctx, f, common(opts)...))
	}},
	"Groups.Keys": {takes[parallel.Option], func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(must(f.GroupBy("k")).Keys(ctx, common(opts)...))
	}},
	"Groups.Partitions": {takes[parallel.Option], func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(must(f.GroupBy("k")).Partitions(ctx, common(opts)...))
	}},
	"Groups.Agg of numbers": {takes[RowOption], func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(must(f.GroupBy("k")).With(rowOpts(opts)...).Agg(ctx, Size(), Mean("i"), Median("i"), First("i"), NUnique("i")))
	}},
	"Column.Sum":     {takes[parallel.Option], statistic(Column.Sum)},
	"Column.SumInt":  {takes[parallel.Option], statistic(Column.SumInt)},
	"Column.Mean":    {takes[parallel.Option], statistic(Column.Mean)},
	"Column.Var":     {takes[parallel.Option], statistic(Column.Var)},
	"Column.Std":     {takes[parallel.Option], statistic(Column.Std)},
	"Column.Median":  {takes[parallel.Option], statistic(Column.Median)},
	"Column.Min":     {takes[parallel.Option], statistic(Column.Min)},
	"Column.Max":     {takes[parallel.Option], statistic(Column.Max)},
	"Column.Count":   {takes[parallel.Option], statistic(Column.Count)},
	"Column.NUnique": {takes[parallel.Option], statistic(Column.NUnique)},
	"Column.Quantile": {takes[parallel.Option], statistic(func(c Column, ctx context.Context, opts ...parallel.Option) (float64, error) {
		return c.Quantile(ctx, 0.3, opts...)
	})},

	"Windows.Sum":            {takes[RowOption], windowed((*Frame).Expanding, Windows.Sum)},
	"Windows.Sum of rows":    {takes[RowOption], windowed(ofThree, Windows.Sum)},
	"Windows.Mean":           {takes[RowOption], windowed(ofThree, Windows.Mean)},
	"Windows.Var":            {takes[RowOption], windowed(ofThree, Windows.Var)},
	"Windows.Std":            {takes[RowOption], windowed(ofThree, Windows.Std)},
	"Windows.Min":            {takes[RowOption], windowed(ofThree, Windows.Min)},
	"Windows.Max":            {takes[RowOption], windowed(ofThree, Windows.Max)},
	"Windows.Count":          {takes[RowOption], windowed(ofThree, Windows.Count)},
	"Windows.Mean of groups": {takes[RowOption], windowed(func(f *Frame) Windows { return must(f.GroupBy("k")).Rolling(3) }, Windows.Mean)},
	"Windows.Mean of times": {takes[RowOption], windowed(func(f *Frame) Windows {
		at := make([]time.Duration, f.rows)
		for i := range at {
			at[i] = time.Duration(i)
		}
		return must(f.With(must(NewColumn("at", at)))).RollingTime("at", 3)
	}, Windows.Mean)},
}

func ofThree(f *Frame) Windows { return f.Rolling(3) }

func cumulative(call cumCall) func(ctx context.Context, f *Frame, opts ...any) error {
	return func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(call(must(f.Select("k", "i")), ctx, "i", rowOpts(opts)...))
	}
}

func statistic[R any](call func(Column, context.Context, ...parallel.Option) (R, error)) func(ctx context.Context, f *Frame, opts ...any) error {
	return func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(call(f.Columns()[0], ctx, common(opts)...))
	}
}

func windowed(windows func(*Frame) Windows, call rollCall) func(ctx context.Context, f *Frame, opts ...any) error {
	return func(ctx context.Context, f *Frame, opts ...any) error {
		return failureOf(call(windows(f), ctx, "i", rowOpts(opts)...))
	}
}

// operations are all operations of the package; those of the user's run a
// function that does nothing.
func operations() map[string]operation {
	all := map[string]operation{}
	maps.Copy(all, ownOperations)
	for name, u := range userCalls {
		all[name] = operation{u.takes, func(ctx context.Context, f *Frame, opts ...any) error {
			return u.run(ctx, f, func(context.Context, int64) error { return nil }, opts...)
		}}
	}
	return all
}

// calledAs is the name of the operation as errors and observers have it.
func calledAs(name string) string {
	name, _, _ = strings.Cut(name, " ")
	return "frame." + name
}

// watcher remembers what an observer is told.
type watcher struct {
	mu     sync.Mutex
	starts []parallel.CallInfo
	ends   []parallel.Summary
	rows   int
	failed []int
}

func (w *watcher) Start(c parallel.CallInfo) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.starts = append(w.starts, c)
}

func (w *watcher) ChunkDone(c parallel.ChunkInfo) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rows += c.Hi - c.Lo
}

func (w *watcher) RowFailed(row int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = append(w.failed, row)
}

func (w *watcher) End(s parallel.Summary) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends = append(w.ends, s)
}

// Each call is seen once, under the name that the user wrote, with the rows
// that the user counts, whatever it does in how many passes.
func TestObserversSeeEveryCallOnce(t *testing.T) {
	for _, n := range []int{0, 1, 30, 20_000} {
		f := userFrame(t, n)
		for name, o := range operations() {
			for _, width := range []any{parallel.Serial(), parallel.Workers(1), parallel.Workers(4)} {
				var w watcher
				err := o.run(t.Context(), f, width, parallel.Observe(&w))
				if n == 0 && err != nil && len(w.starts) == len(w.ends) {
					continue // some need to be told what no rows give
				}
				if err != nil {
					t.Fatal(name, n, err)
				}
				if len(w.starts) != 1 || len(w.ends) != 1 {
					t.Errorf("%s of %d rows: %d calls began, %d ended", name, n, len(w.starts), len(w.ends))
					continue
				}
				if c := w.starts[0]; c.Call != calledAs(name) || c.N != n {
					t.Errorf("%s of %d rows is seen as %s of %d", name, n, c.Call, c.N)
				}
				if w.rows != n {
					t.Errorf("%s of %d rows: chunks of %d", name, n, w.rows)
				}
				sum := 0
				for _, s := range w.ends[0].Workers {
					sum += s.Rows
				}
				if sum != n {
					t.Errorf("%s of %d rows: workers did %d", name, n, sum)
				}
			}
		}
	}
}
