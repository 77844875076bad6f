package parallel_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/parframe/parframe/parallel"
)

// rowCounter counts the rows that are done.
type rowCounter struct{ rows, of int }

func (c *rowCounter) Start(call parallel.CallInfo)   { c.of = call.N }
func (c *rowCounter) ChunkDone(k parallel.ChunkInfo) { c.rows += k.Hi - k.Lo }
func (c *rowCounter) RowFailed(row int, err error)   { fmt.Println("row", row, "failed:", err) }
func (c *rowCounter) End(s parallel.Summary)         { fmt.Println(s.Call, "did", c.rows, "of", c.of) }

// An observer is called for chunks, and needs no lock.
func ExampleObserve() {
	_, err := parallel.Map(context.Background(), make([]int, 1000), parallel.Pure(func(x int) int { return x }), parallel.Observe(&rowCounter{}))
	fmt.Println(err)
	// Output:
	// parallel.Map did 1000 of 1000
	// <nil>
}

// An observer is called for failures, here for one after which the call goes on.
func ExampleObserver() {
	_, _ = parallel.Map(context.Background(), []int{1, 0, 2}, func(_ context.Context, x int) (int, error) {
		if x == 0 {
			return 0, errors.New("zero")
		}
		return 6 / x, nil
	}, parallel.Observe(&rowCounter{}), parallel.CollectAll(10))
	// Output:
	// row 1 failed: zero
	// parallel.Map did 3 of 3
}

// printer prints all calls of its methods.
type printer struct{}

func (printer) Start(c parallel.CallInfo) { fmt.Println(c.Call, c.N, c.Width) }
func (printer) ChunkDone(c parallel.ChunkInfo) {
	fmt.Println("worker", c.Worker, "did", c.Lo, "to", c.Hi)
}
func (printer) RowFailed(int, error) {}
func (printer) End(s parallel.Summary) {
	for _, w := range s.Workers {
		fmt.Println("worker", w.Worker, "did", w.Rows, "rows in", w.Chunks, "chunks")
	}
	fmt.Println("failed:", s.Failed, s.Err)
}

func observed() {
	_ = parallel.ForEach(context.Background(), make([]int, 10), func(context.Context, int) error { return nil },
		parallel.Partitions(2), parallel.Workers(1), parallel.Observe(printer{}))
}

func ExampleSummary() {
	observed()
	// Output:
	// parallel.ForEach 10 1
	// worker 0 did 0 to 5
	// worker 0 did 5 to 10
	// worker 0 did 10 rows in 2 chunks
	// failed: 0 <nil>
}

func ExamplePoolStats() {
	ctx := context.Background()
	pool, _ := parallel.NewPool(parallel.Workers(1))
	f, _ := parallel.Submit(ctx, pool, func(context.Context) (int, error) { return 0, errors.New("bad") })
	_, _ = f.Get(ctx) // counted before the result is there
	fmt.Println(pool.Stats().Failed, "of", pool.Stats().Failed+pool.Stats().Done)
	// Output: 1 of 1
}
