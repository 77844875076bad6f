package parallel_test

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/parframe/parframe/parallel"
)

// fault is what happens in a test at item i: it may count, wait, return an error, panic
// or call runtime.Goexit.
type fault func(ctx context.Context, i int) error

func noFault(context.Context, int) error { return nil }

// operation is a row of the tests that hold for every operation: the matrix "same as
// the loop" and the promises. A new operation adds a row to operations.
type operation struct {
	name string
	// grid reports whether the operation works on the grid of cells, and takes
	// neither ChunkSize nor Partitions.
	grid bool
	// stream reports whether it is a loop over a Stream, which takes neither of them,
	// and yields the end of its context.
	stream bool
	// ranges reports whether its function is called for ranges: a failure at an
	// item is reported at the first row of the range that contains it.
	ranges bool
	// pool reports whether it makes a pool of its own, and so has a width of its own.
	pool bool
	// blind reports whether its function gets no context and returns no error. Then the
	// fault gets the call's context, and its error is thrown as a panic.
	// The function takes two items or results: it is not called for a single item, and a
	// failure is one of the right argument.
	blind bool
	// most bounds the sizes for which the plain loop is affordable; 0: none.
	most int
	// loop is the specification: the result of a plain loop over items 0..n.
	loop func(n int) any
	// run is the operation over items 0..n, with f called at each of them.
	run func(ctx context.Context, n int, f fault, opts ...any) (any, error)
}

