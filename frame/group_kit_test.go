package frame_test

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// Oracles for the tests of groups: maps and loops over cells.

// keyOf returns a cell as a map key. Null is a key, all NaN are one key, and -0.0 is 0.0.
func keyOf(c any) any {
	switch v := c.(type) {
	case float64:
		if v != v {
			return "nan"
		}
		return v + 0
	case float32:
		if v != v {
			return "nan"
		}
		return v + 0
	case []byte:
		return "bytes " + string(v)
	}
	return c
}

type oracleGroup struct {
	first int
	rows  []int
}

// groupCells groups rows by the cells of several columns.
func groupCells(cols ...[]any) []*oracleGroup {
	var out []*oracleGroup
	where := map[string]*oracleGroup{}
	for i := range cols[0] {
		var text strings.Builder
		for _, c := range cols {
			fmt.Fprintf(&text, "%T %q|", keyOf(c[i]), fmt.Sprint(keyOf(c[i])))
		}
		key := text.String()
		g := where[key]
		if g == nil {
			g = &oracleGroup{first: i}
			where[key] = g
			out = append(out, g)
		}
		g.rows = append(g.rows, i)
	}
	return out
}

// present returns the numbers of a group that are not missing.
func (g *oracleGroup) present(cells []any) (v []float64) {
	for _, r := range g.rows {
		x, ok := toFloat(cells[r])
		if ok && x == x {
			v = append(v, x)
		}
	}
	return v
}

func toFloat(c any) (float64, bool) {
	switch v := c.(type) {
	case float64:
		return v, true
	case float32:
		return float64(v), true
	case int64:
		return float64(v), true
	case int32:
		return float64(v), true
	case int8:
		return float64(v), true
	case uint8:
		return float64(v), true
	case uint16:
		return float64(v), true
	case uint64:
		return float64(v), true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// exactSum returns the sum in 500 bits, rounded once.
func exactSum(v []float64) float64 {
	s := new(big.Float).SetPrec(500)
	for _, x := range v {
		s.Add(s, new(big.Float).SetPrec(500).SetFloat64(x))
	}
	f, _ := s.Float64()
	return f
}

// oracle is the slow, obvious aggregation of numbers, nil for null. kind is the end of
// the result column's name: "sum", "q0.9".
func oracle(kind string, v []float64) any {
	n := float64(len(v))
	switch kind {
	case "count":
		return int64(len(v))
	case "sum":
		return exactSum(v)
	case "nunique":
		seen := map[float64]bool{}
		for _, x := range v {
			seen[x+0] = true
		}
		return int64(len(seen))
	}
	if len(v) == 0 || (kind == "var" || kind == "std") && len(v) < 2 {
		return nil
	}
	sorted := slices.Clone(v)
	sort.Float64s(sorted)
	switch kind {
	case "mean":
		return exactSum(v) / n
	case "var", "std":
		mean := exactSum(v) / n
		var d []float64
		for _, x := range v {
			d = append(d, (x-mean)*(x-mean))
		}
		if kind == "var" {
			return exactSum(d) / (n - 1)
		}
		return math.Sqrt(exactSum(d) / (n - 1))
	case "min":
		return sorted[0]
	case "max":
		return sorted[len(v)-1]
	case "first":
		return v[0]
	case "last":
		return v[len(v)-1]
	case "median":
		kind = "q0.5"
	}
	q, err := strconv.ParseFloat(strings.TrimPrefix(kind, "q"), 64)
	if err != nil {
		panic(err)
	}
	at := q * (n - 1)
	k := int(at)
	if k == len(v)-1 {
		return sorted[k]
	}
	return sorted[k] + (sorted[k+1]-sorted[k])*(at-float64(k))
}

// near compares two cells up to the rounding of a few operations.
func near(a, b any) bool {
	x, ok := a.(float64)
	y, ok2 := b.(float64)
	if !ok || !ok2 {
		return a == b
	}
	return x == y || math.Abs(x-y) <= 1e-9*max(1, math.Abs(x), math.Abs(y))
}

// groupBy calls GroupBy and fails the test on its error.
func groupBy(t testing.TB, f *frame.Frame, keys ...string) *frame.Groups {
	t.Helper()
	g, err := f.GroupBy(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

var groupWidths = []parallel.Option{parallel.Serial(), parallel.Workers(3), parallel.Workers(8), parallel.Workers(1), parallel.Workers(2)}[:calltest.UnlessRaced(5, 2)]

// groupFrame returns a frame with several kinds of keys, and values, and its cells. The
// seed sets the Arrow chunks; the cells are the same for all seeds.
func groupFrame(t testing.TB, n, keys, seed int) (*frame.Frame, map[string][]any) {
	cells := map[string][]any{
		"k": arrowtest.Made(n, arrowtest.Every(11, func(i int) any { return fmt.Sprint("key", i*i*7919%keys) })),
		"d": arrowtest.Made(n, func(i int) any {
			switch x := i * 31 % (keys + 3); x {
			case 0:
				return math.NaN()
			case 1:
				return math.Copysign(0, -1)
			case 2:
				return 0.0
			default:
				return float64(x)
			}
		}),
		"i": arrowtest.Made(n, arrowtest.Every(7, func(i int) any { return int64(i*7919)%1000 - 500 })),
		"f": arrowtest.Made(n, arrowtest.Every(5, func(i int) any {
			if i%13 == 0 {
				return math.NaN()
			}
			return math.Sin(float64(i)) * math.Pow(10, float64(i%9))
		})),
		"b": arrowtest.Made(n, func(i int) any { return i*i%7 < 3 }),
		"s": arrowtest.Made(n, arrowtest.Every(3, func(i int) any { return fmt.Sprint("v", i%23) })),
	}
	types := map[string]arrow.DataType{
		"k": arrow.BinaryTypes.String, "d": arrow.PrimitiveTypes.Float64, "i": arrow.PrimitiveTypes.Int64,
		"f": arrow.PrimitiveTypes.Float64, "b": arrow.FixedWidthTypes.Boolean, "s": arrow.BinaryTypes.String,
	}
	var cols []frame.Column
	for j, name := range []string{"k", "d", "i", "f", "b", "s"} {
		var ends []int
		if seed > 0 {
			ends = arrowtest.Ends(n, seed+j)
		}
		cols = append(cols, build(t, name, types[name], cells[name], ends...))
	}
	return frameOf(t, cols...), cells
}
