// A program that holds a gota data frame, before and after: the same results,
// on every core, with one line changed for each step.
//
//	go run ./examples/gota
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/gota"
)

func main() {
	if err := run(context.Background(), os.Stdout, 100_000); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, w io.Writer, n int) error {
	df := trips(n)
	fmt.Fprintf(w, "%d trips: %v %v\n\n", df.Nrow(), df.Names(), df.Types())
	for _, step := range []func(context.Context, io.Writer, dataframe.DataFrame) error{perPart, perRow, perGroup, typed} {
		if err := step(ctx, w, df); err != nil {
			return err
		}
	}
	return nil
}

// A function from data frame to data frame.
func perPart(ctx context.Context, w io.Writer, df dataframe.DataFrame) error {
	before := long(df)
	after, err := gota.Apply(ctx, df, func(_ context.Context, part dataframe.DataFrame) dataframe.DataFrame { return long(part) })
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "long trips: %d before, %d after, equal %t\n", before.Nrow(), after.Nrow(), equal(before, after))
	return nil
}

func long(df dataframe.DataFrame) dataframe.DataFrame {
	return df.Filter(dataframe.F{Colname: "km", Comparator: series.Greater, Comparando: 40.0})
}

// A function per row. gota renames the columns; here they keep their names.
func perRow(ctx context.Context, w io.Writer, df dataframe.DataFrame) error {
	numbers := df.Select([]string{"km", "hours"})
	before := numbers.Rapply(double)
	after, err := gota.RowApply(ctx, numbers, func(_ context.Context, row series.Series) series.Series { return double(row) })
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "rows: %v before, %v after, ", before.Names(), after.Names())
	if err := before.SetNames("km", "hours"); err != nil {
		return err
	}
	fmt.Fprintf(w, "equal %t\n", equal(before, after))
	return nil
}

func double(row series.Series) series.Series {
	for i := range row.Len() {
		e := row.Elem(i)
		e.Set(2 * e.Float())
	}
	return row
}

// A function per group. gota takes ("a_b", "c") and ("a", "b_c") for one key,
// and gives groups in another order at every run.
func perGroup(ctx context.Context, w io.Writer, df dataframe.DataFrame) error {
	before := df.GroupBy("from", "to").GetGroups()
	after, err := gota.GroupApply(ctx, df, []string{"from", "to"}, func(_ context.Context, g dataframe.DataFrame) dataframe.DataFrame {
		return dataframe.New(g.Col("from").Subset([]int{0}), g.Col("to").Subset([]int{0}),
			series.New([]int{g.Nrow()}, series.Int, "trips"),
			series.New([]float64{g.Col("km").Sum()}, series.Float, "km"))
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "groups: %d before, %d after\n%v\n", len(before), after.Nrow(), after)
	return nil
}

// A typed function per row is two calls away, and faster than all of gota's.
func typed(ctx context.Context, w io.Writer, df dataframe.DataFrame) error {
	type trip struct {
		Km    float64 `frame:"km"`
		Hours float64 `frame:"hours"`
	}
	f, err := gota.ToFrame(ctx, df)
	if err != nil {
		return err
	}
	f, err = frame.MapRows(ctx, f, func(_ context.Context, t trip) (float64, error) { return t.Km / t.Hours, nil }, frame.As("speed"))
	if err != nil {
		return err
	}
	speeds, err := gota.FromFrame(ctx, f)
	if err != nil {
		return err
	}
	km, hours, same := df.Col("km").Float(), df.Col("hours").Float(), true
	for i, v := range speeds.Col("speed").Float() {
		same = same && v == km[i]/hours[i]
	}
	fmt.Fprintf(w, "speeds: %d, equal %t\n", speeds.Nrow(), same)
	return nil
}

// trips makes n trips, the same at every run.
func trips(n int) dataframe.DataFrame {
	from, to := []string{"a_b", "a", "x"}, []string{"c", "b_c", "y"}
	a, b := make([]string, n), make([]string, n)
	km, hours := make([]float64, n), make([]float64, n)
	for i := range n {
		k := i * i % 3
		a[i], b[i] = from[k], to[k]
		if i%7 == 0 {
			a[i], b[i] = from[2], to[2]
		} else if i%5 == 0 {
			a[i], b[i] = from[1], to[1]
		}
		km[i] = float64(i * 7919 % 500 / 10)
		hours[i] = 1 + float64(i%4)/2
	}
	return dataframe.New(series.New(a, series.String, "from"), series.New(b, series.String, "to"),
		series.New(km, series.Float, "km"), series.New(hours, series.Float, "hours"))
}

// equal compares all cells.
func equal(a, b dataframe.DataFrame) bool {
	if a.Nrow() != b.Nrow() || a.Ncol() != b.Ncol() {
		return false
	}
	for j := range a.Ncol() {
		for i := range a.Nrow() {
			if x, y := a.Elem(i, j), b.Elem(i, j); x.IsNA() != y.IsNA() || !x.IsNA() && !x.Eq(y) {
				return false
			}
		}
	}
	return true
}
