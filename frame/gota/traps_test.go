package gota

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// Each trap of gota v0.12.0: what gota does (so that we learn when it changes),
// and what happens here.

func same(s series.Series) series.Series { return s }

func TestTrapGroupKeysAreJoined(t *testing.T) {
	df := dataframe.New(col("x", series.String, "a_b", "a"), col("y", series.String, "c", "b_c"))
	if n := len(df.GroupBy("x", "y").GetGroups()); n != 1 {
		t.Errorf("gota makes %d groups", n)
	}
	both(t, func(t *testing.T) {
		if n := countGroups(t, df, "x", "y"); n != 2 {
			t.Errorf("%d groups", n)
		}
	})
}

func TestTrapCloseFloatsAreOneKey(t *testing.T) {
	df := dataframe.New(col("x", series.Float, 0.1, 0.1000000001, 1e-9, 0.0, math.Copysign(0, -1)))
	if n := len(df.GroupBy("x").GetGroups()); n != 3 {
		t.Errorf("gota makes %d groups", n)
	}
	both(t, func(t *testing.T) {
		if n := countGroups(t, df, "x"); n != 4 { // 0 and -0 are one
			t.Errorf("%d groups", n)
		}
	})
}

func TestTrapNAIsNoKey(t *testing.T) {
	df := dataframe.New(col("x", series.Int, 1, na{}, 1, na{}), col("f", series.Float, math.NaN(), na{}, na{}, math.NaN()))
	if g := df.GroupBy("x"); g.Err == nil {
		t.Error("gota groups by NA")
	}
	both(t, func(t *testing.T) {
		if n := countGroups(t, df, "x"); n != 2 {
			t.Errorf("%d groups", n)
		}
		if n := countGroups(t, df, "f"); n != 1 { // NaN is NA to gota
			t.Errorf("%d groups", n)
		}
	})
}

func countGroups(t *testing.T, df dataframe.DataFrame, keys ...string) int {
	t.Helper()
	out, err := GroupApply(t.Context(), df, keys, func(_ context.Context, g dataframe.DataFrame) dataframe.DataFrame { return g.Subset([]int{0}) })
	if err != nil {
		t.Fatal(err)
	}
	return out.Nrow()
}

func TestTrapGroupsComeInRandomOrder(t *testing.T) {
	df := sample(200)
	first, err := GroupApply(t.Context(), df, []string{"s"}, lifted(firstLast))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := GroupApply(t.Context(), df, []string{"s"}, lifted(firstLast), parallel.Workers(8))
		if err != nil || cmp.Diff(cells(first), cells(again)) != "" {
			t.Fatal("another order", err)
		}
	}
}

