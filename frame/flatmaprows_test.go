package frame_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

func TestFlatMapRowsFailsAtLowestRow(t *testing.T) {
	const n = 300
	f := countTo(t, n)
	for _, way := range failures {
		for _, opts := range configs() {
			for _, bad := range []int{0, 1, 64, 255, 256, 299} {
				_, err := frame.FlatMapRows(t.Context(), f, func(_ context.Context, i int64, yield func(int64)) error {
					yield(i)
					if int(i) >= bad && (int(i)-bad)%3 == 0 {
						return way.fail()
					}
					yield(i)
					return nil
				}, opts...)
				if checkRow(t, err, bad); !way.is(err) {
					t.Fatalf("%s: %v", way.name, err)
				}
			}
		}
	}
}

// A time that no column can hold is an error of the row that yielded it, and takes
// precedence over an error of the function.
func TestFlatMapRowsChecksYieldedValues(t *testing.T) {
	_, err := frame.FlatMapRows(t.Context(), countTo(t, 100), func(_ context.Context, i int64, yield func(time.Time)) error {
		yield(time.Unix(0, 0))
		if i == 40 {
			yield(time.Time{})
			return errOdd
		}
		return nil
	})
	if checkRow(t, err, 40); !errors.Is(err, frame.ErrValue) {
		t.Error(err)
	}
}

// One row may yield far more than a block.
func TestFlatMapRowsOfOneRow(t *testing.T) {
	const n = 100_000
	g, err := frame.FlatMapRows(t.Context(), countTo(t, 2), func(_ context.Context, i int64, yield func(string)) error {
		for range n {
			yield(strings.Repeat("x", int(i)))
		}
		return nil
	}, frame.As("s"))
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "s", arrowtest.Made(2*n, func(i int) any { return strings.Repeat("x", i/n) }))
	if len(memoryOf(g.Columns()[0]).Chunks) != 1 {
		t.Error(len(memoryOf(g.Columns()[0]).Chunks))
	}
}

func TestYieldPanicsAfterTheFunction(t *testing.T) {
	var kept func(int)
	_, err := frame.FlatMapRows(t.Context(), countTo(t, 2), func(_ context.Context, i int64, yield func(int)) error {
		if i == 1 {
			// All rows of a worker share one function, so an earlier row would do as
			// well.
			return nil
		}
		kept = yield
		return nil
	}, parallel.Serial())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if v := recover(); v == nil || !strings.Contains(v.(string), "after the function had returned") {
			t.Error(v)
		}
	}()
	kept(1)
}

func TestFlatMapRowsMistakes(t *testing.T) {
	f := countTo(t, 2)
	if _, err := frame.FlatMapRows[int64, int64](t.Context(), f, nil); !errors.Is(err, parallel.ErrNilFunc) {
		t.Error(err)
	}
	fn := func(context.Context, int64, func(chan int)) error { return nil }
	if _, err := frame.FlatMapRows(t.Context(), f, fn); !errors.Is(err, frame.ErrType) || !strings.Contains(err.Error(), "frame.FlatMapRows: result") {
		t.Error(err)
	}
	if _, err := frame.FlatMapRows(t.Context(), nil, func(context.Context, int64, func(int64)) error { return nil }); !errors.Is(err, frame.ErrNilFrame) {
		t.Error(err)
	}
	g, err := frame.FlatMapRows(t.Context(), f, func(context.Context, int64, func(*string)) error { return nil }, frame.As("none"))
	if err != nil || g.NumRows() != 0 || g.Schema().Field(0).Name != "none" || !g.Schema().Field(0).Nullable {
		t.Error(g, err)
	}
}
