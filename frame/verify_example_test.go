package frame_test

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// The share of a row depends on the other rows, but Apply sees only some of them.
func ExampleVerify() {
	ctx := context.Background()
	share := func(ctx context.Context, f *frame.Frame) (*frame.Frame, error) {
		km, err := f.Column("km")
		if err != nil {
			return nil, err
		}
		values, err := frame.Values[float64](km)
		if err != nil {
			return nil, err
		}
		total := 0.0
		for _, v := range values {
			total += v
		}
		return frame.WithRows(ctx, f, func(_ context.Context, r Flight) (float64, error) { return r.Km / total, nil }, frame.As("share"))
	}
	err := frame.Verify(ctx, delays(), func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
		return frame.Apply(ctx, f, share, parallel.Partitions(1), opt)
	})
	fmt.Println(err)
	// Output:
	// frame.Verify: results differ: serially: column "share", row 0: 0.0380952380952381, the other has 0.0425531914893617 with Partitions(2) and Serial; the function's result for a row depends on the other rows that it sees: fix their number with parallel.Partitions, or use an operation that is made for it (groups, windows)
}
