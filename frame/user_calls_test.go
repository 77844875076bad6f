package frame_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// Tests of what holds for every call that runs a user's function. A new operation adds a
// row to userCalls.

type userIn struct {
	I int64 `frame:"i"`
}

// userHook is called by the function of an operation, with the context that it received.
type userHook func(ctx context.Context, row int64) error

// userCall runs an operation whose function calls hook with one of its rows: every row of
// the frame, the first row of each group or partition, or the index of each column.
type userCall struct {
	rows  userRows
	takes func(opt any) bool // whether the compiler lets an option pass
	call  func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error)
}

func (u userCall) run(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) error {
	_, err := u.call(ctx, f, hook, opts...)
	return err
}

// noFrame is for operations whose result is not a frame.
func noFrame[T any](_ T, err error) (*frame.Frame, error) { return nil, err }

type userRows int

const (
	eachRow userRows = iota
	eachGroup
	eachPart
	eachColumn
)

const userParts = 4

// hooked returns the rows for which hook is called; row i is in group i%3.
func (u userCall) hooked(n int) (rows []int64) {
	for i := range int64(n) {
		if u.rows == eachRow || u.rows == eachGroup && i < 3 || u.rows == eachColumn && i < 2 {
			rows = append(rows, i)
		}
	}
	for k := range userParts {
		if lo, _ := engine.Split(n, userParts, k); u.rows == eachPart {
			rows = append(rows, int64(lo))
		}
	}
	return rows
}

func userFrame(t testing.TB, n int) *frame.Frame {
	return must(countTo(t, n).With(must(frame.NewColumn("k", slices.Collect(func(yield func(string) bool) {
		for i := range n {
			yield(fmt.Sprint(i % 3))
		}
	})))))
}

// firstOf calls the hook with the first row of a frame.
func firstOf(hook userHook) func(ctx context.Context, p *frame.Frame) (*frame.Frame, error) {
	return func(ctx context.Context, p *frame.Frame) (*frame.Frame, error) {
		return p, hook(ctx, p.Columns()[0].Value(0).(int64))
	}
}

func parted(opts []any) []any {
	return append(slices.Clone(opts), parallel.Partitions(userParts))
}

func failureOf[T any](_ T, err error) error { return err }

