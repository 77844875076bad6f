package frame_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

// Sums of neighbors are the same as in one call on the whole frame, for every number of
// partitions and overlap, including overlaps longer than partitions.
func TestApplyOverlapSameAsWhole(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 50} {
		f := countTo(t, n)
		for _, o := range [][2]int{{0, 0}, {1, 0}, {0, 2}, {3, 1}, {20, 20}, {math.MaxInt, math.MaxInt}} {
			around := func(part *frame.Frame) (*frame.Frame, error) {
				x, err := frame.Values[int64](part.Columns()[0])
				if err != nil {
					return nil, err
				}
				sums := make([]int64, len(x))
				for i := range x {
					lo, hi := max(i-min(o[0], n), 0), min(i+min(o[1], n)+1, len(x))
					for _, v := range x[lo:hi] {
						sums[i] += v
					}
				}
				c, err := frame.NewColumn("sum", sums)
				if err != nil {
					return nil, err
				}
				return frame.New(c)
			}
			want, err := around(f)
			if err != nil {
				t.Fatal(err)
			}
			for parts := 1; parts <= n+1; parts++ {
				for _, workers := range []int{1, 3} {
					got, err := frame.ApplyOverlap(t.Context(), f, o[0], o[1], parallel.Plain(around), parallel.Partitions(parts), parallel.Workers(workers))
					if err != nil {
						t.Fatal(err)
					}
					if !got.Equal(want) {
						t.Fatalf("n=%d overlap %v, %d partitions: %s", n, o, parts, got.Diff(want))
					}
				}
			}
		}
	}
}

func TestApplyOverlapLengths(t *testing.T) {
	f := countTo(t, 20)
	// A function that cuts the overlap itself.
	got, err := frame.ApplyOverlap(t.Context(), f, 0, 3, func(_ context.Context, part *frame.Frame) (*frame.Frame, error) { return part.Head(5), nil }, parallel.Partitions(4))
	if err != nil || !got.Equal(f) {
		t.Fatal(err, got)
	}
	_, err = frame.ApplyOverlap(t.Context(), f, 2, 3, func(_ context.Context, part *frame.Frame) (*frame.Frame, error) { return part.Head(1), nil }, parallel.Partitions(4))
	if checkRow(t, err, 0); !errors.Is(err, frame.ErrLength) || !strings.Contains(err.Error(), "1 rows came back: want 8, as many as went in, or 5") {
		t.Fatal(err)
	}
	got, err = frame.ApplyOverlap(t.Context(), f, 2, 3, func(_ context.Context, part *frame.Frame) (*frame.Frame, error) {
		if part.NumRows() == 10 {
			return nil, frame.SkipPartition
		}
		return part, nil
	}, parallel.Partitions(4))
	if err != nil || got.NumRows() != 10 {
		t.Fatal(err, got)
	}
	for _, fault := range failures {
		_, err = frame.ApplyOverlap(t.Context(), f, 1, 0, func(_ context.Context, part *frame.Frame) (*frame.Frame, error) {
			if part.Columns()[0].Value(0) == int64(9) {
				return nil, fault.fail()
			}
			return part, nil
		}, parallel.Partitions(4))
		if checkRow(t, err, 10); !fault.is(err) {
			t.Fatal(err)
		}
	}
	same := func(_ context.Context, part *frame.Frame) (*frame.Frame, error) { return part, nil }
	for is, call := range map[error]func() (*frame.Frame, error){
		parallel.ErrOption:  func() (*frame.Frame, error) { return frame.ApplyOverlap(t.Context(), f, -1, 0, same) },
		frame.ErrNilFrame:   func() (*frame.Frame, error) { return frame.ApplyOverlap(t.Context(), nil, 1, 0, same) },
		parallel.ErrNilFunc: func() (*frame.Frame, error) { return frame.ApplyOverlap(t.Context(), f, 1, 0, nil) },
	} {
		if _, err := call(); !errors.Is(err, is) || !strings.HasPrefix(err.Error(), "frame.ApplyOverlap: ") {
			t.Fatal(err)
		}
	}
}

func TestApply2(t *testing.T) {
	n := 100
	f := countTo(t, n)
	g := frameOf(t, build(t, "j", arrow.PrimitiveTypes.Int64, arrowtest.Made(n, func(i int) any { return int64(-i) }), 1, 50, 51))
	both := func(_ context.Context, a, b *frame.Frame) (*frame.Frame, error) {
		if a.NumRows() != b.NumRows() {
			return nil, fmt.Errorf("%d and %d rows", a.NumRows(), b.NumRows())
		}
		return a.With(b.Columns()...)
	}
	for _, parts := range []int{1, 2, 7, 100} {
		h, err := frame.Apply2(t.Context(), f, g, both, parallel.Partitions(parts))
		if err != nil {
			t.Fatal(err)
		}
		checkCells(t, h, "i", cells(f.Columns()[0]))
		checkCells(t, h, "j", cells(g.Columns()[0]))
	}
	if h, err := frame.Apply2(t.Context(), f.Head(0), g.Head(0), both); err != nil || h.NumRows() != 0 || h.NumCols() != 2 {
		t.Fatal(h, err)
	}
	h, err := frame.Apply2(t.Context(), f, g.Head(3), func(_ context.Context, a, b *frame.Frame) (*frame.Frame, error) {
		if b.NumRows() != 3 {
			return nil, errOdd
		}
		return a, nil
	}, frame.Broadcast(), parallel.Partitions(5), frame.KeepRows())
	if err != nil || !h.Equal(f) {
		t.Fatal(err)
	}
	for is, call := range map[error]func() (*frame.Frame, error){
		frame.ErrLength:     func() (*frame.Frame, error) { return frame.Apply2(t.Context(), f, g.Head(3), both) },
		frame.ErrNilFrame:   func() (*frame.Frame, error) { return frame.Apply2(t.Context(), f, nil, both) },
		parallel.ErrNilFunc: func() (*frame.Frame, error) { return frame.Apply2(t.Context(), f, g, nil) },
		parallel.ErrOption:  func() (*frame.Frame, error) { return frame.Apply2(t.Context(), f, g, both, frame.OutSchema(nil)) },
		errOdd: func() (*frame.Frame, error) {
			return frame.Apply2(t.Context(), f, g, func(_ context.Context, a, b *frame.Frame) (*frame.Frame, error) { return nil, errOdd })
		},
	} {
		if _, err := call(); !errors.Is(err, is) {
			t.Fatal(err, is)
		}
	}
}
