package frame_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

var groupSizes = []int{0, 1, 2, 3, 9, 63, 64, 65, 256, 1025, 4097}

func numberAggs(col string) []frame.Agg {
	return []frame.Agg{frame.Count(col), frame.Sum(col), frame.Mean(col), frame.Var(col), frame.Std(col), frame.Median(col), frame.Quantile(col, 0), frame.Quantile(col, 0.9), frame.Quantile(col, 1), frame.Min(col), frame.Max(col), frame.First(col), frame.Last(col), frame.NUnique(col)}
}

// Every aggregation gives what a loop over the group's rows gives, and the same
// bits at all widths and for all Arrow chunks.
func TestAggIsTheLoop(t *testing.T) {
	for _, n := range groupSizes {
		for _, keys := range []int{1, 5, 400} {
			var first *frame.Frame
			for seed := range 3 {
				f, cells := groupFrame(t, n, keys, seed)
				var aggs []frame.Agg
				for _, col := range []string{"f", "i"} {
					aggs = append(aggs, numberAggs(col)...)
				}
				aggs = append(aggs, frame.Size(), frame.Sum("b"), frame.Mean("b"), frame.Min("b"), frame.Max("s"), frame.Min("s"), frame.First("s"), frame.Last("s"), frame.Count("s"), frame.NUnique("s"), frame.NUnique("d"), frame.Max("d"))
				aggs = append(aggs, frame.NewAgg("spread", "f", func() [2]float64 { return [2]float64{math.Inf(1), math.Inf(-1)} },
					func(_ context.Context, a [2]float64, x float64) ([2]float64, error) {
						return [2]float64{min(a[0], x), max(a[1], x)}, nil
					},
					func(a, b [2]float64) [2]float64 { return [2]float64{min(a[0], b[0]), max(a[1], b[1])} },
					func(_ context.Context, a [2]float64) (float64, error) { return a[1] - a[0], nil }))
				for _, o := range groupWidths {
					got, err := groupBy(t, f, "k", "d").With(o).Agg(t.Context(), aggs...)
					if err != nil {
						t.Fatal(err)
					}
					if first == nil {
						first = got
						checkAggs(t, got, cells)
					}
					if !got.Equal(first) {
						t.Fatalf("n=%d keys=%d seed=%d %v: %s", n, keys, seed, o, got.Diff(first))
					}
					checkLayout(t, got, first)
				}
			}
		}
	}
}

// checkAggs compares aggregations of the groups by k and d with loops. The name of a
// result column says what it holds.
func checkAggs(t *testing.T, got *frame.Frame, cols map[string][]any) {
	t.Helper()
	groups := groupCells(cols["k"], cols["d"])
	checkCells(t, got, "k", arrowtest.Made(len(groups), func(g int) any { return cols["k"][groups[g].first] }))
	checkCells(t, got, "d", arrowtest.Made(len(groups), func(g int) any { return cols["d"][groups[g].first] }))
	for _, c := range got.Columns()[2:] {
		col, kind, _ := strings.Cut(c.Name(), "_")
		for g, v := range cells(c) {
			in := cols[col]
			if col == "size" {
				if v != int64(len(groups[g].rows)) {
					t.Fatalf("%s: %v", c.Name(), v)
				}
				continue
			}
			var want any
			switch {
			case col == "s":
				want = textOracle(kind, groups[g], in)
			case col == "spread":
				in := cols["f"]
				lo, hi := math.Inf(1), math.Inf(-1)
				for _, r := range groups[g].rows {
					if x, ok := in[r].(float64); ok {
						lo, hi = min(lo, x), max(hi, x)
					}
				}
				want = hi - lo
				if math.IsNaN(hi - lo) {
					if x, ok := v.(float64); !ok || x == x {
						t.Fatalf("%s of group %d: %v, want NaN", c.Name(), g, v)
					}
					continue
				}
			default:
				want = oracle(kind, groups[g].present(in))
			}
			if x, ok := toFloat(v); ok {
				if y, ok := toFloat(want); ok {
					v, want = x, y
				}
			}
			if !near(v, want) {
				t.Fatalf("%s of group %d (%v): %v, want %v", c.Name(), g, groups[g].rows, v, want)
			}
		}
	}
}

func textOracle(kind string, g *oracleGroup, in []any) any {
	var v []string
	for _, r := range g.rows {
		if s, ok := in[r].(string); ok {
			v = append(v, s)
		}
	}
	switch kind {
	case "count":
		return int64(len(v))
	case "nunique":
		slices.Sort(v)
		return int64(len(slices.Compact(v)))
	}
	if len(v) == 0 {
		return nil
	}
	switch kind {
	case "first":
		return v[0]
	case "last":
		return v[len(v)-1]
	case "min":
		return slices.Min(v)
	}
	return slices.Max(v)
}

// aggCellRows is the most rows of a group that are measured in one piece.
const aggCellRows = 1 << 16