var userCalls = map[string]userCall{
	"MapRows": {eachRow, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.MapRows(ctx, f, func(ctx context.Context, r userIn) (userIn, error) { return r, hook(ctx, r.I) }, rowOpts(opts)...)
	}},
	"MapRows of Row": {eachRow, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.MapRows(ctx, f, func(ctx context.Context, r frame.Row) (int, error) { return 0, hook(ctx, int64(r.Index())) }, rowOpts(opts)...)
	}},
	"WithRows": {eachRow, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.WithRows(ctx, f, func(ctx context.Context, r userIn) (string, error) { return "x", hook(ctx, r.I) }, rowOpts(opts)...)
	}},
	"FilterRows": {eachRow, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.FilterRows(ctx, f, func(ctx context.Context, r userIn) (bool, error) { return r.I%2 == 0, hook(ctx, r.I) }, rowOpts(opts)...)
	}},
	"FlatMapRows": {eachRow, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.FlatMapRows(ctx, f, func(ctx context.Context, r userIn, yield func(userIn)) error { yield(r); return hook(ctx, r.I) }, rowOpts(opts)...)
	}},
	"MapColumn": {eachRow, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.MapColumn(ctx, f, "i", func(ctx context.Context, i int64) (int64, error) { return i, hook(ctx, i) }, rowOpts(opts)...)
	}},
	"MapColumn2": {eachRow, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.MapColumn2(ctx, f, "i", "k", func(ctx context.Context, i int64, _ string) (int64, error) { return i, hook(ctx, i) }, rowOpts(opts)...)
	}},
	"MapColumn3": {eachRow, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.MapColumn3(ctx, f, "i", "k", "i", func(ctx context.Context, i int64, _ string, _ int64) (int64, error) { return i, hook(ctx, i) }, rowOpts(opts)...)
	}},
	"Fold": {eachRow, takes[parallel.FoldOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return noFrame(frame.Fold(ctx, f, func() int { return 0 }, func(ctx context.Context, a int, r userIn) (int, error) { return a, hook(ctx, r.I) }, func(a, _ int) int { return a }, folds(opts)...))
	}},
	"FoldColumn": {eachRow, takes[parallel.FoldOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return noFrame(frame.FoldColumn(ctx, f, "i", func() int { return 0 }, func(ctx context.Context, a int, i int64) (int, error) { return a, hook(ctx, i) }, func(a, _ int) int { return a }, folds(opts)...))
	}},
	"RollRows": {eachRow, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.RollRows(ctx, f.Rolling(3).MinPeriods(1), "i", func(ctx context.Context, x []int64) (int64, error) { return 0, hook(ctx, x[len(x)-1]) }, rowOpts(opts)...)
	}},
	"RollRows of all": {eachRow, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.RollRows(ctx, f.Expanding(), "i", func(ctx context.Context, x []int64) (int64, error) { return 0, hook(ctx, x[len(x)-1]) }, rowOpts(opts)...)
	}},
	"RollRows of groups": {eachRow, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		g := must(f.GroupBy("k"))
		return frame.RollRows(ctx, g.Rolling(2).MinPeriods(1), "i", func(ctx context.Context, x []int64) (int64, error) { return 0, hook(ctx, x[len(x)-1]) }, rowOpts(opts)...)
	}},
	"Groups.Agg": {eachRow, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		user := frame.NewAgg("u", "i", func() int { return 0 }, func(ctx context.Context, a int, i int64) (int, error) { return a, hook(ctx, i) },
			func(a, _ int) int { return a }, func(_ context.Context, a int) (int, error) { return a, nil })
		return must(f.GroupBy("k")).With(rowOpts(opts)...).Agg(ctx, user)
	}},
	"Groups.Agg at its end": {eachGroup, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		least := frame.NewAgg("u", "i", func() int64 { return math.MaxInt64 }, func(_ context.Context, a, i int64) (int64, error) { return min(a, i), nil },
			func(a, b int64) int64 { return min(a, b) }, func(ctx context.Context, a int64) (int64, error) { return a, hook(ctx, a) })
		return must(f.GroupBy("k")).With(rowOpts(opts)...).Agg(ctx, least)
	}},
	"MapGroups": {eachGroup, takes[frame.RowOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.MapGroups(ctx, must(f.GroupBy("k")), func(ctx context.Context, _ string, rows []userIn) (int, error) { return 0, hook(ctx, rows[0].I) }, rowOpts(opts)...)
	}},
	"ApplyGroups": {eachGroup, takes[frame.PartOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.ApplyGroups(ctx, must(f.GroupBy("k")), firstOf(hook), partOpts(opts)...)
	}},
	"TransformGroups": {eachGroup, takes[frame.PartOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.TransformGroups(ctx, must(f.GroupBy("k")), firstOf(hook), partOpts(opts)...)
	}},
	"ApplyColumns": {eachColumn, takes[frame.PartOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.ApplyColumns(ctx, f, func(ctx context.Context, c frame.Column) (frame.Column, error) {
			return c, hook(ctx, int64(slices.Index(f.Names(), c.Name())))
		}, partOpts(opts)...)
	}},
	"Apply": {eachPart, takes[frame.PartOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.Apply(ctx, f, firstOf(hook), partOpts(parted(opts))...)
	}},
	"Apply2": {eachPart, takes[frame.PartOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.Apply2(ctx, f, f, func(ctx context.Context, a, _ *frame.Frame) (*frame.Frame, error) { return firstOf(hook)(ctx, a) }, partOpts(parted(opts))...)
	}},
	"ApplyIndexed": {eachPart, takes[frame.PartOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.ApplyIndexed(ctx, f, func(ctx context.Context, p frame.Partition, g *frame.Frame) (*frame.Frame, error) {
			return g, hook(ctx, int64(p.Row))
		}, partOpts(parted(opts))...)
	}},
	"ApplyOverlap": {eachPart, takes[frame.PartOption], func(ctx context.Context, f *frame.Frame, hook userHook, opts ...any) (*frame.Frame, error) {
		return frame.ApplyOverlap(ctx, f, 0, 2, firstOf(hook), partOpts(parted(opts))...)
	}},
}

var userWidths = [][]any{{parallel.Serial()}, {parallel.Workers(1)}, {parallel.Workers(3)}, {parallel.Workers(8)}}

