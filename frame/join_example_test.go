package frame_test

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/frame"
)

func ExampleFrame_Join() {
	type airport struct {
		IATA string `frame:"iata"`
		City string `frame:"city"`
	}
	airports, err := frame.FromStructs(context.Background(), []airport{{"BER", "Berlin"}, {"JFK", "New York"}})
	if err != nil {
		panic(err)
	}
	out, err := trips().Join(context.Background(), airports, frame.JoinOptions{Kind: frame.LeftJoin, Keys: []string{"from"}, RightKeys: []string{"iata"}})
	fmt.Printf("%v\n%v\n", out, err)
	// Output:
	// shape: (5, 3)
	// ┌──────┬───────┬────────┐
	// │ from ┆  late ┆ city   │
	// │ ---  ┆   --- ┆ ---    │
	// │ utf8 ┆ int64 ┆ utf8   │
	// ╞══════╪═══════╪════════╡
	// │ OSL  ┆     5 ┆ null   │
	// │ BER  ┆    12 ┆ Berlin │
	// │ OSL  ┆     1 ┆ null   │
	// │ BER  ┆     0 ┆ Berlin │
	// │ OSL  ┆     9 ┆ null   │
	// └──────┴───────┴────────┘
	// <nil>
}

func ExampleFrame_Sort() {
	out, err := trips().Sort(context.Background(), []frame.Key{frame.Asc("from"), frame.Desc("late")})
	fmt.Printf("%v\n%v\n", out, err)
	// Output:
	// shape: (5, 2)
	// ┌──────┬───────┐
	// │ from ┆  late │
	// │ ---  ┆   --- │
	// │ utf8 ┆ int64 │
	// ╞══════╪═══════╡
	// │ BER  ┆    12 │
	// │ BER  ┆     0 │
	// │ OSL  ┆     9 │
	// │ OSL  ┆     5 │
	// │ OSL  ┆     1 │
	// └──────┴───────┘
	// <nil>
}

func ExampleFrame_Unique() {
	out, err := trips().Unique(context.Background(), []string{"from"})
	fmt.Printf("%v\n%v\n", out, err)
	// Output:
	// shape: (2, 2)
	// ┌──────┬───────┐
	// │ from ┆  late │
	// │ ---  ┆   --- │
	// │ utf8 ┆ int64 │
	// ╞══════╪═══════╡
	// │ OSL  ┆     5 │
	// │ BER  ┆    12 │
	// └──────┴───────┘
	// <nil>
}

func ExampleFrame_ValueCounts() {
	out, err := trips().ValueCounts(context.Background(), []string{"from"})
	fmt.Printf("%v\n%v\n", out, err)
	// Output:
	// shape: (2, 2)
	// ┌──────┬───────┐
	// │ from ┆ count │
	// │ ---  ┆   --- │
	// │ utf8 ┆ int64 │
	// ╞══════╪═══════╡
	// │ OSL  ┆     3 │
	// │ BER  ┆     2 │
	// └──────┴───────┘
	// <nil>
}
