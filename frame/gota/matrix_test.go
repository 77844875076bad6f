package gota

import (
	"context"
	"reflect"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/google/go-cmp/cmp"
)

type operation struct {
	name string
	cuts bool // takes Partitions
	run  func(ctx context.Context, df dataframe.DataFrame, opts ...Option) (dataframe.DataFrame, error)
	loop func(df dataframe.DataFrame) dataframe.DataFrame
}

// twice doubles the ints and floats of a frame that is its own, in place.
func twice(df dataframe.DataFrame) dataframe.DataFrame {
	for i := range df.Nrow() {
		for j, t := range df.Types() {
			switch e := df.Elem(i, j); {
			case e.IsNA():
			case t == series.Int:
				v, _ := e.Int()
				e.Set(2 * v)
			case t == series.Float:
				e.Set(2 * e.Float())
			}
		}
	}
	return df
}

// firstLast has the first and the last row of a group.
func firstLast(df dataframe.DataFrame) dataframe.DataFrame {
	if df.Nrow() == 0 {
		return df
	}
	return df.Subset([]int{0, df.Nrow() - 1})
}

var operations = []operation{
	{"Apply", true, func(ctx context.Context, df dataframe.DataFrame, opts ...Option) (dataframe.DataFrame, error) {
		return Apply(ctx, df, lifted(twice), opts...)
	}, func(df dataframe.DataFrame) dataframe.DataFrame { return twice(df.Copy()) }},
	{"RowApply", true, func(ctx context.Context, df dataframe.DataFrame, opts ...Option) (dataframe.DataFrame, error) {
		return RowApply(ctx, df, func(_ context.Context, row series.Series) series.Series {
			e := row.Elem(2)
			e.Set(literal{s: e.String() + "!"})
			return row
		}, opts...)
	}, func(df dataframe.DataFrame) dataframe.DataFrame {
		df = df.Copy()
		for i := range df.Nrow() {
			e := df.Elem(i, 2)
			e.Set(literal{s: e.String() + "!"})
		}
		return df
	}},
	{"ColApply", false, func(ctx context.Context, df dataframe.DataFrame, opts ...Option) (dataframe.DataFrame, error) {
		return ColApply(ctx, df, lifted(reversed), opts...)
	}, func(df dataframe.DataFrame) dataframe.DataFrame {
		rows := make([]int, df.Nrow())
		for i := range rows {
			rows[i] = df.Nrow() - 1 - i
		}
		return df.Subset(rows)
	}},
	{"GroupApply", false, func(ctx context.Context, df dataframe.DataFrame, opts ...Option) (dataframe.DataFrame, error) {
		return GroupApply(ctx, df, []string{"k", "b"}, lifted(firstLast), opts...)
	}, func(df dataframe.DataFrame) dataframe.DataFrame {
		var order []string
		members := map[string][]int{}
		for i := range df.Nrow() {
			key := df.Elem(i, 4).String() + "|" + df.Elem(i, 3).String()
			if members[key] == nil {
				order = append(order, key)
			}
			members[key] = append(members[key], i)
		}
		rows := []int{}
		for _, key := range order {
			m := members[key]
			rows = append(rows, m[0], m[len(m)-1])
		}
		return df.Subset(rows)
	}},
}

func reversed(s series.Series) series.Series {
	rows := make([]int, s.Len())
	for i := range rows {
		rows[i] = s.Len() - 1 - i
	}
	return s.Subset(rows)
}

// TestSameAsTheLoop is the specification, over sizes, widths and cuts, and the
// data frame that went in is as it was.
func TestSameAsTheLoop(t *testing.T) {
	both(t, func(t *testing.T) {
		for _, op := range operations {
			for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 127, 128, 129, 255, 2000} {
				df := sample(n)
				before, want := cells(df), cells(op.loop(df))
				for name, opts := range settings(op.cuts) {
					if n > 130 && safely {
						continue
					}
					got, err := op.run(t.Context(), df, opts...)
					if err != nil {
						t.Fatalf("%s of %d rows, %s: %v", op.name, n, name, err)
					}
					if !reflect.DeepEqual(cells(got), want) {
						t.Fatalf("%s of %d rows, %s (-loop +got):\n%.3000s", op.name, n, name, cmp.Diff(want, cells(got)))
					}
				}
				if !reflect.DeepEqual(cells(df), before) {
					t.Fatalf("%s of %d rows changed the data frame", op.name, n)
				}
			}
		}
	})
}

// What a call returns is a data frame like gota's own.
func TestResultsWorkInGota(t *testing.T) {
	for _, op := range operations {
		got, err := op.run(t.Context(), sample(50))
		if err != nil {
			t.Fatal(err)
		}
		sorted := got.Arrange(dataframe.Sort("i")).Select([]string{"i", "f"}).Mutate(series.New(make([]int, got.Nrow()), series.Int, "new"))
		if sorted.Err != nil || sorted.Ncol() != 3 {
			t.Errorf("%s: %v", op.name, sorted.Err)
		}
		twice := got.RBind(got.Copy())
		if twice.Err != nil || twice.Nrow() != 2*got.Nrow() || twice.Elem(0, 0).String() != got.Elem(0, 0).String() {
			t.Errorf("%s: %v", op.name, twice.Err)
		}
		c := got.Col("s")
		c.Append([]string{"more"})
		if c.Len() != got.Nrow()+1 || len(got.Records()) != got.Nrow()+1 {
			t.Errorf("%s: a column of %d", op.name, c.Len())
		}
	}
}
