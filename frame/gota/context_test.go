package gota

import (
	"context"
	"math"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// visiting runs every operation with a function that calls visit with its context, and
// with the index that the context should have: the data frame is from numbers, where each
// row holds its own number.
var visiting = []struct {
	name  string
	calls func(rows int) int
	run   func(ctx context.Context, df dataframe.DataFrame, visit func(ctx context.Context, at int) error, opts ...Option) error
}{
	{"Apply", func(int) int { return 7 }, func(ctx context.Context, df dataframe.DataFrame, visit func(ctx context.Context, at int) error, opts ...Option) error {
		_, err := Apply(ctx, df, func(ctx context.Context, p dataframe.DataFrame) dataframe.DataFrame {
			first, _ := p.Elem(0, 0).Int()
			p.Err = visit(ctx, first)
			return p
		}, append(opts, parallel.Partitions(7))...)
		return err
	}},
	{"RowApply", func(rows int) int { return rows }, func(ctx context.Context, df dataframe.DataFrame, visit func(ctx context.Context, at int) error, opts ...Option) error {
		_, err := RowApply(ctx, df, func(ctx context.Context, row series.Series) series.Series {
			at, _ := row.Elem(0).Int()
			row.Err = visit(ctx, at)
			return row
		}, opts...)
		return err
	}},
	{"ColApply", func(int) int { return 2 }, func(ctx context.Context, df dataframe.DataFrame, visit func(ctx context.Context, at int) error, opts ...Option) error {
		_, err := ColApply(ctx, df, func(ctx context.Context, c series.Series) series.Series {
			c.Err = visit(ctx, strings.Index("nm", c.Name))
			return c
		}, opts...)
		return err
	}},
	{"GroupApply", func(rows int) int { return (rows + 2) / 3 }, func(ctx context.Context, df dataframe.DataFrame, visit func(ctx context.Context, at int) error, opts ...Option) error {
		// Three rows to a group: 100, 100, 100, 99, 99, …
		keys := make([]int, df.Nrow())
		for i := range keys {
			keys[i] = 100 - i/3
		}
		_, err := GroupApply(ctx, df.Mutate(series.New(keys, series.Int, "k")), []string{"k"}, func(ctx context.Context, g dataframe.DataFrame) dataframe.DataFrame {
			first, _ := g.Elem(0, 0).Int()
			g.Err = visit(ctx, first/3)
			return g
		}, opts...)
		return err
	}},
}

type callersKey struct{}

// The context of a function belongs to its row, column, group or partition: it has its
// number, its random generator, which depends on the seed and not on the width, and the
// caller's values.
func TestContextIsOfTheRow(t *testing.T) {
	const n = 1000
	ctx := context.WithValue(t.Context(), callersKey{}, "the caller's")
	both(t, func(t *testing.T) {
		for _, op := range visiting {
			drawn := func(opts ...Option) map[int]uint64 {
				var mu sync.Mutex
				all := make(map[int]uint64)
				err := op.run(ctx, numbers(n), func(ctx context.Context, want int) error {
					if at := parallel.Index(ctx); at != want {
						t.Errorf("%s: the index of %d is %d", op.name, want, at)
					}
					if v := ctx.Value(callersKey{}); v != "the caller's" {
						t.Errorf("%s, %d: the caller's value is %v", op.name, want, v)
					}
					mu.Lock()
					defer mu.Unlock()
					all[want] = parallel.Rand(ctx).Uint64()
					return nil
				}, opts...)
				if err != nil {
					t.Errorf("%s: %v", op.name, err)
				}
				return all
			}
			one := drawn(parallel.Seed(7), parallel.Workers(1))
			if four := drawn(parallel.Seed(7), parallel.Workers(4)); !reflect.DeepEqual(one, four) {
				t.Errorf("%s: four workers draw other numbers than one", op.name)
			}
			seen := make(map[uint64]bool)
			for _, v := range one {
				seen[v] = true
			}
			if len(seen) != op.calls(n) {
				t.Errorf("%s: %d different numbers from %d calls", op.name, len(seen), op.calls(n))
			}
			for _, v := range drawn(parallel.Seed(8), parallel.Workers(4)) {
				if seen[v] {
					t.Errorf("%s: another seed draws the same number", op.name)
				}
			}
		}
	})
}

// A call that is nested in a function takes the function's context, and with it
// its place in the pool: nothing waits for ever, and never does more run at
// once than the pool has width for.
func TestNestedCallsShareThePool(t *testing.T) {
	for _, op := range visiting {
		for width := 1; width <= 3; width++ {
			pool := must(parallel.NewPool(parallel.Workers(width)))
			var now, most atomic.Int64
			inTime(t, op.name, func() error {
				return op.run(t.Context(), numbers(40), func(ctx context.Context, _ int) error {
					_, err := parallel.Map(ctx, make([]int, 5), func(context.Context, int) (int, error) {
						k := now.Add(1)
						for old := most.Load(); k > old && !most.CompareAndSwap(old, k); old = most.Load() {
						}
						runtime.Gosched()
						now.Add(-1)
						return 0, nil
					}, parallel.On(pool))
					return err
				}, parallel.On(pool))
			})
			if most.Load() > int64(width) {
				t.Errorf("%s: %d functions at once on a pool of %d", op.name, most.Load(), width)
			}
			pool.Close()
			if err := pool.Wait(t.Context()); err != nil {
				t.Error(err)
			}
		}
	}
}

// inTime ends the test when run hangs.
func inTime(t *testing.T, name string, run func() error) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- run() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	case <-time.After(time.Minute):
		stacks := make([]byte, 1<<20)
		t.Fatalf("%s hangs:\n%s", name, stacks[:runtime.Stack(stacks, true)])
	}
}

