package parallel_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/parframe/parframe/parallel"
)

// three tasks of which the second is ready first.
func three(ctx context.Context, pool *parallel.Pool) (fs []*parallel.Future[string], release func()) {
	block := make(chan struct{})
	for i, name := range []string{"slow", "quick", "slower"} {
		f, err := parallel.Submit(ctx, pool, func(context.Context) (string, error) {
			switch i {
			case 0:
				<-block
			case 2:
				<-block
				return "", errors.New("failed after all")
			}
			return name, nil
		})
		if err != nil {
			panic(err)
		}
		fs = append(fs, f)
	}
	return fs, func() { close(block) }
}

func ExampleAsCompleted() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(3))
	fs, release := three(ctx, pool)
	first := true
	for f, err := range parallel.AsCompleted(ctx, fs...) {
		if err != nil {
			fmt.Println(err) // the context has ended
			return
		}
		if first {
			fmt.Println(f.Get(ctx))
			release()
		}
		first = false
	}
	// Output: quick <nil>
}

func ExampleWaitFirst() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(3))
	fs, release := three(ctx, pool)
	done, pending, err := parallel.WaitFirst(ctx, fs...)
	fmt.Println(len(done), len(pending), err)
	release()
	// Output: 1 2 <nil>
}

func ExampleWaitFirstError() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(3))
	fs, release := three(ctx, pool)
	release()
	done, _, err := parallel.WaitFirstError(ctx, fs...)
	for _, f := range done {
		if _, err := f.Get(ctx); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(err)
	// Output:
	// failed after all
	// <nil>
}

func ExampleWaitAll() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(3))
	fs, release := three(ctx, pool)
	release()
	done, pending, err := parallel.WaitAll(ctx, fs...)
	fmt.Println(len(done), len(pending), err)
	// Output: 3 0 <nil>
}
