package frame_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// foldRow is a row of foldFrame.
type foldRow struct {
	K int64    `frame:"k"` // the number of the row
	X float64  `frame:"x"`
	N *float64 `frame:"n"` // null in many rows, and in all of some cells
	L *int64   `frame:"l"` // null in rows 777, 1777, …
}

// foldRows returns rows whose sums depend on the order in which they are added.
func foldRows(n int) []foldRow {
	rows := make([]foldRow, n)
	for i := range rows {
		x := math.Ldexp(float64(i%17)-8.1, i%40)
		rows[i] = foldRow{K: int64(i), X: x, L: new(int64)}
		if i%1000 == 777 {
			rows[i].L = nil
		}
		if i%7 == 3 && i*8/n != 2 {
			rows[i].N = &x
		}
	}
	return rows
}

// foldFrame returns the rows as a frame with Arrow chunks of the given length.
func foldFrame(t testing.TB, rows []foldRow, size int) *frame.Frame {
	t.Helper()
	parts := []*frame.Frame{}
	for chunk := range slices.Chunk(rows, size) {
		f, err := frame.FromStructs(t.Context(), chunk)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, f)
	}
	if len(parts) == 0 {
		parts = append(parts, must(frame.FromStructs(t.Context(), rows)))
	}
	return must(frame.Concat(parts...))
}

var foldSizes = []int{0, 1, 2, 7, 8, 9, 63, 257, 1023, 1024, 1500, 5000, 20_000}

func sumOf(a, b float64) float64 { return a + b }

// TestFoldIsParallelFold: Fold and Reduce return the same bits as in package parallel
// over a slice of the rows, for any width, any Arrow chunks and the same options.
func TestFoldIsParallelFold(t *testing.T) {
	zero := func() float64 { return 1e-3 } // shows how many were made
	add := func(_ context.Context, a float64, r foldRow) (float64, error) { return a + r.X, nil }
	addValue := func(_ context.Context, a, x float64) (float64, error) { return a + x, nil }
	plus := func(a, b foldRow) foldRow { return foldRow{K: max(a.K, b.K), X: a.X + b.X} }
	for _, n := range foldSizes {
		rows := foldRows(n)
		xs := make([]float64, n)
		for i, r := range rows {
			xs[i] = r.X
		}
		for w := 1; w <= 8; w++ {
			f := foldFrame(t, rows, []int{1 << 20, 777, 100, 64}[w%4])
			for _, opts := range [][]parallel.FoldOption{{}, {parallel.Partitions(3)}, {parallel.Partitions(100)}} {
				want := must(parallel.Fold(t.Context(), rows, zero, add, sumOf, append(opts, parallel.Serial())...))
				got := must(frame.Fold(t.Context(), f, zero, add, sumOf, append(opts, parallel.Workers(w))...))
				col := must(frame.FoldColumn(t.Context(), f, "x", zero, addValue, sumOf, append(opts, parallel.Workers(w))...))
				if math.Float64bits(got) != math.Float64bits(want) || math.Float64bits(col) != math.Float64bits(want) {
					t.Fatalf("%d rows, %v, %d workers: %v, of the column %v; want %v", n, opts, w, got, col, want)
				}
			}
			want := must(parallel.Reduce(t.Context(), xs, 0, sumOf))
			got := must(frame.Reduce(t.Context(), f, foldRow{}, plus, parallel.Workers(w)))
			col := must(frame.ReduceColumn(t.Context(), f, "x", 0, sumOf, parallel.Workers(w)))
			if math.Float64bits(got.X) != math.Float64bits(want) || math.Float64bits(col) != math.Float64bits(want) || n > 0 && got.K != int64(n-1) {
				t.Fatalf("Reduce of %d rows, %d workers: %v, of the column %v; want %v", n, w, got, col, want)
			}
		}
	}
}

