// Package comingfrom_test holds the README's answers to "how do I say this
// here?", for people who know another tool.
package comingfrom_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

var ctx = context.Background()

func Example_oneLineChange() {
	xs := []float64{1, 4, 9}
	f := math.Sqrt

	ys := make([]float64, len(xs))
	for i, x := range xs { // before
		ys[i] = f(x)
	}
	zs, err := parallel.Map(ctx, xs, parallel.Pure(f)) // after

	fmt.Println(ys, zs, err)
	// Output: [1 2 3] [1 2 3] <nil>
}

// df["total"] = df.apply(lambda row: row["price"] * row["n"], axis=1)
func Example_pandasApply() {
	df, _ := frame.FromStructs(ctx, []Item{{"tea", 2.5, 4}, {"cake", 3, 2}})

	type Row struct {
		Price float64 `frame:"price"`
		N     int64   `frame:"n"`
	}
	totals, err := frame.MapRows(ctx, df, func(_ context.Context, r Row) (float64, error) {
		return r.Price * float64(r.N), nil
	}, frame.As("total"))
	if err != nil {
		fmt.Println(err)
		return
	}
	df, err = df.With(totals.Columns()...)

	fmt.Println(df, err)
	// Output:
	// shape: (2, 4)
	// ┌──────┬─────────┬───────┬─────────┐
	// │ name ┆   price ┆     n ┆   total │
	// │ ---  ┆     --- ┆   --- ┆     --- │
	// │ utf8 ┆ float64 ┆ int64 ┆ float64 │
	// ╞══════╪═════════╪═══════╪═════════╡
	// │ tea  ┆     2.5 ┆     4 ┆    10.0 │
	// │ cake ┆     3.0 ┆     2 ┆     6.0 │
	// └──────┴─────────┴───────┴─────────┘ <nil>
}

type Item struct {
	Name  string  `frame:"name"`
	Price float64 `frame:"price"`
	N     int64   `frame:"n"`
}

// with Pool() as pool: lengths = pool.map(len, words)
func Example_multiprocessingPool() {
	words := strings.Fields("each word on some core, in order")

	lengths, err := parallel.Map(ctx, words, func(_ context.Context, w string) (int, error) {
		return len(w), nil
	}, parallel.Workers(4))

	fmt.Println(lengths, err)
	// Output: [4 4 2 4 5 2 5] <nil>
}

// g, ctx := errgroup.WithContext(ctx); g.SetLimit(n); for … { g.Go(…) }; err := g.Wait()
func Example_goroutineLoop() {
	pages := []string{"a", "b", "", "d", ""}
	fetch := func(_ context.Context, page string) error {
		if page == "" {
			return errors.New("no address")
		}
		return nil
	}

	err := parallel.ForEach(ctx, pages, fetch, parallel.Workers(32))

	var row *parallel.RowError
	if errors.As(err, &row) {
		fmt.Println("page", row.Row, "failed:", row.Err)
	}
	// Output: page 2 failed: no address
}
