package gota_test

import (
	"context"
	"fmt"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/gota"
)

var ctx = context.Background()

func orders() dataframe.DataFrame {
	return dataframe.New(
		series.New([]string{"tea", "cake", "tea"}, series.String, "what"),
		series.New([]int{2, 1, 3}, series.Int, "n"),
		series.New([]float64{2.5, 4, 2.5}, series.Float, "price"),
	)
}

func ExampleApply() {
	dear := func(_ context.Context, df dataframe.DataFrame) dataframe.DataFrame {
		return df.Filter(dataframe.F{Colname: "price", Comparator: series.Less, Comparando: 3.0})
	}
	df, err := gota.Apply(ctx, orders(), dear) // was: df := dear(ctx, orders())
	fmt.Println(df.Records(), err)
	// Output: [[what n price] [tea 2 2.500000] [tea 3 2.500000]] <nil>
}

func ExampleRowApply() {
	twice := func(_ context.Context, row series.Series) series.Series {
		v := row.Float()
		return series.Floats([]float64{2 * v[0], 2 * v[1]})
	}
	df, err := gota.RowApply(ctx, orders().Select([]string{"n", "price"}), twice) // gota: Rapply
	fmt.Println(df.Names(), df.Types(), df.Records()[1], err)
	// Output: [n price] [int float] [4 5.000000] <nil>
}

func ExampleColApply() {
	df, err := gota.ColApply(ctx, orders().Select([]string{"n", "price"}), func(_ context.Context, c series.Series) series.Series {
		return series.Floats([]float64{c.Mean()})
	})
	fmt.Println(df.Names(), df.Records()[1], err)
	// Output: [n price] [2.000000 3.000000] <nil>
}

func ExampleGroupApply() {
	df, err := gota.GroupApply(ctx, orders(), []string{"what"}, func(_ context.Context, g dataframe.DataFrame) dataframe.DataFrame {
		return dataframe.New(g.Col("what").Subset([]int{0}), series.New([]float64{g.Col("n").Sum()}, series.Int, "n"))
	})
	fmt.Println(df.Records(), err)
	// Output: [[what n] [tea 5] [cake 1]] <nil>
}

// Typed functions are two calls away.
func ExampleToFrame() {
	type order struct {
		N     int     `frame:"n"`
		Price float64 `frame:"price"`
	}
	f, err := gota.ToFrame(ctx, orders())
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err = frame.MapRows(ctx, f, func(_ context.Context, o order) (float64, error) { return float64(o.N) * o.Price, nil }, frame.As("total"))
	if err != nil {
		fmt.Println(err)
		return
	}
	df, err := gota.FromFrame(ctx, f)
	fmt.Println(df.Records(), err)
	// Output: [[total] [5.000000] [4.000000] [7.500000]] <nil>
}