// TestReduceBeginsWithAValue: n values take n-1 calls of the operator, which never
// receives the identity, even if nulls leave a cell without values.
func TestReduceBeginsWithAValue(t *testing.T) {
	for _, n := range foldSizes {
		rows := foldRows(n)
		var values []float64
		for _, r := range rows {
			if r.N != nil {
				values = append(values, *r.N)
			}
		}
		var first uint64
		for w := 1; w <= 8; w++ {
			f := foldFrame(t, rows, []int{1 << 20, 777, 100, 64}[w%4])
			var calls atomic.Int64
			op := func(a, b float64) float64 {
				if calls.Add(1); a == math.Inf(-1) || b == math.Inf(-1) {
					t.Errorf("%d rows: the operator is given the identity", n)
				}
				return max(a, b)
			}
			want := math.Inf(-1)
			if len(values) > 0 {
				want = slices.Max(values)
			}
			got, err := frame.ReduceColumn(t.Context(), f, "n", math.Inf(-1), op, parallel.Workers(w))
			if err != nil || got != want || int(calls.Load()) != max(len(values)-1, 0) {
				t.Fatalf("%d rows, %d workers: %v, %v after %d calls; want %v of %d values", n, w, got, err, calls.Load(), want, len(values))
			}
			sum := math.Float64bits(must(frame.ReduceColumn(t.Context(), f, "n", 0, sumOf, parallel.Workers(w))))
			if w == 1 {
				first = sum
			} else if sum != first {
				t.Fatalf("%d rows, %d workers: the sum has other bits than with one", n, w)
			}
		}
	}
}

// TestFoldFewAccumulators: few accumulators are made, with Commutative one per worker.
func TestFoldFewAccumulators(t *testing.T) {
	const n = 20_000
	f := foldFrame(t, foldRows(n), 777)
	for _, c := range []struct {
		opts []parallel.FoldOption
		most int64
	}{{nil, 8}, {[]parallel.FoldOption{parallel.Partitions(3)}, 3}, {[]parallel.FoldOption{parallel.Commutative()}, 4}} {
		var made atomic.Int64
		zero := func() int64 { made.Add(1); return 0 }
		add := func(_ context.Context, a int64, r foldRow) (int64, error) { return a + r.K, nil }
		got, err := frame.Fold(t.Context(), f, zero, add, func(a, b int64) int64 { return a + b }, append(c.opts, parallel.Workers(4))...)
		if err != nil || got != n*(n-1)/2 || made.Load() > c.most {
			t.Errorf("%v: %d, %v, %d accumulators", c.opts, got, err, made.Load())
		}
	}
}

// TestFoldFailsAtItsRow: errors have the row's number, wherever cells begin, in add and
// for values that the row's type cannot hold; in merge and op it is the row on their
// right.
func TestFoldFailsAtItsRow(t *testing.T) {
	const n = 10_000 // 1,024 cells in Reduce, the first 784 of 10 rows
	boom := errors.New("boom")
	f := foldFrame(t, foldRows(n), 777)
	zero := func() int { return 0 }
	left := func(a, _ int) int { return a }
	bad := func(i int64) bool { return i%1000 == 777 }
	type plain struct {
		L int64 `frame:"l"`
	}
	for w := 1; w <= 8; w++ {
		for _, opts := range [][]parallel.FoldOption{{}, {parallel.Partitions(11)}, {parallel.Commutative()}} {
			opts = append(opts, parallel.Workers(w))
			check := func(what string, err error, row int, cause error) {
				t.Helper()
				re, ok := errors.AsType[*parallel.RowError](err)
				if !ok || re.Row != row || !errors.Is(err, cause) {
					t.Errorf("%s, %v: %v; want an error of row %d", what, opts, err, row)
				}
			}
			_, err := frame.Fold(t.Context(), f, zero, func(_ context.Context, a int, r foldRow) (int, error) {
				if bad(r.K) {
					return 0, boom
				}
				return a, nil
			}, left, opts...)
			check("add", err, 777, boom)
			_, err = frame.Fold(t.Context(), f, zero, func(_ context.Context, a int, _ plain) (int, error) { return a, nil }, left, opts...)
			check("null", err, 777, frame.ErrNull)
			if len(opts) > 1 {
				continue
			}
			_, err = frame.Fold(t.Context(), f, zero, func(_ context.Context, a int, _ foldRow) (int, error) { return a, nil },
				func(a, b int) int { panic(boom) }, opts...)
			check("merge", err, n/8, boom)
			_, err = frame.ReduceColumn(t.Context(), f, "k", 0, func(a, b int64) int64 {
				if bad(b) { // the eighth of its cell
					panic(boom)
				}
				return b
			}, opts...)
			check("op", err, 777, boom)
			_, err = frame.ReduceColumn(t.Context(), f, "k", 0, func(a, b int64) int64 {
				if b > a+1 { // the last rows of two cells
					panic(boom)
				}
				return b
			}, opts...)
			check("op of cells", err, 10, boom)
			_, err = frame.Reduce(t.Context(), f, plain{}, func(a, _ plain) plain { return a }, parallel.Workers(w))
			check("null in Reduce", err, 777, frame.ErrNull)
		}
	}
}

