package parallel_test

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/parallel"
)

// Tasks with results of different types that end together.
func ExampleScope() {
	s, err := parallel.NewScope(context.Background(), parallel.Workers(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	name := parallel.Go(s, func(context.Context) (string, error) { return "Ada", nil })
	age := parallel.Go(s, func(context.Context) (int, error) { return 36, nil })
	if err := s.Wait(); err != nil {
		fmt.Println(err)
		return
	}
	n, _ := name.Get(context.Background())
	a, _ := age.Get(context.Background())
	fmt.Println(n, a)
	// Output: Ada 36
}

// The results that are done at the end of the context, with marks.
func ExamplePartial() {
	ctx, cancel := context.WithCancel(context.Background())
	var done []bool
	squares, err := parallel.Map(ctx, []int{1, 2, 3, 4}, func(_ context.Context, x int) (int, error) {
		if x == 2 {
			cancel() // a deadline, say
		}
		return x * x, nil
	}, parallel.Serial(), parallel.Partial(&done))
	fmt.Println(squares, done, err)
	// Output: [1 4 0 0] [true true false false] context canceled
}
