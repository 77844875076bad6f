package frame_test

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/apache/arrow/go/v15/arrow/float16"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// Every statistic of every type is the same from every driver: groups, whole
// columns, windows, cumulative functions and Describe; and it is what exact
// arithmetic gives.

// statTypes are the types of the table, with how many bits their integers have,
// 0 for others.
var statTypes = []struct {
	typ  arrow.DataType
	bits int
}{
	{arrow.FixedWidthTypes.Boolean, 1},
	{arrow.PrimitiveTypes.Int8, 7}, {arrow.PrimitiveTypes.Int16, 15}, {arrow.PrimitiveTypes.Int32, 31}, {arrow.PrimitiveTypes.Int64, 63},
	{arrow.PrimitiveTypes.Uint8, 8}, {arrow.PrimitiveTypes.Uint16, 16}, {arrow.PrimitiveTypes.Uint32, 32}, {arrow.PrimitiveTypes.Uint64, 64},
	{arrow.FixedWidthTypes.Float16, 0}, {arrow.PrimitiveTypes.Float32, 0}, {arrow.PrimitiveTypes.Float64, 0},
	{&arrow.Decimal128Type{Precision: 10, Scale: 2}, 33}, {&arrow.Decimal128Type{Precision: 38, Scale: 20}, 125},
	{&arrow.Decimal128Type{Precision: 5, Scale: -3}, 16}, {&arrow.Decimal256Type{Precision: 76, Scale: 5}, 250},
	{arrow.FixedWidthTypes.Duration_ms, 40}, {arrow.FixedWidthTypes.Duration_ns, 63},
	{arrow.FixedWidthTypes.Timestamp_us, 60}, {&arrow.TimestampType{Unit: arrow.Nanosecond}, 62},
	{arrow.FixedWidthTypes.Date32, 20}, {arrow.FixedWidthTypes.Date64, 40}, {arrow.FixedWidthTypes.Time32s, 16}, {arrow.FixedWidthTypes.Time64ns, 46},
	{arrow.BinaryTypes.String, 0}, {arrow.BinaryTypes.LargeBinary, 0}, {&arrow.FixedSizeBinaryType{ByteWidth: 3}, 0},
}

// rawColumn makes a column of a type of the table of *big.Int, float64, string
// or, for null, nil.
func rawColumn(t *testing.T, name string, typ arrow.DataType, vals []any) frame.Column {
	t.Helper()
	valid := make([]byte, bitutil.BytesForBits(int64(len(vals))))
	for i, v := range vals {
		bitutil.SetBitTo(valid, i, v != nil)
	}
	bufs := []*memory.Buffer{memory.NewBufferBytes(valid)}
	if fixed, ok := typ.(arrow.FixedWidthDataType); ok {
		data := make([]byte, (fixed.BitWidth()*len(vals)+7)/8)
		for i, v := range vals {
			putRaw(data, i, typ, fixed.BitWidth()/8, v)
		}
		bufs = append(bufs, memory.NewBufferBytes(data))
	} else {
		wide := typ.ID() == arrow.LARGE_BINARY
		var offsets, data []byte
		for i := range len(vals) + 1 {
			if offsets = binary.LittleEndian.AppendUint32(offsets, uint32(len(data))); wide {
				offsets = append(offsets, 0, 0, 0, 0)
			}
			if i < len(vals) && vals[i] != nil {
				data = append(data, vals[i].(string)...)
			}
		}
		bufs = append(bufs, memory.NewBufferBytes(offsets), memory.NewBufferBytes(data))
	}
	a := array.MakeFromData(array.NewData(typ, len(vals), bufs, nil, array.UnknownNullCount, 0))
	return must(frame.ColumnOf(name, a))
}

func putRaw(data []byte, i int, typ arrow.DataType, width int, v any) {
	switch v := v.(type) {
	case string:
		copy(data[i*width:(i+1)*width], v)
	case float64:
		switch width {
		case 2:
			binary.LittleEndian.PutUint16(data[2*i:], float16.New(float32(v)).Uint16())
		case 4:
			binary.LittleEndian.PutUint32(data[4*i:], math.Float32bits(float32(v)))
		default:
			binary.LittleEndian.PutUint64(data[8*i:], math.Float64bits(v))
		}
	case *big.Int:
		if width == 0 {
			bitutil.SetBitTo(data, i, v.Sign() != 0)
			return
		}
		w := new(big.Int).Set(v)
		if v.Sign() < 0 {
			w.Add(w, new(big.Int).Lsh(big.NewInt(1), uint(8*width)))
		}
		for k, b := range w.FillBytes(make([]byte, width)) {
			data[i*width+width-1-k] = b
		}
	}
}

