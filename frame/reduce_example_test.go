package frame_test

import (
	"context"
	"fmt"
	"log"

	"github.com/parframe/parframe/frame"
)

func ExampleFold() {
	type Range struct{ Low, High float64 }
	type Row struct {
		Price float64 `frame:"price"`
	}
	r, err := frame.Fold(context.Background(), prices(),
		func() Range { return Range{1e9, -1e9} },
		func(_ context.Context, acc Range, r Row) (Range, error) {
			return Range{min(acc.Low, r.Price), max(acc.High, r.Price)}, nil
		},
		func(a, b Range) Range { return Range{min(a.Low, b.Low), max(a.High, b.High)} })
	fmt.Println(r, err)
	// Output: {9 14} <nil>
}

func ExampleReduceColumn() {
	top, err := frame.ReduceColumn(context.Background(), prices(), "price", 0, func(a, b float64) float64 { return max(a, b) })
	fmt.Println(top, err)
	// Output: 14 <nil>
}

func ExampleColumn_Mean() {
	price, err := prices().Column("price")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(price.Mean(context.Background()))
	fmt.Println(price.Median(context.Background()))
	// Output:
	// 11.4 <nil>
	// 11 <nil>
}

func ExampleFrame_Describe() {
	d, err := prices().Describe(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	names, err := frame.Values[string](d.Columns()[0])
	if err != nil {
		log.Fatal(err)
	}
	stats, err := frame.Nulls[float64](d.Columns()[2])
	if err != nil {
		log.Fatal(err)
	}
	for i, name := range names {
		fmt.Printf("%-10s %.3g\n", name, stats[i].V)
	}
	// Output:
	// count      5
	// null_count 0
	// mean       11.4
	// std        2.07
	// min        9
	// 25%        10
	// 50%        11
	// 75%        13
	// max        14
}

func ExampleFrame_CumSum() {
	g, err := prices().CumSum(context.Background(), "price")
	if err != nil {
		log.Fatal(err)
	}
	sums, err := frame.Values[float64](g.Columns()[1])
	fmt.Println(sums, err)
	// Output: [10 24 33 44 57] <nil>
}

func ExampleScan() {
	g, err := frame.Scan(context.Background(), prices(), "price", 0, func(a, b float64) float64 { return max(a, b) })
	if err != nil {
		log.Fatal(err)
	}
	highest, err := frame.Values[float64](g.Columns()[1])
	fmt.Println(highest, err)
	// Output: [10 14 14 14 14] <nil>
}
