package frame_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

// Many calls use one frame at once, without writing to it. Arrow's own arrays could not
// be shared: NullN and Dictionary write to them.
func TestMapRowsConcurrently(t *testing.T) {
	words := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int16, ValueType: arrow.BinaryTypes.String}
	n := 2000
	f := frameOf(t,
		build(t, "w", words, arrowtest.Made(n, arrowtest.Every(3, func(i int) any { return fmt.Sprint(i % 10) })), 700),
		build(t, "x", arrow.PrimitiveTypes.Float64, arrowtest.Made(n, arrowtest.Every(4, func(i int) any { return float64(i) })), 100, 1500))
	type row struct {
		W *string  `frame:"w"`
		X *float64 `frame:"x"`
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			g, err := frame.MapRows(t.Context(), f, func(_ context.Context, r row) (frame.Null[string], error) {
				if r.W == nil || r.X == nil {
					return frame.Null[string]{}, nil
				}
				return frame.Null[string]{V: fmt.Sprint(*r.W, *r.X), Valid: true}, nil
			})
			if err != nil {
				t.Error(err)
				return
			}
			for i, v := range cells(g.Columns()[0]) {
				var want any
				if i%3 != 0 && i%4 != 0 {
					want = fmt.Sprint(fmt.Sprint(i%10), float64(i))
				}
				if v != want {
					t.Errorf("row %d: %v, want %v", i, v, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

// A nested call works on its worker, even if there is only one.
func TestMapRowsNested(t *testing.T) {
	f := countTo(t, 300)
	err := parallel.Range(t.Context(), 5, func(ctx context.Context, lo, hi int) error {
		for range hi - lo {
			g, err := frame.MapRows(ctx, f, func(ctx context.Context, i int64) (int64, error) {
				return i * 2, parallel.Range(ctx, 2, func(context.Context, int, int) error { return nil })
			})
			if err != nil {
				return err
			}
			if v := cells(g.Columns()[0])[299]; v != int64(598) {
				return fmt.Errorf("got %v", v)
			}
		}
		return nil
	}, parallel.Workers(1))
	if err != nil {
		t.Fatal(err)
	}
}

// With Partitions, an error also names the partition.
func TestMapRowsPartitions(t *testing.T) {
	f := countTo(t, 100)
	for k := range 4 {
		bad := int64(k*25 + 13)
		_, err := frame.MapRows(t.Context(), f, func(_ context.Context, i int64) (int64, error) {
			if i >= bad {
				return 0, errOdd
			}
			return i, nil
		}, parallel.Partitions(4), parallel.Workers(3))
		e, ok := errors.AsType[*parallel.RowError](err)
		if !ok || e.Row != int(bad) || e.Partition != k {
			t.Fatalf("%v, want row %d (partition %d)", err, bad, k)
		}
	}
}

// Serial runs the function on the caller's goroutine, in order.
func TestMapRowsSerial(t *testing.T) {
	id := func() string {
		buf := make([]byte, 64)
		return strings.Fields(string(buf[:runtime.Stack(buf, false)]))[1]
	}
	caller, next := id(), int64(0)
	_, err := frame.MapRows(t.Context(), countTo(t, 500), func(_ context.Context, i int64) (string, error) {
		if i != next || id() != caller {
			t.Errorf("row %d, want %d; goroutine %s, want %s", i, next, id(), caller)
		}
		next++
		return "text", nil
	}, parallel.Serial())
	if err != nil || next != 500 {
		t.Fatal(err, next)
	}
}

// The function is called exactly once per row, on any number of workers.
func TestMapRowsExactlyOnce(t *testing.T) {
	n := 5000
	f := countTo(t, n)
	for _, opts := range configs() {
		calls := make([]atomic.Int32, n)
		if _, err := frame.MapRows(t.Context(), f, func(_ context.Context, i int64) (bool, error) {
			calls[i].Add(1)
			return true, nil
		}, opts...); err != nil {
			t.Fatal(err)
		}
		for i := range calls {
			if calls[i].Load() != 1 {
				t.Fatalf("%v: row %d: %d calls", opts, i, calls[i].Load())
			}
		}
	}
}

// The error is the lowest row's, whether a null or a value that does not fit, and
// whichever column it is in.
func TestMapRowsFailsAtLowestMisfit(t *testing.T) {
	n := 400
	type row struct {
		X float64 `frame:"x"`
		Y float64 `frame:"y"`
		Z string  `frame:"z"`
		I int     `frame:"i"`
	}
	for _, c := range []struct{ x, y, z, want int }{
		{50, 60, 70, 50}, {60, 50, 70, 50}, {70, 60, 50, 50}, {300, 299, 399, 299}, {5, 5, 5, 5}, {399, 1, 2, 1},
	} {
		at := func(bad int, broken, good any) []any {
			return arrowtest.Made(n, func(i int) any {
				if i == bad {
					return broken
				}
				return good
			})
		}
		f := frameOf(t,
			build(t, "x", arrow.PrimitiveTypes.Int64, at(c.x, int64(1<<62+1), int64(3)), 55, 290),
			build(t, "y", arrow.PrimitiveTypes.Float64, at(c.y, nil, 1.5), 65),
			build(t, "z", arrow.BinaryTypes.String, at(c.z, nil, "z"), 70, 71),
			build(t, "i", arrow.PrimitiveTypes.Int64, arrowtest.Made(n, func(i int) any { return int64(i) })))
		for _, opts := range configs() {
			calls := make([]atomic.Int32, n)
			_, err := frame.MapRows(t.Context(), f, func(_ context.Context, r row) (int, error) { calls[r.I].Add(1); return 0, nil }, opts...)
			checkRow(t, err, c.want)
			for i := range c.want + 1 {
				if once := calls[i].Load() == 1; once != (i < c.want) {
					t.Fatalf("%+v %v: row %d called %d times", c, opts, i, calls[i].Load())
				}
			}
		}
	}
}

// What a pointer in In refers to belongs to the block: a result may point to it, since
// results are copied before the next block is read.
func TestMapRowsResultPointsIntoInput(t *testing.T) {
	n := 1000
	f := frameOf(t, build(t, "x", arrow.PrimitiveTypes.Int64, arrowtest.Made(n, arrowtest.Every(3, func(i int) any { return int64(i) })), 10, 600))
	type row struct {
		X *int64 `frame:"x"`
	}
	for _, opts := range configs() {
		g, err := frame.MapRows(t.Context(), f, func(_ context.Context, r row) (row, error) { return r, nil }, opts...)
		if err != nil || !g.Equal(f) {
			t.Fatal(opts, err)
		}
	}
}

// Slices of a frame, with nulls at all offsets, have the results of their rows.
func TestMapRowsOfSlices(t *testing.T) {
	n := 200
	cell := arrowtest.Every(7, func(i int) any { return i%3 == 0 })
	f := frameOf(t, build(t, "b", arrow.FixedWidthTypes.Boolean, arrowtest.Made(n, cell), 64, 100))
	for lo := range 70 {
		for _, hi := range []int{lo, lo + 1, lo + 8, lo + 64, lo + 65, n} {
			g, err := frame.MapRows(t.Context(), must(f.Slice(lo, hi)), func(_ context.Context, b sql.NullBool) (*bool, error) {
				if !b.Valid {
					return nil, nil
				}
				b.Bool = !b.Bool
				return &b.Bool, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			checkCells(t, g, "result", arrowtest.Made(hi-lo, func(i int) any {
				if v, ok := cell(lo + i).(bool); ok {
					return !v
				}
				return nil
			}))
		}
	}
}

// A bitmap without nulls is left out, so that readers need not check it.
func TestMapRowsBitmapOnlyWithNulls(t *testing.T) {
	f := countTo(t, 1000)
	for _, last := range []int64{999, 1000} {
		g, err := frame.MapRows(t.Context(), f, func(_ context.Context, i int64) (*int64, error) {
			if i == last {
				return nil, nil
			}
			return &i, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		c := memoryOf(g.Columns()[0]).Chunks[0]
		if (c.Bufs[0] != nil) != (last == 999) || c.NullN() != int(1000-last) || !g.Columns()[0].Field().Nullable {
			t.Fatalf("last %d: bitmap %v, %d nulls", last, c.Bufs[0] != nil, c.NullN())
		}
	}
}
