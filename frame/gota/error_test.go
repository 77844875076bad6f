package gota

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/parallel"
)

var errBoom = errors.New("boom")

func numbers(n int) dataframe.DataFrame {
	v := make([]int, n)
	for i := range v {
		v[i] = i
	}
	return dataframe.New(series.New(v, series.Int, "n"), series.New(v, series.Int, "m"))
}

// The error in a result becomes the call's, with the place.
func TestErrOfAResult(t *testing.T) {
	df, ctx := numbers(100), t.Context()
	fail := func(_ context.Context, p dataframe.DataFrame) dataframe.DataFrame {
		if v, _ := p.Elem(0, 0).Int(); v >= 50 {
			return dataframe.DataFrame{Err: errBoom}
		}
		return p
	}
	_, err := Apply(ctx, df, fail, parallel.Partitions(4))
	check(t, err, 50, "row 50 (partition 2): rows 50 to 74: boom")

	_, err = GroupApply(ctx, df, []string{"n", "m"}, fail)
	check(t, err, 50, "gota.GroupApply: group n=50, m=50 (1 rows): row 50: boom")

	_, err = RowApply(ctx, df, func(_ context.Context, row series.Series) series.Series {
		if v, _ := row.Elem(0).Int(); v >= 50 {
			row.Err = errBoom
		}
		return row
	})
	check(t, err, 50, "row 50: boom")

	_, err = ColApply(ctx, df, func(_ context.Context, c series.Series) series.Series {
		c.Err = errBoom
		return c
	})
	if !errors.Is(err, errBoom) || err.Error() != `gota.ColApply: column "n": boom` {
		t.Error(err)
	}
}

func check(t *testing.T, err error, row int, text string) {
	t.Helper()
	at, ok := errors.AsType[*parallel.RowError](err)
	if !ok || at.Row != row || !errors.Is(err, errBoom) || err.Error() != text {
		t.Errorf("%v, want %s", err, text)
	}
}

func TestPanicsAndGoexit(t *testing.T) {
	for _, end := range []func(){func() { panic(errBoom) }, runtime.Goexit} {
		_, err1 := Apply(t.Context(), numbers(10), func(context.Context, dataframe.DataFrame) dataframe.DataFrame { end(); return dataframe.DataFrame{} })
		_, err2 := GroupApply(t.Context(), numbers(10), []string{"n"}, func(context.Context, dataframe.DataFrame) dataframe.DataFrame { end(); return dataframe.DataFrame{} })
		_, err3 := RowApply(t.Context(), numbers(10), func(context.Context, series.Series) series.Series { end(); return series.Series{} })
		_, err4 := ColApply(t.Context(), numbers(10), func(context.Context, series.Series) series.Series { end(); return series.Series{} })
		for i, err := range []error{err1, err2, err3, err4} {
			if !errors.Is(err, errBoom) && !errors.Is(err, parallel.ErrGoexit) {
				t.Errorf("%d: %v", i+1, err)
			}
		}
	}
}

// What a data frame brings with it, or lacks.
func TestBadFrames(t *testing.T) {
	for _, c := range []struct {
		df   dataframe.DataFrame
		want error
	}{{dataframe.DataFrame{Err: errBoom}, errBoom}, {dataframe.DataFrame{}, ErrNoColumns}} {
		for _, op := range operations {
			if _, err := op.run(t.Context(), c.df); !errors.Is(err, c.want) || !strings.HasPrefix(err.Error(), "gota."+op.name+": ") {
				t.Errorf("%s: %v", op.name, err)
			}
		}
		if _, err := ToFrame(t.Context(), c.df); !errors.Is(err, c.want) {
			t.Error(err)
		}
	}
}

func TestNilFunctionsAndKeys(t *testing.T) {
	df, ctx := numbers(5), t.Context()
	_, err1 := Apply(ctx, df, nil)
	_, err2 := RowApply(ctx, df, nil)
	_, err3 := ColApply(ctx, df, nil)
	_, err4 := GroupApply(ctx, df, []string{"n"}, nil)
	for i, err := range []error{err1, err2, err3, err4} {
		if !errors.Is(err, parallel.ErrNilFunc) {
			t.Errorf("%d: %v", i+1, err)
		}
	}
	for _, keys := range [][]string{nil, {"n", "no"}} {
		_, err := GroupApply(ctx, df, keys, lifted(firstLast))
		if !errors.Is(err, ErrColumns) {
			t.Error(err)
		}
	}
}

