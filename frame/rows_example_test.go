package frame_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// Flight is a row of the frames in these examples.
type Flight struct {
	Carrier string   `frame:"carrier"`
	Km      float64  `frame:"km"`
	Delay   *float64 `frame:"delay"` // nullable
}

func delays() *frame.Frame {
	late, early := 30.0, -5.0
	f, err := frame.FromStructs(context.Background(), []Flight{
		{"LH", 400, &late},
		{"UA", 9000, nil},
		{"LH", 600, &early},
		{"BA", 500, &late},
	})
	if err != nil {
		log.Fatal(err)
	}
	return f
}

func ExampleMapRows() {
	type Class struct {
		Long bool   `frame:"long"`
		Late string `frame:"late"`
	}
	classes, err := frame.MapRows(context.Background(), delays(), func(_ context.Context, r Flight) (Class, error) {
		c := Class{Long: r.Km > 550, Late: "unknown"}
		if r.Delay != nil {
			c.Late = "no"
			if *r.Delay > 15 {
				c.Late = "yes"
			}
		}
		return c, nil
	})
	if err != nil {
		log.Fatal(err)
	}
	rows, _ := frame.ToStructs[Class](context.Background(), classes)
	for _, r := range rows {
		fmt.Println(r.Long, r.Late)
	}
	// Output:
	// false yes
	// true unknown
	// true no
	// false yes
}

