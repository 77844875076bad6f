package gota

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
)

// More traps of gota v0.12.0: values that become others.

// setText returns a function that puts the text in the place of the row's
// first element.
func setText(text string) func(series.Series) series.Series {
	return func(row series.Series) series.Series {
		out := row.Copy()
		e := out.Elem(0)
		e.Set(literal{s: text})
		return out
	}
}

// To gota an empty text, one that is too large, and one that is no number are
// all a missing int, and zeros in front are dropped. Here such a column is text.
func TestTrapTextBecomesAnInt(t *testing.T) {
	for text, lost := range map[string]string{"": "NaN", "9223372036854775808": "NaN", "007": "7", "NaN": "NaN"} {
		if s := series.New([]string{text}, series.Int, ""); s.Elem(0).String() != lost {
			t.Errorf("gota makes %v of %q", s.Elem(0), text)
		}
		both(t, func(t *testing.T) {
			df := dataframe.New(col("n", series.Int, 5), col("s", series.String, "x"))
			out := must(RowApply(t.Context(), df, lifted(setText(text))))
			if e := out.Elem(0, 0); e.Type() != series.String || e.IsNA() || e.String() != text {
				t.Errorf("%q became %v of %s", text, e, e.Type())
			}
		})
	}
}

// Texts that look like numbers or NA become that where gota guesses types.
func TestTrapTypesAreGuessed(t *testing.T) {
	texts := []string{"007", "inf", "nan", "1e5", "true"}
	for _, text := range texts {
		guessed := dataframe.LoadRecords([][]string{{"s"}, {text}})
		if guessed.Types()[0] == series.String {
			t.Errorf("gota leaves %q as it is", text)
		}
	}
	both(t, func(t *testing.T) {
		f := must(frame.New(column1("s", texts...)))
		df := must(FromFrame(t.Context(), f))
		if back := must(ToFrame(t.Context(), must(RowApply(t.Context(), df, lifted(same))))); !back.Equal(f) {
			t.Error(back)
		}
		first := func(g dataframe.DataFrame) dataframe.DataFrame { return g }
		if back := must(ToFrame(t.Context(), must(GroupApply(t.Context(), df, []string{"s"}, lifted(first))))); !back.Equal(f) {
			t.Error(back)
		}
	})
}

// A float beyond int is the least int to gota.
func TestTrapLargeFloatsBecomeAnInt(t *testing.T) {
	if v, _ := series.New([]float64{1e300}, series.Int, "").Elem(0).Int(); v != math.MinInt {
		t.Errorf("gota makes %d of 1e300", v)
	}
	both(t, func(t *testing.T) {
		for _, v := range []float64{1e300, -1e300, 1 << 63, math.Inf(1), 0.5} {
			out := must(RowApply(t.Context(), dataframe.New(col("n", series.Int, 5)), func(context.Context, series.Series) series.Series {
				return series.Floats([]float64{v})
			}))
			if e := out.Elem(0, 0); e.Type() != series.Float || e.Float() != v {
				t.Errorf("%g became %v of %s", v, e, e.Type())
			}
		}
	})
}

// gota's Records, and with them WriteCSV and groups, have six decimals.
func TestTrapRecordsRoundFloats(t *testing.T) {
	df := dataframe.New(col("f", series.Float, 1e-9, 0.1, 1.0/3, math.MaxFloat64))
	if df.Records()[1][0] != "0.000000" {
		t.Error("gota writes", df.Records()[1][0])
	}
	both(t, func(t *testing.T) {
		v := must(frame.Values[float64](must(ToFrame(t.Context(), df)).Columns()[0]))
		if !slices.Equal(v, []float64{1e-9, 0.1, 1.0 / 3, math.MaxFloat64}) {
			t.Error(v)
		}
	})
}

