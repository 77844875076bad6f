package frame_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

type cumCall func(f *frame.Frame, ctx context.Context, col string, opts ...frame.RowOption) (*frame.Frame, error)

// The cumulative functions against the loop, and the same bytes for all
// widths and Arrow chunks.
func TestCumulativeSameAsLoop(t *testing.T) {
	calls := map[string]struct {
		call cumCall
		op   func(a, b float64) float64
	}{
		"CumSum": {(*frame.Frame).CumSum, func(a, b float64) float64 { return a + b }},
		"CumMin": {(*frame.Frame).CumMin, math.Min},
		"CumMax": {(*frame.Frame).CumMax, math.Max},
		"Scan": {func(f *frame.Frame, ctx context.Context, col string, opts ...frame.RowOption) (*frame.Frame, error) {
			return frame.Scan(ctx, f, col, math.NaN(), func(a, b float64) float64 {
				switch {
				case a != a:
					return b
				case b != b:
					return a
				}
				return max(a, b)
			}, opts...)
		}, nil},
	}
	for _, n := range []int{0, 1, 2, 9, 64, 5000, 20_011} {
		f, cols, _ := rollInput(t, n, 1)
		for name, c := range calls {
			for _, col := range []string{"f", "g", "i"} {
				want := make([]any, n)
				acc, any := 0.0, false
				for i, cell := range cols[col] {
					if missingCell(cell) && (name != "Scan" || cell == nil) {
						continue
					}
					v := cellFloat(cell)
					switch {
					case name == "Scan":
						if !any || acc != acc {
							acc = v
						} else if v == v {
							acc = max(acc, v)
						}
					case any:
						acc = c.op(acc, v)
					default:
						acc = v
					}
					any = true
					want[i] = acc
					switch {
					case col == "i" && name == "CumSum":
						want[i] = int64(acc)
					case col == "i" && name != "Scan":
						want[i] = int32(acc)
					}
				}
				first, err := c.call(f, t.Context(), col, parallel.Serial())
				if err != nil {
					t.Fatal(name, err)
				}
				for i, got := range cellsOf(first, col) {
					if !nearCell(got, want[i]) && !(name == "Scan" && fmt.Sprint(got) == fmt.Sprint(want[i])) {
						t.Fatalf("%s(%s) n=%d row %d: got %v, want %v", name, col, n, i, got, want[i])
					}
				}
				other, _, _ := rollInput(t, n, 3)
				for _, opts := range [][]frame.RowOption{{parallel.Workers(2)}, {parallel.Workers(8)}} {
					g, err := c.call(other, t.Context(), col, opts...)
					if err != nil {
						t.Fatal(err)
					}
					got, _ := g.Select(col)
					want, _ := first.Select(col)
					checkLayout(t, got, want)
				}
			}
		}
	}
}

func TestCumProd(t *testing.T) {
	f := frameOf(t,
		build(t, "i", arrow.PrimitiveTypes.Int64, []any{int64(-3), nil, int64(math.MaxInt64 / 3), int64(0), int64(5)}),
		build(t, "x", arrow.PrimitiveTypes.Float64, []any{2.0, 0.5, nil, math.NaN(), -3.0}),
		build(t, "min", arrow.PrimitiveTypes.Int64, []any{int64(math.MinInt64), int64(1), int64(1), int64(-1), int64(1)}),
		build(t, "u", arrow.PrimitiveTypes.Uint64, []any{uint64(1 << 63), uint64(1), uint64(2), uint64(1), uint64(1)}),
	)
	g, err := f.CumProd(t.Context(), "i")
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "i", []any{int64(-3), nil, int64(math.MaxInt64/3) * -3, int64(0), int64(0)})
	if g, err = f.CumProd(t.Context(), "x", frame.As("p")); err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "p", []any{2.0, 1.0, nil, nil, -3.0})
	_, err = f.CumProd(t.Context(), "min")
	if checkRow(t, err, 3); !errors.Is(err, frame.ErrValue) {
		t.Fatal(err)
	}
	_, err = f.CumProd(t.Context(), "u")
	checkRow(t, err, 2)
	_, err = f.CumSum(t.Context(), "min")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = f.CumSum(t.Context(), "nope"); !errors.Is(err, frame.ErrColumn) {
		t.Fatal(err)
	}
}

// A sum that a plain loop gets wrong.
func TestCumSumCompensates(t *testing.T) {
	f := frameOf(t, build(t, "x", arrow.PrimitiveTypes.Float64, []any{1e16, 1.0, 1.0, -1e16, 1.0}))
	g, err := f.CumSum(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "x", []any{1e16, 1e16, 1e16 + 2, 2.0, 3.0})
}

func TestScanFails(t *testing.T) {
	cells := arrowtest.Made(100, arrowtest.Every(3, func(i int) any { return int64(i) }))
	f := frameOf(t, build(t, "x", arrow.PrimitiveTypes.Int64, cells, 10, 50))
	_, err := frame.Scan(t.Context(), f, "x", 0, func(a, b int64) int64 {
		if b == 50 {
			panic("fifty")
		}
		return a + b
	})
	checkRow(t, err, 50)
	if _, err = frame.Scan[string](t.Context(), f, "x", "", func(a, b string) string { return a + b }); !errors.Is(err, frame.ErrType) {
		t.Fatal(err)
	}
	if _, err = frame.Scan[int64](t.Context(), f, "x", 0, nil); !errors.Is(err, parallel.ErrNilFunc) {
		t.Fatal(err)
	}
}

// A product that overflows is an error at its row, also where its low 64 bits are
// zero, and where a zero follows. Behind a zero nothing overflows, in whichever of
// the pieces that are multiplied apart it lies.
func TestCumProdOverflowAndZero(t *testing.T) {
	const n = 40_003
	product := func(factors map[int]int64) (*frame.Frame, error) {
		v := slices.Repeat([]int64{1}, n)
		for row, x := range factors {
			v[row] = x
		}
		return frameOf(t, col(t, "x", v)).CumProd(t.Context(), "x")
	}
	for _, at := range []int{1, 1000, 8191, 16_383, 16_384, 30_000, n - 4} {
		for _, factors := range [][3]int64{{1 << 32, 1 << 32, 1}, {1 << 32, 1 << 32, 0}, {1 << 62, 2, 0}, {-1 << 32, 1 << 32, 1 << 40}} {
			_, err := product(map[int]int64{0: 1, at: factors[0], at + 1: factors[1], at + 2: factors[2]})
			if checkRow(t, err, at+1); !errors.Is(err, frame.ErrValue) {
				t.Fatalf("%d from row %d: %v", factors, at, err)
			}
			for _, zero := range []int{0, at - 1} {
				got, err := product(map[int]int64{zero: 0, at: factors[0], at + 1: factors[1], at + 2: factors[2]})
				if err != nil {
					t.Fatalf("a zero in row %d, %d from row %d: %v", zero, factors, at, err)
				}
				for i, v := range must(frame.Values[int64](got.Columns()[0])) {
					if i < zero && v != 1 || i >= zero && v != 0 {
						t.Fatalf("a zero in row %d, %d from row %d: row %d is %d", zero, factors, at, i, v)
					}
				}
			}
		}
	}
}