// Results that do not fit together name what differs, whichever came first.
func TestResultsThatDoNotFit(t *testing.T) {
	df := numbers(4)
	apply := func(second ...series.Series) error {
		_, err := Apply(t.Context(), df, func(_ context.Context, p dataframe.DataFrame) dataframe.DataFrame {
			if v, _ := p.Elem(0, 0).Int(); v < 2 {
				return p
			}
			if second == nil {
				return dataframe.DataFrame{}
			}
			return dataframe.New(second...)
		}, parallel.Partitions(2))
		return err
	}
	n, m := series.New([]int{1}, series.Int, "n"), series.New([]int{1}, series.Int, "m")
	for _, c := range []struct {
		err  error
		want string
	}{
		{apply(n), `gota.Apply: columns do not fit: partition 1 has no column "m", which partition 0 has; it has ["n"]`},
		{apply(n, m, series.New([]int{1}, series.Int, "x")), `partition 1 has the column "x", which partition 0 has not`},
		{apply(n, series.New([]string{"t"}, series.String, "m")), `column "m" is int in partition 0 and string in partition 1`},
		{apply(), "gota.Apply: partition 1: data frame without columns"},
	} {
		if c.err == nil || !strings.HasSuffix(c.err.Error(), c.want) {
			t.Errorf("%v, want %s", c.err, c.want)
		}
	}
	if err := apply(m, n); err != nil { // another order is no other columns
		t.Error(err)
	}

	for range 20 {
		_, err := RowApply(t.Context(), numbers(2000), func(_ context.Context, row series.Series) series.Series {
			if v, _ := row.Elem(0).Int(); v%1000 != 999 {
				return row
			}
			return series.Ints([]int{1})
		}, parallel.Workers(8), parallel.Partitions(200))
		if !errors.Is(err, ErrColumns) || !strings.HasSuffix(err.Error(), "the result of row 999 has 1 elements, that of row 0 has 2") {
			t.Fatal(err)
		}
	}
	_, err := ColApply(t.Context(), df, func(_ context.Context, c series.Series) series.Series {
		if c.Name == "m" {
			c.Append([]int{1})
		}
		return c
	})
	if !errors.Is(err, ErrColumns) || !strings.HasSuffix(err.Error(), `column "m" has 5 rows, column "n" has 4`) {
		t.Error(err)
	}
	_, err1 := RowApply(t.Context(), df, func(context.Context, series.Series) series.Series { return series.Series{} })
	_, err2 := ColApply(t.Context(), df, func(context.Context, series.Series) series.Series { return series.Series{} })
	_, err3 := RowApply(t.Context(), df, func(context.Context, series.Series) series.Series { return series.Ints([]int{}) })
	for i, err := range []error{err1, err2, err3} {
		if err == nil {
			t.Errorf("%d: no error", i+1)
		}
	}
}

// Types that differ are unified where no value changes.
func TestResultsAreUnified(t *testing.T) {
	both(t, func(t *testing.T) {
		types := func(second series.Series) (dataframe.DataFrame, error) {
			return Apply(t.Context(), dataframe.New(series.New([]int{1, 2, 3, 4}, series.Int, "x")), func(_ context.Context, p dataframe.DataFrame) dataframe.DataFrame {
				if v, _ := p.Elem(0, 0).Int(); v == 1 {
					return p
				}
				second.Name = "x"
				return dataframe.New(second)
			}, parallel.Partitions(2))
		}
		out := must(types(series.Floats([]float64{0.5})))
		if out.Types()[0] != series.Float || !slices.Equal(out.Col("x").Float(), []float64{1, 2, 0.5}) {
			t.Error(out)
		}
		out = must(types(col("", series.String, na{}, na{})))
		if out.Types()[0] != series.Int || !slices.Equal(out.Col("x").IsNaN(), []bool{false, false, true, true}) {
			t.Error(out)
		}
	})
}

// Two ints side by side, and then a float where the int has no exact one.
func TestUnifyLosesNothing(t *testing.T) {
	df := dataframe.New(series.New([]int{1<<53 + 1, 2}, series.Int, "x"))
	_, err := Apply(t.Context(), df, func(_ context.Context, p dataframe.DataFrame) dataframe.DataFrame {
		if v, _ := p.Elem(0, 0).Int(); v == 2 {
			return dataframe.New(series.New([]float64{0.5}, series.Float, "x"))
		}
		return p
	}, parallel.Partitions(2))
	if !errors.Is(err, ErrColumns) || !strings.Contains(err.Error(), "9007199254740993 of partition 0 has no exact float") {
		t.Error(err)
	}
}

// Results of several types are unified like the columns of a row, whichever
// row came first; other lengths than the row's get other names.
func TestRowResults(t *testing.T) {
	both(t, func(t *testing.T) {
		for range 10 {
			out := must(RowApply(t.Context(), numbers(300), func(_ context.Context, row series.Series) series.Series {
				v, _ := row.Elem(0).Int()
				switch v % 3 {
				case 0:
					return series.Ints([]int{v, 1, 2})
				case 1:
					return series.Floats([]float64{0.5, 1, 2})
				}
				return series.Bools([]bool{true, false, true})
			}, parallel.Workers(3), parallel.Partitions(43)))
			if !slices.Equal(out.Names(), []string{"X0", "X1", "X2"}) || !slices.Equal(out.Types(), []series.Type{series.Float, series.Float, series.Float}) {
				t.Fatal(out)
			}
			if got := out.Col("X0").Float()[:6]; !slices.Equal(got, []float64{0, 0.5, 1, 3, 0.5, 1}) {
				t.Fatal(got)
			}
		}
		out := must(RowApply(t.Context(), numbers(3), func(_ context.Context, row series.Series) series.Series { return row.Subset([]int{1}) }))
		if !slices.Equal(out.Names(), []string{"X0"}) {
			t.Error(out)
		}
		half := must(RowApply(t.Context(), numbers(3), func(_ context.Context, row series.Series) series.Series {
			f := row.Float()
			return series.Floats([]float64{f[0] / 2, f[1] * 2})
		}))
		if !slices.Equal(half.Types(), []series.Type{series.Float, series.Int}) || !slices.Equal(half.Names(), []string{"n", "m"}) {
			t.Error(half)
		}
	})
}
