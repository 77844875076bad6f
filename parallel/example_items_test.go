package parallel_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/parframe/parframe/parallel"
)

// How many numbers of each row lie between low and high.
func ExampleStarmap3() {
	count := func(_ context.Context, row []int, low, high int) (n int, _ error) {
		for _, x := range row {
			if low <= x && x <= high {
				n++
			}
		}
		return n, nil
	}
	args := []parallel.Args3[[]int, int, int]{
		{A: []int{1, 5, 7}, B: 4, C: 8},
		{A: []int{9, 9, 9}, B: 4, C: 8},
		{A: []int{4, 8, 3}, B: 4, C: 8},
	}
	fmt.Println(parallel.Starmap3(context.Background(), args, count))
	// Output: [2 0 2] <nil>
}

func ExampleStarmap2() {
	args := []parallel.Args2[string, int]{{A: "ab", B: 3}, {A: "-", B: 10}}
	fmt.Println(parallel.Starmap2(context.Background(), args, func(_ context.Context, s string, n int) (string, error) {
		return strings.Repeat(s, n), nil
	}))
	// Output: [ababab ----------] <nil>
}

// Running totals.
func ExampleScan() {
	balance, err := parallel.Scan(context.Background(), []int{100, -30, 5, -20}, 0, func(a, b int) int { return a + b })
	fmt.Println(balance, err)
	// Output: [100 70 75 55] <nil>
}

// The first match, as a loop finds it.
func ExampleFind() {
	i, err := parallel.Find(context.Background(), []int{3, 8, 5, 6}, parallel.Pure(func(x int) bool { return x%2 == 0 }))
	fmt.Println(i, err)
	// Output: 1 <nil>
}

func ExampleAny() {
	fmt.Println(parallel.Any(context.Background(), []int{3, 5, 7}, parallel.Pure(func(x int) bool { return x > 6 })))
	// Output: true <nil>
}

func ExampleAll() {
	fmt.Println(parallel.All(context.Background(), []int{3, 5, 7}, parallel.Pure(func(x int) bool { return x > 6 })))
	// Output: false <nil>
}

// The same numbers for any number of workers.
func ExampleRand() {
	dice := func(ctx context.Context, _ int) (int, error) { return 1 + parallel.Rand(ctx).IntN(6), nil }
	one, _ := parallel.Map(context.Background(), make([]int, 1000), dice, parallel.Workers(1))
	many, _ := parallel.Map(context.Background(), make([]int, 1000), dice, parallel.Workers(16))
	fmt.Println(fmt.Sprint(one) == fmt.Sprint(many))
	// Output: true
}

func ExampleSeed() {
	draw := func(ctx context.Context, _ int) (uint64, error) { return parallel.Rand(ctx).Uint64(), nil }
	a, _ := parallel.Map(context.Background(), make([]int, 3), draw, parallel.Seed(1))
	b, _ := parallel.Map(context.Background(), make([]int, 3), draw, parallel.Seed(2))
	c, _ := parallel.Map(context.Background(), make([]int, 3), draw, parallel.Seed(1))
	fmt.Println(fmt.Sprint(a) == fmt.Sprint(b), fmt.Sprint(a) == fmt.Sprint(c))
	// Output: false true
}

// The sum of 1 to 20, added by two tasks into one shared value.
func ExampleValue() {
	sum := parallel.NewValue(0)
	err := parallel.Range(context.Background(), 20, func(_ context.Context, lo, hi int) error {
		for i := lo; i < hi; i++ {
			sum.Update(func(s int) int { return s + i + 1 })
		}
		return nil
	}, parallel.Partitions(2))
	fmt.Println(sum.Get(), err)
	// Output: 210 <nil>
}

func ExampleNewValue() {
	v := parallel.NewValue("a")
	fmt.Println(v.Update(func(s string) string { return s + "b" }))
	v.Set("c")
	fmt.Println(v.Get())
	// Output:
	// ab
	// c
}

func ExampleArray() {
	votes := parallel.NewArray[int](3)
	err := parallel.ForEach(context.Background(), []int{0, 2, 2, 1, 2}, func(_ context.Context, choice int) error {
		votes.Update(choice, func(n int) int { return n + 1 })
		return nil
	})
	fmt.Println(votes.Snapshot(), err)
	// Output: [1 1 3] <nil>
}

func ExampleNewArray() {
	a := parallel.NewArray(3, 1.5, 2.5)
	a.UpdateAll(func(xs []float64) { xs[2] = xs[0] + xs[1] })
	fmt.Println(a.Len(), a.Get(2))
	// Output: 3 4
}

func ExampleArgs2() {
	var args []parallel.Args2[int, int]
	for i := range 4 {
		args = append(args, parallel.Args2[int, int]{A: i, B: i * i})
	}
	fmt.Println(parallel.Starmap2(context.Background(), args, func(_ context.Context, a, b int) (int, error) { return a + b, nil }))
	// Output: [0 2 6 12] <nil>
}

func ExampleArgs3() {
	args := []parallel.Args3[string, int, bool]{{A: "a", B: 1, C: true}, {A: "b", B: 2}}
	fmt.Println(parallel.Starmap3(context.Background(), args, func(_ context.Context, s string, n int, yes bool) (string, error) {
		return fmt.Sprint(s, n, yes), nil
	}))
	// Output: [a1 true b2 false] <nil>
}
