package stats_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
	"github.com/parframe/parframe/internal/stats"
)

// serial runs the steps of a call one after the other.
type serial struct{ ctx context.Context }

func (w serial) Context() context.Context { return w.ctx }

func (w serial) Ranges(n int, fn func(ctx context.Context, lo, hi int) error) error {
	return fn(w.ctx, 0, n)
}

func (w serial) Tasks(n int, fn func(ctx context.Context, i int) error) error {
	for i := range n {
		if err := fn(w.ctx, i); err != nil {
			return err
		}
	}
	return nil
}

func (w serial) RowRanges(n, size int, fn func(ctx context.Context, lo, hi int) (int, error)) error {
	for lo := 0; lo < n; lo += size {
		if _, err := fn(w.ctx, lo, min(lo+size, n)); err != nil {
			return err
		}
	}
	return nil
}

// trailing are the windows of each row and the rows before it, size at most.
type trailing struct{ n, size int }

func (b trailing) Rows() int             { return b.n }
func (b trailing) Least() int            { return 0 }
func (b trailing) FromFirst() bool       { return b.size >= b.n }
func (b trailing) Longest() int          { return b.size }
func (b trailing) At(i int) (lo, hi int) { return max(0, i+1-b.size), i + 1 }

func (b trailing) Fill(lo, hi []int, from, off int) {
	for i := range lo {
		l, h := b.At(from + i)
		lo[i], hi[i] = l-off, h-off
	}
}

func (b trailing) Full(lo, hi int) (from, to, rows, first int) {
	if from = max(lo, b.size-1); from >= hi {
		return hi, hi, b.size, 0
	}
	return from, hi, b.size, from + 1 - b.size
}

