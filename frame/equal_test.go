package frame_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
)

// Two columns are equal if and only if the oracle finds the same value in each row,
// whatever the chunks, offsets and dictionaries; Diff names the first row that differs.
func TestEqualAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 60 {
			f := randomFrame(t, g, typ, g.IntN(60))
			same := must(f.Take(upTo(f.NumRows())))
			if !f.Equal(same) || !same.Equal(f) || !f.Equal(f) || !f.EqualApprox(same, 0) {
				t.Fatal("a copy differs:", f.Diff(same))
			}
			if f.NumRows() == 0 {
				continue
			}
			rows := upTo(f.NumRows())
			rows[g.IntN(f.NumRows())] = g.IntN(f.NumRows())
			other := must(f.Take(rows))
			a, b := rowsOf(f.Columns()[0]), rowsOf(other.Columns()[0])
			want := slices.Equal(a, b)
			if got := f.Equal(other); got != want {
				t.Fatalf("Equal is %t:\n%q\n%q", got, a, b)
			}
			if want {
				continue
			}
			row := 0
			for a[row] == b[row] {
				row++
			}
			if diff := f.Diff(other); !strings.HasPrefix(diff, `column "x", row `+strconv.Itoa(row)+": ") {
				t.Fatalf("%s: expected row %d", diff, row)
			}
		}
	})
}

func upTo(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

func TestEqualDetails(t *testing.T) {
	ints := func(name string, v ...int64) frame.Column { return must(frame.NewColumn(name, v)) }
	floats := func(v ...float64) *frame.Frame { return must(frame.New(must(frame.NewColumn("x", v)))) }
	nan2 := math.Float64frombits(math.Float64bits(math.NaN()) ^ 1)
	base := must(frame.New(ints("a", 1, 2), ints("b", 3, 4)))
	var none *frame.Frame
	for name, c := range map[string]struct {
		f, g *frame.Frame
		diff string
	}{
		"same":           {base, must(frame.New(ints("a", 1, 2), ints("b", 3, 4))), ""},
		"value":          {base, must(frame.New(ints("a", 1, 2), ints("b", 3, 5))), `column "b", row 1: 4, the other has 5`},
		"name":           {base, must(frame.New(ints("a", 1, 2), ints("c", 3, 4))), `columns: ["a" "b"], the other has ["a" "c"]`},
		"order":          {base, must(frame.New(ints("b", 3, 4), ints("a", 1, 2))), `columns: ["a" "b"], the other has ["b" "a"]`},
		"fewer columns":  {base, must(frame.New(ints("a", 1, 2))), `columns: ["a" "b"], the other has ["a"]`},
		"fewer rows":     {base, base.Head(1), "2 rows, the other has 1"},
		"type":           {base, must(frame.New(ints("a", 1, 2), must(frame.NewColumn("b", []int32{3, 4})))), `column "b": int64, the other is int32`},
		"null":           {must(frame.New(must(frame.NewColumn("x", []*int64{nil, new(int64(0))})))), must(frame.New(ints("x", 0, 0))), `column "x", row 0: null, the other has 0`},
		"nan":            {floats(math.NaN()), floats(math.NaN()), ""},
		"other nan":      {floats(math.NaN()), floats(nan2), `column "x", row 0: NaN (0x7ff8000000000001), the other has NaN (0x7ff8000000000000)`},
		"minus zero":     {floats(0), floats(math.Copysign(0, -1)), `column "x", row 0: 0, the other has -0`},
		"both nil":       {none, none, ""},
		"nil":            {base, none, "one of the frames is nil"},
		"nil first":      {none, base, "one of the frames is nil"},
		"rows only":      {rowsAlone(2), rowsAlone(2), ""},
		"rows differ":    {rowsAlone(2), must(frame.New()), "2 rows, the other has 0"},
		"shared chunk":   {must(frame.New(ints("a", 1, 2))), must(frame.Concat(must(base.Select("a")).Head(1), must(base.Select("a")).Tail(1))), ""},
		"text and bytes": {must(frame.New(must(frame.NewColumn("x", []string{"a"})))), must(frame.New(must(frame.NewColumn("x", [][]byte{{'a'}})))), `column "x": utf8, the other is binary`},
	} {
		if got := c.f.Diff(c.g); got != c.diff {
			t.Errorf("%s: %q, expected %q", name, got, c.diff)
		}
		if got := c.f.Equal(c.g); got != (c.diff == "") {
			t.Errorf("%s: Equal is %t", name, got)
		}
	}
}

func TestEqualApprox(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		a, b, tol float64
		want      bool
	}{
		{1, 1, 0, true}, {1, 1 + 1e-9, 1e-8, true}, {1, 1 + 1e-7, 1e-8, false}, {1e9, 1e9 + 1, 1e-8, true}, {0, 1e-9, 1e-8, true},
		{0, math.Copysign(0, -1), 0, true}, {nan, math.Float64frombits(math.Float64bits(nan) ^ 1), 0, true}, {nan, 1, inf, false},
		{inf, inf, 0, true}, {inf, -inf, 1, false}, {inf, 1e300, 1, false}, {1, 2, -1, false}, {1, 1, -1, true},
	} {
		f, g := must(frame.New(must(frame.NewColumn("x", []float64{c.a})))), must(frame.New(must(frame.NewColumn("x", []float64{c.b}))))
		if got := f.EqualApprox(g, c.tol); got != c.want {
			t.Errorf("%v and %v within %v: %t", c.a, c.b, c.tol, got)
		}
	}
	var none *frame.Frame
	if none.EqualApprox(abc(), 1) || !none.EqualApprox(none, 1) || abc().EqualApprox(abc().Head(1), 1) {
		t.Error("nil and shorter frames")
	}
	if f, g := must(frame.New(must(frame.NewColumn("x", []int64{1})))), must(frame.New(must(frame.NewColumn("x", []int64{2})))); f.EqualApprox(g, 10) {
		t.Error("integers are not floats")
	}
}
