package matrix_test

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/matrix"
	"github.com/parframe/parframe/parallel"
)

var ctx = context.Background()

var numbers, _ = matrix.FromRows([][]int{{4, 9, 8}, {1, 6, 5}, {7, 7, 0}})

// Norms of the rows of a gonum matrix.
func ExampleMapRows() {
	a := mat.NewDense(2, 2, []float64{3, 4, 6, 8})
	norms, err := matrix.MapRows(ctx, matrix.FromMat(a), func(_ context.Context, row []float64) (float64, error) {
		return math.Hypot(row[0], row[1]), nil
	})
	fmt.Println(norms, err)
	// Output: [5 10] <nil>
}

func ExampleMapRows2() {
	least, most, err := matrix.MapRows2(ctx, numbers, func(_ context.Context, row []int) (int, int, error) {
		return min(row[0], row[1], row[2]), max(row[0], row[1], row[2]), nil
	})
	fmt.Println(least, most, err)
	// Output: [4 1 0] [9 6 7] <nil>
}

// The way of a gonum user: a mat.Dense in, rows mapped, a mat.Dense out, and a
// frame from it.
func ExampleMapRowsTo() {
	a := mat.NewDense(2, 3, []float64{1, 2, 4, 10, 20, 40})
	steps, err := matrix.MapRowsTo(ctx, matrix.FromMat(a), 2, func(_ context.Context, dst, row []float64) error {
		dst[0], dst[1] = row[1]-row[0], row[2]-row[1]
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(mat.Formatted(matrix.ToMat(steps)))
	f, err := matrix.ToFrame(ctx, steps, []string{"first", "second"})
	fmt.Println(f, err)
	// Output:
	// ⎡ 1   2⎤
	// ⎣10  20⎦
	// shape: (2, 2)
	// ┌─────────┬─────────┐
	// │   first ┆  second │
	// │     --- ┆     --- │
	// │ float64 ┆ float64 │
	// ╞═════════╪═════════╡
	// │     1.0 ┆     2.0 │
	// │    10.0 ┆    20.0 │
	// └─────────┴─────────┘ <nil>
}

func ExampleMapElements() {
	out, err := matrix.MapElements(ctx, numbers, func(_ context.Context, i, j, v int) (int, error) {
		if i == j {
			return 0, nil
		}
		return v, nil
	})
	fmt.Println(out.Row(0), out.Row(1), out.Row(2), err)
	// Output: [0 9 8] [1 0 5] [7 7 0] <nil>
}

func ExampleApply() {
	// How many rows each of two workers' parts has.
	out, err := matrix.Apply(ctx, numbers, func(_ context.Context, part *matrix.Dense[int]) (*matrix.Dense[int], error) {
		rows, _ := part.Dims()
		return matrix.New(1, 1, []int{rows})
	}, parallel.Partitions(2))
	fmt.Println(out.Row(0), out.Row(1), err)
	// Output: [2] [1] <nil>
}

func ExampleReduceRows() {
	sums, err := matrix.ReduceRows(ctx, numbers, []int{0, 0, 0}, func(acc, row []int) {
		for j, v := range row {
			acc[j] += v
		}
	})
	fmt.Println(sums, err)
	// Output: [12 22 13] <nil>
}

func ExampleFoldRows() {
	// The set of all numbers.
	seen, err := matrix.FoldRows(ctx, numbers,
		func() map[int]bool { return map[int]bool{} },
		func(_ context.Context, acc map[int]bool, row []int) (map[int]bool, error) {
			for _, v := range row {
				acc[v] = true
			}
			return acc, nil
		},
		func(a, b map[int]bool) map[int]bool {
			for v := range b {
				a[v] = true
			}
			return a
		})
	fmt.Println(len(seen), err)
	// Output: 8 <nil>
}

func ExampleCountWithin() {
	counts, err := matrix.CountWithin(ctx, numbers, 4, 8)
	fmt.Println(counts, err)
	// Output: [2 2 2] <nil>
}

func ExampleNormalizeRows() {
	out, err := matrix.NormalizeRows(ctx, numbers, matrix.MinMax)
	fmt.Println(out.Row(0), out.Row(1), out.Row(2), err)
	// Output: [0 1 0.8] [0 1 0.8] [1 1 0] <nil>
}

func ExampleFromFrameOr() {
	x, _ := frame.NewColumn("x", []float64{1, 2})
	y, _ := frame.NewColumn("y", []*int32{new(int32(7)), nil})
	f, _ := frame.New(x, y)
	m, err := matrix.FromFrameOr(ctx, f, -1.0, []string{"y", "x"})
	fmt.Println(m.Row(0), m.Row(1), err)
	_, err = matrix.FromFrame(ctx, f, []string{"y", "x"})
	fmt.Println(err)
	// Output:
	// [7 1] [-1 2] <nil>
	// matrix.FromFrame: row 1: null value in column "y"
}

func ExampleToFrame() {
	f, err := matrix.ToFrame(ctx, numbers, []string{"a", "b", "c"})
	fmt.Println(f, err)
	// Output:
	// shape: (3, 3)
	// ┌───────┬───────┬───────┐
	// │     a ┆     b ┆     c │
	// │   --- ┆   --- ┆   --- │
	// │ int64 ┆ int64 ┆ int64 │
	// ╞═══════╪═══════╪═══════╡
	// │     4 ┆     9 ┆     8 │
	// │     1 ┆     6 ┆     5 │
	// │     7 ┆     7 ┆     0 │
	// └───────┴───────┴───────┘ <nil>
}

func ExampleFromFrameOf() {
	f, _ := matrix.ToFrame(ctx, numbers, []string{"a", "b", "c"})
	m, err := matrix.FromFrameOf[int](ctx, f, []string{"c", "a"})
	fmt.Println(m.Row(0), m.Row(2), err)
	// Output:
	// [8 4] [0 7] <nil>
}

// A mat.Dense and the matrix share their numbers.
func ExampleToMat() {
	a := mat.NewDense(2, 2, []float64{1, 2, 3, 4})
	b := matrix.ToMat(matrix.FromMat(a))
	b.Set(1, 1, 40)
	fmt.Println(mat.Formatted(a))
	// Output:
	// ⎡ 1   2⎤
	// ⎣ 3  40⎦
}

func ExampleNew() {
	m, err := matrix.New(2, 3, []int32{1, 2, 3, 4, 5, 6})
	fmt.Println(m.Row(1), err)
	_, err = matrix.New(2, 3, []int32{1, 2})
	fmt.Println(err)
	// Output:
	// [4 5 6] <nil>
	// matrix.New: wrong shape: 2 numbers for 2×3, want 6
}