func TestTrapRapplyOfNoRows(t *testing.T) {
	df := sample(0)
	if !panics(func() { df.Rapply(same) }) {
		t.Error("gota does not panic")
	}
	both(t, func(t *testing.T) {
		out, err := RowApply(t.Context(), df, lifted(same))
		if diff := cmp.Diff(cells(df), cells(out)); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}

func TestTrapRapplyLosesNamesAndTypes(t *testing.T) {
	df := sample(20)
	lost := df.Rapply(same)
	if lost.Names()[0] != "X0" || lost.Types()[0] != series.String {
		t.Error("gota keeps names or types")
	}
	both(t, func(t *testing.T) {
		out, err := RowApply(t.Context(), df, lifted(same))
		if diff := cmp.Diff(cells(df), cells(out)); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}

func TestTrapRapplyMakesTextOfNA(t *testing.T) {
	df := dataframe.New(col("s", series.String, na{}, "NaN", "x"))
	if lost := df.Rapply(same); lost.Elem(0, 0).IsNA() {
		t.Error("gota keeps NA")
	}
	both(t, func(t *testing.T) {
		out, err := RowApply(t.Context(), df, func(_ context.Context, row series.Series) series.Series {
			if row.Elem(0).IsNA() {
				return row
			}
			return col("", series.String, row.Elem(0).String()+"!")
		})
		if diff := cmp.Diff([][]string{{"s", "string", "NA", `"NaN!"`, `"x!"`}}, cells(out)); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}

func TestTrapRapplyRoundsFloatsInText(t *testing.T) {
	df := dataframe.New(col("s", series.String, "a"), col("f", series.Float, 1e-9))
	if lost := df.Rapply(same); lost.Elem(0, 1).String() != "0.000000" {
		t.Error("gota writes", lost.Elem(0, 1).String())
	}
	both(t, func(t *testing.T) {
		var seen string
		out, err := RowApply(t.Context(), df, func(_ context.Context, row series.Series) series.Series {
			seen = row.Elem(1).String()
			return row
		})
		if err != nil || seen != "1e-09" || out.Elem(0, 1).Float() != 1e-9 {
			t.Error(err, seen, out)
		}
	})
}

func TestTrapRapplyTakesBoolBeforeFloat(t *testing.T) {
	df := dataframe.New(col("b", series.Bool, true), col("f", series.Float, 2.5))
	if lost := df.Rapply(same); !lost.Elem(0, 1).IsNA() {
		t.Error("gota keeps 2.5")
	}
	both(t, func(t *testing.T) {
		out, err := RowApply(t.Context(), df, func(_ context.Context, row series.Series) series.Series {
			if row.Type() != series.Float || row.Elem(0).Float() != 1 {
				t.Errorf("a row %v of %s", row, row.Type())
			}
			return row
		})
		if diff := cmp.Diff(cells(df), cells(out)); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}

// gota's Series.Slice(0, Len()) fails; partitions have their last row.
func TestTrapSliceCannotReachTheLastRow(t *testing.T) {
	s := series.Ints([]int{1, 2, 3})
	if s.Slice(0, s.Len()).Err == nil {
		t.Error("gota can")
	}
	both(t, func(t *testing.T) {
		last := []int{}
		_, err := Apply(t.Context(), dataframe.New(s), func(_ context.Context, p dataframe.DataFrame) dataframe.DataFrame {
			v, _ := p.Elem(p.Nrow()-1, 0).Int()
			last = append(last, v)
			return p
		}, parallel.Partitions(2), parallel.Serial())
		if diff := cmp.Diff([]int{2, 3}, last); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}

// series.New makes NA of every int64, and a wrong number of a large float.
func TestTrapNewDropsWhatItDoesNotKnow(t *testing.T) {
	if s := series.New([]int64{1, 2}, series.Int, ""); !s.Elem(0).IsNA() {
		t.Error("gota takes int64")
	}
	for _, c := range []frame.Column{
		must(frame.NewColumn("x", []int64{1, math.MaxInt64})), must(frame.NewColumn("x", []int32{1, 2})), must(frame.NewColumn("x", []uint8{1, 255})),
		must(frame.NewColumn("x", []uint64{1, math.MaxInt64})), must(frame.NewColumn("x", []float32{0.1, 1e30})), must(frame.NewColumn("x", []float64{1e300, 5e-324})),
	} {
		both(t, func(t *testing.T) {
			f := must(frame.New(c))
			df := must(FromFrame(t.Context(), f))
			if df.Elem(0, 0).IsNA() || df.Elem(1, 0).IsNA() {
				t.Errorf("%v: NA", c.Type())
			}
			back := must(ToFrame(t.Context(), df))
			if got, want := back.Columns()[0], c; got.Type().ID() == want.Type().ID() && !back.Equal(f) {
				t.Errorf("%v: there and back differs:\n%v", c.Type(), back)
			}
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// gota parses "x" as an int to NA, and says nothing.
func TestTrapParseFailuresAreSilent(t *testing.T) {
	if s := series.New([]string{"x"}, series.Int, ""); s.Err != nil || !s.Elem(0).IsNA() {
		t.Error("gota says so")
	}
	both(t, func(t *testing.T) {
		// A text in the place of an int makes the column text, not NA.
		out, err := RowApply(t.Context(), dataframe.New(col("n", series.Int, 1, 2)), func(_ context.Context, row series.Series) series.Series {
			if v, _ := row.Elem(0).Int(); v == 2 {
				return series.Strings([]string{"x"})
			}
			return row
		})
		if diff := cmp.Diff([][]string{{"n", "string", `"1"`, `"x"`}}, cells(out)); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}

// gota's sums and rows go through float64; whole numbers stay whole here, or
// are an error.
func TestTrapIntsGoThroughFloat(t *testing.T) {
	const big = 1<<53 + 1
	if s := series.Ints([]int{big, 1}).Sum(); s == big+1 {
		t.Error("gota sums ints")
	}
	both(t, func(t *testing.T) {
		df := dataframe.New(col("n", series.Int, 5, big), col("m", series.Int, 1, 2))
		out, err := RowApply(t.Context(), df, lifted(same))
		if diff := cmp.Diff(cells(df), cells(out)); err != nil || diff != "" {
			t.Error(err, diff)
		}
		for _, run := range []func() (dataframe.DataFrame, error){
			func() (dataframe.DataFrame, error) {
				return RowApply(t.Context(), df.Mutate(series.New([]float64{0, 0}, series.Float, "f")), lifted(same))
			},
			func() (dataframe.DataFrame, error) { // a result of another type
				return RowApply(t.Context(), df, func(_ context.Context, row series.Series) series.Series {
					if v, _ := row.Elem(0).Int(); v == 5 {
						return series.Floats([]float64{0.5, 0.5})
					}
					return row
				})
			},
		} {
			if _, err := run(); err == nil || !strings.Contains(err.Error(), "row 1: ") || !strings.Contains(err.Error(), "9007199254740993") {
				t.Error(err)
			}
		}
	})
}

// "NaN" as a text is NA to series.New; here it is a text.
func TestTrapTextNaN(t *testing.T) {
	if s := series.Strings([]string{"NaN"}); !s.Elem(0).IsNA() {
		t.Error("gota keeps the text")
	}
	both(t, func(t *testing.T) {
		f := must(frame.New(must(frame.NewColumn("s", []string{"NaN", "", "nan"}))))
		df := must(FromFrame(t.Context(), f))
		if diff := cmp.Diff([][]string{{"s", "string", `"NaN"`, `""`, `"nan"`}}, cells(df)); diff != "" {
			t.Error(diff)
		}
		if back := must(ToFrame(t.Context(), df)); !back.Equal(f) {
			t.Error(back)
		}
	})
}

// Elements that gota hands out point into the data frame; those that functions
// receive do not.
func TestTrapElementsAlias(t *testing.T) {
	df := sample(300)
	before := cells(df)
	e := df.Copy()
	e.Elem(0, 0).Set(77)
	spoil := func(s series.Series) series.Series {
		for i := range s.Len() {
			s.Elem(i).Set(nil)
		}
		return s
	}
	both(t, func(t *testing.T) {
		_, err1 := ColApply(t.Context(), df, lifted(spoil))
		_, err2 := RowApply(t.Context(), df, lifted(spoil))
		spoilAll := func(p dataframe.DataFrame) dataframe.DataFrame {
			for j := range p.Ncol() {
				for i := range p.Nrow() {
					p.Elem(i, j).Set(nil)
				}
			}
			return p
		}
		_, err3 := Apply(t.Context(), df, lifted(spoilAll))
		_, err4 := GroupApply(t.Context(), df, []string{"k"}, lifted(spoilAll))
		for _, err := range []error{err1, err2, err3, err4} {
			if err != nil {
				t.Error(err)
			}
		}
		if diff := cmp.Diff(before, cells(df)); diff != "" {
			t.Errorf("changed:\n%s", diff)
		}
	})
}

// A function may keep its row, and return it again and again.
func TestRowsMayBeKept(t *testing.T) {
	df := dataframe.New(col("n", series.Int, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9))
	both(t, func(t *testing.T) {
		kept := make([]series.Series, 10)
		_, err := RowApply(t.Context(), df, func(_ context.Context, row series.Series) series.Series {
			v, _ := row.Elem(0).Int()
			kept[v] = row
			return row
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range kept {
			if v, _ := row.Elem(0).Int(); v != i || row.Len() != 1 {
				t.Errorf("row %d became %v", i, row)
			}
		}
		kept[0].Append([]int{100}) // must not reach the next row
		if v, _ := kept[1].Elem(0).Int(); v != 1 {
			t.Error("rows touch")
		}
		one := series.Ints([]int{5})
		out, err := RowApply(t.Context(), df, func(context.Context, series.Series) series.Series { return one })
		if err != nil {
			t.Fatal(err)
		}
		one.Elem(0).Set(6)
		if v, _ := out.Elem(3, 0).Int(); v != 5 {
			t.Error("the result is the function's series")
		}
	})
}
