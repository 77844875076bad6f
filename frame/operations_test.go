package frame_test

import (
	"context"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// operation runs an operation that has no function of the user's except plain operators.
// A new operation adds a row to ownOperations, or to userCalls.
type operation struct {
	takes func(opt any) bool
	run   func(ctx context.Context, f *frame.Frame, opts ...any) error
}

// ownOperations are keyed by their names in errors and for observers; a space separates
// the name from a variant.
var ownOperations = map[string]operation{
	"Sort": {takes[parallel.Option], func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(f.Sort(ctx, []frame.Key{frame.Desc("k"), frame.Asc("i")}, common(opts)...))
	}},
	"Join": {takes[parallel.Option], func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(f.Join(ctx, must(f.Head(1).Select("k")), frame.JoinOptions{Keys: []string{"k"}}, common(opts)...))
	}},
	"Unique": {takes[parallel.Option], func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(f.Unique(ctx, []string{"k"}, common(opts)...))
	}},
	"ValueCounts": {takes[parallel.Option], func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(f.ValueCounts(ctx, []string{"k"}, common(opts)...))
	}},
	"Describe": {takes[parallel.Option], func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(f.Describe(ctx, common(opts)...))
	}},
	"CumSum":  {takes[frame.RowOption], cumulative((*frame.Frame).CumSum)},
	"CumMin":  {takes[frame.RowOption], cumulative((*frame.Frame).CumMin)},
	"CumMax":  {takes[frame.RowOption], cumulative((*frame.Frame).CumMax)},
	"CumProd": {takes[frame.RowOption], cumulative((*frame.Frame).CumProd)},
	"Scan": {takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(frame.Scan(ctx, f, "i", 0, func(a, b int64) int64 { return a + b }, rowOpts(opts)...))
	}},
	"Reduce": {takes[parallel.Option], func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(frame.Reduce(ctx, f, userIn{}, func(a, b userIn) userIn { return userIn{a.I + b.I} }, common(opts)...))
	}},
	"ReduceColumn": {takes[parallel.FoldOption], func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(frame.ReduceColumn(ctx, f, "i", 0, func(a, b int64) int64 { return a + b }, folds(opts)...))
	}},
	"FromStructs": {takes[parallel.Option], func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(frame.FromStructs(ctx, make([]userIn, f.NumRows()), common(opts)...))
	}},
	"ToStructs": {takes[parallel.Option], func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(frame.ToStructs[userIn](ctx, f, common(opts)...))
	}},
	"Groups.Keys": {takes[parallel.Option], func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(must(f.GroupBy("k")).Keys(ctx, common(opts)...))
	}},
	"Groups.Partitions": {takes[parallel.Option], func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(must(f.GroupBy("k")).Partitions(ctx, common(opts)...))
	}},
	"Groups.Agg of numbers": {takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(must(f.GroupBy("k")).With(rowOpts(opts)...).Agg(ctx, frame.Size(), frame.Mean("i"), frame.Median("i"), frame.First("i"), frame.NUnique("i")))
	}},
	"Column.Sum":     {takes[parallel.Option], statistic(frame.Column.Sum)},
	"Column.Mean":    {takes[parallel.Option], statistic(frame.Column.Mean)},
	"Column.Var":     {takes[parallel.Option], statistic(frame.Column.Var)},
	"Column.Std":     {takes[parallel.Option], statistic(frame.Column.Std)},
	"Column.Median":  {takes[parallel.Option], statistic(frame.Column.Median)},
	"Column.Min":     {takes[parallel.Option], statistic(frame.Column.Min)},
	"Column.Max":     {takes[parallel.Option], statistic(frame.Column.Max)},
	"Column.Count":   {takes[parallel.Option], statistic(frame.Column.Count)},
	"Column.NUnique": {takes[parallel.Option], statistic(frame.Column.NUnique)},
	"Column.Quantile": {takes[parallel.Option], statistic(func(c frame.Column, ctx context.Context, opts ...parallel.Option) (float64, error) {
		return c.Quantile(ctx, 0.3, opts...)
	})},

	"Windows.Sum":            {takes[frame.RowOption], windowed((*frame.Frame).Expanding, frame.Windows.Sum)},
	"Windows.Sum of rows":    {takes[frame.RowOption], windowed(ofThree, frame.Windows.Sum)},
	"Windows.Mean":           {takes[frame.RowOption], windowed(ofThree, frame.Windows.Mean)},
	"Windows.Var":            {takes[frame.RowOption], windowed(ofThree, frame.Windows.Var)},
	"Windows.Std":            {takes[frame.RowOption], windowed(ofThree, frame.Windows.Std)},
	"Windows.Min":            {takes[frame.RowOption], windowed(ofThree, frame.Windows.Min)},
	"Windows.Max":            {takes[frame.RowOption], windowed(ofThree, frame.Windows.Max)},
	"Windows.Count":          {takes[frame.RowOption], windowed(ofThree, frame.Windows.Count)},
	"Windows.Mean of groups": {takes[frame.RowOption], windowed(func(f *frame.Frame) frame.Windows { return must(f.GroupBy("k")).Rolling(3) }, frame.Windows.Mean)},
	"Windows.Mean of times": {takes[frame.RowOption], windowed(func(f *frame.Frame) frame.Windows {
		at := make([]time.Duration, f.NumRows())
		for i := range at {
			at[i] = time.Duration(i)
		}
		return must(f.With(must(frame.NewColumn("at", at)))).RollingTime("at", 3)
	}, frame.Windows.Mean)},
}

func ofThree(f *frame.Frame) frame.Windows { return f.Rolling(3) }

func cumulative(call cumCall) func(ctx context.Context, f *frame.Frame, opts ...any) error {
	return func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(call(must(f.Select("k", "i")), ctx, "i", rowOpts(opts)...))
	}
}

func statistic[R any](call func(frame.Column, context.Context, ...parallel.Option) (R, error)) func(ctx context.Context, f *frame.Frame, opts ...any) error {
	return func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(call(f.Columns()[0], ctx, common(opts)...))
	}
}

func windowed(windows func(*frame.Frame) frame.Windows, call rollCall) func(ctx context.Context, f *frame.Frame, opts ...any) error {
	return func(ctx context.Context, f *frame.Frame, opts ...any) error {
		return failureOf(call(windows(f), ctx, "i", rowOpts(opts)...))
	}
}

// operations returns all operations of the package; functions of the user's do nothing.
func operations() map[string]operation {
	all := map[string]operation{}
	maps.Copy(all, ownOperations)
	for name, u := range userCalls {
		all[name] = operation{u.takes, func(ctx context.Context, f *frame.Frame, opts ...any) error {
			return u.run(ctx, f, func(context.Context, int64) error { return nil }, opts...)
		}}
	}
	return all
}

// calledAs returns the operation's name in errors and for observers.
func calledAs(name string) string {
	name, _, _ = strings.Cut(name, " ")
	return "frame." + name
}

// watcher is an observer that remembers its calls.
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

// Each call is observed once, under the name that the user wrote, with the rows that the
// user counts, however many passes it makes.
func TestObserversSeeEveryCallOnce(t *testing.T) {
	for _, n := range []int{0, 1, 30, 20_000} {
		f := userFrame(t, n)
		for name, o := range operations() {
			for _, width := range []any{parallel.Serial(), parallel.Workers(1), parallel.Workers(4)} {
				var w watcher
				err := o.run(t.Context(), f, width, parallel.Observe(&w))
				if n == 0 && err != nil && len(w.starts) == len(w.ends) {
					continue // some need the columns declared
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
