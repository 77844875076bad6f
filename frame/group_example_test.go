package frame_test

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/frame"
)

type Trip struct {
	From string `frame:"from"`
	Late int    `frame:"late"`
}

func trips() *frame.Frame {
	f, err := frame.FromStructs(context.Background(), []Trip{{"OSL", 5}, {"BER", 12}, {"OSL", 1}, {"BER", 0}, {"OSL", 9}})
	if err != nil {
		panic(err)
	}
	return f
}

func ExampleFrame_GroupBy() {
	g, err := trips().GroupBy("from")
	if err != nil {
		panic(err)
	}
	out, err := g.Agg(context.Background(), frame.Size(), frame.Mean("late"), frame.Max("late").As("worst"))
	fmt.Printf("%v\n%v\n", out, err)
	// Output:
	// shape: (2, 4)
	// ┌──────┬───────┬───────────┬───────┐
	// │ from ┆  size ┆ late_mean ┆ worst │
	// │ ---  ┆   --- ┆       --- ┆   --- │
	// │ utf8 ┆ int64 ┆   float64 ┆ int64 │
	// ╞══════╪═══════╪═══════════╪═══════╡
	// │ OSL  ┆     3 ┆       5.0 ┆     9 │
	// │ BER  ┆     2 ┆       6.0 ┆    12 │
	// └──────┴───────┴───────────┴───────┘
	// <nil>
}

func ExampleGroups_Keys() {
	g, err := trips().GroupBy("from")
	if err != nil {
		panic(err)
	}
	keys, err := g.Keys(context.Background())
	if err != nil {
		panic(err)
	}
	names, err := frame.Values[string](keys.Columns()[0])
	fmt.Println(names, err)
	// Output: [OSL BER] <nil>
}

func ExampleNewAgg() {
	g, err := trips().GroupBy("from")
	if err != nil {
		panic(err)
	}
	// The share of trips that were late by more than three minutes.
	type tally struct{ late, all int }
	share := frame.NewAgg("late_share", "late",
		func() tally { return tally{} },
		func(_ context.Context, t tally, minutes int) (tally, error) {
			if minutes > 3 {
				t.late++
			}
			t.all++
			return t, nil
		},
		func(a, b tally) tally { return tally{a.late + b.late, a.all + b.all} },
		func(_ context.Context, t tally) (float64, error) { return float64(t.late) / float64(t.all), nil })
	out, err := g.Agg(context.Background(), share)
	fmt.Printf("%v\n%v\n", out, err)
	// Output:
	// shape: (2, 2)
	// ┌──────┬────────────┐
	// │ from ┆ late_share │
	// │ ---  ┆        --- │
	// │ utf8 ┆    float64 │
	// ╞══════╪════════════╡
	// │ OSL  ┆   0.666667 │
	// │ BER  ┆        0.5 │
	// └──────┴────────────┘
	// <nil>
}

func ExampleApplyGroups() {
	g, err := trips().GroupBy("from")
	if err != nil {
		panic(err)
	}
	// The first two trips of each airport.
	out, err := frame.ApplyGroups(context.Background(), g, func(_ context.Context, rows *frame.Frame) (*frame.Frame, error) { return rows.Head(2), nil })
	fmt.Printf("%v\n%v\n", out, err)
	// Output:
	// shape: (4, 2)
	// ┌──────┬───────┐
	// │ from ┆  late │
	// │ ---  ┆   --- │
	// │ utf8 ┆ int64 │
	// ╞══════╪═══════╡
	// │ OSL  ┆     5 │
	// │ OSL  ┆     1 │
	// │ BER  ┆    12 │
	// │ BER  ┆     0 │
	// └──────┴───────┘
	// <nil>
}

func ExampleTransformGroups() {
	g, err := trips().GroupBy("from")
	if err != nil {
		panic(err)
	}
	// How much later than the airport's first trip.
	out, err := frame.TransformGroups(context.Background(), g, func(_ context.Context, rows *frame.Frame) (*frame.Frame, error) {
		late, err := frame.Values[int](rows.Columns()[1])
		if err != nil {
			return nil, err
		}
		first := late[0]
		for i := range late {
			late[i] -= first
		}
		c, err := frame.NewColumn("more", late)
		if err != nil {
			return nil, err
		}
		return frame.New(c)
	})
	if err != nil {
		panic(err)
	}
	more, err := frame.Values[int](out.Columns()[0])
	fmt.Println(more, err)
	// Output: [0 0 -4 -12 4] <nil>
}

func ExampleGroups_Partitions() {
	g, err := trips().GroupBy("from")
	if err != nil {
		panic(err)
	}
	parts, err := g.Partitions(context.Background())
	if err != nil {
		panic(err)
	}
	for _, p := range parts {
		fmt.Println(p.NumRows(), "from", p.Columns()[0].Value(0))
	}
	// Output:
	// 3 from OSL
	// 2 from BER
}

func ExampleMapGroups() {
	g, err := trips().GroupBy("from")
	if err != nil {
		panic(err)
	}
	out, err := frame.MapGroups(context.Background(), g, func(_ context.Context, from string, trips []Trip) (string, error) {
		return fmt.Sprintf("%s: %d trips, the last %d late", from, len(trips), trips[len(trips)-1].Late), nil
	}, frame.As("report"))
	if err != nil {
		panic(err)
	}
	report, err := frame.Values[string](out.Columns()[1])
	fmt.Println(report, err)
	// Output: [OSL: 3 trips, the last 9 late BER: 2 trips, the last 0 late] <nil>
}
