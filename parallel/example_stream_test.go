package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/parframe/parframe/parallel"
)

// squares are the squares of the natural numbers, without an end.
func squares(yield func(int) bool) {
	for i := 0; yield(i * i); i++ {
	}
}

// The source may be endless: it is read while the loop runs.
func ExampleStream() {
	half := func(_ context.Context, x int) (float64, error) { return float64(x) / 2, nil }
	for x, err := range parallel.Stream(context.Background(), parallel.Source(squares), half) {
		if err != nil || x > 10 {
			break // ends source and workers
		}
		fmt.Print(x, " ")
	}
	// Output: 0 0.5 2 4.5 8
}

// If an item fails its error is yielded instead of its result, and the stream goes on.
func ExampleStream_error() {
	words := slices.Values([]string{"one", "", "three"})
	length := func(_ context.Context, w string) (int, error) {
		if w == "" {
			return 0, errors.New("empty")
		}
		return len(w), nil
	}
	for n, err := range parallel.Stream(context.Background(), parallel.Source(words), length) {
		fmt.Println(n, err)
	}
	// Output:
	// 3 <nil>
	// 0 row 1: empty
	// 5 <nil>
}

// A source that can fail yields its error as its last element.
func ExampleStream_source() {
	lines := func(yield func(string, error) bool) {
		if yield("first", nil) && yield("second", nil) {
			yield("", errors.New("disk on fire"))
		}
	}
	shout := func(_ context.Context, s string) (string, error) { return s + "!", nil }
	for s, err := range parallel.Stream(context.Background(), lines, shout) {
		fmt.Println(s, err)
	}
	// Output:
	// first! <nil>
	// second! <nil>
	//  row 2: source: disk on fire
}

func ExampleSource() {
	ages := map[string]int{"ada": 36}
	for s, err := range parallel.Stream(context.Background(), parallel.Source(maps.Keys(ages)), func(_ context.Context, name string) (string, error) {
		return fmt.Sprint(name, " is ", ages[name]), nil
	}) {
		fmt.Println(s, err)
	}
	// Output: ada is 36 <nil>
}

// Results come as they are ready: the first item waits for the second.
func ExampleUnordered() {
	second := make(chan struct{})
	fn := func(_ context.Context, i int) (string, error) {
		if i == 1 {
			return "second", nil
		}
		<-second
		return "first", nil
	}
	for s := range parallel.Stream(context.Background(), parallel.Source(slices.Values([]int{0, 1})), fn, parallel.Unordered(), parallel.Workers(2)) {
		fmt.Println(s)
		if s == "second" {
			close(second)
		}
	}
	// Output:
	// second
	// first
}

// The source is never read further ahead than 2 items.
func ExampleLookahead() {
	read := 0
	numbers := func(yield func(int) bool) {
		for i := range 10 {
			read++
			if !yield(i) {
				return
			}
		}
	}
	id := func(_ context.Context, x int) (int, error) { return x, nil }
	for range parallel.Stream(context.Background(), parallel.Source(numbers), id, parallel.Lookahead(2)) {
		break
	}
	fmt.Println(read <= 1+2)
	// Output: true
}
