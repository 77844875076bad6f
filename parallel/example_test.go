package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parframe/parframe/parallel"
)

// A slice in, a slice out, in the same order.
func ExampleMap() {
	words := []string{"17", "4", "23"}
	numbers, err := parallel.Map(context.Background(), words, func(_ context.Context, w string) (int, error) {
		return strconv.Atoi(w)
	})
	fmt.Println(numbers, err)
	// Output: [17 4 23] <nil>
}

// The error is the one of the lowest item that failed, however many failed and in
// whatever order they ran.
func ExampleMap_error() {
	words := []string{"17", "four", "23", "five"}
	_, err := parallel.Map(context.Background(), words, func(_ context.Context, w string) (int, error) {
		return strconv.Atoi(w)
	})
	fmt.Println(err)
	fmt.Println(errors.Is(err, strconv.ErrSyntax))
	// Output:
	// row 1: strconv.Atoi: parsing "four": invalid syntax
	// true
}

// A call inside a call shares its width, and never deadlocks: pass on the
// context that the function received.
func ExampleMap_nested() {
	rows := [][]float64{{3, 4}, {5, 12}, {8, 15}}
	norms, err := parallel.Map(context.Background(), rows, func(ctx context.Context, row []float64) (float64, error) {
		squares, err := parallel.Map(ctx, row, parallel.Pure(func(x float64) float64 { return x * x }))
		if err != nil {
			return 0, err
		}
		return math.Sqrt(squares[0] + squares[1]), nil
	}, parallel.Workers(1))
	fmt.Println(norms, err)
	// Output: [5 13 17] <nil>
}

// A function that needs no context and cannot fail.
func ExamplePure() {
	roots, err := parallel.Map(context.Background(), []float64{1, 4, 9}, parallel.Pure(math.Sqrt))
	fmt.Println(roots, err)
	// Output: [1 2 3] <nil>
}

// A function that needs no context, and can fail.
func ExamplePlain() {
	delays, err := parallel.Map(context.Background(), []string{"90s", "2m", "0.5h"}, parallel.Plain(time.ParseDuration))
	fmt.Println(delays, err)
	// Output: [1m30s 2m0s 30m0s] <nil>
}

func ExampleForEach() {
	var bytes atomic.Int64
	err := parallel.ForEach(context.Background(), []string{"example_test.go", "doc.go"}, func(_ context.Context, name string) error {
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		bytes.Add(info.Size())
		return nil
	})
	fmt.Println(bytes.Load() > 0, err)
	// Output: true <nil>
}

// When the context ends, nothing more starts, and the call returns the cause.
func ExampleForEach_timeout() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	err := parallel.ForEach(ctx, make([]int, 1000), func(ctx context.Context, _ int) error {
		<-ctx.Done() // a slow request that looks at its context
		return ctx.Err()
	})
	fmt.Println(err)
	// Output: context deadline exceeded
}

func ExampleFilter() {
	primes, err := parallel.Filter(context.Background(), []int{2, 3, 4, 5, 6, 7, 8, 9}, parallel.Pure(func(n int) bool {
		for d := 2; d*d <= n; d++ {
			if n%d == 0 {
				return false
			}
		}
		return true
	}))
	fmt.Println(primes, err)
	// Output: [2 3 5 7] <nil>
}

// The operator is associative, and need not be commutative.
func ExampleReduce() {
	text, err := parallel.Reduce(context.Background(), strings.Split("parframe", ""), "", func(a, b string) string { return a + b })
	fmt.Println(text, err)
	// Output: parframe <nil>
}

// A float sum is the same to the last bit for any number of workers.
func ExampleReduce_float() {
	xs := make([]float64, 100_000)
	for i := range xs {
		xs[i] = 1 / float64(i+1)
	}
	add := func(a, b float64) float64 { return a + b }
	one, _ := parallel.Reduce(context.Background(), xs, 0, add, parallel.Workers(1))
	many, _ := parallel.Reduce(context.Background(), xs, 0, add, parallel.Workers(64))
	fmt.Println(one == many)
	// Output: true
}

// An accumulator of another type than the items: how often each word length
// occurs.
func ExampleCommutative() {
	words := []string{"to", "be", "or", "not", "to", "be"}
	counts, err := parallel.Fold(context.Background(), words,
		func() map[string]int { return map[string]int{} },
		func(_ context.Context, counts map[string]int, word string) (map[string]int, error) {
			counts[word]++
			return counts, nil
		},
		func(a, b map[string]int) map[string]int {
			for word, n := range b {
				a[word] += n
			}
			return a
		}, parallel.Commutative())
	fmt.Println(counts, err)
	// Output: map[be:2 not:1 or:1 to:2] <nil>
}

