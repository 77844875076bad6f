package matrix_test

import (
	"context"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/matrix"
	"github.com/parframe/parframe/parallel"
)

// An operation, and the plain loop that it must equal. Both return whatever
// cmp can compare; floats by their bits.
type operation struct {
	name string
	cuts bool // takes ChunkSize and Partitions
	run  func(ctx context.Context, m *matrix.Dense[float64], opts ...any) (any, error)
	loop func(rows [][]float64) any
}

func bits(xs []float64) []uint64 {
	out := make([]uint64, len(xs))
	for i, x := range xs {
		out[i] = math.Float64bits(x)
	}
	return out
}

func allBits(rows [][]float64) [][]uint64 {
	out := make([][]uint64, len(rows))
	for i, r := range rows {
		out[i] = bits(r)
	}
	return out
}

func each[R any](rows [][]float64, fn func(i int, row []float64) R) []R {
	out := make([]R, len(rows))
	for i, r := range rows {
		out[i] = fn(i, r)
	}
	return out
}

type extent struct{ Least, Most float64 }

func extentOf(row []float64) (e extent) {
	if len(row) > 0 {
		e = extent{row[0], row[0]}
	}
	for _, v := range row {
		e = extent{min(e.Least, v), max(e.Most, v)}
	}
	return e
}

// differences has one number less than the row; the row is spoilt.
func differences(_ context.Context, dst, row []float64) error {
	for j := range dst {
		dst[j] += row[j+1] - row[j]
	}
	for j := range row {
		row[j] = nan
	}
	return nil
}

var operations = []operation{
	{"MapRows", true, func(ctx context.Context, m *matrix.Dense[float64], opts ...any) (any, error) {
		out, err := matrix.MapRows(ctx, m, func(_ context.Context, row []float64) (float64, error) {
			s := sum(row)
			clear(row) // the worker's own
			_ = append(row, 1)
			return s, nil
		}, fit[parallel.ItemOption](opts)...)
		return bits(out), err
	}, func(rows [][]float64) any {
		return bits(each(rows, func(_ int, r []float64) float64 { return sum(r) }))
	}},
	{"MapRows struct", true, func(ctx context.Context, m *matrix.Dense[float64], opts ...any) (any, error) {
		return matrix.MapRows(ctx, m, func(_ context.Context, row []float64) (extent, error) { return extentOf(row), nil }, fit[parallel.ItemOption](opts)...)
	}, func(rows [][]float64) any {
		return each(rows, func(_ int, r []float64) extent { return extentOf(r) })
	}},
	{"MapRows2", true, func(ctx context.Context, m *matrix.Dense[float64], opts ...any) (any, error) {
		a, b, err := matrix.MapRows2(ctx, m, func(_ context.Context, row []float64) (float64, int, error) {
			return extentOf(row).Most, len(row), nil
		}, fit[parallel.ItemOption](opts)...)
		return []any{a, b}, err
	}, func(rows [][]float64) any {
		return []any{
			each(rows, func(_ int, r []float64) float64 { return extentOf(r).Most }),
			each(rows, func(_ int, r []float64) int { return len(r) }),
		}
	}},
	{"MapRowsTo", true, func(ctx context.Context, m *matrix.Dense[float64], opts ...any) (any, error) {
		cols := 0
		if m != nil {
			_, cols = m.Dims()
		}
		out, err := matrix.MapRowsTo(ctx, m, max(cols-1, 0), differences, fit[parallel.ItemOption](opts)...)
		if err != nil {
			return nil, err
		}
		return allBits(rows(out)), nil
	}, func(rows [][]float64) any {
		return allBits(each(rows, func(_ int, r []float64) []float64 {
			dst := make([]float64, max(len(r)-1, 0))
			_ = differences(context.Background(), dst, r)
			return dst
		}))
	}},
	{"MapElements", true, func(ctx context.Context, m *matrix.Dense[float64], opts ...any) (any, error) {
		out, err := matrix.MapElements(ctx, m, func(_ context.Context, i, j int, v float64) (int, error) { return i*1000 + j*100 + int(v), nil }, fit[parallel.ItemOption](opts)...)
		if err != nil {
			return nil, err
		}
		return rows(out), nil
	}, func(rows [][]float64) any {
		return each(rows, func(i int, r []float64) []int {
			out := make([]int, len(r))
			for j, v := range r {
				out[j] = i*1000 + j*100 + int(v)
			}
			return out
		})
	}},
	{"CountWithin", false, func(ctx context.Context, m *matrix.Dense[float64], opts ...any) (any, error) {
		return matrix.CountWithin(ctx, m, 20, 70.5, fit[parallel.Option](opts)...)
	}, func(rows [][]float64) any {
		return each(rows, func(_ int, r []float64) (n int) {
			for _, v := range r {
				if v >= 20 && v <= 70.5 {
					n++
				}
			}
			return n
		})
	}},
	{"NormalizeRows", false, func(ctx context.Context, m *matrix.Dense[float64], opts ...any) (any, error) {
		out, err := matrix.NormalizeRows(ctx, m, matrix.MinMax, fit[parallel.Option](opts)...)
		if err != nil {
			return nil, err
		}
		return allBits(rows(out)), nil
	}, func(rows [][]float64) any {
		return allBits(each(rows, func(_ int, r []float64) []float64 {
			e := extentOf(r)
			for j, v := range r {
				if r[j] = (v - e.Least) / (e.Most - e.Least); e.Most == e.Least {
					r[j] = 0
				}
			}
			return r
		}))
	}},
	{"Apply", false, func(ctx context.Context, m *matrix.Dense[float64], opts ...any) (any, error) {
		out, err := matrix.Apply(ctx, m, func(_ context.Context, part *matrix.Dense[float64]) (*matrix.Dense[float64], error) {
			n, cols := part.Dims()
			for i := range n { // twice each row, in place
				for j := range cols {
					part.Set(i, j, 2*part.At(i, j))
				}
			}
			return part, nil
		}, fit[frame.PartOption](opts)...)
		if err != nil {
			return nil, err
		}
		return rows(out), nil
	}, func(rows [][]float64) any {
		return each(rows, func(_ int, r []float64) []float64 {
			for j := range r {
				r[j] *= 2
			}
			return r
		})
	}},
	{"ReduceRows", false, func(ctx context.Context, m *matrix.Dense[float64], opts ...any) (any, error) {
		cols := 0
		if m != nil {
			_, cols = m.Dims()
		}
		out, err := matrix.ReduceRows(ctx, m, make([]float64, cols), addTo, fit[parallel.Option](opts)...)
		return bits(out), err
	}, func(rows [][]float64) any {
		if len(rows) == 0 {
			return bits(make([]float64, 5))
		}
		return bits(treeSum(rows))
	}},
	{"FoldRows", false, func(ctx context.Context, m *matrix.Dense[float64], opts ...any) (any, error) {
		return matrix.FoldRows(ctx, m, func() []int { return nil },
			func(_ context.Context, acc []int, row []float64) ([]int, error) {
				s := int(sum(row))
				clear(row)
				return append(acc, s), nil
			},
			func(a, b []int) []int { return append(a, b...) }, fit[parallel.FoldOption](opts)...)
	}, func(rows [][]float64) any {
		var acc []int
		for _, r := range rows {
			acc = append(acc, int(sum(r)))
		}
		return acc
	}},
}

