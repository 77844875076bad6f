package frame_test

import (
	"context"
	"errors"
	"maps"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// Every statistic of every type is the same from every driver: groups, whole
// columns, windows, cumulative functions and Describe; and it is what exact
// arithmetic gives.

// A stat is a statistic with its drivers. Those that a driver does not have are nil.
type stat struct {
	name   string
	agg    frame.Agg
	column func(c frame.Column, ctx context.Context) (any, error)
	window func(frame.Windows, context.Context, string, ...frame.RowOption) (*frame.Frame, error)
	cum    func(*frame.Frame, context.Context, string, ...frame.RowOption) (*frame.Frame, error)
	row    string // of Describe
	floats bool   // the column's method returns a float64, for numbers only
}

func ofAny(f func(frame.Column, context.Context, ...parallel.Option) (any, error)) func(frame.Column, context.Context) (any, error) {
	return func(c frame.Column, ctx context.Context) (any, error) { return f(c, ctx) }
}

func ofFloat(f func(frame.Column, context.Context, ...parallel.Option) (float64, error)) func(frame.Column, context.Context) (any, error) {
	return func(c frame.Column, ctx context.Context) (any, error) {
		v, err := f(c, ctx)
		if v != v {
			return nil, err
		}
		return v, err
	}
}

func ofInt(f func(frame.Column, context.Context, ...parallel.Option) (int, error)) func(frame.Column, context.Context) (any, error) {
	return func(c frame.Column, ctx context.Context) (any, error) { n, err := f(c, ctx); return int64(n), err }
}

func quantileStat(name string, q float64, row string) stat {
	return stat{name: name, agg: frame.Quantile("x", q), row: row, floats: true, column: ofFloat(func(c frame.Column, ctx context.Context, _ ...parallel.Option) (float64, error) {
		return c.Quantile(ctx, q)
	})}
}

var allStats = []stat{
	{name: "count", agg: frame.Count("x"), column: ofInt(frame.Column.Count), window: frame.Windows.Count, row: "count"},
	{name: "nunique", agg: frame.NUnique("x"), column: ofInt(frame.Column.NUnique)},
	{name: "sum", agg: frame.Sum("x"), column: ofAny(frame.Column.Sum), window: frame.Windows.Sum, cum: (*frame.Frame).CumSum},
	{name: "mean", agg: frame.Mean("x"), column: ofFloat(frame.Column.Mean), window: frame.Windows.Mean, row: "mean", floats: true},
	{name: "var", agg: frame.Var("x"), column: ofFloat(frame.Column.Var), window: frame.Windows.Var, floats: true},
	{name: "std", agg: frame.Std("x"), column: ofFloat(frame.Column.Std), window: frame.Windows.Std, row: "std", floats: true},
	{name: "min", agg: frame.Min("x"), column: ofAny(frame.Column.Min), window: frame.Windows.Min, cum: (*frame.Frame).CumMin},
	{name: "max", agg: frame.Max("x"), column: ofAny(frame.Column.Max), window: frame.Windows.Max, cum: (*frame.Frame).CumMax},
	{name: "first", agg: frame.First("x")},
	{name: "last", agg: frame.Last("x")},
	quantileStat("q0", 0, "min"), quantileStat("q0.25", 0.25, "25%"), quantileStat("q0.5", 0.5, "50%"), quantileStat("q0.9", 0.9, ""), quantileStat("q1", 1, "max"),
}

// drivers returns the statistic of all rows of the frame's column x as each driver
// computes it.
func (s stat) drivers(t *testing.T, f *frame.Frame) map[string]func() (any, arrow.DataType, error) {
	ctx := t.Context()
	n := f.NumRows()
	last := func(g *frame.Frame, err error) (any, arrow.DataType, error) {
		if err != nil {
			return nil, nil, err
		}
		c, err := g.Column("r")
		if err != nil {
			return nil, nil, err
		}
		return c.Value(n - 1), c.Type(), nil
	}
	out := map[string]func() (any, arrow.DataType, error){
		"Agg": func() (any, arrow.DataType, error) {
			g, err := groupBy(t, f, "k").Agg(ctx, s.agg.As("r"))
			if err != nil {
				return nil, nil, err
			}
			c := g.Columns()[1]
			return c.Value(0), c.Type(), nil
		},
		"Agg of several": func() (any, arrow.DataType, error) {
			aggs := []frame.Agg{s.agg.As("r")}
			for _, other := range allStats {
				if other.name != s.name && other.floats {
					aggs = append(aggs, other.agg.As(other.name))
				}
			}
			g, err := groupBy(t, f, "k").Agg(ctx, aggs...)
			if err != nil { // of another statistic
				g, err = groupBy(t, f, "k").Agg(ctx, s.agg.As("r"))
			}
			if err != nil {
				return nil, nil, err
			}
			c := g.Columns()[1]
			return c.Value(0), c.Type(), nil
		},
	}
	x := must(f.Column("x"))
	if s.column != nil {
		out["Column"] = func() (any, arrow.DataType, error) { v, err := s.column(x, ctx); return v, nil, err }
	}
	if s.window != nil {
		for name, w := range map[string]frame.Windows{
			"Expanding": f.Expanding().MinPeriods(0), "Rolling": f.Rolling(n).MinPeriods(0),
			"Expanding in groups": groupBy(t, f, "k").Expanding().MinPeriods(0), "Rolling in groups": groupBy(t, f, "k").Rolling(n).MinPeriods(0),
			"RollingTime": f.RollingTime("t", 1<<40).MinPeriods(0),
		} {
			out[name] = func() (any, arrow.DataType, error) { return last(s.window(w, ctx, "x", frame.As("r"))) }
		}
	}
	if s.cum != nil {
		out["cumulative"] = func() (any, arrow.DataType, error) { return last(s.cum(f, ctx, "x", frame.As("r"))) }
	}
	if s.row != "" {
		out["Describe"] = func() (any, arrow.DataType, error) {
			g, err := must(f.Select("x")).Describe(ctx)
			if err != nil {
				return nil, nil, err
			}
			i := slices.Index(cellsOf(g, "statistic"), any(s.row))
			return g.Columns()[1].Value(i), nil, nil
		}
	}
	return out
}

func TestStatisticsOfEveryTypeFromEveryDriver(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	sizes := []int{1, 2, 3, 10, 70}
	for _, typ := range statTypes {
		for _, shape := range []string{"small", "near", "extreme", "equal"} {
			for _, n := range sizes[:calltest.UnlessRaced(len(sizes), 4)] {
				vals := statValues(r, typ.typ, typ.bits, n, shape)
				checkStatistics(t, typ.typ, shape, vals, allStats)
			}
		}
	}
	// More rows than are measured in one piece.
	some := slices.DeleteFunc(slices.Clone(allStats), func(s stat) bool {
		return !slices.Contains([]string{"count", "sum", "std", "max", "q0.5", "nunique", "last"}, s.name)
	})
	checkStatistics(t, arrow.PrimitiveTypes.Int32, "cells", statValues(r, arrow.PrimitiveTypes.Int32, 31, 66_000, "extreme"), some)
	checkStatistics(t, arrow.PrimitiveTypes.Float64, "cells", statValues(r, arrow.PrimitiveTypes.Float64, 0, 66_000, "normal"), some)
}

// Infinities are values: sums, means and quantiles are what IEEE 754 and a share of
// the way to an infinity give, and the variance is NaN.
func TestInfinitiesFromEveryDriver(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		vals []any
		want map[string]float64
	}{
		{[]any{1.0, inf}, map[string]float64{"sum": inf, "mean": inf, "var": nan, "std": nan, "min": 1, "max": inf, "q0": 1, "q0.25": inf, "q0.5": inf, "q0.9": inf, "q1": inf}},
		{[]any{inf, 1.0, 2.0}, map[string]float64{"sum": inf, "mean": inf, "var": nan, "min": 1, "max": inf, "q0": 1, "q0.25": 1.5, "q0.5": 2, "q0.9": inf}},
		{[]any{-inf, 1.0, nil, 5.0}, map[string]float64{"sum": -inf, "mean": -inf, "std": nan, "min": -inf, "max": 5, "q0.25": -inf, "q0.5": 1, "q0.9": 4.2}},
		{[]any{-inf, inf}, map[string]float64{"sum": nan, "mean": nan, "var": nan, "min": -inf, "max": inf, "q0.5": nan, "q1": inf}},
		{[]any{inf, nan, inf}, map[string]float64{"sum": inf, "mean": inf, "var": nan, "min": inf, "q0.5": inf, "q0.25": inf}},
		{[]any{math.MaxFloat64, math.MaxFloat64}, map[string]float64{"sum": inf, "mean": math.MaxFloat64, "var": 0, "std": 0, "q0.5": math.MaxFloat64}},
		{[]any{-math.MaxFloat64, math.MaxFloat64}, map[string]float64{"sum": 0, "mean": 0, "q0.5": 0, "q0.25": -math.MaxFloat64 / 2}},
		{[]any{math.MaxFloat64, math.MaxFloat64, -inf}, map[string]float64{"sum": -inf, "mean": -inf, "var": nan, "std": nan}},
		// Knuth's TwoSum overflows, and the sum does not.
		{[]any{-1.5 * 0x1p971, math.MaxFloat64}, map[string]float64{"sum": math.MaxFloat64 - 0x1p971, "mean": math.MaxFloat64/2 - 0x1p970}},
	} {
		n := len(c.vals)
		f := frameOf(t, rawColumn(t, "x", arrow.PrimitiveTypes.Float64, c.vals), must(frame.NewColumn("k", make([]int64, n))), rawColumn(t, "t", arrow.FixedWidthTypes.Duration_ns, slices.Repeat([]any{big.NewInt(1)}, n)))
		for _, s := range allStats {
			want, ok := c.want[s.name]
			if !ok {
				continue
			}
			for name, driver := range s.drivers(t, f) {
				got, _, err := driver()
				if name == "Column" && got == nil {
					got = nan // of the method, which has no null
				}
				if v, ok := got.(float64); err != nil || !ok || v != want && (v == v || want == want) {
					t.Errorf("%s of %v from %s: %v (%v), want %v", s.name, c.vals, name, got, err, want)
				}
			}
		}
	}
}

