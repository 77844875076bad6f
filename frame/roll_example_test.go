package frame_test

import (
	"context"
	"fmt"
	"log"
	"slices"
	"time"

	"github.com/parframe/parframe/frame"
)

func prices() *frame.Frame {
	type Price struct {
		At    time.Time `frame:"at"`
		Price float64   `frame:"price"`
	}
	day := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	f, err := frame.FromStructs(context.Background(), []Price{
		{day, 10}, {day.Add(24 * time.Hour), 14}, {day.Add(48 * time.Hour), 9},
		{day.Add(96 * time.Hour), 11}, {day.Add(97 * time.Hour), 13},
	})
	if err != nil {
		log.Fatal(err)
	}
	return f
}

func ExampleFrame_Rolling() {
	f := prices()
	g, err := f.Rolling(3).Mean(context.Background(), "price", frame.As("mean3"))
	if err != nil {
		log.Fatal(err)
	}
	means, err := frame.Nulls[float64](g.Columns()[2])
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range means {
		if m.Valid {
			fmt.Printf("%.2f ", m.V)
		} else {
			fmt.Print("null ")
		}
	}
	// Output: null null 11.00 11.33 11.00
}

func ExampleFrame_RollingTime() {
	f := prices()
	g, err := f.RollingTime("at", 48*time.Hour).Max(context.Background(), "price")
	if err != nil {
		log.Fatal(err)
	}
	highest, err := frame.Values[float64](g.Columns()[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(highest)
	// Output: [10 14 14 11 13]
}

func ExampleFrame_Expanding() {
	f := prices()
	g, err := f.Expanding().Min(context.Background(), "price")
	if err != nil {
		log.Fatal(err)
	}
	lowest, err := frame.Values[float64](g.Columns()[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(lowest)
	// Output: [10 10 9 9 9]
}

func ExampleRollRows() {
	f := prices()
	median := func(_ context.Context, window []float64) (float64, error) {
		sorted := slices.Sorted(slices.Values(window)) // a copy: the window is the frame's own memory
		return sorted[len(sorted)/2], nil
	}
	g, err := frame.RollRows(context.Background(), f.Rolling(3).MinPeriods(1), "price", median)
	if err != nil {
		log.Fatal(err)
	}
	medians, err := frame.Values[float64](g.Columns()[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(medians)
	// Output: [10 14 10 11 11]
}

func ExampleGroups_Rolling() {
	type Delay struct {
		Carrier string  `frame:"carrier"`
		Minutes float64 `frame:"minutes"`
	}
	f, err := frame.FromStructs(context.Background(), []Delay{{"LH", 10}, {"UA", 1}, {"LH", 20}, {"UA", 3}, {"LH", 60}})
	if err != nil {
		log.Fatal(err)
	}
	groups, err := f.GroupBy("carrier")
	if err != nil {
		log.Fatal(err)
	}
	g, err := groups.Rolling(2).MinPeriods(1).Mean(context.Background(), "minutes")
	if err != nil {
		log.Fatal(err)
	}
	means, err := frame.Values[float64](g.Columns()[1])
	fmt.Println(means, err)
	// Output: [10 1 15 2 40] <nil>
}