// A scalar result has no name, so As gives it one.
func ExampleMapRows_scalar() {
	type Row struct {
		Km    float64  `frame:"km"`
		Delay *float64 `frame:"delay"`
	}
	perKm, err := frame.MapRows(context.Background(), delays(), func(_ context.Context, r Row) (*float64, error) {
		if r.Delay == nil {
			return nil, nil
		}
		v := *r.Delay / r.Km
		return &v, nil
	}, frame.As("delay_per_km"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(perKm.Schema().Field(0))
	// Output: delay_per_km: type=float64, nullable
}

// An error names its row: the lowest, on any number of cores.
func ExampleMapRows_error() {
	_, err := frame.MapRows(context.Background(), delays(), func(_ context.Context, r Flight) (float64, error) {
		if r.Km > 550 {
			return 0, fmt.Errorf("%s flies too far", r.Carrier)
		}
		return r.Km, nil
	})
	var row *parallel.RowError
	fmt.Println(errors.As(err, &row), err)
	// Output: true row 1: UA flies too far
}

func ExampleAs() {
	miles, err := frame.MapColumn(context.Background(), delays(), "km", func(_ context.Context, km float64) (float64, error) {
		return km / 1.609344, nil
	}, frame.As("miles"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Join(miles.Names(), " "))
	// Output: carrier km delay miles
}

// Nulls are skipped: the function sees values only.
func ExampleMapColumn() {
	f, err := frame.MapColumn(context.Background(), delays(), "delay", func(_ context.Context, min float64) (string, error) {
		return fmt.Sprintf("%+.0f min", min), nil
	})
	if err != nil {
		log.Fatal(err)
	}
	type Row struct {
		Carrier string             `frame:"carrier"`
		Delay   frame.Null[string] `frame:"delay"`
	}
	rows, _ := frame.ToStructs[Row](context.Background(), f)
	for _, r := range rows {
		fmt.Println(r.Carrier, r.Delay.V, r.Delay.Valid)
	}
	// Output:
	// LH +30 min true
	// UA  false
	// LH -5 min true
	// BA +30 min true
}

// A type that can be null receives nulls; SkipNulls changes that.
func ExampleSkipNulls() {
	label := func(_ context.Context, delay frame.Null[float64]) (string, error) {
		if !delay.Valid {
			return "none", nil
		}
		return fmt.Sprint(delay.V), nil
	}
	for _, opts := range [][]frame.RowOption{nil, {frame.SkipNulls(true)}} {
		f, err := frame.MapColumn(context.Background(), delays(), "delay", label, opts...)
		if err != nil {
			log.Fatal(err)
		}
		c, _ := f.Column("delay")
		fmt.Println(c.Chunks()[0])
	}
	// Output:
	// ["30" "none" "-5" "30"]
	// ["30" (null) "-5" "30"]
}

func ExampleMapColumn2() {
	f, err := frame.MapColumn2(context.Background(), delays(), "km", "delay", func(_ context.Context, km, delay float64) (float64, error) {
		return math.Round(km / (60 + delay)), nil
	}, frame.As("km_per_min"))
	if err != nil {
		log.Fatal(err)
	}
	c, _ := f.Column("km_per_min")
	fmt.Println(c.Chunks()[0])
	// Output: [4 (null) 11 6]
}

// The function receives a part of the frame at a time and returns any number of rows.
func ExampleApply() {
	long, err := frame.Apply(context.Background(), delays(), func(ctx context.Context, part *frame.Frame) (*frame.Frame, error) {
		rows, err := frame.ToStructs[Flight](ctx, part)
		if err != nil {
			return nil, err
		}
		mask := make([]bool, len(rows))
		for i, r := range rows {
			mask[i] = r.Km > 450
		}
		return part.Filter(mask)
	})
	if err != nil {
		log.Fatal(err)
	}
	rows, _ := frame.ToStructs[Flight](context.Background(), long)
	for _, r := range rows {
		fmt.Println(r.Carrier, r.Km)
	}
	// Output:
	// UA 9000
	// LH 600
	// BA 500
}

func ExampleApplyIndexed() {
	type Summary struct {
		From, Rows int
	}
	f, err := frame.ApplyIndexed(context.Background(), delays(), func(ctx context.Context, p frame.Partition, part *frame.Frame) (*frame.Frame, error) {
		return frame.FromStructs(ctx, []Summary{{p.Row, part.NumRows()}})
	}, parallel.Partitions(3))
	if err != nil {
		log.Fatal(err)
	}
	rows, _ := frame.ToStructs[Summary](context.Background(), f)
	fmt.Println(rows)
	// Output: [{0 2} {2 1} {3 1}]
}

func ExampleKeepRows() {
	_, err := frame.Apply(context.Background(), delays(), func(_ context.Context, part *frame.Frame) (*frame.Frame, error) {
		return part.Head(1), nil
	}, frame.KeepRows(), parallel.Partitions(2))
	fmt.Println(err)
	// Output: row 0 (partition 0): wrong length: 2 rows went in and 1 came back, but KeepRows asks for the same
}

// With OutSchema the result has its columns even if no partition adds rows.
func ExampleOutSchema() {
	schema := arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64}}, nil)
	f, err := frame.Apply(context.Background(), delays(), func(context.Context, *frame.Frame) (*frame.Frame, error) {
		return nil, frame.SkipPartition
	}, frame.OutSchema(schema))
	fmt.Println(f.NumRows(), f.Schema().Field(0), err)
	// Output: 0 n: type=int64 <nil>
}

func ExampleFromStructs() {
	f, err := frame.FromStructs(context.Background(), []Flight{{Carrier: "LH", Km: 400}})
	if err != nil {
		log.Fatal(err)
	}
	for _, field := range f.Schema().Fields() {
		fmt.Println(field)
	}
	// Output:
	// carrier: type=utf8
	// km: type=float64
	// delay: type=float64, nullable
}

func ExampleToStructs() {
	type Row struct {
		Km      float64 `frame:"km"`
		Carrier string  `frame:"carrier"`
	}
	rows, err := frame.ToStructs[Row](context.Background(), delays())
	fmt.Println(rows, err)

	type Strict struct {
		Delay float64 `frame:"delay"`
	}
	_, err = frame.ToStructs[Strict](context.Background(), delays())
	fmt.Println(err)
	// Output:
	// [{400 LH} {9000 UA} {600 LH} {500 BA}] <nil>
	// frame.ToStructs: row 1: column "delay": null value: field Delay is float64, which cannot hold it: use *float64, sql.Null[float64] or frame.Null[float64]
}