// NaN is missing in dictionaries and runs of floats as it is in plain columns.
func TestStatisticsOfEncodedFloats(t *testing.T) {
	vals := []any{math.NaN(), 1.0, nil, 3.0, math.NaN()}
	codes, ends := []int32{2, 0, 1, 2, 3, 1, 4, 0}, []int32{1, 2, 4, 7, 8}
	seen := []any{nil, math.NaN(), 1.0, nil, 3.0, 1.0, math.NaN(), math.NaN()}
	dict := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.PrimitiveTypes.Float64}
	values := func() arrow.Array { return rawColumn(t, "v", arrow.PrimitiveTypes.Float64, vals).Chunks()[0] }
	ints := func(x []int32) arrow.Array { return must(frame.NewColumn("i", x)).Chunks()[0] }
	for _, c := range []struct {
		x    frame.Column
		seen []any
	}{
		{must(frame.ColumnOf("x", array.NewDictionaryArray(dict, ints(codes), values()))), seen},
		{must(frame.ColumnOf("x", array.NewRunEndEncodedArray(ints(ends), values(), 8, 0))), []any{math.NaN(), 1.0, nil, nil, 3.0, 3.0, 3.0, math.NaN()}},
	} {
		n := len(c.seen)
		f := frameOf(t, c.x, must(frame.NewColumn("k", make([]int64, n))), rawColumn(t, "t", arrow.FixedWidthTypes.Duration_ns, slices.Repeat([]any{big.NewInt(1)}, n)))
		for _, s := range allStats {
			if !slices.Contains([]string{"count", "nunique", "min", "max", "first", "last"}, s.name) {
				continue
			}
			exact := must(exactStatistic(s.name, arrow.PrimitiveTypes.Float64, c.seen))
			for name, driver := range s.drivers(t, f) {
				want := exact
				switch name {
				case "Describe":
					want = float64(exact.(int64))
				case "cumulative":
					want = nil // the last row is NaN
				}
				got, _, err := driver()
				if err != nil || got != want {
					t.Errorf("%s of %v from %s: %v, %v, want %v", s.name, c.x.Type(), name, got, err, want)
				}
			}
		}
	}
}

