package matrix_test

import (
	"context"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/matrix"
	"github.com/parframe/parframe/parallel"
)

// visiting runs every operation with a function that calls visit with its
// context, and with the row that the context should be of: the first column of
// the matrix has the rows' numbers.
var visiting = []struct {
	name  string
	calls int // of visit for a row, 0: one for a partition
	run   func(ctx context.Context, m *matrix.Dense[int], visit func(ctx context.Context, row int) error, opts ...any) error
}{
	{"MapRows", 1, func(ctx context.Context, m *matrix.Dense[int], visit func(ctx context.Context, row int) error, opts ...any) error {
		_, err := matrix.MapRows(ctx, m, func(ctx context.Context, row []int) (int, error) { return 0, visit(ctx, row[0]) }, fit[parallel.ItemOption](opts)...)
		return err
	}},
	{"MapRows2", 1, func(ctx context.Context, m *matrix.Dense[int], visit func(ctx context.Context, row int) error, opts ...any) error {
		_, _, err := matrix.MapRows2(ctx, m, func(ctx context.Context, row []int) (int, int, error) { return 0, 0, visit(ctx, row[0]) }, fit[parallel.ItemOption](opts)...)
		return err
	}},
	{"MapRowsTo", 1, func(ctx context.Context, m *matrix.Dense[int], visit func(ctx context.Context, row int) error, opts ...any) error {
		_, err := matrix.MapRowsTo(ctx, m, 1, func(ctx context.Context, _, row []int) error { return visit(ctx, row[0]) }, fit[parallel.ItemOption](opts)...)
		return err
	}},
	{"MapElements", 2, func(ctx context.Context, m *matrix.Dense[int], visit func(ctx context.Context, row int) error, opts ...any) error {
		_, err := matrix.MapElements(ctx, m, func(ctx context.Context, i, _, _ int) (int, error) { return 0, visit(ctx, i) }, fit[parallel.ItemOption](opts)...)
		return err
	}},
	{"Apply", 0, func(ctx context.Context, m *matrix.Dense[int], visit func(ctx context.Context, row int) error, opts ...any) error {
		_, err := matrix.Apply(ctx, m, func(ctx context.Context, part *matrix.Dense[int]) (*matrix.Dense[int], error) {
			return part, visit(ctx, part.At(0, 0))
		}, fit[frame.PartOption](append(opts, parallel.Partitions(7)))...)
		return err
	}},
	{"FoldRows", 1, func(ctx context.Context, m *matrix.Dense[int], visit func(ctx context.Context, row int) error, opts ...any) error {
		_, err := matrix.FoldRows(ctx, m, func() int { return 0 },
			func(ctx context.Context, acc int, row []int) (int, error) { return acc, visit(ctx, row[0]) },
			func(a, _ int) int { return a }, fit[parallel.FoldOption](opts)...)
		return err
	}},
}

type callersKey struct{}

// The context of a function belongs to its row: it has the row's number, its random
// generator, which depends on the seed and not on the width, and the caller's values.
func TestContextIsTheRows(t *testing.T) {
	const n = 3000
	m := numbered(t, n)
	ctx := context.WithValue(t.Context(), callersKey{}, "the caller's")
	for _, op := range visiting {
		drawn := func(opts ...any) map[int][]uint64 {
			var mu sync.Mutex
			all := make(map[int][]uint64)
			err := op.run(ctx, m, func(ctx context.Context, row int) error {
				if at := parallel.Index(ctx); at != row {
					t.Errorf("%s: the index of row %d is %d", op.name, row, at)
				}
				if v := ctx.Value(callersKey{}); v != "the caller's" {
					t.Errorf("%s, row %d: the caller's value is %v", op.name, row, v)
				}
				mu.Lock()
				defer mu.Unlock()
				all[row] = append(all[row], parallel.Rand(ctx).Uint64())
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
		for _, numbers := range one {
			for _, v := range numbers {
				seen[v] = true
			}
		}
		want := op.calls * n
		if op.calls == 0 {
			want = 7
		}
		if len(seen) != want {
			t.Errorf("%s: %d different numbers from %d calls", op.name, len(seen), want)
		}
		for _, numbers := range drawn(parallel.Seed(8), parallel.Workers(4)) {
			for _, v := range numbers {
				if seen[v] {
					t.Fatalf("%s: another seed draws the same number", op.name)
				}
			}
		}
	}
}

// A call that is nested in a function takes the function's context, and with it
// its place in the pool: nothing waits for ever, and never does more run at
// once than the pool has width for.
func TestNestedCallsShareThePool(t *testing.T) {
	m := numbered(t, 40)
	for _, op := range visiting {
		for width := 1; width <= 3; width++ {
			pool, err := parallel.NewPool(parallel.Workers(width))
			if err != nil {
				t.Fatal(err)
			}
			var now, most atomic.Int64
			inTime(t, op.name, func() error {
				return op.run(t.Context(), m, func(ctx context.Context, _ int) error {
					_, err := parallel.Map(ctx, make([]int, 5), func(ctx context.Context, _ int) (int, error) {
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

// Columns that are converted are converted by pieces: an error has the row of
// the frame, and of several the lowest row and the leftmost column count.
func TestFromFrameErrorInAPiece(t *testing.T) {
	const n = 50_000
	inexact, nulls := make([]int64, n), make([]frame.Null[int64], n)
	for i := range nulls {
		nulls[i] = frame.Null[int64]{V: int64(i), Valid: true}
	}
	inexact[40_000] = 1<<53 + 1
	inexact[45_000] = 1<<53 + 1
	for row, want := range map[int]string{
		39_999: `matrix.FromFrame: row 39999: null value in column "null"`,
		40_000: `matrix.FromFrame: row 40000: null value in column "null"`,
		40_001: `matrix.FromFrame: row 40000: column "wide": `,
	} {
		nulls[row] = frame.Null[int64]{}
		f := frameOf(t, column(t, "null", nulls), column(t, "wide", inexact))
		for _, w := range []int{1, 3} {
			_, err := matrix.FromFrame(t.Context(), f, nil, parallel.Workers(w))
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%d workers: %v, want %s", w, err, want)
			}
		}
		nulls[row] = frame.Null[int64]{V: int64(row), Valid: true}
	}
}