// statValues makes values of a type, some of them missing, but not the last.
func statValues(r *rand.Rand, typ arrow.DataType, bits, n int, shape string) []any {
	vals := make([]any, n)
	for i := range vals {
		if r.IntN(8) == 0 && i < n-1 && shape != "equal" {
			if vals[i] = nil; bits == 0 && r.IntN(2) == 0 && isFloatType(typ) {
				vals[i] = math.NaN()
			}
			continue
		}
		switch {
		case shape == "equal" && i > 0:
			vals[i] = vals[0]
		case bits > 0:
			vals[i] = intValue(r, typ, bits, shape)
		case isFloatType(typ):
			vals[i] = floatValue(r, typ, shape)
		default:
			vals[i] = string([]byte{byte(r.IntN(256)), byte(r.IntN(3)), byte(r.IntN(3))})
		}
	}
	return vals
}

func isFloatType(typ arrow.DataType) bool { return arrow.IsFloating(typ.ID()) }

func intValue(r *rand.Rand, typ arrow.DataType, bits int, shape string) *big.Int {
	limit := new(big.Int).Lsh(big.NewInt(1), uint(bits))
	v := new(big.Int)
	for range 4 {
		v.Lsh(v, 64).Or(v, new(big.Int).SetUint64(r.Uint64()))
	}
	switch {
	case bits == 1:
		return big.NewInt(int64(r.IntN(2)))
	case shape == "near":
		v.Add(new(big.Int).Rsh(limit, 1), big.NewInt(int64(r.IntN(30))))
	case shape == "small" && bits > 5:
		v.SetInt64(int64(r.IntN(20)))
	}
	v.Mod(v, limit)
	signed := !arrow.IsUnsignedInteger(typ.ID()) && typ.ID() != arrow.TIME32 && typ.ID() != arrow.TIME64
	if signed && shape != "near" && r.IntN(2) == 0 {
		v.Neg(v)
	}
	return v
}

func floatValue(r *rand.Rand, typ arrow.DataType, shape string) float64 {
	v := r.NormFloat64()
	switch shape {
	case "small":
		v = float64(r.IntN(20))
	case "near":
		if v += 1e9; typ.ID() != arrow.FLOAT64 {
			v = 1000 + r.NormFloat64()
		}
	case "extreme":
		if typ.ID() == arrow.FLOAT64 {
			v = math.Ldexp(v, r.IntN(2000)-1000)
		}
	}
	switch typ.ID() {
	case arrow.FLOAT16:
		return float64(float16.New(float32(v)).Float32())
	case arrow.FLOAT32:
		return float64(float32(v))
	}
	return v
}

// bitsOfCell is a value so that only the same bits and type are equal.
func bitsOfCell(v any) string {
	switch v := v.(type) {
	case float64:
		if v == v {
			return fmt.Sprintf("%v (%#x)", v, math.Float64bits(v))
		}
	case float32:
		return fmt.Sprintf("%v (%#x)", v, math.Float32bits(v))
	}
	return fmt.Sprintf("%T %v", v, v)
}

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

// laterSums reports whether a sum of the first rows does not fit, though that of all
// does.
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

// agrees compares a result with the exact one: a *big.Rat agrees with a float64
// that is next to it, or next but one.
func agrees(got, want any, name string, typ arrow.DataType) bool {
	w, ok := want.(*big.Rat)
	if !ok {
		return bitsOfCell(got) == bitsOfCell(want)
	}
	g, ok := got.(float64)
	if !ok {
		return false
	}
	f, _ := w.Float64()
	exact := !isFloatType(typ) && (name == "mean" || name == "var")
	if exact || math.IsInf(f, 0) {
		return g == f
	}
	ulp := math.Abs(math.Nextafter(f, math.Inf(1)) - f)
	if strings.HasPrefix(name, "q") || name == "std" || arrow.IsDecimal(typ.ID()) {
		ulp *= 4
	}
	return math.Abs(g-f) <= ulp
}

