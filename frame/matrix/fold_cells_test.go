package matrix_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/frame/matrix"
	"github.com/parframe/parframe/parallel"
)

// tenths is a matrix of one column with sums that say in which order they were taken.
func tenths(t *testing.T, n int) (*matrix.Dense[float64], []float64) {
	t.Helper()
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = math.Ldexp(float64(i%17)-8.1, i%40)
	}
	m, err := matrix.New(n, 1, xs)
	if err != nil {
		t.Fatal(err)
	}
	return m, xs
}

// upFromZero is a matrix of one column that holds the numbers of its rows.
func upFromZero(t *testing.T, n int) *matrix.Dense[int] {
	t.Helper()
	xs := make([]int, n)
	for i := range xs {
		xs[i] = i
	}
	m, err := matrix.New(n, 1, xs)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestFoldRowsIsFold: the bits are the same as of parallel.Fold and parallel.Reduce over
// the rows, for any width and the same options.
func TestFoldRowsIsFold(t *testing.T) {
	add := func(_ context.Context, acc, x float64) (float64, error) { return acc + x, nil }
	addRow := func(_ context.Context, acc float64, row []float64) (float64, error) { return acc + row[0], nil }
	sum := func(a, b float64) float64 { return a + b }
	zero := func() float64 { return 1e-3 } // shows how many were made
	for _, n := range []int{0, 1, 2, 7, 8, 9, 100, 1024, 1500, 20_000} {
		m, xs := tenths(t, n)
		for w := 1; w <= 8; w++ {
			for _, opts := range [][]parallel.FoldOption{{}, {parallel.Partitions(3)}, {parallel.Partitions(100)}} {
				want, err := parallel.Fold(t.Context(), xs, zero, add, sum, append(opts, parallel.Serial())...)
				if err != nil {
					t.Fatal(err)
				}
				got, err := matrix.FoldRows(t.Context(), m, zero, addRow, sum, append(opts, parallel.Workers(w))...)
				if err != nil || math.Float64bits(got) != math.Float64bits(want) {
					t.Fatalf("FoldRows of %d, %v, %d workers: %v, %v; want %v", n, opts, w, got, err, want)
				}
			}
			want, err := parallel.Reduce(t.Context(), xs, 0, sum)
			if err != nil {
				t.Fatal(err)
			}
			got, err := matrix.ReduceRows(t.Context(), m, []float64{0}, addTo, parallel.Workers(w))
			if err != nil || math.Float64bits(got[0]) != math.Float64bits(want) {
				t.Fatalf("ReduceRows of %d, %d workers: %v, %v; want %v", n, w, got, err, want)
			}
		}
	}
}

// TestReduceRowsBeginsWithARow: n rows take n-1 calls of the operator, which is not given the
// identity, and neither the identity nor the matrix is written to.
func TestReduceRowsBeginsWithARow(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1025, 3000} {
		m := upFromZero(t, n)
		identity := []int{math.MinInt}
		var calls atomic.Int64
		got, err := matrix.ReduceRows(t.Context(), m, identity, func(acc, row []int) {
			if calls.Add(1); acc[0] == math.MinInt || row[0] == math.MinInt {
				t.Errorf("%d rows: the operator is given %v, %v", n, acc, row)
			}
			acc[0] = max(acc[0], row[0])
			row[0] = 7 // its own copy
		}, parallel.Workers(3))
		want := []int{n - 1}
		if n == 0 {
			want = []int{math.MinInt}
		}
		if err != nil || !slices.Equal(got, want) || int(calls.Load()) != max(n-1, 0) {
			t.Errorf("%d rows: %v, %v after %d calls", n, got, err, calls.Load())
		}
		if n == 0 {
			got[0] = 1
		}
		if identity[0] != math.MinInt || n > 0 && m.At(n-1, 0) != n-1 {
			t.Errorf("%d rows: what was handed over was changed", n)
		}
	}
}

// TestFoldRowsAccumulators: few are made, and one for each worker with Commutative.
func TestFoldRowsAccumulators(t *testing.T) {
	m := upFromZero(t, 5000)
	for _, c := range []struct {
		opts []parallel.FoldOption
		most int64
	}{{nil, 8}, {[]parallel.FoldOption{parallel.Partitions(3)}, 3}, {[]parallel.FoldOption{parallel.Commutative()}, 4}} {
		var made atomic.Int64
		got, err := matrix.FoldRows(t.Context(), m, func() int { made.Add(1); return 0 },
			func(_ context.Context, acc int, row []int) (int, error) { return acc + row[0], nil },
			func(a, b int) int { return a + b }, append(c.opts, parallel.Workers(4))...)
		if err != nil || got != 5000*4999/2 || made.Load() > c.most {
			t.Errorf("%v: %d, %v, %d accumulators", c.opts, got, err, made.Load())
		}
	}
}

// TestFoldRowsFail: the error has the row's number; an error of the operator has the
// number of the row on its right.
func TestFoldRowsFail(t *testing.T) {
	m := upFromZero(t, 3000)
	boom := errors.New("boom")
	check := func(what string, err error, row int) {
		t.Helper()
		re, ok := errors.AsType[*parallel.RowError](err)
		if !ok || re.Row != row || !errors.Is(err, boom) {
			t.Errorf("%s: %v; want an error of row %d", what, err, row)
		}
	}
	for w := 1; w <= 4; w++ {
		_, err := matrix.FoldRows(t.Context(), m, func() int { return 0 }, func(_ context.Context, acc int, row []int) (int, error) {
			if row[0]%1000 == 777 {
				return 0, boom
			}
			return acc, nil
		}, func(a, b int) int { return a }, parallel.Workers(w))
		check("FoldRows", err, 777)
		_, err = matrix.FoldRows(t.Context(), m, func() int { return 0 }, func(_ context.Context, acc int, _ []int) (int, error) { return acc, nil },
			func(a, b int) int { panic(boom) }, parallel.Workers(w))
		check("merge", err, 3000/8)
		_, err = matrix.ReduceRows(t.Context(), m, []int{0}, func(acc, row []int) {
			if row[0]%1000 == 776 { // the second of its cell
				panic(boom)
			}
		}, parallel.Workers(w))
		check("ReduceRows", err, 776)
	}
}

// TestFoldRowsEndWithTheContext: each worker begins at most one function after the end.
func TestFoldRowsEndWithTheContext(t *testing.T) {
	m := upFromZero(t, 20_000)
	enough := errors.New("enough")
	for w := 1; w <= 4; w++ {
		for _, at := range []int64{1, 5, 100} {
			for name, run := range map[string]func(ctx context.Context, begun func()) error{
				"FoldRows": func(ctx context.Context, begun func()) error {
					_, err := matrix.FoldRows(ctx, m, func() int { return 0 }, func(_ context.Context, acc int, _ []int) (int, error) { begun(); return acc, nil },
						func(a, b int) int { return a }, parallel.Workers(w))
					return err
				},
				"ReduceRows": func(ctx context.Context, begun func()) error {
					_, err := matrix.ReduceRows(ctx, m, []int{0}, func(_, _ []int) { begun() }, parallel.Workers(w))
					return err
				},
			} {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancelCause(t.Context())
					defer cancel(nil)
					var calls, late atomic.Int64
					err := run(ctx, func() {
						if ctx.Err() != nil {
							late.Add(1)
						}
						if calls.Add(1) == at {
							cancel(enough)
						}
						time.Sleep(20 * time.Microsecond)
					})
					if err != enough || int(late.Load()) > w {
						t.Errorf("%s, %d workers: %v, %d functions begin after the end", name, w, err, late.Load())
					}
				})
			}
		}
	}
}
