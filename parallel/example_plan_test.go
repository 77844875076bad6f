package parallel_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/parframe/parframe/parallel"
)

// scale is an operation of another package: it takes the options of this one
// beside its own, By.
func scale(ctx context.Context, xs []float64, opts ...parallel.Option) ([]float64, error) {
	plan, err := parallel.Prepare("vector.Scale", opts, "Workers", "Serial", "vector.By")
	if err != nil {
		return nil, err
	}
	by := 1.0
	if v, ok := plan.Value("vector.By"); ok {
		by = v.(float64)
	}
	out := make([]float64, len(xs))
	err = plan.Range(ctx, len(xs), func(_ context.Context, lo, hi int) error {
		for i := lo; i < hi; i++ {
			out[i] = by * xs[i]
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// By is the option of scale: opaque, and typed for the caller.
func By(x float64) parallel.Option { return parallel.Extension("vector.By", x) }

func ExamplePrepare() {
	xs := []float64{1, 2, 3}
	fmt.Println(scale(context.Background(), xs, By(10), parallel.Workers(2)))
	_, err := scale(context.Background(), xs, parallel.ChunkSize(5))
	fmt.Println(err)
	// Output:
	// [10 20 30] <nil>
	// vector.Scale: bad option: ChunkSize(5) has no meaning here; accepted: Workers, Serial, On, Seed, Observe, vector.By
}

func ExampleExtension() {
	top := parallel.Extension("vector.Top", 3)
	plan, err := parallel.Prepare("vector.Largest", []parallel.Option{top}, "vector.Top")
	if err != nil {
		fmt.Println(err)
		return
	}
	n, ok := plan.Value("vector.Top")
	fmt.Println(top, n, ok)
	// Output: vector.Top(3) 3 true
}

func ExamplePlan_Range() {
	plan, err := parallel.Prepare("vector.Check", nil, "Workers")
	if err != nil {
		fmt.Println(err)
		return
	}
	err = plan.Range(context.Background(), 100, func(ctx context.Context, lo, hi int) error {
		at := parallel.Cursor(ctx)
		for *at = lo; *at < hi; *at++ {
			if *at == 42 {
				return errors.New("not this one")
			}
		}
		return nil
	})
	fmt.Println(err)
	// Output: row 42: not this one
}

func ExamplePlan_Parts() {
	opts := []parallel.Option{parallel.Partitions(2), parallel.Serial()}
	plan, err := parallel.Prepare("vector.Write", opts, "Partitions", "Serial")
	if err != nil {
		fmt.Println(err)
		return
	}
	const rows, cores = 5, 8
	err = plan.Parts(context.Background(), rows, plan.Partitions(cores, rows), func(_ context.Context, k, lo, hi int) error {
		fmt.Printf("file %d: rows %d to %d\n", k, lo, hi)
		return nil
	})
	fmt.Println(err)
	// Output:
	// file 0: rows 0 to 3
	// file 1: rows 3 to 5
	// <nil>
}

func ExamplePlan_Partitions() {
	plan, err := parallel.Prepare("vector.Write", nil, "Partitions")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(plan.Partitions(8, 1000), plan.Partitions(8, 3), plan.Partitions(8, 0))
	// Output: 8 3 0
}