func ExampleFold() {
	words := strings.Fields("the quick brown fox jumps over the lazy dog")
	lengths, err := parallel.Fold(context.Background(), words,
		func() map[int]int { return map[int]int{} },
		func(_ context.Context, acc map[int]int, w string) (map[int]int, error) {
			acc[len(w)]++
			return acc, nil
		},
		func(a, b map[int]int) map[int]int {
			for n, count := range b {
				a[n] += count
			}
			return a
		})
	fmt.Println(lengths, err)
	// Output: map[3:4 4:2 5:3] <nil>
}

// Range is for loops that work on a range of rows at a time, here to use one buffer
// for all of them.
func ExampleRange() {
	lines := make([]string, 5)
	err := parallel.Range(context.Background(), len(lines), func(_ context.Context, lo, hi int) error {
		var buf []byte
		for i := lo; i < hi; i++ {
			buf = strconv.AppendInt(append(buf[:0], "row "...), int64(i), 10)
			lines[i] = string(buf)
		}
		return nil
	})
	fmt.Println(lines, err)
	// Output: [row 0 row 1 row 2 row 3 row 4] <nil>
}

func ExampleIndex() {
	marks, err := parallel.Map(context.Background(), []string{"ada", "bob"}, func(ctx context.Context, name string) (string, error) {
		return fmt.Sprint(parallel.Index(ctx), " ", name), nil
	})
	fmt.Println(marks, err, parallel.Index(context.Background()))
	// Output: [0 ada 1 bob] <nil> -1
}

// More workers than cores, for functions that wait: here each waits for all others.
func ExampleWorkers() {
	const guests = 50
	var arrivals sync.WaitGroup
	arrivals.Add(guests)
	err := parallel.ForEach(context.Background(), make([]int, guests), func(context.Context, int) error {
		arrivals.Done()
		arrivals.Wait()
		return nil
	}, parallel.Workers(guests))
	fmt.Println("all are here", err)
	// Output: all are here <nil>
}

func ExampleChunkSize() {
	err := parallel.Range(context.Background(), 10, func(_ context.Context, lo, hi int) error {
		fmt.Println(lo, hi)
		return nil
	}, parallel.ChunkSize(4), parallel.Serial())
	fmt.Println(err)
	// Output:
	// 0 4
	// 4 8
	// 8 10
	// <nil>
}

func ExamplePartitions() {
	err := parallel.Range(context.Background(), 10, func(_ context.Context, lo, hi int) error {
		if hi == 10 {
			return errors.New("disk full")
		}
		return nil
	}, parallel.Partitions(3))
	fmt.Println(err)
	// Output: row 7 (partition 2): disk full
}

func ExampleSerial() {
	err := parallel.ForEach(context.Background(), []string{"a", "b", "c"}, func(_ context.Context, x string) error {
		fmt.Print(x, " ") // in order, on this goroutine
		return nil
	}, parallel.Serial())
	fmt.Println(err)
	// Output: a b c <nil>
}

func ExampleOption() {
	fmt.Println(parallel.Workers(4), parallel.Serial())
	err := parallel.ForEach(context.Background(), []int{1}, func(context.Context, int) error { return nil }, parallel.Workers(0))
	fmt.Println(err)
	fmt.Println(errors.Is(err, parallel.ErrOption))
	// Output:
	// Workers(4) Serial
	// parallel.ForEach: bad option: Workers(0): want 1 or more
	// true
}

func ExampleRowError() {
	_, err := parallel.Map(context.Background(), []string{"1", "x"}, func(_ context.Context, s string) (int, error) {
		return strconv.Atoi(s)
	})
	if re, ok := errors.AsType[*parallel.RowError](err); ok {
		fmt.Println("row:", re.Row)
		fmt.Println("cause:", re.Err)
	}
	// Output:
	// row: 1
	// cause: strconv.Atoi: parsing "x": invalid syntax
}

// A panic in the function is an error of the call, with the stack of the panic.
func ExamplePanicError() {
	xs := []int{1, 2, 0}
	_, err := parallel.Map(context.Background(), xs, parallel.Pure(func(x int) int { return 6 / x }))
	if pe, ok := errors.AsType[*parallel.PanicError](err); ok {
		fmt.Println(pe.Value)
		fmt.Println(strings.Contains(string(pe.Stack), "ExamplePanicError"))
	}
	// Output:
	// runtime error: integer divide by zero
	// true
}
