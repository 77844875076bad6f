package frame_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/parframe/parframe/frame"
)

func ExampleFilterRows() {
	late, err := frame.FilterRows(context.Background(), delays(), func(_ context.Context, r Flight) (bool, error) {
		return r.Delay != nil && *r.Delay > 15, nil
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(late)
	// Output:
	// shape: (2, 3)
	// ┌─────────┬─────────┬─────────┐
	// │ carrier ┆      km ┆   delay │
	// │ ---     ┆     --- ┆     --- │
	// │ utf8    ┆ float64 ┆ float64 │
	// ╞═════════╪═════════╪═════════╡
	// │ LH      ┆   400.0 ┆    30.0 │
	// │ BA      ┆   500.0 ┆    30.0 │
	// └─────────┴─────────┴─────────┘
}

// Each flight becomes one row for its start and one for its end.
func ExampleFlatMapRows() {
	type Event struct {
		Carrier string `frame:"carrier"`
		What    string `frame:"what"`
	}
	events, err := frame.FlatMapRows(context.Background(), delays(), func(_ context.Context, r Flight, yield func(Event)) error {
		yield(Event{r.Carrier, "start"})
		if r.Delay != nil {
			yield(Event{r.Carrier, "end"})
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(events)
	// Output:
	// shape: (7, 2)
	// ┌─────────┬───────┐
	// │ carrier ┆ what  │
	// │ ---     ┆ ---   │
	// │ utf8    ┆ utf8  │
	// ╞═════════╪═══════╡
	// │ LH      ┆ start │
	// │ LH      ┆ end   │
	// │ UA      ┆ start │
	// │ LH      ┆ start │
	// │ LH      ┆ end   │
	// │ BA      ┆ start │
	// │ BA      ┆ end   │
	// └─────────┴───────┘
}

func ExampleWithRows() {
	miles, err := frame.WithRows(context.Background(), delays(), func(_ context.Context, r Flight) (float64, error) {
		return r.Km / 1.609344, nil
	}, frame.As("miles"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(miles)
	// Output:
	// shape: (4, 4)
	// ┌─────────┬─────────┬─────────┬────────────┐
	// │ carrier ┆      km ┆   delay ┆      miles │
	// │ ---     ┆     --- ┆     --- ┆        --- │
	// │ utf8    ┆ float64 ┆ float64 ┆    float64 │
	// ╞═════════╪═════════╪═════════╪════════════╡
	// │ LH      ┆   400.0 ┆    30.0 ┆ 248.548477 │
	// │ UA      ┆  9000.0 ┆    null ┆ 5592.34073 │
	// │ LH      ┆   600.0 ┆    -5.0 ┆ 372.822715 │
	// │ BA      ┆   500.0 ┆    30.0 ┆ 310.685596 │
	// └─────────┴─────────┴─────────┴────────────┘
}

func ExampleRows() {
	rows, err := frame.Rows[Flight](delays())
	if err != nil {
		log.Fatal(err)
	}
	for i, r := range rows {
		fmt.Println(i, r.Carrier, r.Km)
	}
	// Output:
	// 0 LH 400
	// 1 UA 9000
	// 2 LH 600
	// 3 BA 500
}

func ExampleMapColumn3() {
	labels, err := frame.MapColumn3(context.Background(), delays(), "carrier", "km", "delay", func(_ context.Context, carrier string, km, delay float64) (string, error) {
		return fmt.Sprintf("%s %g km %+g min", carrier, km, delay), nil
	}, frame.As("label"))
	if err != nil {
		log.Fatal(err)
	}
	c, _ := labels.Column("label")
	for i := range c.Len() {
		fmt.Println(c.Value(i))
	}
	// Output:
	// LH 400 km +30 min
	// <nil>
	// LH 600 km -5 min
	// BA 500 km +30 min
}

// Each column becomes a column of one value: the number of its nulls.
func ExampleApplyColumns() {
	nulls, err := frame.ApplyColumns(context.Background(), delays(), func(_ context.Context, c frame.Column) (frame.Column, error) {
		return frame.NewColumn(c.Name(), []int{c.NullN()})
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(nulls)
	// Output:
	// shape: (1, 3)
	// ┌─────────┬───────┬───────┐
	// │ carrier ┆    km ┆ delay │
	// │     --- ┆   --- ┆   --- │
	// │   int64 ┆ int64 ┆ int64 │
	// ╞═════════╪═══════╪═══════╡
	// │       0 ┆     0 ┆     1 │
	// └─────────┴───────┴───────┘
}

func ExampleQuarantine() {
	var bad *frame.Frame
	upper, err := frame.MapRows(context.Background(), delays(), func(_ context.Context, r Flight) (string, error) {
		if r.Km > 1000 {
			return "", errors.New("too far")
		}
		return strings.ToLower(r.Carrier), nil
	}, frame.As("carrier"), frame.Quarantine(&bad))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(upper)
	fmt.Println(bad)
	// Output:
	// shape: (3, 1)
	// ┌─────────┐
	// │ carrier │
	// │ ---     │
	// │ utf8    │
	// ╞═════════╡
	// │ lh      │
	// │ lh      │
	// │ ba      │
	// └─────────┘
	// shape: (1, 5)
	// ┌─────────┬─────────┬─────────┬───────┬─────────┐
	// │ carrier ┆      km ┆   delay ┆  _row ┆ _error  │
	// │ ---     ┆     --- ┆     --- ┆   --- ┆ ---     │
	// │ utf8    ┆ float64 ┆ float64 ┆ int64 ┆ utf8    │
	// ╞═════════╪═════════╪═════════╪═══════╪═════════╡
	// │ UA      ┆  9000.0 ┆    null ┆     1 ┆ too far │
	// └─────────┴─────────┴─────────┴───────┴─────────┘
}