// exactStatistic computes a statistic in exact arithmetic: a *big.Rat for what
// becomes a float64, else the value as the column gives it.
func exactStatistic(name string, typ arrow.DataType, vals []any) (any, error) {
	var seen []any
	for _, v := range vals {
		if x, ok := v.(float64); v != nil && !(ok && x != x) {
			seen = append(seen, v)
		}
	}
	n := int64(len(seen))
	scale := big.NewRat(1, 1)
	if d, ok := typ.(arrow.DecimalType); ok {
		ten := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(d.GetScale(), -d.GetScale()))), nil))
		if scale = ten; d.GetScale() > 0 {
			scale = new(big.Rat).Inv(ten)
		}
	}
	switch name {
	case "count":
		return n, nil
	case "first", "last", "min", "max", "nunique":
		sorted := slices.Clone(seen)
		slices.SortStableFunc(sorted, compareRaw)
		switch {
		case name == "nunique":
			return int64(len(slices.CompactFunc(sorted, func(a, b any) bool { return compareRaw(a, b) == 0 }))), nil
		case n == 0:
			return nil, nil
		case name == "first":
			return cellOfRaw(typ, seen[0]), nil
		case name == "last":
			return cellOfRaw(typ, seen[n-1]), nil
		case name == "min":
			return cellOfRaw(typ, sorted[0]), nil
		}
		return cellOfRaw(typ, sorted[n-1]), nil
	}
	number, duration := numericStat(typ), typ.ID() == arrow.DURATION
	instant := slices.Contains([]arrow.Type{arrow.TIMESTAMP, arrow.DATE32, arrow.DATE64, arrow.TIME32, arrow.TIME64}, typ.ID())
	if !number && !(duration && name != "var") && !(instant && name != "var" && name != "sum") {
		return nil, frame.ErrType
	}
	rats := make([]*big.Rat, n)
	sum, squares := new(big.Rat), new(big.Rat)
	for i, v := range seen {
		switch v := v.(type) {
		case *big.Int:
			rats[i] = new(big.Rat).SetInt(v)
		case float64:
			rats[i] = new(big.Rat).SetFloat64(v)
		}
		sum.Add(sum, rats[i])
		squares.Add(squares, new(big.Rat).Mul(rats[i], rats[i]))
	}
	count := new(big.Rat).SetInt64(n)
	switch name {
	case "sum":
		return sumOfRaw(typ, sum)
	case "mean":
		if n == 0 {
			return nil, nil
		}
		mean := new(big.Rat).Quo(sum, count)
		if number {
			return mean.Mul(mean, scale), nil
		}
		return cellOfRaw(typ, roundHalfEven(mean)), nil
	case "var", "std":
		if n < 2 {
			return nil, nil
		}
		v := new(big.Rat).Sub(squares, new(big.Rat).Quo(new(big.Rat).Mul(sum, sum), count))
		v.Quo(v, new(big.Rat).SetInt64(n-1)).Mul(v, scale).Mul(v, scale)
		if name == "var" {
			return v, nil
		}
		root := new(big.Float).SetPrec(300).SetRat(v)
		root.Sqrt(root)
		std, _ := root.Rat(nil)
		if number {
			return std, nil
		}
		return exactDuration(typ, std)
	}
	slices.SortFunc(rats, (*big.Rat).Cmp)
	if n == 0 {
		return nil, nil
	}
	var q float64
	fmt.Sscanf(name, "q%g", &q)
	at := q * float64(n-1)
	k := min(int(at), int(n-1))
	v := new(big.Rat).Set(rats[k])
	if share := at - float64(k); share > 0 && k < int(n-1) {
		d := new(big.Rat).Sub(rats[k+1], rats[k])
		v.Add(v, d.Mul(d, new(big.Rat).SetFloat64(share)))
	}
	if number {
		return v.Mul(v, scale), nil
	}
	return cellOfRaw(typ, roundHalfEven(v)), nil
}

func sumOfRaw(typ arrow.DataType, sum *big.Rat) (any, error) {
	switch {
	case isFloatType(typ):
		return sum, nil
	case arrow.IsDecimal(typ.ID()):
		limit, of := big.NewInt(38), func(v *big.Int) any { return decimal128.FromBigInt(v) }
		if typ.ID() == arrow.DECIMAL256 {
			limit, of = big.NewInt(76), func(v *big.Int) any { return decimal256.FromBigInt(v) }
		}
		if sum.Num().CmpAbs(limit.Exp(big.NewInt(10), limit, nil)) >= 0 {
			return nil, frame.ErrValue
		}
		return of(sum.Num()), nil
	case arrow.IsUnsignedInteger(typ.ID()):
		if !sum.Num().IsUint64() {
			return nil, frame.ErrValue
		}
		return sum.Num().Uint64(), nil
	case !sum.Num().IsInt64():
		return nil, frame.ErrValue
	case typ.ID() == arrow.DURATION:
		return cellOfRaw(typ, sum.Num()), nil
	}
	return sum.Num().Int64(), nil
}

// exactDuration is a standard deviation of times.
func exactDuration(typ arrow.DataType, std *big.Rat) (any, error) {
	unit := arrow.Second
	switch typ := typ.(type) {
	case *arrow.Date32Type:
		std.Mul(std, big.NewRat(86400, 1))
	case *arrow.Date64Type:
		std.Quo(std, big.NewRat(1000, 1))
	case arrow.TemporalWithUnit:
		unit = typ.TimeUnit()
	}
	v := roundHalfEven(std)
	if !v.IsInt64() {
		return nil, frame.ErrValue
	}
	return cellOfRaw(&arrow.DurationType{Unit: unit}, v), nil
}

func roundHalfEven(r *big.Rat) *big.Int {
	twice := new(big.Int).Mul(r.Num(), big.NewInt(2))
	twice.Add(twice, r.Denom())
	den := new(big.Int).Mul(r.Denom(), big.NewInt(2))
	q, m := new(big.Int).DivMod(twice, den, new(big.Int)) // half up
	if m.Sign() == 0 && q.Bit(0) == 1 {
		q.Sub(q, big.NewInt(1))
	}
	return q
}

func compareRaw(a, b any) int {
	switch a := a.(type) {
	case *big.Int:
		return a.Cmp(b.(*big.Int))
	case float64:
		return cmp.Compare(a, b.(float64))
	}
	return strings.Compare(a.(string), b.(string))
}

// cellOfRaw is a value as a column of the type gives it.
func cellOfRaw(typ arrow.DataType, v any) any {
	t := new(testing.T)
	return rawColumn(t, "x", typ, []any{v}).Value(0)
}
