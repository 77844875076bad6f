package frame_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

var reductions = map[string]func(c frame.Column, ctx context.Context, opts ...parallel.Option) (float64, error){
	"Sum": func(c frame.Column, ctx context.Context, opts ...parallel.Option) (float64, error) {
		return asFloat(c.Sum(ctx, opts...))
	},
	"Mean": frame.Column.Mean, "Var": frame.Column.Var, "Std": frame.Column.Std, "Median": frame.Column.Median,
	"Quantile": func(c frame.Column, ctx context.Context, opts ...parallel.Option) (float64, error) {
		return c.Quantile(ctx, 0.9, opts...)
	},
	"Min": func(c frame.Column, ctx context.Context, opts ...parallel.Option) (float64, error) {
		return asFloat(c.Min(ctx, opts...))
	},
	"Max": func(c frame.Column, ctx context.Context, opts ...parallel.Option) (float64, error) {
		return asFloat(c.Max(ctx, opts...))
	},
	"Count": func(c frame.Column, ctx context.Context, opts ...parallel.Option) (float64, error) {
		n, err := c.Count(ctx, opts...)
		return float64(n), err
	},
	"NUnique": func(c frame.Column, ctx context.Context, opts ...parallel.Option) (float64, error) {
		n, err := c.NUnique(ctx, opts...)
		return float64(n), err
	},
}

func asFloat(v any, err error) (float64, error) {
	if v == nil {
		return math.NaN(), err
	}
	return cellFloat(v), err
}

// reduceNaive is the slow obvious version, in exact arithmetic for sums.
func reduceNaive(name string, x []float64) float64 {
	exact := new(big.Float).SetPrec(2000)
	for _, v := range x {
		exact.Add(exact, big.NewFloat(v))
	}
	sum, _ := exact.Float64()
	n := float64(len(x))
	sorted := slices.Sorted(slices.Values(x))
	at := func(q float64) float64 {
		if n == 0 {
			return math.NaN()
		}
		place := q * (n - 1)
		k := int(place)
		return sorted[k] + (sorted[min(k+1, len(x)-1)]-sorted[k])*(place-float64(k))
	}
	switch name {
	case "Sum":
		return sum
	case "Mean":
		return sum / n
	case "Median":
		return at(0.5)
	case "Quantile":
		return at(0.9)
	case "Min":
		return at(0)
	case "Max":
		return at(1)
	case "Count":
		return n
	case "NUnique":
		return float64(len(slices.Compact(sorted)))
	}
	if n < 2 {
		return math.NaN()
	}
	v, _ := rollFloat(name, x).(float64)
	return v
}

func TestReductionsSameAsLoop(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 9, 65, 4097, 30_011} {
		f, cols, _ := rollInput(t, n, 1)
		other, _, _ := rollInput(t, n, 4)
		for col, cells := range cols {
			x := []float64{}
			for _, c := range cells {
				if !missingCell(c) {
					x = append(x, cellFloat(c))
				}
			}
			a, _ := f.Column(col)
			b, _ := other.Column(col)
			for name, reduce := range reductions {
				want := reduceNaive(name, x)
				got, err := reduce(a, t.Context(), parallel.Serial())
				if err != nil || math.Abs(got-want) > 1e-11*math.Abs(want) || (got == got) != (want == want) {
					t.Fatalf("%s(%s) n=%d: got %v (%v), want %v", name, col, n, got, err, want)
				}
				if name == "Sum" && got != want {
					t.Fatalf("%s n=%d: the sum %v is not the nearest to %v", col, n, got, want)
				}
				for _, opts := range [][]parallel.Option{{parallel.Workers(2)}, {parallel.Workers(8)}} {
					again, err := reduce(b, t.Context(), opts...)
					if err != nil || math.Float64bits(again) != math.Float64bits(got) {
						t.Fatalf("%s(%s) n=%d: %v (%v), but %v with Serial", name, col, n, again, err, got)
					}
				}
			}
		}
	}
}

