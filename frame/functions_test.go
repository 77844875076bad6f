package frame_test

import (
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

type callersKey struct{}

// Every function receives a context of its call: it has the row, group or partition,
// random numbers that depend only on that and the seed, and the values of the caller's
// context, and a call that receives it shares the function's slot.
func TestFunctionsReceiveTheirContext(t *testing.T) {
	const n = 30
	f := userFrame(t, n)
	numbers := func(t *testing.T, u userCall, opts ...any) map[int64]uint64 {
		var mu sync.Mutex
		drawn := map[int64]uint64{}
		err := u.run(t.Context(), f, func(ctx context.Context, row int64) error {
			x := parallel.Rand(ctx).Uint64()
			mu.Lock()
			defer mu.Unlock()
			drawn[row] = x
			return nil
		}, opts...)
		if err != nil {
			t.Fatal(opts, err)
		}
		return drawn
	}
	for name, u := range userCalls {
		t.Run(name, func(t *testing.T) {
			ctx := context.WithValue(t.Context(), callersKey{}, "mine")
			for _, opts := range userWidths {
				var mu sync.Mutex
				var met []int64
				err := u.run(ctx, f, func(ctx context.Context, row int64) error {
					// Group i of a userFrame begins at row i.
					if got := parallel.Index(ctx); got != int(row) {
						t.Errorf("%v: row %d has the index %d, want %d", opts, row, got, row)
					}
					if got := ctx.Value(callersKey{}); got != "mine" {
						t.Errorf("%v: row %d: the caller's context has a value that is %v here", opts, row, got)
					}
					mu.Lock()
					defer mu.Unlock()
					met = append(met, row)
					return nil
				}, opts...)
				if err != nil {
					t.Fatal(opts, err)
				}
				if slices.Sort(met); !slices.Equal(met, u.hooked(n)) {
					t.Errorf("%v: called for %v, want %v", opts, met, u.hooked(n))
				}
			}
			one := numbers(t, u, parallel.Workers(1), parallel.Seed(7))
			if four := numbers(t, u, parallel.Workers(4), parallel.Seed(7)); !maps.Equal(one, four) {
				t.Errorf("one worker draws %v, four draw %v", one, four)
			}
			different := map[uint64]bool{}
			for _, x := range one {
				different[x] = true
			}
			if len(different) != len(u.hooked(n)) {
				t.Errorf("%d different numbers of %d", len(different), len(u.hooked(n)))
			}
			if other := numbers(t, u, parallel.Workers(4), parallel.Seed(8)); maps.Equal(one, other) {
				t.Error("another seed draws the same numbers")
			}
		})
	}
}

// In groups that are cut into cells, the context is the same as in small groups.
func TestAggOfLargeGroupsReceivesItsContext(t *testing.T) {
	f := userFrame(t, 3*aggCellRows+3)
	var added, ended atomic.Int64
	where := frame.NewAgg("u", "i", func() int64 { return math.MaxInt64 }, func(ctx context.Context, a, i int64) (int64, error) {
		if int64(parallel.Index(ctx)) == i {
			added.Add(1)
		}
		return min(a, i), nil
	}, func(a, b int64) int64 { return min(a, b) }, func(ctx context.Context, first int64) (int64, error) {
		if int64(parallel.Index(ctx)) == first {
			ended.Add(1)
		}
		return first, nil
	})
	if _, err := must(f.GroupBy("k")).Agg(t.Context(), where); err != nil {
		t.Fatal(err)
	}
	if added.Load() != int64(f.NumRows()) || ended.Load() != 3 {
		t.Errorf("%d of %d rows and %d of 3 groups know their number", added.Load(), f.NumRows(), ended.Load())
	}
}

// Every call without a context returns an error that says so, once.
func TestCallsWithoutContext(t *testing.T) {
	f := userFrame(t, 12)
	var none context.Context
	at := must(f.With(must(frame.NewColumn("at", make([]time.Duration, 12)))))
	calls := map[string]error{
		"Sort":        failureOf(f.Sort(none, []frame.Key{frame.Asc("k")})),
		"Join":        failureOf(f.Join(none, f, frame.JoinOptions{Keys: []string{"k"}})),
		"Unique":      failureOf(f.Unique(none, []string{"k"})),
		"ValueCounts": failureOf(f.ValueCounts(none, []string{"k"})),
		"CumSum":      failureOf(f.CumSum(none, "i")),
		"CumProd":     failureOf(f.CumProd(none, "i")),
		"FromStructs": failureOf(frame.FromStructs(none, make([]userIn, 2))),
		"ToStructs":   failureOf(frame.ToStructs[userIn](none, f)),
		"RollingTime": failureOf(at.RollingTime("at", 1).Mean(none, "i")),
		"Scan":        failureOf(frame.Scan(none, f, "i", 0, func(a, b int64) int64 { return a + b })),
		"Sum":         failureOf(f.Columns()[0].Sum(none)),
		"NUnique":     failureOf(f.Columns()[1].NUnique(none)),
		"Min":         failureOf(f.Columns()[0].Min(none)),
		"Describe":    failureOf(f.Describe(none)),
		"Verify": frame.Verify(none, f, func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
			t.Error("Verify called")
			return f, nil
		}),
	}
	for name, u := range userCalls {
		calls[name] = u.run(none, f, func(context.Context, int64) error { t.Error(name, "called"); return nil })
	}
	for name, err := range calls {
		if err == nil || strings.Count(err.Error(), "nil context") != 1 || strings.Count(err.Error(), "frame.") != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
