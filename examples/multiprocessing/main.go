// The classic tutorials on Python's multiprocessing, in Go: every step does
// the work in parallel, does it again in a plain loop, and prints both.
//
//	go run ./examples/multiprocessing
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/parframe/parframe/parallel"
)

func main() {
	if err := run(context.Background(), os.Stdout, 200_000, 2_000_000); err != nil {
		log.Fatal(err)
	}
}

// run does all steps: rows is the length of the matrix of step 3, terms the
// length of the long sum of step 6.
func run(ctx context.Context, w io.Writer, rows, terms int) error {
	pool, err := parallel.NewPool() // with mp.Pool(mp.cpu_count()) as pool:
	if err != nil {
		return err
	}
	defer pool.Terminate()

	fmt.Fprintf(w, "1. processors: %d\n\n", runtime.GOMAXPROCS(0)) // mp.cpu_count()
	for _, step := range []func() error{
		func() error { return rowSums(ctx, w) },
		func() error { return countWithin(ctx, w, pool, rows, 4, 8) },
		func() error { return squares(ctx, w, pool) },
		func() error { return hundredSquares(ctx, w, pool) },
		func() error { return sharedSum(ctx, w, pool, terms) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	pool.Close() // pool.close(); pool.join()
	return pool.Wait(ctx)
}

// matrix returns rows×5 numbers from 0 to 9, the same at every run.
func matrix(rows int) [][]int {
	rng := rand.New(rand.NewPCG(100, 0)) // np.random.seed(100)
	m := make([][]int, rows)
	for i := range m {
		m[i] = make([]int, 5)
		for j := range m[i] {
			m[i][j] = rng.IntN(10)
		}
	}
	return m
}

func sum(row []int) (total int) {
	for _, x := range row {
		total += x
	}
	return total
}

// within counts the numbers of a row that lie in least..most: the tutorials'
// howmany_within_range.
func within(row []int, least, most int) (count int) {
	for _, x := range row {
		if least <= x && x <= most {
			count++
		}
	}
	return count
}

// rowSums adds up each row of a matrix, row by row and in four parts.
func rowSums(ctx context.Context, w io.Writer) error {
	m := matrix(1000)
	var serial []int
	for _, row := range m {
		serial = append(serial, sum(row))
	}

	// pool.starmap(row_sum, [(i, row) for i, row in enumerate(m)])
	var args []parallel.Args2[int, []int]
	for i, row := range m {
		args = append(args, parallel.Args2[int, []int]{A: i, B: row})
	}
	byRow, err := parallel.Starmap2(ctx, args, func(_ context.Context, _ int, row []int) (int, error) {
		return sum(row), nil
	})
	if err != nil {
		return err
	}

	// pool.map(part_sums, np.array_split(m, 4))
	byPart := make([]int, len(m))
	err = parallel.Range(ctx, len(m), func(_ context.Context, lo, hi int) error {
		for i := lo; i < hi; i++ {
			byPart[i] = sum(m[i])
		}
		return nil
	}, parallel.Partitions(4))
	if err != nil {
		return err
	}

	fmt.Fprintf(w, "2. sums of 1000 rows\n")
	fmt.Fprintf(w, "   loop                %v … total %d\n", serial[:5], sum(serial))
	fmt.Fprintf(w, "   starmap, by row     %v … equal %t\n", byRow[:5], slices.Equal(byRow, serial))
	fmt.Fprintf(w, "   four parts of 250   %v … equal %t\n\n", byPart[:5], slices.Equal(byPart, serial))
	return nil
}

// counted is what a callback receives: which row, and its count.
type counted struct{ row, count int }

// countWithin counts, for each row, the numbers within least..most, in eight ways.
func countWithin(ctx context.Context, w io.Writer, pool *parallel.Pool, rows, least, most int) error {
	m := matrix(rows)
	count := func(_ context.Context, row []int) (int, error) { return within(row, least, most), nil }
	count3 := func(_ context.Context, row []int, least, most int) (int, error) { return within(row, least, most), nil }
	args := make([]parallel.Args3[[]int, int, int], len(m))
	for i, row := range m {
		args[i] = parallel.Args3[[]int, int, int]{A: row, B: least, C: most}
	}

	var serial []int
	ways := []struct {
		name string
		run  func() ([]int, error)
	}{
		{"loop", func() (counts []int, err error) {
			for _, row := range m {
				counts = append(counts, within(row, least, most))
			}
			return counts, nil
		}},
		{"apply", func() (counts []int, err error) { // [pool.apply(f, (row, 4, 8)) for row in m]
			for _, row := range m {
				n, err := parallel.Do(ctx, pool, func(ctx context.Context) (int, error) { return count(ctx, row) })
				if err != nil {
					return nil, err
				}
				counts = append(counts, n)
			}
			return counts, nil
		}},
		{"map", func() ([]int, error) { return parallel.Map(ctx, m, count, parallel.On(pool)) }},
		{"starmap", func() ([]int, error) { return parallel.Starmap3(ctx, args, count3, parallel.On(pool)) }},
		{"apply_async, callback", func() ([]int, error) { return byCallback(ctx, pool, m) }},
		{"apply_async, get", func() ([]int, error) { return byGet(ctx, pool, m, count) }},
		{"map_async", func() ([]int, error) {
			f, err := parallel.MapAsync(ctx, pool, m, count)
			if err != nil {
				return nil, err
			}
			return f.Get(ctx)
		}},
		{"starmap_async", func() ([]int, error) {
			f, err := parallel.StarmapAsync3(ctx, pool, args, count3)
			if err != nil {
				return nil, err
			}
			return f.Get(ctx)
		}},
	}
	fmt.Fprintf(w, "3. numbers within %d..%d in each of %d rows\n", least, most, rows)
	for _, way := range ways {
		start := time.Now()
		counts, err := way.run()
		took := time.Since(start)
		if err != nil {
			return fmt.Errorf("%s: %w", way.name, err)
		}
		if serial == nil {
			serial = counts
		}
		fmt.Fprintf(w, "   %-22s %v … equal %-5t %9.3f ms\n", way.name, counts[:10], slices.Equal(counts, serial), took.Seconds()*1e3)
	}
	fmt.Fprintln(w)
	return nil
}

// byCallback collects (row, count) as the tasks end, in any order, and sorts.
func byCallback(ctx context.Context, pool *parallel.Pool, m [][]int) ([]int, error) {
	collected := parallel.NewValue[[]counted](nil)
	fs := make([]*parallel.Future[counted], len(m))
	for i, row := range m {
		f, err := parallel.Submit(ctx, pool, func(context.Context) (counted, error) {
			return counted{i, within(row, 4, 8)}, nil
		})
		if err != nil {
			return nil, err
		}
		f.OnDone(func(c counted, _ error) {
			collected.Update(func(all []counted) []counted { return append(all, c) })
		})
		fs[i] = f
	}
	for _, f := range fs { // pool.close(); pool.join()
		if _, err := f.Get(ctx); err != nil {
			return nil, err
		}
	}
	all := collected.Get()
	slices.SortFunc(all, func(a, b counted) int { return cmp.Compare(a.row, b.row) })
	counts := make([]int, len(all))
	for i, c := range all {
		counts[i] = c.count
	}
	return counts, nil
}

// byGet fetches the results one by one: [r.get() for r in results].
func byGet(ctx context.Context, pool *parallel.Pool, m [][]int, count func(context.Context, []int) (int, error)) ([]int, error) {
	fs := make([]*parallel.Future[int], len(m))
	for i, row := range m {
		f, err := parallel.Submit(ctx, pool, func(ctx context.Context) (int, error) { return count(ctx, row) })
		if err != nil {
			return nil, err
		}
		fs[i] = f
	}
	counts := make([]int, len(fs))
	for i, f := range fs {
		n, err := f.Get(ctx)
		if err != nil {
			return nil, err
		}
		counts[i] = n
	}
	return counts, nil
}

func square(x int) int { return x * x }

// squares squares four numbers by map and by map_async.
func squares(ctx context.Context, w io.Writer, pool *parallel.Pool) error {
	xs := []int{2, 3, 4, 6}
	byMap, err := parallel.Map(ctx, xs, parallel.Pure(square))
	if err != nil {
		return err
	}
	f, err := parallel.MapAsync(ctx, pool, xs, parallel.Pure(square))
	if err != nil {
		return err
	}
	byAsync, err := f.Get(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "4. squares of %v: map %v, map_async %v\n\n", xs, byMap, byAsync)
	return nil
}

// hundredSquares submits a hundred tasks and reads the last result.
func hundredSquares(ctx context.Context, w io.Writer, pool *parallel.Pool) error {
	var fs []*parallel.Future[int]
	for i := range 100 {
		f, err := parallel.Submit(ctx, pool, func(context.Context) (int, error) { return square(i), nil })
		if err != nil {
			return err
		}
		fs = append(fs, f)
	}
	last, err := fs[99].Get(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "5. one hundred squares by apply_async: the last is %d, the loop's %d\n\n", last, square(99))
	return nil
}

// sharedSum lets two tasks add halves of 1..n to one shared value.
func sharedSum(ctx context.Context, w io.Writer, pool *parallel.Pool, terms int) error {
	fmt.Fprintln(w, "6. sum of 1..n by two tasks into one shared value")
	for _, n := range []int{20, terms} {
		start := time.Now()
		serial := 0
		for i := 1; i <= n; i++ {
			serial += work(i)
		}
		alone := time.Since(start)

		total := parallel.NewValue(0) // mp.Value("i", 0)
		start = time.Now()
		var fs []*parallel.Future[struct{}]
		for k := range 2 {
			f, err := parallel.Submit(ctx, pool, func(context.Context) (struct{}, error) {
				part := 0
				lo, hi := k*n/2, (k+1)*n/2
				for i := lo + 1; i <= hi; i++ {
					part += work(i)
				}
				total.Update(func(t int) int { return t + part }) // with total.get_lock(): total.value += part
				return struct{}{}, nil
			})
			if err != nil {
				return err
			}
			fs = append(fs, f)
		}
		if _, _, err := parallel.WaitAll(ctx, fs...); err != nil {
			return err
		}
		together := time.Since(start)

		fmt.Fprintf(w, "   n = %d: %d, the loop's %d\n", n, total.Get(), serial)
		if n > 20 {
			// Amdahl: all of the loop but the two locked additions is parallel.
			fmt.Fprintf(w, "   speed-up %.2f of at most %.2f (Amdahl, 2 tasks on %d processors)\n",
				alone.Seconds()/together.Seconds(), amdahl(1, min(2, runtime.GOMAXPROCS(0))), runtime.GOMAXPROCS(0))
		}
	}
	return nil
}

// work returns i, after a few steps of arithmetic that make it worth sharing out.
func work(i int) int {
	x := uint64(i)
	for range 50 {
		x = x*6364136223846793005 + 1442695040888963407
	}
	if x == 0 {
		return 0 // keeps the compiler from leaving the loop out
	}
	return i
}

// amdahl bounds the speed-up on n processors of work that is parallel to the
// given share: 1 / ((1-share) + share/n).
func amdahl(share float64, n int) float64 {
	return 1 / (1 - share + share/float64(n))
}