// TestFoldEndsWithTheContext: each worker begins at most one function after the end.
func TestFoldEndsWithTheContext(t *testing.T) {
	f := foldFrame(t, foldRows(20_000), 777)
	enough := errors.New("enough")
	for w := 1; w <= 4; w++ {
		for _, at := range []int64{1, 5, 100, 3000} {
			var begun func()
			add := func(_ context.Context, a int, _ foldRow) (int, error) { begun(); return a, nil }
			left := func(a, _ int) int { return a }
			for name, run := range map[string]func(ctx context.Context) error{
				"Fold": func(ctx context.Context) error {
					_, err := frame.Fold(ctx, f, func() int { return 0 }, add, left, parallel.Workers(w))
					return err
				},
				"Fold, commutative": func(ctx context.Context) error {
					_, err := frame.Fold(ctx, f, func() int { return 0 }, add, left, parallel.Workers(w), parallel.Commutative())
					return err
				},
				"ReduceColumn": func(ctx context.Context) error {
					_, err := frame.ReduceColumn(ctx, f, "x", 0, func(a, _ float64) float64 { begun(); return a }, parallel.Workers(w))
					return err
				},
			} {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancelCause(t.Context())
					defer cancel(nil)
					var calls, late atomic.Int64
					begun = func() {
						if ctx.Err() != nil {
							late.Add(1)
						}
						if calls.Add(1) == at {
							cancel(enough)
						}
						time.Sleep(20 * time.Microsecond)
					}
					if err := run(ctx); err != enough || int(late.Load()) > w {
						t.Errorf("%s, %d workers: %v, %d functions begin after the end", name, w, err, late.Load())
					}
				})
			}
		}
	}
}

// BenchmarkFoldKeys counts 20,000 keys in a million rows, beside the loop.
func BenchmarkFoldKeys(b *testing.B) {
	type row struct {
		K int64 `frame:"k"`
	}
	rows := make([]row, 1_000_000)
	x := uint64(1)
	for i := range rows {
		x = x*6364136223846793005 + 1442695040888963407
		rows[i].K = int64(x>>33) % 20000
	}
	f := must(frame.FromStructs(b.Context(), rows))
	type counts = map[int64]int
	fold := func(opts ...parallel.FoldOption) func() {
		return func() {
			must(frame.Fold(b.Context(), f, func() counts { return counts{} },
				func(_ context.Context, m counts, r row) (counts, error) { m[r.K]++; return m, nil },
				func(a, b counts) counts {
					for k, v := range b {
						a[k] += v
					}
					return a
				}, opts...))
		}
	}
	all := []struct {
		name string
		run  func()
		took []time.Duration
	}{
		{name: "loop", run: func() {
			m := counts{}
			for _, r := range rows {
				m[r.K]++
			}
		}},
		{name: "fold", run: fold()},
		{name: "commutative", run: fold(parallel.Commutative())},
	}
	for b.Loop() {
		for i := range all {
			runtime.GC()
			start := time.Now()
			all[i].run()
			all[i].took = append(all[i].took, time.Since(start))
		}
	}
	median := func(i int) float64 {
		slices.Sort(all[i].took)
		return float64(all[i].took[len(all[i].took)/2])
	}
	b.ReportMetric(median(0), "loop-ns")
	for i, m := range all[1:] {
		b.ReportMetric(median(i+1)/median(0), fmt.Sprint(m.name, "/loop"))
	}
}
