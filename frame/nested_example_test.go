package frame_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/parframe/parframe/frame"
)

type Stop struct {
	Airport string `frame:"airport"`
	Minutes int    `frame:"minutes"`
}

type Tour struct {
	Name  string   `frame:"name"`
	Stops []Stop   `frame:"stops"`
	Tags  []string `frame:"tags"`
	Guide *struct {
		Name string `frame:"name"`
	} `frame:"guide"`
}

func tours() *frame.Frame {
	f, err := frame.FromStructs(context.Background(), []Tour{
		{Name: "north", Stops: []Stop{{"OSL", 50}, {"BGO", 20}}, Tags: []string{"snow"}},
		{Name: "none"},
		{Name: "south", Stops: []Stop{{"LIS", 35}}, Tags: []string{"sun", "sea"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	return f
}

// Fields that are slices, structs or pointers to them are lists and structs of Arrow.
// They are the worker's memory: copy what you keep.
func ExampleMapRows_nested() {
	type Summary struct {
		Name    string   `frame:"name"`
		Minutes int      `frame:"minutes"`
		Path    []string `frame:"path"`
	}
	sums, err := frame.MapRows(context.Background(), tours(), func(_ context.Context, t Tour) (Summary, error) {
		s := Summary{Name: strings.ToUpper(t.Name)}
		for _, stop := range t.Stops {
			s.Minutes += stop.Minutes
			s.Path = append(s.Path, stop.Airport)
		}
		return s, nil
	})
	show(sums, err)
	// Output:
	// name=NORTH  minutes=70  path=[OSL BGO]
	// name=NONE  minutes=0  path=[]
	// name=SOUTH  minutes=35  path=[LIS]
}

// One row for each element of a list, as explode does in pandas.
func ExampleFlatMapRows_explode() {
	type Visit struct {
		Tour string `frame:"tour"`
		Stop
	}
	visits, err := frame.FlatMapRows(context.Background(), tours(), func(_ context.Context, t Tour, yield func(Visit)) error {
		for _, stop := range t.Stops {
			yield(Visit{t.Name, stop})
		}
		return nil
	})
	show(visits, err)
	// Output:
	// tour=north  airport=OSL  minutes=50
	// tour=north  airport=BGO  minutes=20
	// tour=south  airport=LIS  minutes=35
}

// Row reads columns that are known only at run time.
func ExampleRow() {
	f := delays()
	var numbers []int
	for k, c := range f.Columns() {
		if c.Type().Name() == "float64" {
			numbers = append(numbers, k)
		}
	}
	sums, err := frame.WithRows(context.Background(), f, func(_ context.Context, r frame.Row) (float64, error) {
		sum := 0.0
		for _, k := range numbers {
			if x, ok := r.Float64(k); ok { // not of a null
				sum += x
			}
		}
		return sum, nil
	}, frame.As("sum"))
	show(sums, err)
	// Output:
	// carrier=LH  km=400  delay=30  sum=430
	// carrier=UA  km=9000  delay=<nil>  sum=9000
	// carrier=LH  km=600  delay=-5  sum=595
	// carrier=BA  km=500  delay=30  sum=530
}

func ExampleRow_Value() {
	text, err := frame.MapRows(context.Background(), delays(), func(_ context.Context, r frame.Row) (string, error) {
		if name, ok := r.Text(0); ok && !r.IsNull(2) {
			return fmt.Sprintf("%d: %s %v", r.Index(), name, r.Value(2)), nil
		}
		return fmt.Sprintf("%d: no delay", r.Index()), nil
	})
	show(text, err)
	// Output:
	// result=0: LH 30
	// result=1: no delay
	// result=2: LH -5
	// result=3: BA 30
}
