package frame_test

import (
	"context"
	"fmt"
	"log"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

func ExampleApplyOverlap() {
	// The change from the previous row, even if that is in another partition.
	change := func(_ context.Context, part *frame.Frame) (*frame.Frame, error) {
		x, err := frame.Values[float64](part.Columns()[1])
		if err != nil {
			return nil, err
		}
		d := make([]float64, len(x))
		for i := 1; i < len(x); i++ {
			d[i] = x[i] - x[i-1]
		}
		c, err := frame.NewColumn("change", d)
		if err != nil {
			return nil, err
		}
		return frame.New(c)
	}
	g, err := frame.ApplyOverlap(context.Background(), prices(), 1, 0, change, parallel.Partitions(3))
	if err != nil {
		log.Fatal(err)
	}
	d, err := frame.Values[float64](g.Columns()[0])
	fmt.Println(d, err)
	// Output: [0 4 -5 2 2] <nil>
}

func ExampleApply2() {
	f := prices()
	g, err := f.Select("at")
	if err != nil {
		log.Fatal(err)
	}
	h, err := f.Drop("at")
	if err != nil {
		log.Fatal(err)
	}
	both, err := frame.Apply2(context.Background(), g, h, func(_ context.Context, g, h *frame.Frame) (*frame.Frame, error) {
		return g.With(h.Columns()...)
	})
	fmt.Println(both.Equal(f), err)
	// Output: true <nil>
}