func TestReductionsOfIntegersAndOthers(t *testing.T) {
	ctx := t.Context()
	col := func(typ arrow.DataType, cells ...any) frame.Column { return build(t, "x", typ, cells, len(cells)/2) }
	big := int64(math.MaxInt64)
	ints := col(arrow.PrimitiveTypes.Int64, big, int64(3), nil, int64(-4))
	if s, err := ints.Sum(ctx); err != nil || s != big-1 {
		t.Fatal(s, err)
	}
	for name, over := range map[string]frame.Column{
		"int64":  col(arrow.PrimitiveTypes.Int64, big, int64(1)),
		"uint64": col(arrow.PrimitiveTypes.Uint64, uint64(math.MaxUint64), uint64(1)),
	} {
		if s, err := over.Sum(ctx); s != nil || !errors.Is(err, frame.ErrValue) || !strings.Contains(err.Error(), "frame.Column.Sum") {
			t.Fatal(name, s, err)
		}
	}
	if m, err := ints.Min(ctx); err != nil || m != int64(-4) {
		t.Fatal(m, err)
	}
	if m, err := col(arrow.PrimitiveTypes.Uint8, uint8(9), uint8(200)).Max(ctx); err != nil || m != uint8(200) {
		t.Fatal(m, err)
	}
	if m, err := col(arrow.PrimitiveTypes.Float64, nil, math.NaN()).Max(ctx); err != nil || m != nil {
		t.Fatal(m, err)
	}
	days := col(arrow.FixedWidthTypes.Date32, "2020-01-03", "2020-01-01")
	if m, err := days.Min(ctx); err != nil || m != days.Value(1) {
		t.Fatal(m, err)
	}
	text := col(arrow.BinaryTypes.String, "a", "b", nil, "a")
	if m, err := text.Max(ctx); err != nil || m != "b" {
		t.Fatal(m, err)
	}
	if n, err := text.NUnique(ctx); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	if n, err := text.Count(ctx); err != nil || n != 3 {
		t.Fatal(n, err)
	}
	if n, err := col(arrow.PrimitiveTypes.Float64, 0.0, math.Copysign(0, -1), math.NaN()).NUnique(ctx); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	for name, reduce := range reductions {
		if slices.Contains([]string{"Sum", "Mean", "Var", "Std", "Median", "Quantile"}, name) {
			if _, err := reduce(text, ctx); !errors.Is(err, frame.ErrType) {
				t.Fatal(name, err)
			}
		}
		if _, err := reduce(frame.Column{}, ctx); !errors.Is(err, frame.ErrType) {
			t.Fatal(name, err)
		}
		if _, err := reduce(ints, ctx, parallel.Workers(0)); !errors.Is(err, parallel.ErrOption) {
			t.Fatal(name, err)
		}
	}
	if _, err := ints.Quantile(ctx, 1.5); !errors.Is(err, parallel.ErrOption) {
		t.Fatal(err)
	}
}

func TestDescribe(t *testing.T) {
	f := frameOf(t,
		build(t, "x", arrow.PrimitiveTypes.Float64, []any{1.0, 2.0, nil, 4.0, math.NaN()}),
		build(t, "s", arrow.BinaryTypes.String, []any{"a", nil, nil, "b", "c"}),
		build(t, "one", arrow.PrimitiveTypes.Int8, []any{nil, nil, nil, nil, int8(7)}),
	)
	g, err := f.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "statistic", []any{"count", "null_count", "mean", "std", "min", "25%", "50%", "75%", "max"})
	checkCells(t, g, "s", []any{3.0, 2.0, nil, nil, nil, nil, nil, nil, nil})
	checkCells(t, g, "one", []any{1.0, 4.0, 7.0, nil, 7.0, 7.0, 7.0, 7.0, 7.0})
	mean := 7.0 / 3
	std := math.Sqrt(((1-mean)*(1-mean) + (2-mean)*(2-mean) + (4-mean)*(4-mean)) / 2)
	for i, want := range []any{3.0, 1.0, mean, std, 1.0, 1.5, 2.0, 3.0, 4.0} {
		if got := cellsOf(g, "x")[i]; !nearCell(got, want) {
			t.Fatal(i, got, want)
		}
	}
	if _, err := (*frame.Frame)(nil).Describe(t.Context()); !errors.Is(err, frame.ErrNilFrame) {
		t.Fatal(err)
	}
}
