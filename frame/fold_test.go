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
	"github.com/parframe/parframe/parallel"
)

// Fold and Reduce against the grid's loop; text shows the order.
func TestFold(t *testing.T) {
	type row struct {
		F float64  `frame:"f"`
		I *int32   `frame:"i"`
		G *float64 `frame:"g"`
	}
	zero := func() []byte { return nil }
	merge := func(a, b []byte) []byte { return append(a, b...) }
	for _, n := range []int{0, 1, 300, 10_007} {
		f, cols, _ := rollInput(t, n, 2)
		var want, wantCol strings.Builder
		for i := range n {
			fmt.Fprintf(&want, "%v,%v;", cols["f"][i], cols["i"][i] == nil)
			if c := cols["i"][i]; c != nil {
				fmt.Fprintf(&wantCol, "%v ", c)
			}
		}
		for _, opts := range [][]parallel.FoldOption{{parallel.Serial()}, {parallel.Workers(2)}, {parallel.Workers(8)}, {parallel.Partitions(7), parallel.Workers(3)}} {
			got, err := frame.Fold(t.Context(), f, zero, func(_ context.Context, acc []byte, r row) ([]byte, error) {
				return fmt.Appendf(acc, "%v,%v;", r.F, r.I == nil), nil
			}, merge, opts...)
			if err != nil || string(got) != want.String() {
				t.Fatal(n, err, len(got), want.Len())
			}
			got, err = frame.FoldColumn(t.Context(), f, "i", zero, func(_ context.Context, acc []byte, x int32) ([]byte, error) {
				return fmt.Appendf(acc, "%v ", x), nil
			}, merge, opts...)
			if err != nil || string(got) != wantCol.String() {
				t.Fatal(n, err)
			}
		}
		most, err := frame.ReduceColumn(t.Context(), f, "i", math.MinInt64, func(a, b int64) int64 { return max(a, b) })
		c, _ := f.Column("i")
		if m, _ := c.Max(t.Context()); err != nil || n > 300 && most != int64(m.(int32)) {
			t.Fatal(most, err)
		}
	}
	type pair struct {
		A, B int64
	}
	f := frameOf(t, build(t, "A", arrow.PrimitiveTypes.Int64, []any{int64(1), int64(2)}), build(t, "B", arrow.PrimitiveTypes.Int64, []any{int64(3), int64(4)}))
	sum, err := frame.Reduce(t.Context(), f, pair{}, func(a, b pair) pair { return pair{a.A + b.A, a.B + b.B} })
	if err != nil || sum != (pair{3, 7}) {
		t.Fatal(sum, err)
	}
}

func TestFoldFails(t *testing.T) {
	n := 10_000
	f := countTo(t, n)
	zero := func() int { return 0 }
	merge := func(a, b int) int { return a + b }
	for _, fault := range failures {
		for _, opts := range [][]parallel.FoldOption{{parallel.Workers(1)}, {parallel.Workers(8)}, {parallel.Commutative()}, {parallel.Partitions(7), parallel.Workers(3)}} {
			_, err := frame.Fold(t.Context(), f, zero, func(_ context.Context, acc int, i int64) (int, error) {
				if i%1000 == 777 {
					return 0, fault.fail()
				}
				return acc, nil
			}, merge, opts...)
			if checkRow(t, err, 777); !fault.is(err) {
				t.Fatal(fault.name, err)
			}
		}
	}
	keep := func(_ context.Context, acc int, i int64) (int, error) { return acc, nil }
	_, err := frame.Fold(t.Context(), f, zero, keep, func(a, b int) int { panic("merge") })
	checkRow(t, err, n/8)
	_, err = frame.Fold(t.Context(), f, func() int { panic("zero") }, keep, merge)
	checkRow(t, err, 0)
	_, err = frame.Fold(t.Context(), f.Head(0), func() int { panic("zero") }, keep, merge)
	checkRow(t, err, 0)
	g := frameOf(t, build(t, "x", arrow.PrimitiveTypes.Int64, []any{int64(1), nil}))
	_, err = frame.Fold(t.Context(), g, zero, keep, merge)
	if checkRow(t, err, 1); !errors.Is(err, frame.ErrNull) {
		t.Fatal(err)
	}
	_, err = frame.FoldColumn(t.Context(), g, "x", zero, keep, merge, frame.SkipNulls(false))
	checkRow(t, err, 1)
	if _, err := frame.FoldColumn(t.Context(), g, "y", zero, keep, merge); !errors.Is(err, frame.ErrColumn) {
		t.Fatal(err)
	}
	if _, err := frame.Fold[int, int](t.Context(), g, nil, nil, nil); !errors.Is(err, parallel.ErrNilFunc) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errOdd)
	if _, err := frame.Fold(ctx, f, zero, keep, merge); !errors.Is(err, errOdd) {
		t.Fatal(err)
	}
}

func BenchmarkReduce(b *testing.B) {
	x := make([]float64, 5_000_000)
	for i := range x {
		x[i] = float64(i%1000) / 7
	}
	c, _ := frame.NewColumn("x", x)
	for name, reduce := range reductions {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := reduce(c, b.Context(), parallel.Workers(1)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/5e6, "ns/row")
		})
	}
}
