package promises

import (
	"context"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/frame/gota"
)

// gotaLong returns a data frame of n rows, whose column i numbers them.
func gotaLong(n int) dataframe.DataFrame {
	return input("gota", n, func(n int) (dataframe.DataFrame, error) {
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = float64(i*7%5) + 0.5
		}
		df := dataframe.New(series.New(indices(n), series.Int, "i"), series.New(xs, series.Float, "x"))
		return df, df.Err
	})
}

// gotaWide returns a data frame of n columns and one row.
func gotaWide(n int) dataframe.DataFrame {
	return input("gota wide", n, func(n int) (dataframe.DataFrame, error) {
		return gota.FromFrame(context.Background(), wide(n))
	})
}

func gotaPartly(f fault) func(ctx context.Context, part dataframe.DataFrame) dataframe.DataFrame {
	return func(ctx context.Context, part dataframe.DataFrame) dataframe.DataFrame {
		i, err := part.Col("i").Elem(0).Int()
		if err != nil {
			panic(err)
		}
		if err := f(ctx, i); err != nil {
			part.Err = err
		}
		return part
	}
}

var gotaOperations = []operation{
	{name: "gota.RowApply", hasFunction: true, takes: gotaOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := gota.RowApply(ctx, gotaLong(n), func(ctx context.Context, r series.Series) series.Series {
			if err := f(ctx, int(r.Elem(0).Float())); err != nil {
				r.Err = err
			}
			return r
		}, as[gota.Option](at)...)
		return err
	}},
	{name: "gota.ColApply", hasFunction: true, takes: gotaOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := gota.ColApply(ctx, gotaWide(n), func(ctx context.Context, c series.Series) series.Series {
			if err := f(ctx, int(c.Elem(0).Float())); err != nil {
				c.Err = err
			}
			return c
		}, as[gota.Option](at)...)
		return err
	}},
	{name: "gota.Apply", hasFunction: true, takes: gotaOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := gota.Apply(ctx, gotaLong(n), gotaPartly(f), parted[gota.Option](n, at)...)
		return err
	}},
	{name: "gota.GroupApply", hasFunction: true, takes: gotaOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := gota.GroupApply(ctx, gotaLong(n), []string{"i"}, gotaPartly(f), as[gota.Option](at)...)
		return err
	}},
	{name: "gota.ToFrame", takes: gotaOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := gota.ToFrame(ctx, gotaLong(n), as[gota.Option](at)...)
		return err
	}},
	{name: "gota.FromFrame", takes: gotaOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := gota.FromFrame(ctx, long(n), as[gota.Option](at)...)
		return err
	}},
}