var operations = []operation{
	{
		name: "Range", ranges: true,
		loop: func(n int) any { return mixed(n) },
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			out := make([]uint64, n)
			err := parallel.Range(ctx, n, func(ctx context.Context, lo, hi int) error {
				for i := lo; i < hi; i++ {
					if err := f(ctx, i); err != nil {
						return err
					}
					out[i] += mix(i)
				}
				return nil
			}, items(opts)...)
			return out, err
		},
	},
	{
		name: "ForEach",
		loop: func(n int) any { return mixed(n) },
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			out := make([]uint64, n)
			err := parallel.ForEach(ctx, indices(n), func(ctx context.Context, i int) error {
				if err := f(ctx, i); err != nil {
					return err
				}
				out[i] += mix(i)
				return nil
			}, items(opts)...)
			return out, err
		},
	},
	{
		name: "Map",
		loop: func(n int) any { return mixed(n) },
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			return parallel.Map(ctx, indices(n), func(ctx context.Context, i int) (uint64, error) {
				return mix(i), f(ctx, i)
			}, items(opts)...)
		},
	},
	{
		name: "Filter",
		loop: func(n int) any {
			kept := []int{}
			for i := range n {
				if mix(i)%3 == 0 {
					kept = append(kept, i)
				}
			}
			return kept
		},
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			return parallel.Filter(ctx, indices(n), func(ctx context.Context, i int) (bool, error) {
				return mix(i)%3 == 0, f(ctx, i)
			}, items(opts)...)
		},
	},
	{
		// A float sum is only nearly associative: its bits depend on the order
		// of the additions.
		name: "ReduceFloat", grid: true, blind: true,
		loop: func(n int) any {
			return bits(reduceLoop(floats(n), 0, func(a, b float64) float64 { return a + b }))
		},
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			sum, err := reduce(ctx, n, f, 0, float, func(a, b float64) float64 { return a + b }, opts...)
			return bits(sum), err
		},
	},
	{
		// Associative and not commutative: the plain loop is the specification.
		name: "ReduceMatrix", grid: true, blind: true,
		loop: func(n int) any {
			m := unit
			for i := range n {
				m = m.times(matrixAt(i))
			}
			return m
		},
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			return reduce(ctx, n, f, unit, matrixAt, matrix.times, opts...)
		},
	},
	{
		name: "ReduceConcat", grid: true, blind: true, most: 5000,
		loop: func(n int) any {
			var b strings.Builder
			for i := range n {
				b.WriteString(word(i))
			}
			return b.String()
		},
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			return reduce(ctx, n, f, "", word, func(a, b string) string { return a + b }, opts...)
		},
	},
	{
		name: "FoldFloat", grid: true,
		loop: func(n int) any {
			return bits(foldLoop(indices(n), foldCells(n), func() float64 { return 1e-3 },
				func(a float64, i int) float64 { return a + float(i) },
				func(a, b float64) float64 { return a + b }))
		},
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			// As the empty accumulator is not neutral, the sum shows how many were made.
			sum, err := parallel.Fold(ctx, indices(n), func() float64 { return 1e-3 },
				func(ctx context.Context, a float64, i int) (float64, error) { return a + float(i), f(ctx, i) },
				func(a, b float64) float64 { return a + b }, folds(opts)...)
			return bits(sum), err
		},
	},
	{
		// Accumulators that are changed in place, as the contract allows.
		name: "FoldAppend", grid: true,
		loop: func(n int) any { return mixed(n) },
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			return parallel.Fold(ctx, indices(n), func() []uint64 { return []uint64{} },
				func(ctx context.Context, a []uint64, i int) ([]uint64, error) { return append(a, mix(i)), f(ctx, i) },
				func(a, b []uint64) []uint64 { return append(a, b...) }, folds(opts)...)
		},
	},
	{
		name: "FoldCommutative", grid: true,
		loop: func(n int) any {
			var sum uint64
			for i := range n {
				sum += mix(i)
			}
			return sum
		},
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			return parallel.Fold(ctx, indices(n), func() uint64 { return 0 },
				func(ctx context.Context, a uint64, i int) (uint64, error) { return a + mix(i), f(ctx, i) },
				func(a, b uint64) uint64 { return a + b }, folds(append(slices.Clip(opts), parallel.Commutative()))...)
		},
	},
	{
		name: "ScanFloat", grid: true, blind: true,
		loop: func(n int) any {
			return bitsOf(scanLoop(floats(n), func(a, b float64) float64 { return a + b }))
		},
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			out, err := scan(ctx, n, f, 0, float, func(a, b float64) float64 { return a + b }, opts...)
			return bitsOf(out), err
		},
	},
	{
		name: "ScanMatrix", grid: true, blind: true,
		loop: func(n int) any {
			out, m := []matrix{}, unit
			for i := range n {
				m = m.times(matrixAt(i))
				out = append(out, m)
			}
			return out
		},
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			return scan(ctx, n, f, unit, matrixAt, matrix.times, opts...)
		},
	},
	{
		// The last item matches, so that match is called for all items.
		name: "Find",
		loop: func(n int) any { return n - 1 },
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			return parallel.Find(ctx, indices(n), func(ctx context.Context, i int) (bool, error) {
				return i == n-1, f(ctx, i)
			}, items(opts)...)
		},
	},
	{
		name: "All",
		loop: func(n int) any { return true },
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			return parallel.All(ctx, indices(n), func(ctx context.Context, i int) (bool, error) { return true, f(ctx, i) }, items(opts)...)
		},
	},
	{
		name: "Starmap2",
		loop: func(n int) any { return mixed(n) },
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			args := make([]parallel.Args2[int, uint64], n)
			for i := range args {
				args[i] = parallel.Args2[int, uint64]{A: i, B: mix(i)}
			}
			return parallel.Starmap2(ctx, args, func(ctx context.Context, i int, m uint64) (uint64, error) { return m, f(ctx, i) }, items(opts)...)
		},
	},
	{
		name: "Starmap3",
		loop: func(n int) any { return mixed(n) },
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			args := make([]parallel.Args3[int, uint64, uint64], n)
			for i := range args {
				args[i] = parallel.Args3[int, uint64, uint64]{A: i, B: mix(i) / 2, C: mix(i) - mix(i)/2}
			}
			return parallel.Starmap3(ctx, args, func(ctx context.Context, i int, b, c uint64) (uint64, error) { return b + c, f(ctx, i) }, items(opts)...)
		},
	},
	{
		// A loop over a stream that stops at the first error.
		name: "Stream", stream: true,
		loop: func(n int) any { return mixed(n) },
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			out := make([]uint64, 0, n)
			for x, err := range parallel.Stream(ctx, countTo(n), func(ctx context.Context, i int) (uint64, error) { return mix(i), f(ctx, i) }, streams(opts)...) {
				if err != nil {
					return nil, err
				}
				out = append(out, x)
			}
			return out, nil
		},
	},
	{
		name: "MapOn", pool: true,
		loop: func(n int) any { return mixed(n) },
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			pool, err := parallel.NewPool(parallel.Workers(64))
			if err != nil {
				return nil, err
			}
			defer func() {
				pool.Close()
				_ = pool.Wait(context.Background())
			}()
			return parallel.Map(ctx, indices(n), func(ctx context.Context, i int) (uint64, error) { return mix(i), f(ctx, i) },
				items(append(slices.Clip(opts), parallel.On(pool)))...)
		},
	},
	{
		name: "FoldOn", grid: true, pool: true,
		loop: func(n int) any { return mixed(n) },
		run: func(ctx context.Context, n int, f fault, opts ...any) (any, error) {
			pool, err := parallel.NewPool(parallel.Workers(64))
			if err != nil {
				return nil, err
			}
			defer func() {
				pool.Close()
				_ = pool.Wait(context.Background())
			}()
			return parallel.Fold(ctx, indices(n), func() []uint64 { return []uint64{} },
				func(ctx context.Context, a []uint64, i int) ([]uint64, error) { return append(a, mix(i)), f(ctx, i) },
				func(a, b []uint64) []uint64 { return append(a, b...) }, folds(append(slices.Clip(opts), parallel.On(pool)))...)
		},
	},
}

// row returns the row of a failure at item i of n.
func (op operation) row(n, i int) int {
	if op.blind {
		return rightOf(n, i)
	}
	return i
}

// atOnce returns how many functions of the operation over n items can run at once.
func (op operation) atOnce(n int) int {
	switch {
	case op.blind:
		return n / 2 // pairs of items
	case op.call() == "Fold" && op.name != "FoldCommutative":
		return foldCells(n)
	}
	return n
}

// call is the name of the exported call that the operation makes.
func (op operation) call() string {
	for _, name := range []string{"Range", "ForEach", "Map", "Filter", "Reduce", "Fold", "Scan", "Find", "All", "Starmap2", "Starmap3", "Stream"} {
		if strings.HasPrefix(op.name, name) {
			return name
		}
	}
	panic("operation " + op.name + " makes no call")
}

// quiet gives the goroutines of earlier tests, which ran outside of a bubble, the time
// to end, before a test counts its own.
func quiet() {
	for range 1000 {
		if goroutines() == 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
