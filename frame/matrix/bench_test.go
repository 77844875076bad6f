package matrix_test

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/matrix"
)

// benchRows is how many rows the benchmarks have: PARFRAME_ROWS, 20000000 for
// the stated figures, or few enough for a smoke test.
func benchRows() int {
	if n, err := strconv.Atoi(os.Getenv("PARFRAME_ROWS")); err == nil && n > 0 {
		return n
	}
	return 200_000
}

func within(row []int, least, most int) (count int) {
	for _, v := range row {
		if least <= v && v <= most {
			count++
		}
	}
	return count
}

// chunked is what one writes by hand: a goroutine for each core, and equal
// parts.
func chunked(ctx context.Context, m *matrix.Dense[int], fn func(ctx context.Context, row []int) (int, error)) []int {
	n, _ := m.Dims()
	out := make([]int, n)
	var wg sync.WaitGroup
	w := runtime.GOMAXPROCS(0)
	for k := range w {
		wg.Go(func() {
			for i := k * n / w; i < (k+1)*n/w; i++ {
				c, err := fn(ctx, m.Row(i))
				if err != nil {
					panic(err)
				}
				out[i] = c
			}
		})
	}
	wg.Wait()
	return out
}

// inlined is the same with the work written out in the loop.
func inlined(data []int, n, cols, least, most int) []int {
	out := make([]int, n)
	var wg sync.WaitGroup
	w := runtime.GOMAXPROCS(0)
	for k := range w {
		wg.Go(func() {
			for i := k * n / w; i < (k+1)*n/w; i++ {
				count := 0
				for _, v := range data[i*cols : (i+1)*cols] {
					if least <= v && v <= most {
						count++
					}
				}
				out[i] = count
			}
		})
	}
	wg.Wait()
	return out
}

var sink any

func BenchmarkCountWithin(b *testing.B) {
	n := benchRows()
	data := make([]int, n*5)
	for i := range data {
		data[i] = i * 2654435761 % 10
	}
	m, err := matrix.New(n, 5, data)
	if err != nil {
		b.Fatal(err)
	}
	least, most := 4, 8
	count := func(_ context.Context, row []int) (int, error) { return within(row, least, most), nil }
	b.Run("hand", func(b *testing.B) {
		for b.Loop() {
			sink = chunked(b.Context(), m, count)
		}
	})
	b.Run("MapRows", func(b *testing.B) {
		for b.Loop() {
			sink, err = matrix.MapRows(b.Context(), m, count)
		}
	})
	b.Run("inlined", func(b *testing.B) {
		for b.Loop() {
			sink = inlined(data, n, 5, least, most)
		}
	})
	b.Run("CountWithin", func(b *testing.B) {
		for b.Loop() {
			sink, err = matrix.CountWithin(b.Context(), m, least, most)
		}
	})
	if err != nil {
		b.Fatal(err)
	}
}

func BenchmarkFrame(b *testing.B) {
	m := random[float64](benchRows(), 5)
	f, err := matrix.ToFrame(b.Context(), m, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("ToFrame", func(b *testing.B) {
		for b.Loop() {
			sink, err = matrix.ToFrame(b.Context(), m, nil)
		}
	})
	b.Run("FromFrame", func(b *testing.B) {
		for b.Loop() {
			sink, err = matrix.FromFrame(b.Context(), f, nil)
		}
	})
	b.Run("values", func(b *testing.B) { // by hand, on one core
		for b.Loop() {
			n, cols := m.Dims()
			data := make([]float64, n*cols)
			for j, c := range f.Columns() {
				vs, err := frame.Values[float64](c)
				if err != nil {
					b.Fatal(err)
				}
				for i, v := range vs {
					data[i*cols+j] = v
				}
			}
			sink = data
		}
	})
}

// Nothing is allocated per row.
func TestNoAllocationsPerRow(t *testing.T) {
	allocs := func(n int) float64 {
		m := random[int](n, 5)
		identity := make([]int, 5)
		return testing.AllocsPerRun(5, func() {
			ctx := t.Context()
			_, err1 := matrix.MapRows(ctx, m, func(_ context.Context, row []int) (int, error) { return row[0], nil })
			_, _, err2 := matrix.MapRows2(ctx, m, func(_ context.Context, row []int) (int, int, error) { return row[0], 1, nil })
			_, err3 := matrix.MapRowsTo(ctx, m, 1, func(_ context.Context, dst, row []int) error { dst[0] = row[0]; return nil })
			_, err4 := matrix.MapElements(ctx, m, func(_ context.Context, _, _, v int) (int, error) { return v, nil })
			_, err5 := matrix.CountWithin(ctx, m, 1, 2)
			_, err6 := matrix.NormalizeRows(ctx, m, matrix.MinMax)
			_, err7 := matrix.ReduceRows(ctx, m, identity, func(acc, row []int) { acc[0] += row[0] })
			_, err8 := matrix.FoldRows(ctx, m, func() int { return 0 }, func(_ context.Context, acc int, row []int) (int, error) { return acc + row[0], nil },
				func(a, b int) int { return a + b })
			for _, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8} {
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	// A few for each worker and chunk, and for each of 1,024 cells.
	if few, many := allocs(2_000), allocs(200_000); many > few+3000 {
		t.Errorf("%v allocations for 2,000 rows, %v for 200,000", few, many)
	}
}
