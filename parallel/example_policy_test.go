package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/parframe/parframe/parallel"
)

func atoi(_ context.Context, s string) (int, error) { return strconv.Atoi(s) }

// The call goes on after a failure, and the result of an item that failed is zero.
func ExampleCollectAll() {
	numbers, err := parallel.Map(context.Background(), []string{"1", "x", "3", "y", "z"}, atoi, parallel.CollectAll(2))
	fmt.Println(numbers)
	fmt.Println(err)
	// Output:
	// [1 0 3 0 0]
	// 3 of 5 rows failed:
	// row 1: strconv.Atoi: parsing "x": invalid syntax
	// row 3: strconv.Atoi: parsing "y": invalid syntax
	// … and 1 more
}

func ExampleFailures() {
	_, err := parallel.Map(context.Background(), []string{"1", "x", "3"}, atoi, parallel.CollectAll(100))
	if f, ok := errors.AsType[*parallel.Failures](err); ok {
		fmt.Println(f.Count, "of", f.Of)
		for _, row := range f.Errs {
			fmt.Println(row.Row, errors.Is(row, strconv.ErrSyntax))
		}
	}
	// Output:
	// 1 of 3
	// 1 true
}

// The results of the good items are compacted, and the bad items are set aside.
func ExampleQuarantine() {
	var rejected []parallel.Rejected[string]
	numbers, err := parallel.Map(context.Background(), []string{"1", "x", "3"}, atoi, parallel.Quarantine(&rejected))
	fmt.Println(numbers, err)
	for _, r := range rejected {
		fmt.Println(r.Index, r.Input, r.Err)
	}
	// Output:
	// [1 3] <nil>
	// 1 x strconv.Atoi: parsing "x": invalid syntax
}

// A rejected item can be tried again later.
func ExampleRejected() {
	var rejected []parallel.Rejected[string]
	_, _ = parallel.Map(context.Background(), []string{"0x1f", "7"}, atoi, parallel.Quarantine(&rejected))
	again := make([]string, len(rejected))
	for i, r := range rejected {
		again[i] = r.Input
	}
	fmt.Println(parallel.Map(context.Background(), again, func(_ context.Context, s string) (int64, error) {
		return strconv.ParseInt(s, 0, 64)
	}))
	// Output: [31] <nil>
}

var errBusy = errors.New("server is busy")

// Errors that are worth it are followed by up to three more attempts, after 1, 2 and 4
// milliseconds.
func ExampleRetry() {
	calls := 0
	answers, err := parallel.Map(context.Background(), []string{"question"}, func(context.Context, string) (string, error) {
		if calls++; calls < 3 {
			return "", errBusy
		}
		return "answer", nil
	}, parallel.Retry(3, parallel.Exponential(time.Millisecond, time.Second), func(err error) bool { return errors.Is(err, errBusy) }))
	fmt.Println(answers, err, calls)
	// Output: [answer] <nil> 3
}

func ExampleExponential() {
	wait := parallel.Exponential(time.Second, 10*time.Second)
	for attempt := 1; attempt <= 5; attempt++ {
		most := min(time.Second<<(attempt-1), 10*time.Second) // 1s 2s 4s 8s 10s
		d := wait(attempt, nil)
		fmt.Println(d <= most, d >= most/2)
	}
	// Output:
	// true true
	// true true
	// true true
	// true true
	// true true
}

// The context of each item has a timeout of its own.
func ExampleTimeout() {
	_, err := parallel.Map(context.Background(), []string{"slow"}, func(ctx context.Context, _ string) (int, error) {
		<-ctx.Done()
		return 0, errors.New("gave up")
	}, parallel.Timeout(time.Millisecond))
	fmt.Println(err)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output:
	// row 0: took longer than 1ms: gave up
	// true
}

// A TimeoutError distinguishes an item that took too long from one that failed.
func ExampleTimeoutError() {
	_, err := parallel.Map(context.Background(), []int{1}, func(ctx context.Context, _ int) (int, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	}, parallel.Timeout(time.Millisecond))
	late, ok := errors.AsType[*parallel.TimeoutError](err)
	fmt.Println(ok, late.Limit)
	// Output: true 1ms
}

// A report says which item has been running for how long, and where it is. It stops nothing.
func ExampleSoftDeadline() {
	told := make(chan parallel.Stuck, 1)
	err := parallel.ForEach(context.Background(), []string{"a", "b"}, func(_ context.Context, s string) error {
		if s == "b" {
			fmt.Println((<-told).Row, "is stuck") // waits for the report itself
		}
		return nil
	}, parallel.SoftDeadline(time.Millisecond, func(s parallel.Stuck) { told <- s }))
	fmt.Println(err)
	// Output:
	// 1 is stuck
	// <nil>
}

func ExampleStuck() {
	s := parallel.Stuck{Row: 17, Running: time.Minute, Stack: []byte("goroutine 5 [select]: …")}
	fmt.Println(s)
	// Output:
	// row 17 has been running for 1m0s
	//
	// goroutine 5 [select]: …
}