// A group that is cut into pieces gives what one that is not would, and the
// same for all widths.
func TestAggOfGiantGroup(t *testing.T) {
	n := 3*aggCellRows + 17
	cells := map[string][]any{
		"k": arrowtest.Made(n, func(i int) any { return int64(i % 50 / 49) }),
		"f": arrowtest.Made(n, arrowtest.Every(5, func(i int) any { return math.Cos(float64(i)) * float64(i%1000) })),
		"i": arrowtest.Made(n, func(i int) any { return int64(i*7919) % 1003 }),
	}
	aggs := append(append(numberAggs("f"), numberAggs("i")...), frame.Size(),
		frame.NewAgg("list", "i", func() int64 { return 0 }, func(_ context.Context, a, x int64) (int64, error) { return a + x*x, nil },
			func(a, b int64) int64 { return a + b }, func(_ context.Context, a int64) (int64, error) { return a, nil }))
	var first *frame.Frame
	for seed := range calltest.UnlessRaced(2, 1) {
		ends := []int{}
		if seed > 0 {
			ends = arrowtest.Ends(n, seed)
		}
		f := frameOf(t, build(t, "k", arrow.PrimitiveTypes.Int64, cells["k"]), build(t, "f", arrow.PrimitiveTypes.Float64, cells["f"], ends...),
			build(t, "i", arrow.PrimitiveTypes.Int64, cells["i"], ends...))
		for _, o := range groupWidths {
			got, err := groupBy(t, f, "k").With(o).Agg(t.Context(), aggs...)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got
				groups := groupCells(cells["k"])
				for _, c := range got.Columns()[1:] {
					col, kind, _ := strings.Cut(c.Name(), "_")
					for g := range groups {
						v := c.Value(g)
						var want any = int64(len(groups[g].rows))
						switch col {
						case "size":
						case "list":
							s := int64(0)
							for _, r := range groups[g].rows {
								x := cells["i"][r].(int64)
								s += x * x
							}
							want = s
						default:
							want = oracle(kind, groups[g].present(cells[col]))
						}
						x, _ := toFloat(v)
						y, _ := toFloat(want)
						if !near(x, y) {
							t.Errorf("%s of group %d: %v, want %v", c.Name(), g, v, want)
						}
					}
				}
			}
			checkLayout(t, got, first)
		}
	}
}

// The sum of floats is right where a plain loop is not.
func TestAggSumIsCompensated(t *testing.T) {
	f := frameOf(t, col(t, "k", []int{1, 1, 1, 1, 2, 2}), col(t, "x", []float64{1e100, 1, -1e100, 1, math.Inf(1), 5}))
	got, err := groupBy(t, f, "k").Agg(t.Context(), frame.Sum("x"))
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, got, "x_sum", []any{2.0, math.Inf(1)})
}

func TestAggIntegerSums(t *testing.T) {
	f := frameOf(t, col(t, "k", []string{"a", "b", "a", "b"}),
		col(t, "i", []int64{math.MaxInt64, 1, -5, 2}), col(t, "u", []uint64{math.MaxUint64 - 1, 7, 1, 8}))
	got, err := groupBy(t, f, "k").Agg(t.Context(), frame.Sum("i"), frame.Sum("u"), frame.Mean("u").As("m"))
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, got, "i_sum", []any{int64(math.MaxInt64 - 5), int64(3)})
	checkCells(t, got, "u_sum", []any{uint64(math.MaxUint64), uint64(15)})
	checkCells(t, got, "m", []any{float64(math.MaxUint64) / 2, 7.5})

	f = frameOf(t, col(t, "k", []string{"a", "b", "b"}), col(t, "i", []int64{1, math.MaxInt64, 1}))
	_, err = groupBy(t, f, "k").Agg(t.Context(), frame.Sum("i"))
	if !errors.Is(err, frame.ErrValue) || !strings.Contains(err.Error(), `k="b"`) || !strings.Contains(err.Error(), `column "i"`) {
		t.Fatal(err)
	}
}

func TestAggMistakes(t *testing.T) {
	f := frameOf(t, col(t, "k", []string{"a"}), col(t, "s", []string{"x"}), col(t, "x", []float64{1}))
	zero := func() int { return 0 }
	add := func(_ context.Context, a, x int) (int, error) { return a + x, nil }
	merge := func(a, b int) int { return a + b }
	finish := func(_ context.Context, a int) (int, error) { return a, nil }
	for _, c := range []struct {
		aggs []frame.Agg
		want error
		text string
	}{
		{[]frame.Agg{frame.Mean("y")}, frame.ErrColumn, "y_mean"},
		{[]frame.Agg{frame.Mean("s")}, frame.ErrType, `column "s": wrong type: utf8 has no mean`},
		{[]frame.Agg{frame.Mean("y"), frame.Size(), frame.Mean("s")}, frame.ErrType, "y_mean"},
		{[]frame.Agg{frame.Mean("y"), frame.Size(), frame.Mean("s")}, frame.ErrColumn, "\ns_mean"},
		{[]frame.Agg{frame.Mean("x"), frame.Mean("x")}, frame.ErrName, "x_mean"},
		{[]frame.Agg{frame.Mean("x").As("k")}, frame.ErrName, `"k"`},
		{[]frame.Agg{frame.Quantile("x", 1.5)}, parallel.ErrOption, "1.5"},
		{[]frame.Agg{frame.Quantile("x", math.NaN())}, parallel.ErrOption, "NaN"},
		{[]frame.Agg{{}}, parallel.ErrOption, "zero Agg"},
		{[]frame.Agg{frame.NewAgg("u", "s", zero, add, merge, finish)}, frame.ErrType, "NewAgg"},
		{[]frame.Agg{frame.NewAgg("u", "x", zero, add, nil, finish)}, parallel.ErrNilFunc, `NewAgg "u"`},
	} {
		_, err := groupBy(t, f, "k").Agg(t.Context(), c.aggs...)
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) || !strings.HasPrefix(err.Error(), "frame.Groups.Agg: ") {
			t.Errorf("%v, want %v with %q", err, c.want, c.text)
		}
	}
	if _, err := groupBy(t, f, "k").With(parallel.Partitions(3)).Agg(t.Context()); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
}