// Results are bound in the call that has run the function: also on a pool that
// takes nothing new any more.
func TestBoundInTheSameCall(t *testing.T) {
	pool := must(parallel.NewPool(parallel.Workers(2)))
	out, err := Apply(t.Context(), numbers(4), func(_ context.Context, p dataframe.DataFrame) dataframe.DataFrame {
		pool.Close()
		return p
	}, parallel.On(pool), parallel.Partitions(4))
	if err != nil || out.Nrow() != 4 {
		t.Errorf("%d rows: %v", out.Nrow(), err)
	}
	if err := pool.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// Columns are copied by pieces: what is found in a later one has the row of the
// frame, and the lowest is named.
func TestFromFrameFindsTheLowestRow(t *testing.T) {
	const n = 50_000
	numbers, wide := make([]frame.Null[float64], n), make([]uint64, n)
	for i := range numbers {
		numbers[i] = frame.Null[float64]{V: float64(i), Valid: true}
	}
	numbers[49_999] = frame.Null[float64]{}
	for _, i := range []int{49_000, 33_000, 20_000} {
		numbers[i].V, wide[i] = math.NaN(), 1<<63
	}
	for name, c := range map[string]struct {
		col  frame.Column
		opt  Option
		want string
	}{
		"NaN":  {must(frame.NewColumn("x", numbers)), MergeNaN(), "NaN in row 20000, beside nulls"},
		"wide": {must(frame.NewColumn("x", wide)), AsText(), "9223372036854775808 in row 20000, beyond int"},
	} {
		f := must(frame.New(c.col))
		for _, w := range []int{1, 3} {
			if _, err := FromFrame(t.Context(), f, parallel.Workers(w)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, %d workers: %v", name, w, err)
			}
		}
		df := must(FromFrame(t.Context(), f, c.opt))
		if got := df.Elem(20_001, 0).String(); name == "wide" && got != "0" || name == "NaN" && got != "20001.000000" {
			t.Errorf("%s: row 20001 is %s", name, got)
		}
	}
}