func columnOf(t *testing.T, typ arrow.DataType, cells []any, ends ...int) chunk.Column {
	t.Helper()
	c, err := chunk.ImportColumn(arrow.Field{Name: "x", Type: typ, Nullable: true}, arrowtest.Build(t, typ, cells, ends...), false)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// textOf is row i of the results, which are the column out, or else rows of col.
func textOf(col, out chunk.Column, rows []int32, i int) string {
	if rows != nil {
		out, i = col, int(rows[i])
	}
	if i < 0 {
		return "null"
	}
	return strings.Trim(arrowtest.Rows(out.Arrays()...)[i], `"`)
}

// measured are statistics of rows lo to hi, measured at once, or in cells.
func measured(t *testing.T, col chunk.Column, cells bool, lo, hi int, want stats.Want) string {
	t.Helper()
	m := stats.NewMeasure(col.Field)
	k, err := m.Want(want)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Read(serial{t.Context()}, col, nil, func() (chunk.Column, error) { return col, nil }); err != nil {
		t.Fatal(err)
	}
	m.Begin(1, hi-lo)
	s := new(stats.Scratch)
	if cells {
		for i := range hi - lo {
			if err := m.Cell(t.Context(), s, i, lo+i, lo+i+1); err != nil {
				t.Fatal(err)
			}
		}
		err = m.Join(t.Context(), 0, 0, hi-lo)
	} else {
		err = m.Whole(t.Context(), s, 0, lo, hi)
	}
	if err != nil {
		t.Fatal(err)
	}
	out, rows := m.Result(k, "y")
	return textOf(col, out, rows, 0)
}

// rolled is the last result of windows.
func rolled(t *testing.T, col chunk.Column, s stats.Statistic, size int) string {
	t.Helper()
	out, rows, err := stats.Roll(serial{t.Context()}, s, col, trailing{col.Len, size}, "y", false)
	if err != nil {
		t.Fatal(err)
	}
	return textOf(col, out, rows, col.Len-1)
}

func float(x float64) string { return fmt.Sprintf("f%016x", math.Float64bits(x)) }

// Whoever drives a statistic gets the same value of the same rows.
func TestDriversAgree(t *testing.T) {
	nan, types := math.NaN(), arrow.PrimitiveTypes
	decimals := &arrow.Decimal128Type{Precision: 10, Scale: 2}
	half := map[stats.Statistic]float64{stats.Quantile: 0.5}
	for _, c := range []struct {
		typ   arrow.DataType
		cells []any
		want  map[stats.Statistic]string
	}{
		{types.Int64, []any{int64(1700000000000000001), nil, int64(1700000000000000011), int64(1700000000000000021)}, map[stats.Statistic]string{
			stats.Count: "3", stats.Sum: "5100000000000000033", stats.Mean: float(1700000000000000011), stats.Var: float(100), stats.Std: float(10),
			stats.Quantile: float(1700000000000000011), stats.Min: "1700000000000000001", stats.Max: "1700000000000000021",
			stats.First: "1700000000000000001", stats.Last: "1700000000000000021", stats.Distinct: "3",
		}},
		{types.Uint8, []any{uint8(200), uint8(100), uint8(200), nil}, map[stats.Statistic]string{
			stats.Count: "3", stats.Sum: "500", stats.Mean: float(500. / 3), stats.Var: float(10000. / 3), stats.Quantile: float(200), stats.Min: "100",
			stats.Max: "200", stats.First: "200", stats.Last: "200", stats.Distinct: "2",
		}},
		// The sum needs 54 bits.
		{types.Uint64, []any{uint64(5632391306436792), uint64(5270353246326729), uint64(5557041829835302)}, map[stats.Statistic]string{
			stats.Sum: "16459786382598823", stats.Mean: float(5486595460866274),
		}},
		{types.Float64, []any{nan, 1e16, 1.0, -1e16, nil}, map[stats.Statistic]string{
			stats.Count: "3", stats.Sum: float(1), stats.Mean: float(1. / 3), stats.Std: float(1e16), stats.Quantile: float(1), stats.Min: float(-1e16),
			stats.Max: float(1e16), stats.First: float(1e16), stats.Last: float(-1e16), stats.Distinct: "3",
		}},
		{types.Float64, []any{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, nil}, map[stats.Statistic]string{
			stats.Mean: float(0.1), stats.Var: float(0), stats.Std: float(0), stats.Distinct: "1",
		}},
		{types.Float64, []any{nan, nil}, map[stats.Statistic]string{
			stats.Count: "0", stats.Sum: float(0), stats.Mean: "null", stats.Std: "null", stats.Quantile: "null", stats.Min: "null", stats.First: "null",
			stats.Distinct: "0",
		}},
		{arrow.FixedWidthTypes.Boolean, []any{true, false, nil, true}, map[stats.Statistic]string{
			stats.Count: "3", stats.Sum: "2", stats.Mean: float(2. / 3), stats.Min: "false", stats.Max: "true", stats.Last: "true", stats.Distinct: "2",
		}},
		{decimals, []any{"99999999.99", "0.01", nil, "-3.00"}, map[stats.Statistic]string{
			stats.Count: "3", stats.Sum: "9999999700", stats.Mean: float(33333332.333333332), stats.Min: "-300", stats.Max: "9999999999", stats.First: "9999999999",
			stats.Quantile: float(0.01), stats.Distinct: "3",
		}},
		{arrow.FixedWidthTypes.Duration_ms, []any{"10ms", "20ms", "30ms"}, map[stats.Statistic]string{
			stats.Sum: "60", stats.Mean: "20", stats.Std: "10", stats.Quantile: "20", stats.Max: "30",
		}},
		// A float64 of the deviation would be rounded to the next nanosecond.
		{arrow.FixedWidthTypes.Duration_ns, []any{"129h42m3.908870646s", "48h31m57.182933553s"}, map[stats.Statistic]string{stats.Std: "206621357418437"}},
		// Half of a tick goes to the even one.
		{arrow.FixedWidthTypes.Duration_ns, []any{"0s", "0s", "0s", "5ns"}, map[stats.Statistic]string{stats.Std: "2"}},
		{arrow.FixedWidthTypes.Duration_ns, []any{"0s", "0s", "0s", "9007199254740993ns"}, map[stats.Statistic]string{stats.Std: "4503599627370496"}},
		{arrow.BinaryTypes.String, []any{"b", nil, "a", "b"}, map[stats.Statistic]string{
			stats.Count: "3", stats.Min: "a", stats.Max: "b", stats.First: "b", stats.Last: "b", stats.Distinct: "2",
		}},
	} {
		for s, want := range c.want {
			n, w := len(c.cells), stats.Want{Statistic: s, Q: half[s]}
			got := map[string]string{}
			for _, ends := range [][]int{nil, {1}} {
				col := columnOf(t, c.typ, c.cells, ends...)
				out, err := stats.OfColumn(serial{t.Context()}, col, w)
				if err != nil {
					t.Fatal(err)
				}
				got["column"] = textOf(col, out[0], nil, 0)
				got["range"], got["cells"] = measured(t, col, false, 0, n, w), measured(t, col, true, 0, n, w)
				if rolls := []stats.Statistic{stats.Sum, stats.Mean, stats.Var, stats.Std, stats.Min, stats.Max}; slices.Contains(rolls, s) {
					got["from the first row"] = rolled(t, col, s, n)
					// One row more, which the window does not see.
					before := columnOf(t, c.typ, append([]any{c.cells[0]}, c.cells...), ends...)
					got["window"] = rolled(t, before, s, n)
				}
				for driver, got := range got {
					if got != want {
						t.Errorf("%v of %v %v, %s: %s, want %s", s, c.typ, c.cells, driver, got, want)
					}
				}
			}
		}
	}
}

// A sum that its type cannot hold is an error, which has the row of the window.
func TestSumsOverflow(t *testing.T) {
	col := columnOf(t, arrow.PrimitiveTypes.Int64, []any{int64(math.MaxInt64), int64(-1), int64(2)})
	if _, err := stats.OfColumn(serial{t.Context()}, col.Slice(0, 2), stats.Want{Statistic: stats.Sum}); err != nil {
		t.Error(err)
	}
	if _, err := stats.OfColumn(serial{t.Context()}, col, stats.Want{Statistic: stats.Sum}); !errors.Is(err, errkind.ErrValue) {
		t.Error(err)
	}
	for _, size := range []int{3, 4} {
		if _, _, err := stats.Roll(serial{t.Context()}, stats.Sum, col, trailing{3, size}, "y", false); !errors.Is(err, errkind.ErrValue) {
			t.Errorf("%d rows: %v", size, err)
		}
	}
}

func TestStatisticsThatATypeDoesNotHave(t *testing.T) {
	for _, c := range []struct {
		typ  arrow.DataType
		stat stats.Statistic
	}{
		{arrow.BinaryTypes.String, stats.Sum}, {arrow.BinaryTypes.String, stats.Quantile}, {arrow.FixedWidthTypes.Timestamp_s, stats.Sum},
		{arrow.FixedWidthTypes.Duration_s, stats.Var}, {arrow.ListOf(arrow.PrimitiveTypes.Int8), stats.Min},
	} {
		f := arrow.Field{Name: "x", Type: c.typ}
		if typ, err := stats.Result(c.stat, f); !errors.Is(err, errkind.ErrType) {
			t.Errorf("%v of %v: %v, %v", c.stat, c.typ, typ, err)
		}
		if _, err := stats.NewMeasure(f).Want(stats.Want{Statistic: c.stat}); !errors.Is(err, errkind.ErrType) {
			t.Errorf("%v of %v: %v", c.stat, c.typ, err)
		}
	}
}