// A user's function that fails is the failure of the first group that does.
func TestNewAggErrors(t *testing.T) {
	n := 3 * aggCellRows
	keys := make([]int, n)
	for i := range keys {
		keys[i] = i % 10
		if i > 1000 {
			keys[i] = 4 // a giant group in the middle
		}
	}
	vals := make([]int, n)
	for i := range vals {
		vals[i] = i
	}
	f := frameOf(t, col(t, "k", keys), col(t, "x", vals))
	boom := errors.New("boom")
	kinds := map[string]func(){"error": nil, "panic": func() { panic(boom) }, "goexit": runtime.Goexit}
	for how, fail := range kinds {
		for _, where := range []string{"add", "merge", "finish"} {
			for _, workers := range []int{1, 2, 8} {
				stop := func(at string, hit bool) error {
					if at != where || !hit {
						return nil
					}
					if fail != nil {
						fail()
					}
					return boom
				}
				a := frame.NewAgg("u", "x", func() int { return -1 },
					func(_ context.Context, a, x int) (int, error) {
						return x % 10, stop("add", x == 5 || x == 7 || x > 190_000)
					},
					func(a, b int) int {
						if err := stop("merge", true); err != nil {
							panic(err)
						}
						return b
					},
					func(_ context.Context, a int) (int, error) { return a, stop("finish", a == 5 || a == 9) })
				_, err := groupBy(t, f, "k").With(parallel.Workers(workers)).Agg(t.Context(), a)
				want := 5 // group of key 5
				if where != "finish" {
					want = 4
				}
				// The giant group's last value decides what finish gets.
				if where == "finish" && (n-1)%10 == 9 {
					want = 4
				}
				row, ok := errors.AsType[*parallel.RowError](err)
				if !ok || row.Partition != want || row.Row != want {
					t.Fatalf("%s in %s, %d workers: %v, want group %d", how, where, workers, err, want)
				}
				if !strings.Contains(err.Error(), fmt.Sprintf("group k=%d: ", want)) {
					t.Error(err)
				}
				if how == "goexit" && where != "merge" && !errors.Is(err, parallel.ErrGoexit) || how != "goexit" && !errors.Is(err, boom) {
					t.Error(how, where, err)
				}
			}
		}
	}
}

// A value that T cannot hold, and nulls.
func TestNewAggNulls(t *testing.T) {
	f := frameOf(t, col(t, "k", []int{1, 1, 2}), col(t, "x", []frame.Null[int64]{{V: 1, Valid: true}, {}, {}}))
	count := func(_ context.Context, a int, _ int64) (int, error) { return a + 1, nil }
	merge := func(a, b int) int { return a + b }
	finish := func(_ context.Context, a int) (int, error) { return a, nil }
	zero := func() int { return 0 }
	got, err := groupBy(t, f, "k").Agg(t.Context(), frame.NewAgg("n", "x", zero, count, merge, finish),
		frame.NewAgg("all", "x", zero, func(_ context.Context, a int, x *int64) (int, error) { return a + 1, nil }, merge, finish),
		frame.NewAgg("last", "x", func() *int64 { return nil }, func(_ context.Context, a *int64, x int64) (*int64, error) { return &x, nil },
			func(a, b *int64) *int64 { return b }, func(_ context.Context, a *int64) (*int64, error) { return a, nil }))
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, got, "n", []any{int64(1), int64(0)})
	checkCells(t, got, "all", []any{int64(2), int64(1)})
	checkCells(t, got, "last", []any{int64(1), nil})

	f = frameOf(t, col(t, "k", []int{1}), col(t, "x", []int64{1<<53 + 1}))
	_, err = groupBy(t, f, "k").Agg(t.Context(), frame.NewAgg("f", "x", zero, func(_ context.Context, a int, x float64) (int, error) { return a, nil }, merge, finish))
	if !errors.Is(err, frame.ErrValue) {
		t.Error(err)
	}
}