// treeSum adds rows as ReduceRows does: within at most 1,024 cells of equal size one
// after the other, then neighboring sums, again and again.
func treeSum(rows [][]float64) []float64 {
	cells := min(len(rows), 1024)
	at := func(k int) int { return k*(len(rows)/cells) + min(k, len(rows)%cells) }
	var sums [][]float64
	for k := range cells {
		acc := slices.Clone(rows[at(k)])
		for _, row := range rows[at(k)+1 : at(k+1)] {
			addTo(acc, row)
		}
		sums = append(sums, acc)
	}
	for len(sums) > 1 {
		var next [][]float64
		for i := 0; i < len(sums); i += 2 {
			if i+1 < len(sums) {
				addTo(sums[i], sums[i+1])
			}
			next = append(next, sums[i])
		}
		sums = next
	}
	return sums[0]
}

func addTo(acc, row []float64) {
	for j, v := range row {
		acc[j] += v
	}
}

// TestSameAsTheLoop is the specification: any width, any cut, row by row or in
// four equal parts, every operation gives what a loop over the rows gives, to
// the last bit, and leaves the matrix as it was.
func TestSameAsTheLoop(t *testing.T) {
	for _, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			for _, n := range sizes {
				if n > 5000 && testing.Short() {
					continue
				}
				m := random[float64](n, 5)
				before := m.Clone()
				want := op.loop(rows(m))
				for name, opts := range settings(n, op.cuts) {
					got, err := op.run(t.Context(), m, opts...)
					if err != nil {
						t.Fatalf("%d rows, %s: %v", n, name, err)
					}
					if !reflect.DeepEqual(want, got) { // many times as fast as cmp
						t.Fatalf("%d rows, %s (-loop +got):\n%.2000s", n, name, cmp.Diff(want, got))
					}
				}
				if !m.Equal(before) {
					t.Fatalf("%d rows: the matrix was changed", n)
				}
			}
		})
	}
}

// Rows that do not touch, single columns, and none: as above.
func TestSameAsTheLoopForAnyShape(t *testing.T) {
	for _, op := range operations {
		for _, cols := range []int{1, 5, 2000} {
			whole := matrix.ToMat(random[float64](50, cols+7))
			m := matrix.FromMat(whole.Slice(3, 44, 2, cols+2)) // a stride of its own
			want := op.loop(rows(m))
			got, err := op.run(t.Context(), m, parallel.Workers(3))
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s, %d columns: %v (-loop +got):\n%.2000s", op.name, cols, err, diff)
			}
		}
		none, err := matrix.New[float64](41, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := op.loop(rows(none))
		got, err := op.run(t.Context(), none)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s, no columns: %v (-loop +got):\n%s", op.name, err, diff)
		}
	}
}