// The function is called exactly once for each row, group or partition.
func TestUserFunctionsRunOnce(t *testing.T) {
	const n = 200
	f := userFrame(t, n)
	for name, u := range userCalls {
		for _, opts := range userWidths {
			calls := make([]atomic.Int32, n)
			if err := u.run(t.Context(), f, func(_ context.Context, row int64) error { calls[row].Add(1); return nil }, opts...); err != nil {
				t.Fatal(name, err)
			}
			for _, row := range u.hooked(n) {
				if got := calls[row].Swap(0); got != 1 {
					t.Errorf("%s %v: row %d: %d calls", name, opts, row, got)
				}
			}
			for row := range calls {
				if calls[row].Load() != 0 {
					t.Errorf("%s %v: called with row %d", name, opts, row)
				}
			}
		}
	}
}

// Whatever a function does, the call returns an error of the right kind for the first
// row.
func TestUserFunctionsFail(t *testing.T) {
	const n = 200
	f := userFrame(t, n)
	for name, u := range userCalls {
		bad := int64(2)
		if u.rows == eachColumn {
			bad = 1
		}
		rows := u.hooked(n)
		want := int(rows[slices.IndexFunc(rows, func(r int64) bool { return r >= bad })])
		for _, way := range failures {
			widths := userWidths
			if way.name == "goexit" {
				widths = widths[1:] // with Serial it ends the caller's own goroutine
			}
			for _, opts := range widths {
				err := u.run(t.Context(), f, func(_ context.Context, row int64) error {
					if row >= bad {
						return way.fail()
					}
					return nil
				}, opts...)
				e, ok := errors.AsType[*parallel.RowError](err)
				if !ok || !way.is(err) {
					t.Fatalf("%s %v %s: %v", name, opts, way.name, err)
				}
				// Windows within groups fail in the order of the groups, of which
				// the first one's first row behind bad is 3.
				if e.Row != want && !(name == "RollRows of groups" && e.Row == 3) && !(name == "Groups.Agg" && e.Row < 3) {
					t.Errorf("%s %v %s: row %d, want %d", name, opts, way.name, e.Row, want)
				}
			}
		}
	}
}

// A function may call the library, even on very few workers.
func TestUserFunctionsCallTheLibrary(t *testing.T) {
	f := userFrame(t, 40)
	inner := slices.Sorted(maps.Keys(userCalls))
	for name, u := range userCalls {
		for _, opts := range userWidths {
			err := u.run(t.Context(), f, func(ctx context.Context, row int64) error {
				if row > 20 {
					return nil
				}
				again := userCalls[inner[int(row)%len(inner)]]
				return again.run(ctx, f.Head(10), func(context.Context, int64) error { return nil }, opts...)
			}, opts...)
			if err != nil {
				t.Fatal(name, opts, err)
			}
		}
	}
}

// The end of the context ends every call with its cause, before the first row.
func TestUserFunctionsAreCanceled(t *testing.T) {
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	f := userFrame(t, 40)
	for name, u := range userCalls {
		for _, opts := range userWidths {
			err := u.run(ctx, f, func(context.Context, int64) error { t.Error(name, "called"); return nil }, opts...)
			if !errors.Is(err, why) {
				t.Errorf("%s %v: %v", name, opts, err)
			}
		}
	}
}

// Quarantine works with every row function, and everything else refuses it before the
// first row.
func TestQuarantineOfEveryRowFunction(t *testing.T) {
	const n = 100
	f := userFrame(t, n)
	rowFunctions := []string{"MapRows", "MapRows of Row", "WithRows", "FilterRows", "FlatMapRows", "MapColumn", "MapColumn2", "MapColumn3"}
	for name, u := range userCalls {
		for _, opts := range userWidths {
			var bad *frame.Frame
			if !u.takes(frame.Quarantine(&bad)) {
				continue
			}
			var calls atomic.Int32
			err := u.run(t.Context(), f, func(_ context.Context, row int64) error {
				calls.Add(1)
				if row%5 == 1 {
					return errOdd
				}
				return nil
			}, append(slices.Clone(opts), frame.Quarantine(&bad))...)
			if !slices.Contains(rowFunctions, name) {
				if !errors.Is(err, parallel.ErrOption) || calls.Load() > 0 {
					t.Errorf("%s: %v, %d calls", name, err, calls.Load())
				}
				continue
			}
			if err != nil {
				t.Fatal(name, opts, err)
			}
			rows := arrowtest.Made(n/5, func(i int) any { return int64(5*i + 1) })
			checkCells(t, bad, "_row", rows)
			checkCells(t, bad, "i", rows)
			checkCells(t, bad, "k", arrowtest.Made(n/5, func(i int) any { return fmt.Sprint((5*i + 1) % 3) }))
			checkCells(t, bad, "_error", arrowtest.Made(n/5, func(int) any { return errOdd.Error() }))
		}
	}
}