// gota's groups are written as text and read again: other columns first, other
// types, fewer digits.
func TestTrapGroupsAreParsedAgain(t *testing.T) {
	df := dataframe.New(col("z", series.String, "007", "007"), col("f", series.Float, 1e-9, 0.1), col("a", series.Int, 1, na{}))
	for _, g := range df.GroupBy("z").GetGroups() {
		if slices.Equal(g.Names(), df.Names()) || slices.Equal(g.Types(), df.Types()) {
			t.Errorf("gota keeps %v %v", g.Names(), g.Types())
		}
	}
	both(t, func(t *testing.T) {
		_, err := GroupApply(t.Context(), df, []string{"z"}, func(_ context.Context, g dataframe.DataFrame) dataframe.DataFrame {
			if diff := cmp.Diff(cells(df), cells(g)); diff != "" {
				t.Error(diff)
			}
			return g
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// One missing value makes gota's sums and means missing; a frame knows what is
// there.
func TestTrapSumsOfNA(t *testing.T) {
	df := dataframe.New(col("n", series.Int, 1, na{}, 2), col("f", series.Float, 0.5, na{}, 1.0))
	if !math.IsNaN(df.Col("f").Sum()) || !math.IsNaN(df.Col("f").Mean()) {
		t.Error("gota skips NA")
	}
	both(t, func(t *testing.T) {
		f := must(ToFrame(t.Context(), df))
		for i, want := range []any{int64(3), 1.5} {
			c := f.Columns()[i]
			if sum, mean := must(c.Sum(t.Context())), must(c.Mean(t.Context())); sum != want || mean != []float64{1.5, 0.75}[i] {
				t.Errorf("%s: %v, %g", c.Name(), sum, mean)
			}
		}
	})
}

// gota's RBind gives the rows below the type of those above, whatever becomes
// of their values, and Concat fills what is missing with NA.
func TestTrapRowsBelowAreConverted(t *testing.T) {
	above, below := dataframe.New(col("x", series.Int, 1)), dataframe.New(col("x", series.Float, 0.5))
	if v, err := above.RBind(below).Elem(1, 0).Int(); v != 0 || err != nil {
		t.Error("gota keeps 0.5", v, err)
	}
	if lost := above.Concat(dataframe.New(col("y", series.Int, 2))); lost.Err != nil || !lost.Elem(1, 0).IsNA() {
		t.Error("gota does not fill", lost)
	}
	bound := func(second dataframe.DataFrame) (dataframe.DataFrame, error) {
		df := dataframe.New(col("g", series.Int, 0, 1))
		return GroupApply(t.Context(), df, []string{"g"}, func(_ context.Context, g dataframe.DataFrame) dataframe.DataFrame {
			if v, _ := g.Elem(0, 0).Int(); v == 0 {
				return above
			}
			return second
		})
	}
	both(t, func(t *testing.T) {
		if out := must(bound(below)); !slices.Equal(out.Col("x").Float(), []float64{1, 0.5}) {
			t.Error(out)
		}
		if _, err := bound(dataframe.New(col("y", series.Int, 2))); err == nil || !strings.Contains(err.Error(), `group 1 has no column "x"`) {
			t.Error(err)
		}
	})
}

// gota's Map cannot give another type, and its Capply gives fn the column
// itself.
func TestTrapColumns(t *testing.T) {
	name := func(c series.Series) series.Series {
		out := make([]string, c.Len())
		for i := range out {
			out[i] = "no " + c.Elem(i).String()
		}
		return series.Strings(out)
	}
	mapped := col("n", series.Int, 1).Map(func(series.Element) series.Element {
		s := series.Strings([]string{"no 1"})
		return s.Elem(0)
	})
	if mapped.Type() != series.Int {
		t.Error("gota gives", mapped.Type())
	}
	spoil := func(c series.Series) series.Series {
		e := c.Elem(0)
		e.Set(99)
		return c
	}
	df := dataframe.New(col("n", series.Int, 1, 2))
	spoilt := df.Copy()
	if spoilt.Capply(spoil); spoilt.Elem(0, 0).String() != "99" {
		t.Error("gota hands out a copy")
	}
	both(t, func(t *testing.T) {
		out := must(ColApply(t.Context(), df, lifted(name)))
		if diff := cmp.Diff([][]string{{"n", "string", `"no 1"`, `"no 2"`}}, cells(out)); diff != "" {
			t.Error(diff)
		}
		if out := must(ColApply(t.Context(), df, lifted(spoil))); out.Elem(0, 0).String() != "99" || df.Elem(0, 0).String() != "1" {
			t.Error(out, df)
		}
	})
}

// A text with a header and no rows is an error to gota; a frame without rows is
// a data frame without rows.
func TestTrapNoRows(t *testing.T) {
	if dataframe.ReadCSV(strings.NewReader("a,b\n")).Err == nil {
		t.Error("gota reads it")
	}
	if !panics(func() {
		g := dataframe.New(col("a", series.Int)).GroupBy("a")
		g.Aggregation([]dataframe.AggregationType{dataframe.Aggregation_SUM}, []string{"a"})
	}) {
		t.Error("gota aggregates no groups")
	}
	both(t, func(t *testing.T) {
		f := must(frame.New(column1[int64]("a"), column1[string]("b")))
		df := must(FromFrame(t.Context(), f))
		if diff := cmp.Diff([][]string{{"a", "int"}, {"b", "string"}}, cells(df)); diff != "" {
			t.Error(diff)
		}
		out := must(GroupApply(t.Context(), df, []string{"a"}, func(_ context.Context, g dataframe.DataFrame) dataframe.DataFrame { return g }))
		if back := must(ToFrame(t.Context(), out)); !back.Equal(f) {
			t.Error(back)
		}
	})
}

// gota renames columns that have the same name, or none.
func TestTrapNames(t *testing.T) {
	if df := dataframe.New(col("a", series.Int, 1), col("a", series.Int, 2), col("", series.Int, 3)); !slices.Equal(df.Names(), []string{"a_0", "a_1", "X0"}) {
		t.Error("gota makes", df.Names())
	}
	both(t, func(t *testing.T) {
		for _, names := range [][]string{{"a", "a_0", "X0"}, {"", "X0", "a b"}} {
			f := must(frame.New(column1(names[0], 1), column1(names[1], 2), column1(names[2], 3)))
			df := must(FromFrame(t.Context(), f))
			out := must(ColApply(t.Context(), df, lifted(same)))
			if !slices.Equal(df.Names(), names) || !slices.Equal(out.Names(), names) {
				t.Errorf("%q became %q and %q", names, df.Names(), out.Names())
			}
		}
	})
}