// The least of no values is null, whatever the number of rows.
func TestExtremesOfTheNullType(t *testing.T) {
	const n = 70_000
	f := frameOf(t, must(frame.ColumnOf("x", array.NewNull(n))), must(frame.NewColumn("k", make([]int64, n))))
	for name, call := range map[string]func() (*frame.Frame, error){
		"Rolling":   func() (*frame.Frame, error) { return f.Rolling(2).Min(t.Context(), "x") },
		"Expanding": func() (*frame.Frame, error) { return f.Expanding().Max(t.Context(), "x") },
		"CumMin":    func() (*frame.Frame, error) { return f.CumMin(t.Context(), "x") },
		"Agg":       func() (*frame.Frame, error) { return groupBy(t, f, "k").Agg(t.Context(), frame.Max("x").As("x")) },
	} {
		g, err := call()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		x := must(g.Column("x"))
		if x.NullN() != g.NumRows() || x.Type().ID() != arrow.NULL || x.Chunks()[0].Data().Buffers()[0] != nil {
			t.Errorf("%s: %d nulls of %d rows, of type %v", name, x.NullN(), g.NumRows(), x.Type())
		}
	}
}

func checkStatistics(t *testing.T, typ arrow.DataType, shape string, vals []any, stats []stat) {
	t.Helper()
	n := len(vals)
	f := frameOf(t, rawColumn(t, "x", typ, vals), must(frame.NewColumn("k", make([]int64, n))), rawColumn(t, "t", arrow.FixedWidthTypes.Duration_ns, slices.Repeat([]any{big.NewInt(1)}, n)))
	for _, s := range stats {
		want, wantErr := exactStatistic(s.name, typ, vals)
		all := s.drivers(t, f)
		base, baseType, baseErr := all["Agg"]()
		if !agrees(base, want, s.name, typ) || !errors.Is(baseErr, wantErr) {
			t.Errorf("%v, %s, %d rows: %s is %v (%v), want %v (%v)", typ, shape, n, s.name, bitsOfCell(base), baseErr, want, wantErr)
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(all)) {
			got, gotType, err := all[name]()
			switch {
			case name == "Describe" && (baseErr != nil || !numericStat(typ) && s.row != "count"):
				if got != nil || err != nil {
					t.Errorf("%v: Describe has a %s: %v, %v", typ, s.name, got, err)
				}
			case name == "Column" && s.floats && !numericStat(typ):
				if !errors.Is(err, frame.ErrType) {
					t.Errorf("%v: Column has a %s: %v, %v", typ, s.name, got, err)
				}
			case s.name == "sum" && errors.Is(err, frame.ErrValue) && laterSums(typ, vals):
			case wantErr != nil:
				if !errors.Is(err, wantErr) {
					t.Errorf("%v, %s: %s of %s is %v, %v, want %v", typ, shape, s.name, name, got, err, wantErr)
				}
			case name == "Describe" && s.name == "count":
				if got != float64(base.(int64)) || err != nil {
					t.Errorf("%v, %s, %d rows: count of Describe is %v, %v, want %v", typ, shape, n, got, err, base)
				}
			case strings.HasPrefix(name, "Rolling") && isFloatType(typ) && (s.name == "sum" || s.name == "mean") && plainSum(vals):
				if !nearCell(got, base) {
					t.Errorf("%v, %s, %d rows: %s of %s is %v, want %v", typ, shape, n, s.name, name, got, base)
				}
			case err != nil || bitsOfCell(got) != bitsOfCell(base) || gotType != nil && !arrow.TypeEqual(gotType, baseType):
				t.Errorf("%v, %s, %d rows: %s of %s is %s %v (%v), Agg has %s %v", typ, shape, n, s.name, name, bitsOfCell(got), gotType, err, bitsOfCell(base), baseType)
			}
		}
	}
}

// laterSums reports whether the sum of all rows fits, but the sum of some first rows
// does not.
func laterSums(typ arrow.DataType, vals []any) bool {
	if _, err := exactStatistic("sum", typ, vals); err != nil {
		return false
	}
	for i := range vals {
		if _, err := exactStatistic("sum", typ, vals[:i]); err != nil {
			return true
		}
	}
	return false
}

// plainSum reports whether windows of a number of rows add the values as a loop would.
func plainSum(vals []any) bool { return len(vals) > 1 }

func numericStat(typ arrow.DataType) bool {
	return typ.ID() == arrow.BOOL || arrow.IsInteger(typ.ID()) || isFloatType(typ) || arrow.IsDecimal(typ.ID())
}
